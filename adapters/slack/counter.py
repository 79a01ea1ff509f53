"""What every listener works with, and a visit: who did what, and how they wish to be spoken to."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Any, Final

from adapters.chat.later import Later
from adapters.chat.turns import Turns
from adapters.chat.veil import Veil
from adapters.slack.api import Api, Tokens
from adapters.slack.chosen import Slack as Chosen
from adapters.slack.errors import said_kindly
from adapters.slack.ids import PLATFORM, community_of, member_of
from adapters.slack.incoming import Sender, arrival_of, attempt_of
from adapters.slack.people import People, Profile
from adapters.slack.platform import Slack
from adapters.slack.wording import in_slack
from bot.commands import Command
from bot.dispatch import Dispatch
from bot.domain.ids import CommunityId, MemberId
from bot.domain.members import Member, Person
from bot.errors import Refusal
from bot.installations import Installations
from bot.messages import Message, Phrase, Reply
from bot.ports import Clock
from bot.sendings import Sendings
from bot.text import Catalogue, catalogue
from bot.text.said import Said, put

#: Seconds in which Slack says who somebody is, and in which all is done for a window: it must open within three.
SOON: Final = 1.2
WINDOW: Final = 2.7


@dataclass(frozen=True)
class Counter:
    """Everything behind the bar, made once."""

    dispatch: Dispatch
    api: Api
    tokens: Tokens
    installations: Installations
    platform: Slack
    sendings: Sendings
    people: People
    clock: Clock
    veil: Veil
    later: Later
    chosen: Chosen
    turns: Turns = field(default_factory=Turns)

    async def visit(self, sender: Sender, body: Mapping[str, Any]) -> "Visit":
        """Somebody at the bar. Who has not joined is spoken to in the language of their Slack."""
        member = member_of(sender.team, sender.user)
        known = await self.dispatch.known(member)
        return Visit(self, sender, body, member, known, self.clock.now())


@dataclass(frozen=True)
class Visit:
    """One thing that somebody did."""

    counter: Counter
    sender: Sender
    body: Mapping[str, Any]
    member: MemberId
    #: None for who has not joined.
    known: tuple[Member, Person] | None
    now: datetime
    #: In seconds of the process.
    began: float = field(default_factory=monotonic)

    @property
    def left(self) -> float:
        """Seconds that are left to open a window."""
        return max(0.0, self.began + WINDOW - monotonic())

    @property
    def team(self) -> str:
        """The workspace."""
        return self.sender.team

    @property
    def community(self) -> CommunityId:
        """The same, as ours."""
        return community_of(self.team)

    @property
    def words(self) -> Catalogue:
        """In which words they are spoken to."""
        if self.known:
            return catalogue(self.known[1].language)
        return catalogue(self.counter.people.language(self.team, self.sender.user) or "en")

    @property
    def zone(self) -> str:
        """In which zone they tell the time."""
        return self.known[1].zone if self.known else "UTC"

    def put(self, message: Message) -> Said:
        """A message in their words."""
        commands = self.counter.chosen.typed_in(self.words.language)
        return put(in_slack(message, commands), self.words, self.zone, self.now)

    def say(self, key: str, **params: Any) -> str:
        """A sentence in their words."""
        return self.words.say(Phrase(key, params), self.zone, self.now)

    async def ask(self, command: Command, *, told: bool = False, step: str = "") -> Reply | None:
        """Have something done, once, however often Slack sends it; `step` parts several that come of one thing."""
        return await self.counter.dispatch.receive(
            PLATFORM, arrival_of(self.body) + step, command, told=told, attempt=attempt_of(self.body)
        )

    async def anew(self) -> "Visit":
        """The same, once they may have joined or speak another language."""
        return replace(self, known=await self.counter.dispatch.known(self.member))

    async def is_new(self, step: str) -> bool:
        """Whether this came for the first time, for a word in passing that needs no command."""
        return await self.counter.dispatch.is_new(PLATFORM, arrival_of(self.body) + step)

    async def profile(self, *, fresh: bool = False) -> Profile:
        """Who they are in Slack. What Slack says later than `SOON` is known when they try again.

        Raises: Refusal where Slack does not say.
        """
        asking = asyncio.ensure_future(self.counter.people.profile(self.team, self.sender.user, fresh=fresh))
        await asyncio.wait([asking], timeout=SOON)
        if not asking.done():
            self.counter.later.do(_answered(asking))
            raise Refusal("slack_busy")
        with said_kindly():
            return asking.result()

    async def seems_admin(self) -> bool:
        """The same as `is_admin`, for what is only shown: where Slack does not say, they do not."""
        named = self.counter.chosen.is_steward(self.team, self.sender.user)
        try:
            return named if named is not None else (await self.profile()).runs
        except Refusal:
            return False

    async def is_admin(self) -> bool:
        """Whether they may look after Comptoir here, asked at each request."""
        named = self.counter.chosen.is_steward(self.team, self.sender.user)
        return named if named is not None else (await self.profile(fresh=True)).runs


async def _answered(asking: Awaitable[Profile]) -> None:
    await asking
