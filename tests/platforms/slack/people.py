"""A workspace as its people use it: they write, press, choose, fill in, come and go.

Each act waits until Slack told the app.
"""

from typing import Any

from tests.platforms.slack import payloads
from tests.platforms.slack.asking import Outcome
from tests.platforms.slack.core import first
from tests.platforms.slack.delivery import Delivery
from tests.platforms.slack.forms import Forms
from tests.platforms.slack.methods_people import leave
from tests.platforms.slack.posting import change, publish, remove
from tests.platforms.slack.scopes import MESSAGES, READ
from tests.platforms.slack.shapes import message_object, user_object
from tests.platforms.slack.state import Channel, Post, User
from tests.platforms.slack.typing_in import rich, typed

__all__ = ["Outcome", "Workspace"]


class Workspace(Forms):
    """One workspace, its people and conversations."""

    # --- writing ---------------------------------------------------------------------------------------------------

    async def say(self, user: str, words: str, *, raw: bool = False) -> Post:
        """Write to the bot. Raises: PermissionError when its messages tab is read-only."""
        if not self._core.world.app.messages_tab:
            raise PermissionError("the app takes no messages")
        return await self.post(user, self.direct(user).id, words, raw=raw)

    async def post(self, user: str, channel: str, words: str, *, thread_ts: str = "", raw: bool = False) -> Post:
        """Write into a conversation. `raw` text is Slack's own: mentions chosen from its list, e.g. "<@U1>"."""
        core = self._core
        ts = core.clock.stamp()
        post = Post(ts, channel, user, core.world.users[user].team, words if raw else typed(words))
        post.blocks = rich(words, mentions=raw)
        post.client_msg_id, post.thread_ts = f"typed-{ts}", thread_ts
        await first(*publish(core, core.world.channels[channel], post))
        return post

    async def edit(self, user: str, post: Post, words: str) -> None:
        """Change one's own message."""
        assert post.user == user
        await first(*change(self._core, self._core.world.channels[post.channel], post, typed(words), rich(words)))

    async def unfurl(self, post: Post) -> None:
        """Slack shows a preview of a link in a message: told as a change in which the text is the same.

        Source: https://docs.slack.dev/reference/events/message/message_changed; such changes have no `edited`.
        """
        core, room = self._core, self._core.world.channels[post.channel]
        same = message_object(post, core.world.app, core.world.teams)
        event = payloads.changed_event(post, same, room, core.world.app, core.world.teams, ts=core.clock.stamp())
        event["message"]["attachments"] = [{"id": 1, "from_url": "https://example.org", "fallback": "Example"}]
        name = MESSAGES[room.kind]
        await first(*[core.tell(team, name, event, room) for team in core.world.teams_in(room)])

    async def delete(self, user: str, post: Post) -> None:
        """Delete one's own message."""
        assert post.user == user
        await first(*remove(self._core, self._core.world.channels[post.channel], post))

    # --- coming and going ------------------------------------------------------------------------------------------

    async def join(self, user: str, channel: str) -> None:
        """Somebody, or the bot, comes into a channel."""
        room, who = self._core.world.channels[channel], self._core.world.users[user]
        if user in room.members:
            return
        room.members.append(user)
        notice = Post(
            self._core.clock.stamp(),
            channel,
            user,
            who.team,
            f"<@{user}> has joined the channel",
            subtype="channel_join",
        )
        await first(*publish(self._core, room, notice), *self._membership(who, room, joined=True))

    async def leave(self, user: str, channel: str) -> None:
        """Somebody, or the bot, leaves a channel."""
        room, who = self._core.world.channels[channel], self._core.world.users[user]
        told = self._membership(who, room, joined=False)
        room.members.remove(user)
        await first(*told)

    def _membership(self, who: User, room: Channel, *, joined: bool) -> list[Delivery | None]:
        event = payloads.membership_event(who, room, joined=joined, ts=self._core.clock.stamp())
        name, scope = event["type"], READ[room.kind]
        return [self._core.tell(team, name, event, room, scope=scope) for team in self._core.world.teams_in(room)]

    async def change(self, user: str, **traits: Any) -> None:
        """Somebody's profile changes: any field of User, e.g. locale, zone, is_admin, deleted."""
        core, who = self._core, self._core.world.users[user]
        for name, value in traits.items():
            setattr(who, name, value)
        shape = user_object(who, of=self.id, moment=core.clock.now(), locale=True)
        event = payloads.user_change_event(shape, moment=core.clock.now(), ts=core.clock.stamp())
        await first(core.tell(self.team, "user_change", event))

    async def deactivate(self, user: str) -> None:
        """Somebody's account is closed."""
        await self.change(user, deleted=True)

    async def uninstall(self, *, revoked_first: bool = False) -> None:
        """The app is removed. Two events say so, in either order."""
        started = len(self._core.courier.deliveries)
        leave(self._core, self.team, revoked_first=revoked_first)
        await first(*self._core.courier.deliveries[started:])
