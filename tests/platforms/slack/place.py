"""A workspace as it is: who and what is there, and what its people have in front of them."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tests.platforms.slack.core import Core, Sight
from tests.platforms.slack.posting import open_direct
from tests.platforms.slack.shapes import view_object
from tests.platforms.slack.state import Channel, Json, Kind, Post, Team, Token, User, View
from tests.platforms.slack.widgets import Widget, widgets

T = TypeVar("T")


class Place:
    """Its people, its conversations, and what they see. Waits on request."""

    def __init__(self, core: Core, team: Team) -> None:
        self._core = core
        self.team = team
        self.id = team.id
        self.bot = team.bot_user

    # --- who and what is there -------------------------------------------------------------------------------------

    def person(self, user: str, name: str = "", **traits: Any) -> User:
        """Somebody of this workspace; traits are fields of User, e.g. locale="fr-FR", is_admin=True."""
        self._core.world.users[user] = somebody = User(user, self.id, name or user, **traits)
        return somebody

    def room(
        self,
        channel: str,
        members: Sequence[str] = (),
        *,
        kind: Kind = Kind.PUBLIC,
        name: str = "",
        shared_with: Sequence[str] = (),
        bot: bool = True,
    ) -> Channel:
        """A channel with these members, and with the bot unless it is not wanted."""
        inside = [*members, self.bot] if bot else [*members]
        room = Channel(channel, kind, name or channel.lower(), self.id, frozenset(shared_with), inside)
        self._core.world.channels[channel] = room
        return room

    def direct(self, user: str) -> Channel:
        """The direct message of somebody with the bot."""
        return open_direct(self._core, self.team, [user])

    def together(self, *users: str) -> Channel | None:
        """The group message of these people with the bot, if it was opened."""
        return self._core.world.between(frozenset([self.bot, *users]))

    def install(self, token: str, scopes: frozenset[str] | None = None) -> None:
        """The app is here, with this bot token."""
        self.team.installed = True
        self._core.world.tokens[token] = Token(token, self.id, scopes=scopes)

    def _view(self, view: View, user: str) -> Json:
        """A view as interactions carry it. To people of several workspaces the app is installed in the first of them.

        Source: https://github.com/slackapi/bolt-python/issues/1229
        """
        shape = view_object(view, self._core.world.app, self.team.bot_id)
        theirs = self._core.world.users[user].teams
        first = next((id for id, team in self._core.world.teams.items() if id in theirs and team.installed), None)
        return shape | ({"app_installed_team_id": first} if first else {})

    def _where(self, user: str) -> Team:
        """The workspace in front of somebody: in an organisation this one, otherwise their own."""
        who = self._core.world.users[user]
        return self.team if self.id in who.teams else self._core.world.teams.get(who.team, self.team)

    # --- what people see -------------------------------------------------------------------------------------------

    def seen(self, user: str, *what: str) -> list[Sight]:
        """Everything that somebody saw happen, in order; only some kinds (see Sight.what) if they are named."""
        return [s for s in self._core.sights if s.user == user and (not what or s.what in what)]

    def visible(self, user: str) -> list[Post]:
        """The messages in front of somebody now, oldest first, over all their conversations."""
        posts = [
            post
            for channel in self._core.world.channels.values()
            if user in channel.members
            for post in channel.posts
            if not post.deleted and post.only_for in ("", user)
        ]
        return sorted(posts, key=lambda post: tuple(map(int, post.ts.split("."))))

    def messages(self, channel: str) -> list[Post]:
        """The messages of a conversation now, oldest first, without comings and goings."""
        return [post for post in self._core.world.channels[channel].living() if not post.subtype]

    async def sees(self, user: str, words: str, within: float = 5.0) -> Post:
        """Wait until a message with these words is in front of somebody, in its text or a block. Returns the newest."""

        def look() -> Post | None:
            return next((p for p in reversed(self.visible(user)) if words in p.text or words in str(p.blocks)), None)

        found = await self._core.until(look, within)
        assert found is not None
        return found

    async def until(self, look: Callable[[], T], within: float = 5.0) -> T:
        """Wait until something is so, e.g. `lambda: team.modal("U1")`. Raises: TimeoutError."""
        return await self._core.until(look, within)

    def modal(self, user: str) -> View | None:
        """The modal in front of somebody."""
        stack = self._core.world.stacks.get(user)
        return stack[-1] if stack else None

    def home_view(self, user: str) -> View | None:
        """The Home tab that was published for somebody."""
        return self._core.world.home_of(user, self.id)

    def buttons(self, user: str, *, where: str = "") -> list[Widget]:
        """What somebody can press or choose now: of the modal, then of messages from the newest, then of the Home tab.

        Args: where is modal, home, message, or the id of a conversation or the ts of a message.
        """
        found: list[Widget] = []
        if (modal := self.modal(user)) is not None and where in ("", "modal"):
            found += widgets(modal.shape["blocks"], view=modal)
        for post in reversed(self.visible(user)):
            if post.by_bot and where in ("", "message", post.channel, post.ts):
                found += widgets(post.blocks, post=post)
        if (home := self.home_view(user)) is not None and where in ("", "home"):
            found += widgets(home.shape["blocks"], view=home)
        return [widget for widget in found if not widget.input]

    def find(self, user: str, name: str, *, where: str = "") -> Widget:
        """The newest widget of a name in front of somebody. Raises: LookupError."""
        there = self.buttons(user, where=where)
        for widget in there:
            if widget.named(name):
                return widget
        raise LookupError(f"{user} has no {name!r}; there is {[widget.action_id for widget in there]}")
