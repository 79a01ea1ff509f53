"""Much at once: a thousand messages through Slack's limits (L4), and a workspace that never stops talking (L5)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count

import pytest

from adapters.slack.ids import member_of
from adapters.slack.pace import IN_TEAM, OF_METHOD, Pace
from bot.messages import Message
from bot.ports import Act, Parcel, Priority
from tests.adapters.slack.bar import TEAM, Bar
from tests.adapters.slack.crowd import comes, openings
from tests.adapters.slack.street import Street
from tests.platforms.slack.delivery import Delivery
from tests.platforms.slack.limits import DOCUMENTED
from tests.platforms.slack.payloads import event_callback

WORD = Message("house.introduced")


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    """Slack with its limits, on the clock that the test moves."""
    async with Bar(limits=DOCUMENTED) as bar:
        clock = bar.slack.core.clock
        clock.speed = 1  # Retry-After in whole seconds
        clock.elapsed = lambda: bar.world.clock.now().timestamp()  # type: ignore[method-assign]  # seconds all the same
        bar.counter.api._pace = Pace(now=clock.elapsed)
        yield bar


async def put(bar: Bar, *users: str, act: Act, priority: Priority) -> None:
    members = {member_of(TEAM, user): WORD for user in users}
    key = f"{priority.name} {users}"
    async with bar.world.store.unit_of_work() as uow:
        await uow.outbox.put(Parcel(key, act, members, bar.world.clock.now(), priority))
        await uow.commit()


async def passes(bar: Bar, seconds: float) -> None:
    await bar.engine.travel(bar.world.clock, timedelta(seconds=seconds), grain=timedelta(seconds=0.1))


@pytest.mark.parametrize("size", [100, pytest.param(1000, marks=pytest.mark.campaign)])
async def test_slack_never_asks_us_to_wait_and_nudges_delay_nothing_else(bar: Bar, size: int) -> None:
    people = [f"U{number}" for number in range(size)]
    pairs = list(zip(people[0::10], people[5::10], strict=True))
    for user in people:
        await comes(bar, user)
        await put(bar, user, act=Act.TELL, priority=Priority.NUDGE)
    await passes(bar, 5)
    nudged = bar.slack.counted("chat.postMessage")

    for user in people[1::10]:
        await put(bar, user, act=Act.TELL, priority=Priority.REPLY)
    await passes(bar, IN_TEAM[0] * size / 10 + 1)
    replied = [call.arguments["channel"] for call in bar.slack.calls if call.method == "chat.postMessage"][nudged:]
    assert replied[: size // 10] == people[1::10]

    for pair in pairs:
        await put(bar, *pair, act=Act.BRING_TOGETHER, priority=Priority.OPENING)
    await passes(bar, OF_METHOD["conversations.open"][0] * len(pairs) + 1)
    assert [len(openings(bar, *pair)) for pair in pairs] == [1] * len(pairs)

    await passes(bar, IN_TEAM[0] * size)
    told = [len(bar.team.messages(bar.team.direct(user).id)) for user in people]
    assert told == [2 if number % 10 == 1 else 1 for number in range(size)]
    assert [call for call in bar.slack.calls if call.status == 429] == []


@pytest.mark.parametrize("size", [300, pytest.param(30_000, marks=pytest.mark.campaign)])
@pytest.mark.timeout(1200)
async def test_a_workspace_that_never_stops_talking_delays_no_other(size: int) -> None:
    async with Street(["T1", "T2"]) as street:
        one, other = street.teams["T1"], street.teams["T2"]
        room = one.room("C1", ["UA1"], name="general")
        await street.comes("T1", "UA1")
        await street.comes("T2", "UB2")
        numbers = count()

        def event() -> Delivery:
            said = {"type": "message", "channel": room.id, "channel_type": "channel", "user": "UA1", "text": "hm",
                    "ts": f"{next(numbers)}.000100", "team": "T1"}  # fmt: skip
            core = street.slack.core
            payload = event_callback(
                core.world.app, one.team, said, event_id=core.new_id("Ev"), moment=0, source="T1", shared=False
            )
            return Delivery("events_api", payload, "T1")

        async def talk() -> None:
            for _ in range(size // 20):
                told = [street.slack.courier.start(event()) for _ in range(20)]
                await asyncio.gather(*(delivery.first.wait() for delivery in told))

        talking = asyncio.create_task(talk())
        outcomes = []
        while not talking.done():
            outcomes.append(await other.command("UB2", "/comptoir", "help"))
        await talking

        assert all(outcome.acked for outcome in outcomes)
        assert all(delivery.acked for delivery in street.slack.courier.deliveries)
        assert len(outcomes) > size / 20  # between two handfuls of events there was always room for one more
