"""What exists at the fake Slack: workspaces, people, conversations, messages, views, tokens. Plain data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """A method's answer with `ok: false`. `extra` is what else the answer holds, e.g. needed and provided scopes."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra


class Kind(StrEnum):
    """Kinds of conversations, named as the `channel_type` of message events names them."""

    PUBLIC = "channel"
    PRIVATE = "group"
    DIRECT = "im"
    GROUP = "mpim"


@dataclass
class App:
    """The app under test, as its page at Slack describes it. None means: not told, so anything goes."""

    id: str = "A0COMPTOIR"
    client_id: str = "1111.2222"
    client_secret: str = "client-secret"
    signing_secret: str = "signing-secret"
    app_token: str = "xapp-1-A0COMPTOIR"
    #: What the app-level token may do.
    app_scopes: frozenset[str] = frozenset({"connections:write"})
    scopes: frozenset[str] | None = None
    events: frozenset[str] | None = None
    commands: frozenset[str] | None = None
    shortcuts: frozenset[str] | None = None
    #: Where each kind of payload goes over HTTP; empty: Socket Mode.
    events_url: str = ""
    interactions_url: str = ""
    commands_url: str = ""
    redirect_urls: tuple[str, ...] = ()
    token_rotation: bool = False
    socket_mode: bool = True
    #: Whether people can open the Home tab, and write to the app.
    home_tab: bool = True
    messages_tab: bool = True


@dataclass
class Token:
    """A bearer token. `fault` is what Slack answers to it, once it is good for nothing any more."""

    value: str
    team: str
    kind: str = "bot"
    scopes: frozenset[str] | None = None
    fault: str = ""
    expires_at: float | None = None


@dataclass
class User:
    id: str
    team: str
    name: str
    locale: str = "en-US"
    zone: str = "Europe/Paris"
    is_admin: bool = False
    is_owner: bool = False
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    deleted: bool = False
    #: Whether the app may see this person: guests can be out of its sight.
    visible: bool = True
    #: The workspaces of an organisation that they are in; `team` is the one that Slack calls theirs in all of them.
    teams: tuple[str, ...] = ()


@dataclass
class Team:
    """A workspace. It knows the app's bot user, and whether the app is installed."""

    id: str
    domain: str
    name: str
    bot_user: str
    bot_id: str
    enterprise: str = ""
    installed: bool = True


@dataclass
class Post:
    """A message. An ephemeral one has `only_for`; a deleted one stays, for the true list."""

    ts: str
    channel: str
    user: str
    team: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    by_bot: bool = False
    client_msg_id: str = ""
    thread_ts: str = ""
    metadata: Json | None = None
    edited_ts: str = ""
    only_for: str = ""
    deleted: bool = False
    subtype: str = ""
    unfurls: bool = True


@dataclass
class Channel:
    id: str
    kind: Kind
    name: str
    #: The workspace that it belongs to, and others that it is shared with.
    team: str
    connected: frozenset[str] = frozenset()
    members: list[str] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    archived: bool = False

    @property
    def shared(self) -> bool:
        return bool(self.connected)

    @property
    def teams(self) -> frozenset[str]:
        """The workspaces that have this conversation."""
        return self.connected | {self.team}

    def living(self) -> Iterator[Post]:
        """The messages that are there now, oldest first, without what is for one person only."""
        return (post for post in self.posts if not post.deleted and not post.only_for)


@dataclass
class View:
    """A modal or a Home tab as somebody has it in front of them."""

    id: str
    user: str
    #: The workspace of whoever looks, and the one where the app is installed; they differ in shared channels.
    team: str
    installed_team: str
    shape: Json
    hash: str
    root: str = ""
    previous: str | None = None
    #: What was typed or chosen so far: block_id → action_id → value.
    values: dict[str, dict[str, Json]] = field(default_factory=dict)

    @property
    def callback_id(self) -> str:
        return str(self.shape.get("callback_id", ""))


@dataclass
class Scheduled:
    """A message that waits for its time."""

    id: str
    team: str
    channel: str
    post_at: int
    created: int
    text: str
    arguments: Json


@dataclass
class World:
    """Everything that exists, by id."""

    app: App = field(default_factory=App)
    teams: dict[str, Team] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    #: Direct and group messages by who is in them.
    directs: dict[frozenset[str], Channel] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    #: The open modals of each person, the lowest first.
    stacks: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    scheduled: dict[str, Scheduled] = field(default_factory=dict)

    def user(self, user: str, *, code: str = "user_not_found") -> User:
        """Somebody. Raises: ApiError."""
        if user not in self.users:
            raise ApiError(code)
        return self.users[user]

    def channel(self, channel: str) -> Channel:
        """A conversation. Raises: ApiError."""
        if channel not in self.channels:
            raise ApiError("channel_not_found")
        return self.channels[channel]

    def between(self, members: frozenset[str]) -> Channel | None:
        """The direct or group message of exactly these people, if it was ever opened."""
        return self.directs.get(members)

    def teams_in(self, channel: Channel) -> Iterator[Team]:
        """The workspaces whose app is in a conversation, and installed."""
        return (t for t in self.teams.values() if t.installed and t.bot_user in channel.members)

    def home_of(self, user: str, team: str) -> View | None:
        return self.homes.get(f"{team}:{user}")


def merged(*parts: Mapping[str, Any] | None) -> Json:
    """One object of several, without what is None."""
    return {key: value for part in parts if part for key, value in part.items() if value is not None}
