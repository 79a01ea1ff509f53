"""What is done after an answer, and what has to wait for its turn."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from adapters.chat.errors import Unanswered
from adapters.chat.later import Later
from bot.errors import TryLater
from tests.adapters.slack.bar import Bar
from tests.platforms.slack.faults import drop_after, limited

STRANGERS = 24  # more than a workspace may be told at once


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    async with Bar() as bar:
        yield bar


def told(bar: Bar, user: str) -> int:
    return sum(sight.by == bar.team.bot for sight in bar.team.seen(user, "message", "ephemeral"))


class Work:
    """Fails so many times, and remembers how long was waited."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.tries = 0
        self.waited: list[float] = []

    async def __call__(self) -> None:
        self.tries += 1
        if self.errors:
            raise self.errors.pop(0)

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)


async def test_what_may_be_tried_later_is_tried_when_it_may() -> None:
    work = Work(TryLater(timedelta(seconds=3)), TryLater(timedelta(seconds=60)))
    later = Later(work.sleep)

    later.insist(work)
    await later.settled()

    assert (work.tries, work.waited) == (3, [3, 60])


async def test_what_has_to_wait_too_long_is_given_up_with_one_line() -> None:
    work = Work(*(TryLater(timedelta(minutes=4)) for _ in range(9)))
    later = Later(work.sleep)

    with capture_logs() as lines:
        later.insist(work)
        await later.settled()

    assert work.tries == 3
    assert [line["event"] for line in lines] == ["not_done_after_answering"]


async def test_what_may_have_been_done_is_not_done_again() -> None:
    work = Work(Unanswered("ServerDisconnectedError"))
    later = Later(work.sleep)

    later.insist(work)
    await later.settled()

    assert work.tries == 1


async def test_the_end_does_not_wait_for_what_has_to_wait() -> None:
    work = Work(TryLater(timedelta(minutes=9)))
    later = Later()
    later.insist(work)
    await later.settled()

    async with asyncio.timeout(1):
        await later.close()

    assert work.tries == 1


async def test_everybody_who_says_hello_in_one_moment_is_greeted_once(bar: Bar) -> None:
    strangers = [bar.person(f"U{number}", "Nobody yet") for number in range(STRANGERS)]

    await asyncio.gather(*(bar.team.say(user, "hello") for user in strangers))
    await bar.slack.until(lambda: all(told(bar, user) for user in strangers))

    assert [told(bar, user) for user in strangers] == [1] * STRANGERS


async def test_a_greeting_and_a_form_come_when_slack_takes_them(bar: Bar) -> None:
    await bar.enters("U1", "Ada")
    bar.person("U2", "Eve")
    before = told(bar, "U1")

    for user, words in (("U1", "/need"), ("U2", "hello")):
        bar.slack.faults.plan("chat.postMessage", limited(0))
        await bar.team.say(user, words)
        await bar.look()
    await bar.slack.until(lambda: (told(bar, "U1") - before, told(bar, "U2")) == (1, 1))


async def test_a_greeting_whose_answer_was_lost_is_not_sent_again(bar: Bar) -> None:
    bar.person("U1", "Eve")
    bar.slack.faults.plan("chat.postMessage", drop_after())

    await bar.team.say("U1", "hello")
    await bar.look()
    await bar.look()

    assert told(bar, "U1") == 1
