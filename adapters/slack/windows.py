"""Windows that open over Slack: forms, and what Comptoir answers to them."""

from asyncio import timeout
from collections.abc import Mapping
from typing import Any, Final

from adapters.slack.blocks import body
from adapters.slack.counter import Visit
from adapters.slack.errors import said_kindly, translated
from adapters.slack.filled import errors
from adapters.slack.incoming import text_at
from adapters.slack.inert import plain
from adapters.slack.modals import TITLE_LIMIT, edit_notice, join, new_notice
from adapters.slack.widgets import Json
from bot.domain.ids import NoticeId
from bot.domain.notices import Kind
from bot.messages import Form, Message, Phrase, Refused

#: Blocks of a window. Source: https://docs.slack.dev/reference/block-kit/blocks
BLOCKS: Final = 100


async def open_window(visit: Visit, view: Json) -> None:
    """Open a window over whatever its reader looks at. Raises: Refusal where Slack does not."""
    with said_kindly(), translated():
        async with timeout(visit.left):
            await visit.counter.api.show(
                "views.open", team=visit.team, trigger_id=text_at(visit.body, "trigger_id"), view=view
            )


async def change_window(visit: Visit, view: Json) -> None:
    """Put another window in the place of the one in which something was pressed. Raises: as `open_window`."""
    with said_kindly():
        await visit.counter.api.show(
            "views.update", team=visit.team, view_id=text_at(visit.body, "view", "id"), view=view
        )


async def joining(visit: Visit, text: str = "") -> Json:
    """The window in which somebody joins, with what they typed before they could, or reads that they cannot.

    Raises: Refusal where Slack does not say who they are.
    """
    profile = await visit.profile()
    if not profile.may_join:
        return saying(visit, Message("refusal.not_here"))
    charter = await visit.counter.dispatch.charter(visit.community)
    said, number = (charter.text, charter.number) if charter else ("", 0)
    return join(visit.words, name=profile.name, charter=said, number=number, text=text)


async def form_of(visit: Visit, form: Form, *, source: str = "", lead: str = "") -> Json:
    """The form that a reply asks for, begun from the message `source`, if any, and with another sentence first.

    Raises: Refusal for a notice that is gone.
    """
    circles = bool(visit.known and visit.known[0].circles)
    if form.notice is None:
        metadata = visit.counter.veil.over(visit.member, source) if source else ""
        return new_notice(Kind(form.kind), visit.words, text=form.text, lead=lead, circles=circles, metadata=metadata)
    notice = await visit.counter.dispatch.notice(visit.member, NoticeId(form.notice))
    metadata = visit.counter.veil.over(visit.member, form.notice)
    return edit_notice(notice, visit.words, circles=circles, metadata=metadata)


def saying(visit: Visit, message: Message, title: str = "slack.title.said") -> Json:
    """A window that only says something, with its buttons."""
    return {
        "type": "modal",
        "callback_id": "said",
        "title": plain(visit.say(title), TITLE_LIMIT),
        "close": plain(visit.say("slack.close"), TITLE_LIMIT),
        "blocks": body(visit.put(message), visit.words)[:BLOCKS],
    }


def answered(visit: Visit, callback: str, message: Message) -> Mapping[str, Any]:
    """What becomes of a form: it says what came of it, or stays open with what is wrong beside its question.

    What must be answered first lies over it, so that what was typed is still there afterwards.
    """
    if isinstance(message, Refused) and message.choices:
        return {"response_action": "push", "view": saying(visit, message)}
    if isinstance(message, Refused):
        wrong = errors(Phrase(message.key, message.params), callback, visit.words, visit.zone)
        if wrong is not None:
            return wrong
    return {"response_action": "update", "view": saying(visit, message)}
