"""What people ask of the app: commands, shortcuts, presses. Each waits for the acknowledgement."""

from dataclasses import dataclass
from typing import Any

from tests.platforms.slack import payloads
from tests.platforms.slack.delivery import Delivery
from tests.platforms.slack.methods_chat import respond
from tests.platforms.slack.place import Place
from tests.platforms.slack.shapes import message_object
from tests.platforms.slack.state import ApiError, Json, Post
from tests.platforms.slack.widgets import Widget, action


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


class Asking(Place):
    """Asking the app for something."""

    async def command(self, user: str, command: str, text: str = "", channel: str = "") -> Outcome:
        """Type a slash command, in a conversation or to the bot."""
        core, app = self._core, self._core.world.app
        place = core.world.channels[channel] if channel else self.direct(user)
        if app.commands is not None and command not in app.commands:
            return self._trouble(user, place.id, "not_a_command")
        if self.id not in (core.world.users[user].team, *core.world.users[user].teams):
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
            shape = self._view(widget.view, user)
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
