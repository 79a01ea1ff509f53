"""Modals and the Home tab, as people use them."""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from tests.platforms.slack import payloads
from tests.platforms.slack.asking import Asking, Outcome
from tests.platforms.slack.core import first
from tests.platforms.slack.methods_views import checked, pushed, replaced
from tests.platforms.slack.state import ApiError, Json, View
from tests.platforms.slack.widgets import Widget, filled, initially, is_empty, widgets


class Forms(Asking):
    """Filling in, sending and closing modals; opening the Home tab."""

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
        shape = self._view(view, user)
        trigger = core.new_trigger(user, self.id, view.id)
        payload = payloads.view_submission(app, self._where(user), who, shape, trigger=trigger)
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
        shape = self._view(view, user)
        payload = payloads.view_closed(core.world.app, self._where(user), who, shape, cleared=False)
        return await self._ask("interactive", payload, user, "")

    async def home(self, user: str, *, tab: str = "home", within: float = 5.0) -> View | None:
        """Open the app's Home tab, and wait for what the app publishes; None when nothing comes in time.

        Raises: PermissionError when the app has no such tab.
        """
        if tab == "home" and not self._core.world.app.home_tab:
            raise PermissionError("the app has no Home tab")
        core, before = self._core, len(self.seen(user, "home"))
        view = self.home_view(user)
        shape = self._view(view, user) if view else None
        event = payloads.home_opened_event(
            user, self.direct(user).id, tab, shape if tab == "home" else None, ts=core.clock.stamp()
        )
        if not await first(core.tell(self.team, "app_home_opened", event)) or tab != "home":
            return view
        with contextlib.suppress(TimeoutError):
            await core.until(lambda: len(self.seen(user, "home")) > before, within)
        return self.home_view(user)


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
