"""What every listener works with, and a visit: who did what, and how they wish to be spoken to."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from adapters.chat.errors import Rejected, Unanswered
from adapters.chat.later import Later
from adapters.chat.turns import Turns
from adapters.chat.veil import Veil
from adapters.discord.api import Api
from adapters.discord.chosen import Discord as Chosen
from adapters.discord.closed import Aside
from adapters.discord.directs import Directs
from adapters.discord.ids import PLATFORM, community_of, guild_of, member_of
from adapters.discord.incoming import Sender
from adapters.discord.people import People
from adapters.discord.platform import DiscordPlatform
from adapters.discord.rendering import rendered
from adapters.discord.threads import Threads
from adapters.discord.wording import in_discord
from bot.commands import Command
from bot.dispatch import Dispatch
from bot.domain.ids import CommunityId, MemberId
from bot.domain.members import Member, Person
from bot.errors import PlatformError, Refusal
from bot.messages import Message, Phrase, Reply
from bot.ports import Clock
from bot.sendings import Sendings
from bot.text import Catalogue, catalogue
from bot.text.said import Said, put


@dataclass(frozen=True)
class Counter:
    """Everything behind the bar, made once."""

    dispatch: Dispatch
    api: Api
    platform: DiscordPlatform
    sendings: Sendings
    people: People
    directs: Directs
    aside: Aside
    threads: Threads
    clock: Clock
    veil: Veil
    later: Later
    chosen: Chosen
    turns: Turns = field(default_factory=Turns)

    async def account(self) -> str:
        """What we are called in what people type; empty while Discord does not say."""
        try:
            return await self.api.who()
        except (PlatformError, Unanswered, Rejected):
            return ""

    async def visit(self, sender: Sender, member: MemberId | None = None) -> "Visit":
        """Somebody at the bar; `member` where it is known already which of theirs this is for.

        In a server it is the one of that server. In our conversation it is the only one that they have, if it is one.
        """
        here: tuple[MemberId, ...] = ()
        if member is None and sender.guild:
            member = member_of(sender.guild, sender.user)
        elif member is None:
            here = tuple(await self.people.here(sender.user))
            member = here[0] if len(here) == 1 else None
        known = await self.dispatch.known(member) if member else None
        language = self.people.language(sender)
        return Visit(self, sender, member, known, self.clock.now(), here, language)


@dataclass(frozen=True)
class Visit:
    """One thing that somebody did."""

    counter: Counter
    sender: Sender
    #: None in a conversation with somebody who has joined nowhere, or in several communities.
    member: MemberId | None
    #: None for who has not joined.
    known: tuple[Member, Person] | None
    now: datetime
    #: In a conversation: where they have joined.
    here: tuple[MemberId, ...] = ()
    language: str | None = None

    @property
    def me(self) -> MemberId:
        """Which member they are. Raises: Refusal where that cannot be said."""
        if self.member is None:
            raise Refusal("not_joined")
        return self.member

    @property
    def is_of_several(self) -> bool:
        """Whether it may be for any of several communities, which only they can tell."""
        return self.member is None and len(self.here) > 1

    @property
    def community(self) -> CommunityId:
        """For which community this is. Raises: as `me`."""
        return community_of(guild_of(self.me))

    @property
    def words(self) -> Catalogue:
        """In which words they are spoken to."""
        if self.known:
            return catalogue(self.known[1].language)
        return catalogue(self.language or self.counter.chosen.language or "en")

    @property
    def zone(self) -> str:
        """In which zone they tell the time."""
        return self.known[1].zone if self.known else "UTC"

    def put(self, message: Message) -> Said:
        """A message in their words."""
        return put(in_discord(message, self.words.language), self.words, self.zone, self.now)

    def shown(self, message: Message) -> Mapping[str, Any]:
        """A message as Discord shows it to them."""
        return rendered(self.put(message), self.words)

    def say(self, key: str, **params: Any) -> str:
        """A sentence in their words."""
        return self.words.say(Phrase(key, params), self.zone, self.now)

    async def ask(self, command: Command, *, told: bool = False, step: str = "") -> Reply | None:
        """Have something done, once, however often Discord sends it; `step` parts several that come of one thing."""
        if source := getattr(command, "source", ""):
            self.counter.people.wrote(self.me, source)
        return await self.counter.dispatch.receive(PLATFORM, self.sender.arrival + step, command, told=told)

    def mark(self, what: str) -> str:
        """By which Discord knows a word in passing that is posted because of this, however often it comes."""
        return sha256(f"{PLATFORM}:{self.sender.arrival}:{what}".encode()).hexdigest()[:25]

    async def is_served(self) -> bool:
        """Whether Comptoir is at work in the server where this happens. Raises: as `me`."""
        community = await self.counter.dispatch.community(self.community)
        return community is not None and community.closed_at is None

    async def anew(self) -> "Visit":
        """The same, once they may have joined or speak another language."""
        return replace(self, known=await self.counter.dispatch.known(self.member)) if self.member else self

    async def of(self, member: MemberId) -> "Visit":
        """The same for one of their members, where several would do."""
        return self if member == self.member else await self.counter.visit(self.sender, member)

    async def is_new(self, step: str) -> bool:
        """Whether this came for the first time, for a word in passing that needs no command."""
        return await self.counter.dispatch.is_new(PLATFORM, self.sender.arrival + step)

    @property
    def is_admin(self) -> bool:
        """Whether they may look after Comptoir here: named by the settings, or else who may manage the server, now.

        In our conversation Discord does not say what somebody may do in a server.
        """
        sender = self.sender
        if not sender.guild:
            return False
        named = self.counter.chosen.is_steward(sender.guild, sender.user, sender.roles)
        return sender.runs if named is None else named
