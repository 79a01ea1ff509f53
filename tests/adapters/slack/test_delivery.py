"""What is sent arrives once, whatever becomes of the answers (F4), and when Slack takes it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.web.async_base_client import AsyncBaseClient
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.chat.errors import Rejected
from adapters.slack.ids import member_of
from adapters.slack.pace import Pace
from adapters.slack.platform import PAGES, PER_PAGE
from bot.domain.ids import MemberId
from bot.errors import PlatformError, TryLater
from bot.messages import Message
from tests.adapters.slack.bar import TEAM, Bar
from tests.adapters.slack.crowd import Crowd, comes, openings
from tests.platforms.slack import broken, drop_after, drop_before, limited, refused, slow
from tests.platforms.slack.faults import Fault

WORD = Message("house.introduced")


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    async with Bar() as bar:
        bar.counter.api._pace = Pace(now=lambda: bar.world.clock.now().timestamp())
        yield bar


def counted_calls(bar: Bar) -> Counter[str]:
    """How often we mean to call each method from now on."""
    api, meant = bar.counter.api, Counter[str]()
    real = api._call

    async def counting(method: str, *arguments: Any) -> Any:
        meant[method] += 1
        return await real(method, *arguments)

    api._call = counting  # type: ignore[assignment,method-assign]  # it does what it did
    return meant


async def tells(bar: Bar, member: MemberId, key: str = "k") -> None:
    await bar.service.platform.tell(member, WORD, key=key)


async def test_what_is_applied_and_not_answered_is_not_sent_again(bar: Bar) -> None:
    meant = counted_calls(bar)
    crowd = Crowd(bar, 25)
    bar.slack.faults.plan("chat.postMessage", drop_after(), times=None, share=0.2, seed=4)

    await crowd.come()
    await crowd.post()
    await bar.travel(minutes=30)
    await crowd.answer()
    await bar.travel(minutes=30)

    assert crowd.cards() == {1: 50}
    lost = [call for call in bar.slack.calls if call.method == "chat.postMessage" and call.applied and not call.status]
    assert len(lost) > 10
    assert bar.slack.counted("chat.postMessage") == meant["chat.postMessage"]
    # Nobody can look into the conversation of two: what was lost there is said again, and nobody is left untold.
    unsure = Counter(str(call.arguments["channel"]) for call in lost)
    for pair in crowd.pairs:
        posted = openings(bar, *pair)
        assert len(posted) == 1 + unsure[posted[0].channel]
        assert len({post.text for post in posted}) == 1


@pytest.mark.parametrize(
    "fault", [drop_after(), broken(503, applied=True), refused("fatal_error", applied=True), slow(0)], ids=repr
)
async def test_whatever_was_applied_is_found_again(bar: Bar, fault: Fault) -> None:
    member = await comes(bar, "U1")
    bar.slack.faults.plan("chat.postMessage", fault)

    for _ in range(3):
        with suppress(PlatformError):
            await tells(bar, member)

    assert len(bar.team.messages(bar.team.direct("U1").id)) == 1
    assert bar.slack.counted("chat.postMessage") == 1


@pytest.mark.parametrize("fault", [drop_before(), broken(503), refused("internal_error"), limited(2)], ids=repr)
async def test_whatever_was_not_applied_is_sent_again(bar: Bar, fault: Fault) -> None:
    member = await comes(bar, "U1")
    bar.slack.faults.plan("chat.postMessage", fault)

    for _ in range(3):
        with suppress(PlatformError):
            await tells(bar, member)
        await bar.travel(seconds=5)

    assert len(bar.team.messages(bar.team.direct("U1").id)) == 1
    assert bar.slack.counted("chat.postMessage") == 2


async def test_a_message_is_known_again_where_slack_keeps_its_metadata_from_us(bar: Bar) -> None:
    member = await comes(bar, "U1")
    bar.slack.faults.plan("chat.postMessage", drop_after())
    with pytest.raises(PlatformError):
        await tells(bar, member)
    (there,) = bar.team.messages(bar.team.direct("U1").id)
    there.metadata = None

    await tells(bar, member)

    assert bar.slack.counted("chat.postMessage") == 1


async def test_nothing_is_sent_again_before_it_was_looked_for(bar: Bar) -> None:
    member = await comes(bar, "U1")
    bar.slack.faults.plan("chat.postMessage", drop_after())
    bar.slack.faults.plan("conversations.history", limited(2))

    for _ in range(2):
        with pytest.raises(TryLater):
            await tells(bar, member)
    await bar.travel(seconds=3)
    await tells(bar, member)

    assert bar.slack.counted("chat.postMessage") == 1
    assert bar.slack.counted("conversations.history") == 2


async def test_where_we_may_not_look_a_message_is_left_alone(bar: Bar) -> None:
    member = await comes(bar, "U1")
    bar.slack.faults.plan("chat.postMessage", drop_after())
    bar.slack.faults.plan("conversations.history", refused("channel_not_found"))
    with pytest.raises(PlatformError):
        await tells(bar, member)

    await tells(bar, member)

    assert bar.slack.counted("chat.postMessage") == 1


async def test_a_message_that_may_be_further_back_than_we_look_is_left_alone(bar: Bar) -> None:
    member = await comes(bar, "U1")
    bar.slack.faults.plan("chat.postMessage", drop_after())
    with pytest.raises(PlatformError):
        await tells(bar, member)
    for number in range(PAGES * PER_PAGE):
        await bar.team.say("U1", f"hm {number}")

    await tells(bar, member)

    texts = [call.arguments["text"] for call in bar.slack.calls if call.method == "chat.postMessage"]
    assert texts.count(texts[0]) == 1
    assert bar.slack.counted("conversations.history") == PAGES


async def test_an_opening_that_may_be_there_is_said_again(bar: Bar) -> None:
    """One too many rather than two people who are never told: no scope lets us look into their conversation."""
    a, b = await comes(bar, "U1"), await comes(bar, "U2")
    bar.slack.faults.plan("chat.postMessage", drop_after())

    for _ in range(3):
        with suppress(PlatformError):
            await bar.service.platform.bring_together({a: WORD, b: WORD}, key="k")

    assert len(openings(bar, "U1", "U2")) == 2
    assert bar.slack.counted("conversations.history") == 0


async def test_an_opening_that_may_be_there_is_not_called_lost_when_slack_refuses_it_later(bar: Bar) -> None:
    a, b = await comes(bar, "U1"), await comes(bar, "U2")
    bar.slack.faults.plan("chat.postMessage", drop_after())
    bar.slack.faults.plan("chat.postMessage", limited(30))
    bar.slack.faults.plan("chat.postMessage", refused("is_archived"))

    for _ in range(2):
        with pytest.raises(TryLater):
            await bar.service.platform.bring_together({a: WORD, b: WORD}, key="k")
        bar.world.clock.move(timedelta(minutes=1))
    await bar.service.platform.bring_together({a: WORD, b: WORD}, key="k")

    assert len(openings(bar, "U1", "U2")) == 1


@pytest.mark.parametrize("code", ["invalid_user_combination", "user_disabled", "too_many_users", "missing_scope"])
async def test_nothing_stays_noted_of_an_opening_for_which_slack_opens_no_conversation(bar: Bar, code: str) -> None:
    a, b = await comes(bar, "U1"), await comes(bar, "U2")
    bar.slack.faults.plan("conversations.open", refused(code))

    with pytest.raises((PlatformError, Rejected)):
        await bar.service.platform.bring_together({a: WORD, b: WORD}, key="k")

    assert not [one for member in (a, b) for one in await bar.counter.sendings.speaking_of(member)]


async def test_slack_is_not_asked_again_before_the_time_that_it_said(bar: Bar) -> None:
    member = await comes(bar, "U1")
    bar.slack.faults.plan("chat.postMessage", limited(30))

    for key in ["k"] * 10 + ["another"] * 20:
        with pytest.raises(TryLater):
            await tells(bar, member, key=key)
        assert bar.slack.counted("chat.postMessage") == 1
        bar.world.clock.move(timedelta(seconds=1))
    await tells(bar, member)

    assert len(bar.team.messages(bar.team.direct("U1").id)) == 1


async def test_one_method_that_must_wait_stops_no_other(bar: Bar) -> None:
    a, b = await comes(bar, "U1"), await comes(bar, "U2")
    bar.slack.faults.plan("conversations.open", limited(30))

    with pytest.raises(TryLater) as later:
        await bar.service.platform.bring_together({a: WORD, b: WORD}, key="opening")
    await tells(bar, a)

    assert later.value.after == timedelta(seconds=30)
    assert len(bar.team.messages(bar.team.direct("U1").id)) == 1


@pytest.mark.parametrize("fault", [limited(30), drop_before(), broken(503)], ids=repr)
async def test_an_answered_card_is_replaced_at_once_although_slack_lets_us_change_nothing(
    bar: Bar, fault: Fault
) -> None:
    crowd = Crowd(bar, 1)
    await crowd.come()
    await crowd.post()
    await bar.travel(minutes=1)
    bar.slack.faults.plan("chat.update", fault, times=None)

    await bar.team.press("UA0", "yes")
    await bar.counter.later.close()

    assert not [widget for widget in bar.team.buttons("UA0") if widget.action_id == "press:yes"]
    (edit,) = bar.team.seen("UA0", "edit")
    assert "press:no" not in str(edit.blocks)


@pytest.mark.parametrize("fault", [limited(30), drop_before(), broken(503)], ids=repr)
async def test_an_answer_on_the_home_tab_is_there_at_once_and_in_its_message_when_slack_lets_us(
    bar: Bar, fault: Fault
) -> None:
    crowd, freed = Crowd(bar, 1), asyncio.Event()

    async def until_freed(seconds: float) -> None:
        await freed.wait()
        bar.world.clock.move(timedelta(seconds=seconds))

    bar.counter.later._sleep = until_freed
    await crowd.come()
    await crowd.post()
    await bar.travel(minutes=1)
    await bar.team.home("UA0")
    await bar.counter.later.settled()
    bar.slack.faults.plan("chat.update", fault, times=None)

    await bar.team.press("UA0", "yes", where="home")
    await bar.counter.later.settled()

    assert not offered(bar, "yes", where="home")
    assert offered(bar, "yes")

    bar.slack.faults.clear()
    freed.set()

    await bar.slack.until(lambda: not offered(bar, "yes"))


def offered(bar: Bar, choice: str, **where: Any) -> bool:
    """Whether the first of the crowd is asked still."""
    return any(widget.action_id == f"press:{choice}" for widget in bar.team.buttons("UA0", **where))


async def test_many_answers_that_had_to_wait_are_each_shown_once(bar: Bar) -> None:
    crowd = Crowd(bar, 4)
    await crowd.come()
    await crowd.post()
    await bar.travel(minutes=1)
    for user in crowd.people:
        token = str(bar.team.find(user, "yes").shape["value"])
        assert await bar.counter.platform.note_answer(member_of(TEAM, user), token, WORD)

    await asyncio.gather(*(bar.counter.platform.catch_up() for _ in crowd.people))

    assert bar.slack.counted("chat.update") == len(crowd.people)


async def test_no_client_of_ours_repeats_anything_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    clients: list[AsyncBaseClient | AsyncWebhookClient] = []
    for made in (AsyncBaseClient, AsyncWebhookClient):
        monkeypatch.setattr(made, "__init__", noted(clients, made.__init__))

    async with Bar() as bar:
        await bar.enters("U1", "Amina")
        await bar.posts("U1", "/offer", "I can offer some time on Sundays")
        bar.slack.faults.plan("chat.update", limited(30))
        await bar.posts("U1", "/need", "I am looking for a ladder")
        await bar.team.home("U1")

    assert {type(client) for client in clients} >= {AsyncWebClient, AsyncWebhookClient}
    assert not [client for client in clients if client.retry_handlers]


def noted(clients: list[Any], real: Callable[..., None]) -> Callable[..., None]:
    def init(self: Any, *arguments: Any, **more: Any) -> None:
        real(self, *arguments, **more)
        clients.append(self)

    return init
