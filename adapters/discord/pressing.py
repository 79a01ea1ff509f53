"""Buttons and menus. A yes counts once Discord has our acknowledgement, for else its author was told that it failed.

Source: https://docs.discord.com/developers/interactions/receiving-and-responding
"""

from collections.abc import Callable, Mapping
from typing import Final

import structlog

from adapters.chat.errors import Rejected, Unanswered
from adapters.discord.answering import Answer
from adapters.discord.aside import waiting
from adapters.discord.closed import CHOICE as WAITING
from adapters.discord.counter import Counter, Visit
from adapters.discord.greeting import go_on
from adapters.discord.ids import member_of
from adapters.discord.incoming import PRESSED, Act, choices_of, text_at
from adapters.discord.rendering import CERTAIN, SURE, sure
from adapters.discord.replying import BUSY, Shown, reply, show
from adapters.discord.stewarding import may_steward, rested
from adapters.discord.threads import ASK, MAKE
from adapters.discord.windows import form_of, joining, to_show
from bot.commands import Command, Erase, Leave, Pause, Press, Resume
from bot.domain.ids import MemberId
from bot.errors import PlatformError, Refusal
from bot.messages import Form, Message, Refused

#: Length of the token of a message.
TOKEN: Final = 22
#: What is done at once, without a message that it belongs to.
ACTS: Final[Mapping[str, Callable[[MemberId], Command]]] = {
    "stop": lambda member: Pause(member, None), "resume": Resume, "leave": Leave, "erase": Erase,
}  # fmt: skip
#: What only stewards are shown, and who no longer is one may not press.
STEWARDS_ALONE: Final = frozenset({"close_report"})
#: What who has not joined may press: they are asked in first.
WAYS_IN: Final = frozenset({"need", "offer"})
#: What opens a form, which Discord allows as the first answer alone.
OPENS: Final = frozenset({"edit"})

log = structlog.get_logger()


async def on_press(counter: Counter, act: Act, answer: Answer) -> None:
    """Somebody pressed something of ours, or something that is ours no more (R1). Raises: Missed."""
    found = PRESSED.fullmatch(text_at(act.data, "custom_id"))
    choice, name = (found["choice"], found["token"]) if found else ("", "")
    visit = await _visit(counter, act, choice, name)
    certain = choice.removeprefix(CERTAIN)
    if choice == "where" and await go_on(visit, answer, name, next(iter(choices_of(act.data)), "")):
        return
    if choice in SURE:
        await answer.say(sure(choice, name, visit.words))
    elif len(name) == TOKEN and certain not in OPENS and not choice.startswith("thread"):
        await _press(visit, act, answer, Press(visit.member or MemberId(""), name, certain))
    else:
        await reply(visit, answer, _done(visit, act, certain, name))


async def _visit(counter: Counter, act: Act, choice: str, name: str) -> Visit:
    """In our conversation the button says for which community it is: by its token, or by the server in its name."""
    sender = act.sender
    if len(name) == TOKEN:
        return await counter.visit(sender, await counter.people.whose(name, sender.user))
    if name.isdecimal() and not sender.guild:
        return await counter.visit(sender, member_of(name, sender.user))
    return await counter.visit(sender)


async def _press(visit: Visit, act: Act, answer: Answer, press: Press) -> None:
    """Acknowledge, then do it, then show it where it was pressed. Raises: Missed, and nothing was done."""
    await answer.acknowledge()
    try:
        shown = await _pressed(visit, press)
        if isinstance(shown, Message) and not isinstance(shown, Refused) and shown.key:
            if await visit.counter.platform.answer(visit.me, press.token, shown):
                return
            if act.alone:  # a preview that its author alone sees, for a while
                return await answer.replace(visit.shown(shown))
    except (PlatformError, Unanswered, Rejected) as error:
        log.warning("press_not_shown", kind=type(error).__name__, code=str(error))
        return
    await show(visit, answer, shown)


async def _pressed(visit: Visit, press: Press) -> Shown:
    """What a message's own button leads to. Whoever may not press it is told what everybody is told (R1)."""
    try:
        if press.choice in STEWARDS_ALONE and not await may_steward(visit):
            raise Refusal("not_steward")
        if visit.member is None:
            raise Refusal("dead_button")
        reply = await visit.ask(press)
        return await to_show(visit, reply) if isinstance(reply, Form) else reply
    except Refusal as refusal:
        return Refused(f"refusal.{refusal.code}", refusal.fields)
    except Exception:
        log.exception("press_failed")
        return BUSY


async def _done(visit: Visit, act: Act, choice: str, name: str) -> Shown:
    """What all other buttons lead to. Raises: Refusal, for one that is not ours as well."""
    if choice in (ASK, MAKE):
        return await _thread(visit, choice, name)
    if choice == "join" or (visit.known is None and choice in WAYS_IN):
        return await joining(visit)
    match choice:
        case "need" | "offer":
            return await form_of(visit, Form(choice))
        case "edit" if len(name) == TOKEN:
            if visit.member is None:
                raise Refusal("dead_button")
            return await to_show(visit, await visit.ask(Press(visit.me, name, choice)))
        case "keep":
            raise Refusal("dead_button")
        case "rest.pause" | "rest.resume":
            return await rested(visit, choice.removeprefix("rest."))
        case _ if choice == WAITING:
            return await waiting(visit)
        case _ if choice in ACTS:
            return await to_show(visit, await visit.ask(ACTS[choice](visit.me)))
        case _:
            raise Refusal("dead_button")


async def _thread(visit: Visit, choice: str, token: str) -> Shown:
    """A private thread for two who met: asked first, then made. The token says whose it is, and of which community."""
    threads = visit.counter.threads
    for member in [visit.member] if visit.member else visit.here:
        try:
            return await (threads.ask if choice == ASK else threads.make)(member, token)
        except Refusal as refusal:
            if refusal.code != "gone":
                raise
    raise Refusal("dead_button")
