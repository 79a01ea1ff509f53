"""In any small history, one member's no or their silence: nobody else can see which it was (I2)."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.commands import ChangeSettings, Leave, Pause, Press, Resume
from bot.domain.ids import MemberId
from bot.messages import Message
from tests.journeys.silence import pass_time, steady_world
from tests.world import World

NAMES = ("Amina", "Luc", "Sofia", "Tomas")
SUBJECTS = ("T-shirts", "Kubernetes", "accordion lessons")
TEXTS = tuple(f"I can offer some {s}" for s in SUBJECTS) + tuple(f"I am looking for {s}" for s in SUBJECTS)
CARDS = ("card.answers", "card.subject", "card.same_need")
#: Answers short of a yes, as they are pressed one after the other.
NOES = (("no",), ("no", "no_subject"), ("no", "no_other"), ("not_now",), ("yes", "take_back"), ("yes", "no"))


@dataclass(frozen=True)
class Step:
    """What one of the members does, and how many hours pass after it."""

    who: int
    deed: str
    #: A text to post, or which of the cards received so far to answer.
    what: int
    hours: float


@dataclass(frozen=True)
class No:
    """At which step whoever it is answers which of their cards, and how."""

    at: int
    who: int
    card: int
    how: tuple[str, ...]


members = st.integers(0, len(NAMES) - 1)
hours = st.sampled_from([0.0, 0.0, 1.0, 20.0, 30.0, 100.0])
steps = st.lists(
    st.one_of(
        st.builds(Step, members, st.just("post"), st.integers(0, len(TEXTS) - 1), hours),
        st.builds(
            Step, members, st.sampled_from(["yes", "yes", "no", "not_now", "take_back"]), st.integers(0, 2), hours
        ),
        st.builds(Step, members, st.sampled_from(["leave", "stop", "resume", "frugal", "daily"]), st.just(0), hours),
    ),
    min_size=4,
    max_size=14,
)
noes = st.builds(No, st.integers(1, 14), members, st.integers(0, 1), st.sampled_from(NOES))


class History:
    """A history that is being told, with the cards that each member has received, oldest first."""

    def __init__(self, world: World, people: Sequence[MemberId]) -> None:
        self.world, self.people = world, people
        self.cards: list[list[str]] = [[] for _ in people]

    async def notice_cards(self) -> None:
        for received, member in zip(self.cards, self.people, strict=True):
            for message in await self.world.messages(member):
                for part in (message, *message.parts):
                    if part.key.startswith(CARDS) and "yes" in part.choices and part.token not in (None, *received):
                        received.append(part.token or "")

    async def do(self, step: Step, no: No) -> None:
        member = self.people[step.who]
        match step.deed:
            case "post":
                preview = await self.world.say(member, TEXTS[step.what])
                if isinstance(preview, Message) and "post" in preview.choices and preview.token:
                    await self.world.press_token(member, preview.token, "post")
            case "leave":
                await self.world.send(Leave(member))
            case "stop":
                await self.world.send(Pause(member, None))
            case "resume":
                await self.world.join(NAMES[step.who])
                await self.world.send(Resume(member))
            case "frugal":
                await self.world.send(ChangeSettings(member, monthly_budget=3))
            case "daily":
                await self.world.send(ChangeSettings(member, delivery="daily"))
            case answer if (step.who, step.what) != (no.who, no.card):
                await self.answer(step.who, step.what, answer)
        await self.world.engine.look()

    async def answer(self, who: int, card: int, choice: str) -> None:
        if card < len(self.cards[who]):
            token = self.cards[who][card]
            reply = await self.world.send(Press(self.people[who], token, choice))
            if isinstance(reply, Message) and not reply.key.startswith("card."):
                await self.world._show(self.people[who], reply)


async def seen_by_others(history: Sequence[Step], no: No, *, silent: bool, place: str = "house") -> list[list[str]]:
    """What everybody but one has seen, two weeks after a history in which that one said no, or said nothing."""
    async with steady_world(place) as world:
        return await _seen_by_others(world, history, no, silent=silent)


async def _seen_by_others(world: World, history: Sequence[Step], no: No, *, silent: bool) -> list[list[str]]:
    told = History(world, [await world.join(name) for name in NAMES])
    for at, step in enumerate([*history, Step(0, "wait", 0, 0.0)]):
        if at == min(no.at, len(history)) and not silent:
            for choice in no.how:
                await told.answer(no.who, no.card, choice)
            await world.engine.look()
        if step.deed != "wait":
            await told.do(step, no)
        await pass_time(world, hours=step.hours)
        await told.notice_cards()
    await pass_time(world, days=14)
    return [await world.transcript(member) for who, member in enumerate(told.people) if who != no.who]


def post(who: int, text: int, hours: float = 0.0) -> Step:
    return Step(who, "post", text, hours)


#: A reminder that counted against the budget would leave no room for the last card.
BUSY = [
    Step(1, "frugal", 0, 0.0), post(1, 0), post(1, 1), post(1, 2), post(0, 3), Step(2, "yes", 2, 100.0),
    post(2, 4, 1.0), post(3, 5, 30.0),
]  # fmt: skip


@example([post(0, 0), post(1, 3), Step(0, "yes", 0, 1.0), post(2, 0), post(2, 1)], No(3, 1, 0, ("no",)))
@example(BUSY, No(5, 1, 0, ("no",)))
@given(history=steps, no=noes)
@settings(max_examples=int(os.environ.get("HISTORIES", "60")), deadline=None, suppress_health_check=list(HealthCheck))
def test_nobody_else_can_tell_a_no_from_silence(history: list[Step], no: No) -> None:
    loud = asyncio.run(seen_by_others(history, no, silent=False))

    assert loud == asyncio.run(seen_by_others(history, no, silent=True))


@example([post(0, 0), post(1, 3), Step(0, "yes", 0, 1.0), post(2, 0), post(2, 1)], No(3, 1, 0, ("no",)))
@given(history=steps, no=noes)
@settings(
    max_examples=int(os.environ.get("HISTORIES", "20")) // 10, deadline=None, suppress_health_check=list(HealthCheck)
)
def test_nor_can_they_in_slack(history: list[Step], no: No) -> None:
    loud = asyncio.run(seen_by_others(history, no, silent=False, place="slack"))

    assert loud == asyncio.run(seen_by_others(history, no, silent=True, place="slack"))


@example([post(0, 0), post(1, 3), Step(0, "yes", 0, 1.0), post(2, 0), post(2, 1)], No(3, 1, 0, ("no",)))
@given(history=steps, no=noes)
@settings(
    max_examples=int(os.environ.get("HISTORIES", "20")) // 10, deadline=None, suppress_health_check=list(HealthCheck)
)
def test_nor_can_they_in_discord(history: list[Step], no: No) -> None:
    loud = asyncio.run(seen_by_others(history, no, silent=False, place="discord"))

    assert loud == asyncio.run(seen_by_others(history, no, silent=True, place="discord"))
