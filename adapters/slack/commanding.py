"""Slash commands and shortcuts.

Source: https://docs.slack.dev/interactivity/implementing-slash-commands and /implementing-shortcuts
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from adapters.chat.errors import Rejected, Unanswered
from adapters.chat.fields import STEWARDS
from adapters.slack.blocks import QUIET, rendered
from adapters.slack.counter import Counter, Visit
from adapters.slack.ids import PLATFORM
from adapters.slack.incoming import arrival_of, part_of, sender_of, source_of, text_at, typed
from adapters.slack.ordering import aside, is_of_members, no_member, ordered, own
from adapters.slack.stewarding import steward
from adapters.slack.widgets import Json
from adapters.slack.windows import form_of, joining, open_window
from bot.commands import DraftNotice, Say
from bot.errors import PlatformError, Refusal
from bot.messages import Form, Message, Refused, Reply
from bot.usecases.talk import POSTING, is_bare_order
from bot.usecases.wishes import wish_of

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
    try:
        reply = await _asked(visit)
        if isinstance(reply, Form):
            await open_window(visit, await form_of(visit, reply))
    except Refusal as refusal:
        reply = Refused(f"refusal.{refusal.code}", refusal.fields)
    if isinstance(reply, Message):
        reply = _shown(await visit.anew(), reply)
    await ack(**(reply if isinstance(reply, dict) else {}))


async def _asked(visit: Visit) -> Reply | Json | None:
    """What a command means and leads to. Raises: Refusal."""
    meaning = visit.counter.chosen.commands.get(text_at(visit.body, "command"), "root")
    text = typed(text_at(visit.body, "text")).strip()
    word = _order(text) if meaning == "root" else ""
    if visit.sender.outside:
        return Message("slack.outside")
    if meaning == "root" and own(text) == "erase" and await visit.counter.dispatch.has_left(visit.member):
        return await ordered(visit, "erase")
    if not (visit.known or (await visit.profile()).may_join):
        raise Refusal("not_here")
    if visit.known is None:
        if meaning == "root" and (is_of_members(word) or is_of_members(text)):
            return aside(*await no_member(visit))
        await open_window(visit, await joining(visit, _before(meaning, text, word)))
        return None
    if word in STEWARDS:
        return await steward(visit, STEWARDS[word])
    if meaning == "root" and own(text):
        return await ordered(visit, own(text))
    return await visit.ask(_command(visit, meaning, text))


async def on_shortcut(counter: Counter, body: Mapping[str, Any], ack: Ack) -> None:
    """A shortcut: "I need…", "I offer…", or "find someone for this" on a message."""
    sender = sender_of(body)
    if sender is not None and not sender.outside:
        visit = await counter.visit(sender, body)
        try:
            await open_window(visit, await _begun(visit, text_at(body, "callback_id"), part_of(body, "message")))
        except Refusal as refusal:
            said = Refused(f"refusal.{refusal.code}", refusal.fields)  # not where it was chosen: Slack shows it nowhere
            if visit.known:
                await counter.dispatch.tell(visit.member, [said], key=f"{PLATFORM}:{arrival_of(body)}")
            elif await visit.is_new(":refused"):
                counter.later.insist(lambda: _say_aside(visit, said))
    await ack()


async def _say_aside(visit: Visit, said: Message) -> None:
    """To who has not joined, in private: the outbox keeps nothing of strangers. Raises: as `Api.post`."""
    with suppress(PlatformError, Unanswered, Rejected):  # what they speak, should Slack say it now
        await visit.counter.people.profile(visit.team, visit.sender.user)
    words = rendered(visit.put(said), visit.words)
    await visit.counter.api.post("chat.postMessage", team=visit.team, channel=visit.sender.user, **words, **QUIET)


async def _begun(visit: Visit, callback: str, message: Mapping[str, Any]) -> Json:
    """The window of a shortcut. Nobody puts another's words on a card: for their message one says it in one's own."""
    own = text_at(message, "user") == visit.sender.user
    text = typed(text_at(message, "text")) if callback == FIND and own else ""
    lead = "slack.own_words" if callback == FIND and not own else ""
    if visit.known is None:
        return await joining(visit, text)
    source = source_of(text_at(visit.body, "channel", "id"), text_at(message, "ts")) if text else ""
    return await form_of(visit, Form(callback if callback in FORMS else "need", text=text), source=source, lead=lead)


def _order(text: str) -> str:
    """The word that is an order after the root command; nothing where a sentence only begins with it."""
    word, _, rest = text.partition(" ")
    word = word.casefold()
    return word if own(text) or is_bare_order(text) or (word in STEWARDS and not rest.strip()) else ""


def _before(meaning: str, text: str, order: str) -> str:
    """What somebody who joins said already, as it is read once they are in; an order alone is not kept."""
    if text and meaning in FORMS:
        return f"/{meaning} {text}"
    return "" if order and not (order in POSTING and " " in text) else text


def _command(visit: Visit, meaning: str, text: str) -> DraftNotice | Say:
    if meaning in FORMS and text:
        return DraftNotice(visit.member, meaning, text)
    if meaning in FORMS:
        return Say(visit.member, f"/{meaning}")
    # After the root command comes an order, or whatever one would also write in private.
    spoken = wish_of(text) is not None or (" " in text and not is_bare_order(text))
    return Say(visit.member, text if spoken else f"/{text or 'help'}")


def _shown(visit: Visit, message: Message) -> Json:
    return rendered(visit.put(message), visit.words) | {"response_type": "ephemeral"}
