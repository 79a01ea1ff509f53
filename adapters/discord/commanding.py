"""Slash commands, and "find someone for this" in the menu of a message: done, then answered to their author alone.

Source: https://docs.discord.com/developers/interactions/application-commands
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

from adapters.discord.answering import Answer
from adapters.discord.commands import FIND
from adapters.discord.counter import Counter, Visit
from adapters.discord.greeting import hello, no_member, which_one
from adapters.discord.homes import my_notices, my_page, my_privacy, my_settings, my_ties
from adapters.discord.incoming import Act, Typed, source_of, text_at, typed, typed_of
from adapters.discord.ordering import OF_MEMBERS
from adapters.discord.quieting import stopped
from adapters.discord.replying import Pages, Shown, reply
from adapters.discord.stewarding import steward
from adapters.discord.suggesting import topics_named
from adapters.discord.waiting import Begun
from adapters.discord.windows import form_of, joining, kept, sure_of, to_show
from bot.commands import DraftNotice, Resume, Say
from bot.errors import Refusal
from bot.messages import Form, Refused

Handler = Callable[[Visit, Typed], Awaitable[Shown]]
#: Orders that are said as one would type them in private.
SAID: Final = frozenset({"why", "charter", "stop", "help"})
STEWARDS: Final = "comptoir"


async def on_command(counter: Counter, act: Act, answer: Answer) -> None:
    """A command, in a server or in our conversation. Raises: Missed."""
    visit, asked = await counter.visit(act.sender), typed_of(act.data)
    own = _own_words(visit, act.data) if asked.name == FIND else ("", "")
    if visit.is_of_several and asked.name == "stop":
        visit = await counter.visit(act.sender, visit.here[0])  # for one is for all
    if visit.is_of_several and asked.name != "help":
        await reply(visit, answer, which_one(visit, Begun("command", {"typed": asdict(asked), "own": own})))
    else:
        await reply(visit, answer, asked_for(visit, asked, own))


async def asked_for(visit: Visit, asked: Typed, own: tuple[str, str]) -> Shown:
    """What a command means and leads to.

    Args: `own` is one's own message for which it was chosen in a menu, if any, and what a notice remembers it by.
    Raises: Refusal.
    """
    if visit.sender.guild and not await visit.is_served():
        raise Refusal("discord_not_here")
    if asked.name == STEWARDS:
        return await steward(visit, asked)
    if visit.known is None:
        return await _of_stranger(visit, asked, own)
    if asked.name == FIND:
        return await _find(visit, *own)
    if asked.name in SAID:
        return await to_show(visit, await stopped(visit, await visit.ask(Say(visit.me, f"/{asked.name}"))))
    handler = HANDLERS.get(asked.name)
    if handler is None:
        raise Refusal("discord_unknown")
    return await handler(visit, asked)


async def _of_stranger(visit: Visit, asked: Typed, own: tuple[str, str]) -> Shown:
    """Who has not joined may, and what they typed before is kept in the form."""
    if asked.name in ("help", "privacy"):
        return Pages([await hello(visit)])
    if asked.name in OF_MEMBERS:
        return Pages([await no_member(visit)])
    if asked.name == FIND:
        return await joining(visit, own[0], "need")
    if asked.name in ("need", "offer"):
        return await joining(visit, _text(asked), asked.name)
    return await joining(visit)


async def _notice(visit: Visit, asked: Typed) -> Shown:
    """A need or an offer, inline or in a form."""
    text, topics = _text(asked), topics_named(text_at(asked.options, "topics"), visit.words.language)
    if not text:
        return await form_of(visit, Form(asked.name), topics=topics)
    said = await visit.ask(DraftNotice(visit.me, asked.name, text, topics=topics or None))
    if isinstance(said, Refused):
        return await kept(visit, said, Form(asked.name, text=text), topics=topics)
    return await to_show(visit, said)


async def _find(visit: Visit, text: str, source: str) -> Shown:
    """Nobody puts another's words on a card: for their message one says it in one's own."""
    return await form_of(visit, Form("need", text=text), source=source, lead="" if text else "discord.own_words")


def _own_words(visit: Visit, data: Mapping[str, Any]) -> tuple[str, str]:
    """The text of the message that was chosen, if it is one's own, and what a notice remembers it by."""
    messages = data.get("resolved", {}).get("messages") if isinstance(data.get("resolved"), Mapping) else None
    message = messages.get(text_at(data, "target_id")) if isinstance(messages, Mapping) else None
    if text_at(message, "author", "id") != str(visit.sender.user):
        return "", ""
    names = {int(one["id"]): str(one.get("global_name") or one.get("username")) for one in _mentioned(message)}
    text = typed(text_at(message, "content"), names).strip()
    channel, id = text_at(message, "channel_id"), text_at(message, "id")
    known = text and channel.isdecimal() and id.isdecimal()
    return text, source_of(int(channel), int(id)) if known else ""


def _mentioned(message: Any) -> list[Mapping[str, Any]]:
    found = message.get("mentions") if isinstance(message, Mapping) else None
    return [one for one in found or () if isinstance(one, Mapping) and str(one.get("id")).isdecimal()]


async def _pause(visit: Visit, asked: Typed) -> Shown:
    """For some days; without a number, for a month."""
    return await to_show(visit, await visit.ask(Say(visit.me, f"/pause {asked.options.get('days', '')}")))


async def _resume(visit: Visit, asked: Typed) -> Shown:
    return await to_show(visit, await visit.ask(Resume(visit.me)))


async def _join(visit: Visit, asked: Typed) -> Shown:
    """Who has joined sees what they have here."""
    return Pages([await my_page(visit, "me.notices")])


async def _leave(visit: Visit, asked: Typed) -> Shown:
    return sure_of(visit, "leave")


def _text(asked: Typed) -> str:
    return typed(text_at(asked.options, "text")).strip()


HANDLERS: Final[Mapping[str, Handler]] = {
    "need": _notice, "offer": _notice, "me": my_notices, "ties": my_ties, "pause": _pause, "resume": _resume,
    "settings": my_settings, "privacy": my_privacy, "join": _join, "leave": _leave,
}  # fmt: skip
