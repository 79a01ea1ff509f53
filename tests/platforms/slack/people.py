"""A workspace as its people use it: they write, press, choose, fill in, come and go.

Each act waits until Slack told the app.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.platforms.slack import payloads
from tests.platforms.slack.core import Core, Sight, first
from tests.platforms.slack.delivery import Delivery
from tests.platforms.slack.methods_chat import respond
from tests.platforms.slack.methods_people import leave
from tests.platforms.slack.methods_views import checked, pushed, replaced
from tests.platforms.slack.posting import change, open_direct, publish, remove
from tests.platforms.slack.scopes import MESSAGES, READ
from tests.platforms.slack.shapes import message_object, user_object, view_object
from tests.platforms.slack.state import ApiError, Channel, Json, Kind, Post, Team, Token, User, View
from tests.platforms.slack.typing_in import rich, typed
from tests.platforms.slack.widgets import Widget, action, filled, initially, is_empty, widgets

T = TypeVar("T")


@dataclass(frozen=True)
class Outcome:
    """What became of a press, a command or a form. `took` is our seconds until the app acknowledged.

    `trouble` is what Slack tells the person when the app did not answer well: timeout, connection_failed, …, or what
    Slack did not accept of its answer.
    """

    acked: bool
    took: float
    answer: Json | None
    trouble: str = ""

    @property
    def errors(self) -> dict[str, str]:
        """What a form was told to correct: block_id → words."""
        return dict((self.answer or {}).get("errors") or {})


class Workspace:
    """One workspace, its people and conversations."""

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

    # --- commands, shortcuts, buttons ------------------------------------------------------------------------------

    async def command(self, user: str, command: str, text: str = "", channel: str = "") -> Outcome:
        """Type a slash command, in a conversation or to the bot."""
        core, app = self._core, self._core.world.app
        place = core.world.channels[channel] if channel else self.direct(user)
        if app.commands is not None and command not in app.commands:
            return self._trouble(user, place.id, "not_a_command")
        if core.world.users[user].team != self.id:
            return self._trouble(user, place.id, "not_installed")
        url = core.new_hook("commands", self.id, user, place.id)
        payload = payloads.slash_command(
            app, self.team, core.world.users[user], place,
            command=command, text=text, trigger=core.new_trigger(user, self.id), response_url=url,
        )  # fmt: skip
        outcome = await self._ask("slash_commands", dict(payload), user, place.id)
        if outcome.acked and outcome.answer and ("text" in outcome.answer or "blocks" in outcome.answer):
            try:
                respond(core, core.hooks[url.removeprefix(core.url)], outcome.answer)
            except ApiError as refusal:
                return self._trouble(user, place.id, refusal.code)
        return outcome

    async def shortcut(self, user: str, callback_id: str, message: Post | None = None) -> Outcome:
        """Choose a shortcut: a global one, or that of a message."""
        core, app, who = self._core, self._core.world.app, self._core.world.users[user]
        if app.shortcuts is not None and callback_id not in app.shortcuts:
            return self._trouble(user, "", "no_such_shortcut")
        trigger, ts = core.new_trigger(user, self.id), core.clock.stamp()
        if message is None:
            payload = payloads.shortcut(app, self.team, who, callback_id, trigger=trigger, ts=ts)
            return await self._ask("interactive", payload, user, "")
        payload = payloads.message_action(
            app, self.team, who, callback_id, core.world.channels[message.channel],
            message_object(message, app, core.world.teams),
            trigger=trigger, ts=ts, url=core.new_hook("app", self.id, user, message.channel, message.ts),
        )  # fmt: skip
        return await self._ask("interactive", payload, user, message.channel)

    def trigger(self, user: str) -> str:
        """A trigger_id, as if somebody had just pressed something."""
        return self._core.new_trigger(user, self.id)

    async def press(self, user: str, what: str | Widget, *, where: str = "") -> Outcome:
        """Press a button: the newest of this name (see Widget.named), or one kept from before, whoever's it was.

        Raises: LookupError, naming what could be pressed.
        """
        return await self.choose(user, what, None, where=where)

    async def choose(self, user: str, what: str | Widget, value: Any, *, where: str = "") -> Outcome:
        """Choose something in a menu that is not part of a form: an option's value or words, an id, a list of those."""
        widget = self.find(user, what, where=where) if isinstance(what, str) else what
        core, app, who = self._core, self._core.world.app, self._core.world.users[user]
        done = action(widget, value, ts=core.clock.stamp())
        values: dict[str, dict[str, Json]] = {}
        if widget.view is not None:
            if widget.kind != "button":
                entry = {key: part for key, part in done.items() if key not in ("action_id", "block_id", "action_ts")}
                widget.view.values.setdefault(widget.block_id, {})[widget.action_id] = entry
            shape = view_object(widget.view, app, self.team.bot_id)
            where_is, values, channel = payloads.in_view(shape), widget.view.values, ""
        else:
            assert widget.post is not None
            channel = widget.post.channel
            where_is = payloads.in_message(
                core.world.channels[channel],
                widget.post,
                message_object(widget.post, app, core.world.teams),
                core.new_hook("actions", self.id, user, channel, widget.post.ts),
            )
        modal = widget.view if widget.view and widget.view.shape["type"] == "modal" else None
        trigger = core.new_trigger(user, self.id, modal.id if modal else "")
        payload = payloads.block_actions(app, self.team, who, done, trigger=trigger, where=where_is, values=values)
        return await self._ask("interactive", payload, user, channel)

    def find(self, user: str, name: str, *, where: str = "") -> Widget:
        """The newest widget of a name in front of somebody. Raises: LookupError."""
        there = self.buttons(user, where=where)
        for widget in there:
            if widget.named(name):
                return widget
        raise LookupError(f"{user} has no {name!r}; there is {[widget.action_id for widget in there]}")

    # --- modals and the Home tab -----------------------------------------------------------------------------------

    async def submit(self, user: str, values: Mapping[str, Any] | None = None, *, view: View | None = None) -> Outcome:
        """Fill in the open modal and send it; or one kept from before, as a second press would.

        Args: values by "block_id/action_id", by block_id or by action_id: words, an option's value, an id, or a list.
        Raises: LookupError when there is no such field, ValueError when Slack would not let it be sent.
        """
        view = view or self.modal(user)
        if view is None:
            raise LookupError(f"{user} has no modal open")
        self._fill(view, values or {})
        core, app, who = self._core, self._core.world.app, self._core.world.users[user]
        home = core.world.teams.get(who.team, self.team)
        shape = view_object(view, app, self.team.bot_id)
        trigger = core.new_trigger(user, self.id, view.id)
        payload = payloads.view_submission(app, home, who, shape, trigger=trigger)
        outcome = await self._ask("interactive", payload, user, "")
        if not outcome.acked:
            return outcome
        try:
            self._answered(user, view, outcome.answer or {})
        except ApiError as refusal:
            return self._trouble(user, "", refusal.code)
        return outcome

    def _fill(self, view: View, values: Mapping[str, Any]) -> None:
        fields = [f for f in widgets(view.shape["blocks"], view=view) if f.kind not in ("button", "overflow")]
        if unknown := [name for name in values if not any(name in _names(field) for field in fields)]:
            raise LookupError(f"the modal {view.callback_id!r} has no field {unknown}")
        for field in fields:
            entries = view.values.setdefault(field.block_id, {})
            given = next((name for name in _names(field) if name in values), None)
            if given is not None:
                entries[field.action_id] = filled(field.shape, values[given])
            _acceptable(field, entries.setdefault(field.action_id, initially(field.shape)))

    def _answered(self, user: str, view: View, answer: Json) -> None:
        """What the app's answer does to the modals: https://docs.slack.dev/surfaces/modals (response actions)."""
        stack, verb = self._core.world.stacks.get(user, []), answer.get("response_action")
        if verb == "errors":
            inputs = {block["block_id"] for block in view.shape["blocks"] if block["type"] == "input"}
            if not answer.get("errors") or not set(answer["errors"]) <= inputs:
                raise ApiError("invalid_errors")
        elif verb == "update":
            replaced(self._core, view, checked(answer.get("view"), "modal"))
        elif verb == "push":
            pushed(self._core, stack, self.id, checked(answer.get("view"), "modal"))
        elif verb == "clear":
            self._close(user, [*stack])
        elif verb is None:
            self._close(user, [view])
        else:
            raise ApiError("invalid_response_action")

    def _close(self, user: str, views: Sequence[View]) -> None:
        stack = self._core.world.stacks.get(user, [])
        for view in views:
            with contextlib.suppress(ValueError):
                stack.remove(view)
                self._core.see(user, "modal_closed", ts=view.id, by=self.id)

    async def close(self, user: str) -> Outcome | None:
        """Close the open modal without sending it; the app hears of it if the view wants so (notify_on_close)."""
        view = self.modal(user)
        if view is None:
            raise LookupError(f"{user} has no modal open")
        self._close(user, [view])
        if not view.shape.get("notify_on_close"):
            return None
        core, who = self._core, self._core.world.users[user]
        shape = view_object(view, core.world.app, self.team.bot_id)
        home = core.world.teams.get(who.team, self.team)
        payload = payloads.view_closed(core.world.app, home, who, shape, cleared=False)
        return await self._ask("interactive", payload, user, "")

    async def home(self, user: str, *, tab: str = "home", within: float = 5.0) -> View | None:
        """Open the app's Home tab, and wait for what the app publishes; None when nothing comes in time.

        Raises: PermissionError when the app has no such tab.
        """
        if tab == "home" and not self._core.world.app.home_tab:
            raise PermissionError("the app has no Home tab")
        core, before = self._core, len(self.seen(user, "home"))
        view = self.home_view(user)
        shape = view_object(view, core.world.app, self.team.bot_id) if view else None
        event = payloads.home_opened_event(
            user, self.direct(user).id, tab, shape if tab == "home" else None, ts=core.clock.stamp()
        )
        if not await first(core.tell(self.team, "app_home_opened", event)) or tab != "home":
            return view
        with contextlib.suppress(TimeoutError):
            await core.until(lambda: len(self.seen(user, "home")) > before, within)
        return self.home_view(user)

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

    # --- asking the app --------------------------------------------------------------------------------------------

    async def _ask(self, kind: str, payload: Json, user: str, channel: str) -> Outcome:
        if not self.team.installed:
            return self._trouble(user, channel, "not_installed")
        delivery = await self._core.courier.deliver(Delivery(kind, payload, self.id))
        attempt = delivery.attempts[0]
        if attempt.reason:
            return self._trouble(user, channel, attempt.reason, took=attempt.took)
        return Outcome(True, attempt.took, delivery.answer)

    def _trouble(self, user: str, channel: str, reason: str, took: float = 0.0) -> Outcome:
        self._core.see(user, "trouble", channel=channel, text=reason)
        return Outcome(False, took, None, reason)


def _names(field: Widget) -> tuple[str, str, str]:
    return f"{field.block_id}/{field.action_id}", field.block_id, field.action_id


def _acceptable(field: Widget, entry: Json) -> None:
    """What Slack's own form checks. Raises: ValueError."""
    if field.input and not field.optional and is_empty(entry):
        raise ValueError(f"{field.block_id}/{field.action_id} must be filled in")
    words = entry.get("value")
    if field.kind == "plain_text_input" and words:
        least, most = field.shape.get("min_length", 0), field.shape.get("max_length", 3000)
        if not least <= len(words) <= most:
            raise ValueError(f"{field.block_id}/{field.action_id} takes {least} to {most} characters, not {len(words)}")
