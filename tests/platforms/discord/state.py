"""What exists at the fake Discord: users, guilds, roles, channels, threads, messages. Plain data; ids are strings."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

from tests.platforms.discord.intents import FLAGS

Json = dict[str, Any]

#: Message flag: only one person sees it. https://docs.discord.com/developers/resources/message#message-object-message-flags
EPHEMERAL: Final = 1 << 6
#: Message flag: "thinking".
LOADING: Final = 1 << 7
#: Message flag: made of components alone.
COMPONENTS_V2: Final = 1 << 15


class ApiError(Exception):
    """A refusal. `code` is Discord's; `errors` says which field of a form is wrong, and how.

    Source: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
    """

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} {code} {message} {errors or ''}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors


class Kind(IntEnum):
    """Kinds of channels. Source: https://docs.discord.com/developers/resources/channel#channel-object-channel-types."""

    TEXT = 0
    DIRECT = 1
    CATEGORY = 4
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12


@dataclass
class User:
    id: str
    name: str
    locale: str = "en-US"
    bot: bool = False
    #: Whether the bot may write to this person.
    dms_open: bool = True
    deleted: bool = False


@dataclass
class Role:
    id: str
    name: str
    permissions: int = 0
    position: int = 1
    mentionable: bool = False
    managed: bool = False


@dataclass
class Member:
    user: str
    joined_at: str
    roles: list[str] = field(default_factory=list)
    nick: str | None = None


@dataclass
class Overwrite:
    """What a role (0) or a member (1) may do in one channel, other than in the others."""

    id: str
    type: int
    allow: int = 0
    deny: int = 0


@dataclass
class Strand:
    """What a thread has beyond a channel."""

    owner: str
    created: str
    members: dict[str, str] = field(default_factory=dict)
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    auto_archive: int = 1440
    changed: str = ""


@dataclass
class Message:
    """A message. An ephemeral one has `only_for`; a deleted one stays, for the true list."""

    id: str
    channel: str
    author: str
    created: str
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    flags: int = 0
    type: int = 0
    nonce: str | None = None
    edited: str | None = None
    mentions: list[str] = field(default_factory=list)
    mention_roles: list[str] = field(default_factory=list)
    mention_everyone: bool = False
    reply_to: str | None = None
    #: The interaction that it answers: Discord's interaction_metadata.
    interaction: Json | None = None
    #: Whoever alone sees it.
    only_for: str = ""
    deleted: bool = False

    @property
    def system(self) -> bool:
        """Whether Discord itself says it, of who came into a thread or was taken out."""
        return self.type in (1, 2)

    @property
    def thinking(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def text(self) -> str:
        """Everything that is there to read, components included, each piece on a line of its own."""
        return "\n".join(piece for piece in (self.content, *embedded(self.embeds), *written(self.components)) if piece)


@dataclass
class Channel:
    id: str
    kind: Kind
    name: str = ""
    guild: str | None = None
    parent: str | None = None
    topic: str | None = None
    position: int = 0
    overwrites: dict[str, Overwrite] = field(default_factory=dict)
    #: Of a direct channel: the person.
    recipient: str = ""
    messages: dict[str, Message] = field(default_factory=dict)
    strand: Strand | None = None
    deleted: bool = False

    @property
    def thread(self) -> Strand:
        """Raises: ApiError, of what is no thread."""
        if self.strand is None:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        return self.strand

    def living(self) -> Iterator[Message]:
        """The messages that are there now, oldest first, without what is for one person only."""
        return (message for message in self.messages.values() if not message.deleted and not message.only_for)


@dataclass
class Guild:
    id: str
    name: str
    owner: str
    locale: str = "en-US"
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    #: Discord has an outage there.
    available: bool = True


@dataclass
class App:
    """The app under test, as its page at Discord describes it."""

    id: str
    name: str = "Comptoir"
    token: str = ""
    #: Which of the privileged intents are switched on, and much else: see intents.py.
    flags: int = 0
    interactions_endpoint_url: str | None = None
    owner: str = ""

    @property
    def privileged(self) -> int:
        """The privileged intents that are switched on, as intents."""
        return sum(intent for intent, flags in FLAGS.items() if self.flags & sum(flags))

    @privileged.setter
    def privileged(self, intents: int) -> None:
        for intent, (many, few) in FLAGS.items():
            self.flags = self.flags & ~(many | few) | (few if intents & intent else 0)


@dataclass
class World:
    """Everything that exists, by id. The app's bot user has the app's id."""

    app: App
    users: dict[str, User] = field(default_factory=dict)
    guilds: dict[str, Guild] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    #: Direct channels with the bot, by person.
    directs: dict[str, Channel] = field(default_factory=dict)

    def user(self, user: str) -> User:
        """Somebody. Raises: ApiError."""
        if user not in self.users:
            raise ApiError(404, 10013, "Unknown User")
        return self.users[user]

    def guild(self, guild: str) -> Guild:
        """A guild that the bot is in. Raises: ApiError."""
        if guild not in self.guilds or self.app.id not in self.guilds[guild].members:
            raise ApiError(404, 10004, "Unknown Guild")
        return self.guilds[guild]

    def channel(self, channel: str) -> Channel:
        """A channel or thread. Raises: ApiError."""
        if channel not in self.channels or self.channels[channel].deleted:
            raise ApiError(404, 10003, "Unknown Channel")
        return self.channels[channel]

    def message(self, channel: str, message: str) -> Message:
        """A message that everybody there can see. Raises: ApiError."""
        found = self.channel(channel).messages.get(message)
        if found is None or found.deleted or found.only_for:
            raise ApiError(404, 10008, "Unknown Message")
        return found

    def together(self, user: str) -> bool:
        """Whether somebody shares a guild with the bot."""
        return any({user, self.app.id} <= guild.members.keys() for guild in self.guilds.values())


def embedded(embeds: Iterable[Json]) -> Iterator[str]:
    """The words of embeds."""
    for embed in embeds:
        yield str(embed.get("title") or "")
        yield str(embed.get("description") or "")
        for one in embed.get("fields") or ():
            yield from (str(one["name"]), str(one["value"]))
        yield str((embed.get("footer") or {}).get("text") or "")


def flat(components: Iterable[Json]) -> Iterator[Json]:
    """Every component, with what is inside rows, sections, containers and labels, from top to bottom."""
    for component in components:
        yield component
        inside = component.get("components")
        inside = [*inside] if isinstance(inside, list) else []
        inside += [component.get("component"), component.get("accessory")]
        yield from flat(one for one in inside if isinstance(one, dict))


def written(components: Iterable[Json]) -> Iterator[str]:
    """The words of text displays (type 10)."""
    return (str(one.get("content") or "") for one in flat(components) if one.get("type") == 10)
