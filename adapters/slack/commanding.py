"""Slash commands and shortcuts.

Source: https://docs.slack.dev/interactivity/implementing-slash-commands and /implementing-shortcuts
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from adapters.slack.blocks import rendered
from adapters.slack.counter import Counter, Visit
from adapters.slack.incoming import part_of, sender_of, text_at, typed
from adapters.slack.stewarding import STEWARDS, steward
from adapters.slack.widgets import Json
from adapters.slack.windows import form_of, joining, open_window
from bot.commands import DraftNotice, Say
from bot.errors import Refusal
from bot.messages import Form, Message, Refused, Reply

#: Bolt's `ack`: what it is called with, Slack shows to whoever typed the command, and to nobody else.
Ack = Callable[..., Awaitable[Any]]
#: What the message shortcut is called in the manifest, and the shortcuts that open a form.
FIND: Final = "find"
FORMS: Final = ("need", "offer")


async def on_command(counter: Counter, body: Mapping[str, Any], ack: Ack) -> None:
    """A slash command, with text or without."""
    sender = sender_of(body)
    if sender is None:
        await ack()
        return
    visit = await counter.visit(sender, body)
    meaning = counter.chosen.commands.get(text_at(body, "command"), "root")
    text = typed(text_at(body, "text")).strip()
    if sender.outside or not (visit.known or (await visit.profile()).may_join):
        await ack(**_shown(visit, Message("slack.outside")))
    elif visit.known is None:
        await open_window(
            visit, await joining(visit, text if meaning == "root" else f"/{meaning} {text}" if text else "")
        )
        await ack()
    elif meaning == "root" and text.split(" ")[0].casefold() in STEWARDS:
        await _reply(visit, ack, await _steward(visit, STEWARDS[text.split(" ")[0].casefold()]))
    else:
        await _reply(visit, ack, await visit.ask(_command(visit, meaning, text)))


async def on_shortcut(counter: Counter, body: Mapping[str, Any], ack: Ack) -> None:
    """A shortcut: "I need…", "I offer…", or "find someone for this" on a message."""
    sender, callback = sender_of(body), text_at(body, "callback_id")
    await ack()
    if sender is None or sender.outside:
        return
    visit = await counter.visit(sender, body)
    message = part_of(body, "message")
    # Nobody puts another's words on a card: for somebody else's message one says it in one's own.
    own = text_at(message, "user") == sender.user
    text = typed(text_at(message, "text")) if callback == FIND and own else ""
    if visit.known is None:
        await open_window(visit, await joining(visit, text))
    else:
        await open_window(visit, await form_of(visit, Form(callback if callback in FORMS else "need", text=text)))


def _command(visit: Visit, meaning: str, text: str) -> DraftNotice | Say:
    if meaning in FORMS and text:
        return DraftNotice(visit.member, meaning, text)
    return Say(visit.member, f"/{meaning}" if meaning in FORMS else f"/{text or 'help'}")


async def _steward(visit: Visit, what: str) -> Reply | None:
    try:
        return await steward(visit, what)
    except Refusal as refusal:
        return Refused(f"refusal.{refusal.code}", refusal.fields)


async def _reply(visit: Visit, ack: Ack, reply: Reply | None) -> None:
    if isinstance(reply, Form):
        await open_window(visit, await form_of(visit, reply))
    await ack(**(_shown(visit, reply) if isinstance(reply, Message) else {}))


def _shown(visit: Visit, message: Message) -> Json:
    return rendered(visit.put(message), visit.words) | {"response_type": "ephemeral"}
