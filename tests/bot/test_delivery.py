import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from adapters.house.platform import House
from bot.commands import ChangeSettings, Join, Leave, Pause, Resume
from bot.delivery import ATTEMPTS, LANES, LEASE, Courier
from bot.domain.ids import CommunityId, MemberId
from bot.domain.members import Community
from bot.engine import Engine
from bot.errors import TryLater, Unreachable
from bot.messages import Message
from bot.ports import Act, ChatPlatform, Parcel, Priority
from bot.usecases.unsaid import opening_lost
from tests.world import START, World, in_memory

LINE = Message("nudge.plain", {"name": "Luc", "since": START})
HOUR = timedelta(hours=1)


class Moody:
    """A platform that fails as often as it is told to, and says what reached it."""

    def __init__(self, *moods: Exception | None) -> None:
        self.moods = list(moods)
        self.told: list[tuple[MemberId, str]] = []

    async def tell(
        self,
        member: MemberId,
        message: Message,
        *,
        key: str,
        about: Sequence[MemberId] = (),
        priority: Priority = Priority.REPLY,
    ) -> None:
        mood = self.moods.pop(0) if self.moods else None
        if mood:
            raise mood
        self.told.append((member, message.key))

    async def bring_together(self, openings: Mapping[MemberId, Message], *, key: str) -> None:
        for member, message in openings.items():
            await self.tell(member, message, key=key)

    async def forget(self, member: MemberId, *, key: str) -> None:
        await self.tell(member, Message("forget"), key=key)


@pytest.fixture
async def world() -> World:
    return await in_memory().open()


def served_by(world: World, platform: ChatPlatform, name: str = "house") -> None:
    world.engine = Engine(world.engine.tick, Courier(world.store, {name: platform}, world.clock))


async def put(
    world: World, member: MemberId, key: str = "k", message: Message = LINE, *, unasked: bool = True,
    due_at: datetime = START, priority: Priority = Priority.NUDGE, not_after: datetime | None = None,
) -> None:  # fmt: skip
    parcel = Parcel(key, Act.TELL, {member: message}, due_at, priority, unasked, not_after=not_after)
    async with world.store.unit_of_work() as uow:
        await uow.outbox.put(parcel)
        await uow.commit()


async def test_whoever_cannot_be_reached_is_given_up_quietly(world: World) -> None:
    amina = await world.join("Amina")
    platform = Moody(Unreachable("closed"))
    served_by(world, platform)
    await put(world, amina)
    await world.travel(days=2)

    assert platform.told == []


async def test_a_service_that_asks_us_to_wait_is_waited_for(world: World) -> None:
    amina = await world.join("Amina")
    platform = Moody(TryLater(HOUR))
    served_by(world, platform)
    await put(world, amina)
    await world.travel(minutes=59)
    assert platform.told == []

    await world.travel(minutes=2)
    assert platform.told == [(amina, "nudge.plain")]


async def test_waiting_too_long_for_a_service_drops_what_is_no_longer_worth_saying(world: World) -> None:
    amina = await world.join("Amina")
    platform = Moody(TryLater(3 * HOUR))
    served_by(world, platform)
    await put(world, amina, not_after=START + 2 * HOUR)
    await world.travel(days=1)

    assert platform.told == []


@pytest.mark.parametrize(("failures", "arrives"), [(ATTEMPTS - 1, True), (ATTEMPTS, False), (30, False)])
async def test_a_parcel_that_fails_eight_times_is_given_up(world: World, failures: int, arrives: bool) -> None:
    amina = await world.join("Amina")
    platform = Moody(*[RuntimeError("broken")] * failures)
    served_by(world, platform)
    await put(world, amina, unasked=False)
    await world.travel(days=2)

    assert (platform.told == [(amina, "nudge.plain")]) is arrives
    assert len(platform.moods) == max(0, failures - ATTEMPTS)


async def test_what_left_before_a_stop_does_not_leave_again(world: World) -> None:
    amina = await world.join("Amina")
    platform = Moody(None, asyncio.CancelledError())  # type: ignore[arg-type] # as when the process is told to stop
    served_by(world, platform)
    for key in ("one", "two"):
        await put(world, amina, key, unasked=False)
    with pytest.raises(asyncio.CancelledError):
        await world.engine.look()
    assert len(platform.told) == 1

    await world.travel(minutes=10)
    assert len(platform.told) == 2


async def test_a_member_of_a_service_that_is_not_served_here_is_out_of_reach(world: World) -> None:
    amina = await world.join("Amina")
    platform = Moody()
    served_by(world, platform, "elsewhere")
    await put(world, amina)
    await world.engine.look()

    assert platform.told == []
    assert await world.store.next_due() is None


async def test_quiet_hours_are_waited_for(world: World) -> None:
    amina = await world.join("Amina")
    await world.send(ChangeSettings(amina, quiet_from=time(10), quiet_until=time(18)))
    await put(world, amina)
    await world.travel(hours=6, minutes=59)
    assert await world.keys(amina) == []

    await world.travel(minutes=2)
    assert await world.keys(amina) == ["nudge.plain"]


async def test_a_reply_does_not_wait_for_quiet_hours(world: World) -> None:
    amina = await world.join("Amina")
    await world.send(ChangeSettings(amina, quiet_from=time(10), quiet_until=time(18)))
    await put(world, amina, unasked=False)
    await world.engine.look()

    assert await world.keys(amina) == ["nudge.plain"]


async def test_what_waits_for_a_pause_arrives_after_it_unless_everything_is_stopped(world: World) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc")
    for member, until in ((amina, START.date() + timedelta(days=2)), (luc, None)):
        await put(world, member, f"to {member}")
        await world.send(Pause(member, until))
    await world.travel(days=3)
    await world.send(Resume(luc))
    await world.travel(days=1)

    assert await world.keys(amina) == ["nudge.plain"]
    assert await world.keys(luc) == []


async def test_nothing_is_sent_to_one_who_left_or_is_unknown(world: World) -> None:
    amina = await world.join("Amina")
    await put(world, amina, "one")
    await put(world, MemberId("house:test:nobody"), "two")
    await world.send(Leave(amina))
    await world.engine.look()

    assert await world.keys(amina) == []
    assert await world.store.next_due() is None


# --- one message a day -----------------------------------------------------------------------------------------------


@pytest.fixture
async def daily(world: World) -> MemberId:
    amina = await world.join("Amina")
    await world.send(ChangeSettings(amina, delivery="daily"))
    return amina


async def test_several_words_become_one_message_with_the_buttons_of_each(world: World, daily: MemberId) -> None:
    button = Message("nudge.plain", LINE.params, ("end_tie", "stop"), "token")
    for key in ("one", "two", "three"):
        await put(world, daily, key, button)
    await put(world, daily, "reply", Message("help"), unasked=False)
    await world.engine.look()

    digest = next(message for message in await world.messages(daily) if message.key == "digest")
    assert digest.params == {"count": 3}
    assert [part.choices for part in digest.parts] == [("end_tie", "stop")] * 3
    assert await world.keys(daily) == ["help", "digest"]


async def test_a_single_word_needs_no_digest(world: World, daily: MemberId) -> None:
    await put(world, daily)
    await world.engine.look()

    assert await world.keys(daily) == ["nudge.plain"]


@pytest.mark.parametrize(
    ("priorities", "counted"),
    [([Priority.CARD, Priority.REMINDER], 1), ([Priority.REMINDER, Priority.NUDGE], 1), ([Priority.REMINDER] * 2, 0)],
)
async def test_a_digest_counts_against_the_budget_as_soon_as_one_of_its_parts_does(
    world: World, daily: MemberId, priorities: list[Priority], counted: int
) -> None:
    for number, priority in enumerate(priorities):
        await put(world, daily, f"{number}", priority=priority)
    await world.engine.look()

    async with world.store.reading() as uow:
        person = (await uow.members.get(daily)).person
        assert await uow.outbox.count_unasked(person, START - HOUR) == counted
    assert await world.keys(daily) == ["digest"]


async def test_a_digest_that_is_late_still_waits_for_the_end_of_quiet_hours(world: World, daily: MemberId) -> None:
    await world.send(ChangeSettings(daily, quiet_from=time(21), quiet_until=time(8)))
    await put(world, daily, due_at=START - HOUR)
    world.clock.move(timedelta(hours=12))
    await world.engine.look()
    assert await world.keys(daily) == []

    await world.travel(hours=9, minutes=59)
    assert await world.keys(daily) == []
    await world.travel(minutes=2)
    assert await world.keys(daily) == ["nudge.plain"]


async def test_whoever_asked_to_be_forgotten_is_forgotten_on_the_service_too(world: World) -> None:
    platform = Moody()
    served_by(world, platform)
    async with world.store.unit_of_work() as uow:
        gone = MemberId("house:test:gone")
        await uow.outbox.put(Parcel("f", Act.FORGET, {gone: None}, START, Priority.FORGET))
        await uow.commit()
    await world.engine.look()

    assert platform.told == [(gone, "forget")]


async def test_an_opening_that_cannot_be_shown_ends_like_silence(world: World) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc")
    await world.post(amina, "I have 5,000 T-shirts left over from a festival")
    await world.post(luc, "we are looking for T-shirts")
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    runner, house = world.runner, world.house
    courier = Courier(
        world.store,
        {"house": ApartOnly(house)},
        world.clock,
        lost=lambda key: runner.run(lambda ctx: opening_lost(key, ctx)),
    )
    world.engine = Engine(world.engine.tick, courier)
    await world.travel(days=10)

    for member in (amina, luc):
        seen = "\n".join(await world.transcript(member))
        assert await world.openings(member) == 0
        assert "follow_up" not in await world.keys(member)
        assert not {"Amina", "Luc"} & set(seen.replace(",", " ").split()) - {member.rsplit(":", 1)[1].title()}
        assert (await world.dispatch.me(member)).ties == ()


class ApartOnly:
    """The house, where nobody can be brought together."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def tell(
        self,
        member: MemberId,
        message: Message,
        *,
        key: str,
        about: Sequence[MemberId] = (),
        priority: Priority = Priority.REPLY,
    ) -> None:
        await self._house.tell(member, message, key=key, about=about)

    async def bring_together(self, openings: Mapping[MemberId, Message], *, key: str) -> None:
        raise Unreachable("invalid_user_combination")

    async def forget(self, member: MemberId, *, key: str) -> None:
        await self._house.forget(member, key=key)


class Hanging:
    """A platform on which one community's calls hang for 20 seconds and fail; the clock of the courier is its own."""

    def __init__(self, world: World, community: str, failing: bool) -> None:
        self.world, self.community, self.failing = world, community, failing
        self.seconds = 0.0
        self.told: list[MemberId] = []

    def __call__(self) -> float:
        return self.seconds

    async def tell(self, member: MemberId, message: Message, **more: Any) -> None:
        if member.startswith(self.community):
            self.seconds += 20
            if self.failing:
                raise TryLater(timedelta(seconds=10))
        self.told.append(member)

    async def bring_together(self, openings: Mapping[MemberId, Message], *, key: str) -> None:
        raise NotImplementedError

    async def forget(self, member: MemberId, *, key: str) -> None:
        raise NotImplementedError


@pytest.fixture
async def many(world: World) -> list[MemberId]:
    """Several members, each with a word that waits."""
    members = [await world.join(name) for name in ("Amina", "Luc", "Chidi", "Dora", "Emil", "Fatou")]
    for member in members:
        await put(world, member, key=member, unasked=False)
    return members


async def test_a_community_whose_service_hangs_keeps_nobody_waiting_for_long(
    world: World, many: list[MemberId], monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Hanging(world, "house:test", failing=True)
    monkeypatch.setattr("bot.delivery.monotonic", platform)
    served_by(world, platform)

    await world.engine.courier.deliver()

    assert platform.seconds == 20
    assert platform.told == []
    platform.failing = False
    world.clock.move(timedelta(seconds=10))
    await world.engine.courier.deliver()
    assert platform.told[:3] == many[:3]


async def test_what_could_outlive_its_lease_is_left_to_the_next_look(
    world: World, many: list[MemberId], monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Hanging(world, "house:test", failing=False)
    monkeypatch.setattr("bot.delivery.monotonic", platform)
    served_by(world, platform)

    await world.engine.courier.deliver()
    assert platform.told == many[:4]

    await world.engine.courier.deliver()
    assert platform.told == many


# --- several communities at a time -----------------------------------------------------------------------------------


class Crowded(Moody):
    """A platform on which what goes to some takes as long as a gate is shut."""

    def __init__(self, to: Sequence[MemberId]) -> None:
        super().__init__()
        self.to = to
        self.gate = asyncio.Event()
        self.begun: list[MemberId] = []

    async def tell(self, member: MemberId, message: Message, **more: Any) -> None:
        self.begun.append(member)
        if member in self.to:
            await self.gate.wait()
        self.told.append((member, message.key))


async def spread(world: World, communities: int, each: int) -> list[list[MemberId]]:
    """People of several communities, by community, each with a word that waits."""
    people: list[list[MemberId]] = []
    for number in range(communities):
        id = CommunityId(f"house:c{number:02d}")
        async with world.store.unit_of_work() as uow:
            await uow.communities.add(Community(id, "Bar", "en", "UTC", START))
            await uow.commit()
        people.append([MemberId(f"{id}:{name}") for name in "abcdef"[:each]])
        for member in people[-1]:
            await world.send(Join(member, id, "Amina", "en", "UTC"))
            await put(world, member, key=member, unasked=False)
    return people


async def test_several_communities_are_served_at_a_time_and_each_in_order(world: World) -> None:
    people = await spread(world, LANES + 2, 2)
    platform = Crowded([member for those in people for member in those])
    served_by(world, platform)
    looking = asyncio.ensure_future(world.engine.courier.deliver())
    for _ in range(1000):
        await asyncio.sleep(0)
    assert platform.begun == [those[0] for those in people[:LANES]]

    platform.gate.set()
    await looking
    told = [member for member, _ in platform.told]
    assert [[member for member in told if member in those] for those in people] == people
    assert await world.store.next_due() is None


async def test_one_community_whose_service_breaks_keeps_no_other_from_being_served(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = await spread(world, 3, 2)
    platform = Moody(TryLater(HOUR))
    served_by(world, platform)

    async def broken(*given: Any, **more: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(world.store.carrier, "postpone", broken)
    with pytest.raises(OSError, match="full"):
        await world.engine.courier.deliver()
    assert [member for member, _ in platform.told] == [*people[1], *people[2]]

    monkeypatch.undo()
    world.clock.move(LEASE)
    await world.engine.look()
    assert sorted(member for member, _ in platform.told) == [member for those in people for member in those]


async def test_what_left_for_some_before_a_stop_does_not_leave_again(world: World) -> None:
    (amina, luc), others = people = await spread(world, 2, 2)
    platform = Crowded([luc])
    served_by(world, platform)
    looking = asyncio.ensure_future(world.engine.courier.deliver())
    for _ in range(1000):
        await asyncio.sleep(0)
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking
    assert [member for member, _ in platform.told] == [amina, *others]

    platform.gate.set()
    world.clock.move(LEASE)
    await world.engine.look()
    assert sorted(member for member, _ in platform.told) == [member for those in people for member in those]
