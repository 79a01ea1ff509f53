"""Buttons and menus. What a button does is done once Discord has our acknowledgement: else it said that it failed.

Source: https://docs.discord.com/developers/interactions/receiving-and-responding
"""

from collections.abc import Callable, Mapping
from typing import Final

import structlog

from adapters.chat.errors import Rejected, Unanswered
from adapters.discord.answering import Answer
from adapters.discord.aside import must_wait, show_what_waits
from adapters.discord.counter import Counter, Visit
from adapters.discord.going_on import go_on
from adapters.discord.home import CARDS, OF_NOTICE, OF_TIE, read_at
from adapters.discord.homes import (
    answered,
    chosen,
    hand_over,
    my_page,
    not_aside,
    notice_step,
    open_cards,
    settings_step,
    tie_step,
)
from adapters.discord.ids import member_of
from adapters.discord.incoming import PRESSED, Act, choices_of, text_at
from adapters.discord.openings import with_below
from adapters.discord.quieting import stopped
from adapters.discord.rendering import CERTAIN, STOP, SURE, sure
from adapters.discord.replying import BUSY, Pages, Shown, reply, show
from adapters.discord.stewarding import may_steward, rested
from adapters.discord.threads import ASK, MAKE, where
from adapters.discord.waiting import BEGUN, WHERE
from adapters.discord.windows import form_of, joining, lifted, to_show
from bot.commands import Command, Erase, Leave, Pause, Press, Resume
from bot.domain.ids import MemberId
from bot.errors import PlatformError, Refusal
from bot.messages import Form, Message, Refused

#: Length of the token of a message.
TOKEN: Final = 22
#: What is done at once, and to which page one goes back from what is said of it.
ACTS: Final[Mapping[str, Callable[[MemberId], Command]]] = {
    "stop": lambda member: Pause(member, None), "resume": Resume, "leave": Leave, "erase": Erase,
}  # fmt: skip
BACK: Final = {"stop": "me.settings", "resume": "me.settings"}
#: These and others change something, after Discord has our acknowledgement; so do those about one notice or one tie…
CHANGES: Final = frozenset({*ACTS, MAKE, "aside.off", "rest.pause", "rest.resume"})
#: …but for these, which open a form: Discord lets that be the first answer alone.
FORMS: Final = frozenset({f"{OF_NOTICE}edit", f"{OF_TIE}note", f"{OF_TIE}report"})
#: What only stewards are shown, and who no longer is one may not press.
STEWARDS_ALONE: Final = frozenset({"close_report"})
#: What opens a form, which Discord allows as the first answer alone.
OPENS: Final = "edit"
#: What who has not joined may press: they are asked in first.
WAYS_IN: Final = frozenset({"join", "need", "offer"})

log = structlog.get_logger()


async def on_press(counter: Counter, act: Act, answer: Answer) -> None:
    """Somebody pressed something of ours, or something that is ours no more (R1). Raises: Missed."""
    found = PRESSED.fullmatch(text_at(act.data, "custom_id"))
    choice, name = (found["choice"], found["token"]) if found else ("", "")
    visit = await _visit(counter, act, choice, name)
    certain = choice.removeprefix(CERTAIN)
    if choice in SURE:
        await reply(visit, answer, _sure(visit, choice, name))
    elif choice in (WHERE, BEGUN):
        if not await go_on(visit, answer, name, next(iter(choices_of(act.data)), "")):
            await show(visit, answer, Refused("refusal.discord_begin_again"))
    elif _of_message(certain, name):
        await _press(visit, act, answer, Press(visit.member or MemberId(""), name, certain))
    else:
        if _changes(certain):
            await answer.acknowledge()
        await reply(visit, answer, _done(visit, act, certain, name))


async def _sure(visit: Visit, choice: str, name: str) -> Pages:
    """The question before what cannot be undone, about what is theirs. Raises: Refusal for anything else."""
    if choice.startswith((OF_NOTICE, OF_TIE)):
        lifted(visit, name)
    elif len(name) == TOKEN and await visit.counter.people.whose(name, visit.sender.user) is None:
        raise Refusal("dead_button")
    return Pages([sure(choice, name, visit.words)])


def _of_message(choice: str, name: str) -> bool:
    """Whether a button carries the token of a message, which alone says what it means."""
    return len(name) == TOKEN and choice not in (OPENS, ASK, MAKE)


async def _visit(counter: Counter, act: Act, choice: str, name: str) -> Visit:
    """In our conversation the button says for which community it is: by its token, or by the server in its name."""
    sender = act.sender
    where, _ = read_at(name)
    if len(name) == TOKEN:
        return await counter.visit(sender, await counter.people.whose(name, sender.user))
    if where.isdecimal() and not sender.guild:
        return await counter.visit(sender, member_of(where, sender.user))
    return await counter.visit(sender)


# --- buttons of messages ---------------------------------------------------------------------------------------------


async def _press(visit: Visit, act: Act, answer: Answer, press: Press) -> None:
    """Acknowledge, then do it, then show it where it was pressed. Raises: Missed, and nothing was done."""
    await answer.acknowledge()
    shown = await _pressed(visit, press)
    try:
        if isinstance(shown, Message) and not isinstance(shown, Refused) and not await _is_still_asked(visit, press):
            await _in_place(visit, act, answer, press.token, shown)
        else:
            await show(visit, answer, shown)
        await show_what_waits(await visit.anew(), answer)
    except (PlatformError, Unanswered, Rejected) as error:
        log.warning("press_not_shown", kind=type(error).__name__, code=str(error))


async def _pressed(visit: Visit, press: Press) -> Shown:
    """What a message's own button leads to. Whoever may not press it is told what everybody is told (R1)."""
    try:
        if visit.member is None:
            raise Refusal("dead_button")
        if press.choice in STEWARDS_ALONE and not await may_steward(visit):
            raise Refusal("not_steward")
        return await to_show(visit, await stopped(visit, await visit.ask(press)))
    except Refusal as refusal:
        return Refused(f"refusal.{refusal.code}", refusal.fields)
    except Exception:
        log.exception("press_failed")
        return BUSY


async def _is_still_asked(visit: Visit, press: Press) -> bool:
    """Whether what was pressed goes on waiting for an answer: to stop all messages answers no card."""
    return press.choice == STOP and any(card.token == press.token for card in await open_cards(visit))


async def _in_place(visit: Visit, act: Act, answer: Answer, token: str, said: Message) -> None:
    """The answer takes the place of what it answers: in our conversation, and on the page where it was pressed."""
    there = await visit.counter.platform.answer(visit.me, token, said)
    if act.single and (act.fleeting or not there):
        await answer.replace(visit.shown(said))
    elif act.fleeting and there:
        await answer.replace(await my_page(visit, CARDS))
    elif not there:
        await answer.say(visit.shown(said))


# --- all other buttons -----------------------------------------------------------------------------------------------


def _changes(choice: str) -> bool:
    """Whether a button does something, and neither opens a form nor shows what is there."""
    return choice in CHANGES or (choice.startswith((OF_NOTICE, OF_TIE)) and choice not in FORMS)


async def _done(visit: Visit, act: Act, choice: str, name: str) -> Shown:
    """What they lead to. Raises: Refusal, for one that is not ours as well."""
    if visit.known is None and choice in WAYS_IN:
        return await joining(visit)
    if visit.known is None and choice not in (ASK, MAKE, "erase"):
        raise Refusal("dead_button")
    match choice:
        case "need" | "offer":
            return await form_of(visit, Form(choice))
        case "join":
            return Pages([await my_page(visit, "me.notices")])
        case "edit" if len(name) == TOKEN:
            return await to_show(visit, await visit.ask(Press(visit.me, name, choice)))
        case "thread" | "thread.make":
            return await _thread(visit, choice, name)
        case "my" | "tie":
            return await chosen(visit, choice, next(iter(choices_of(act.data)), ""))
        case "settings" | "hours":
            return await settings_step(visit, choice)
        case "aside.off":
            return await not_aside(visit)
        case "export":
            return await hand_over(visit)
        case "waiting":
            await must_wait(visit)
            return None
        case "rest.pause" | "rest.resume":
            return Pages([visit.shown(await rested(visit, choice.removeprefix("rest.")))], replacing=True)
        case _ if choice in ACTS:
            return await _act(visit, choice)
        case _ if choice.startswith("me."):
            return Pages([await my_page(visit, choice, name)], replacing=act.fleeting)  # what we posted would keep it
        case _ if choice.startswith(OF_NOTICE):
            return await notice_step(visit, choice.removeprefix(OF_NOTICE), name)
        case _ if choice.startswith(OF_TIE):
            return await tie_step(visit, choice.removeprefix(OF_TIE), name)
        case _:
            raise Refusal("dead_button")


async def _act(visit: Visit, choice: str) -> Pages:
    said = await to_show(visit, await stopped(visit, await visit.ask(ACTS[choice](visit.me))))
    assert isinstance(said, Message)
    if choice in BACK:
        return Pages([answered(visit, said, BACK[choice])], replacing=True)
    return Pages([visit.shown(said)], replacing=True)


async def _thread(visit: Visit, choice: str, token: str) -> Shown:
    """A private thread for two who met: asked first, then made. The token says whose it is, and of which community."""
    threads = visit.counter.threads
    for member in [visit.member] if visit.member else visit.here:
        try:
            told = await (threads.ask if choice == ASK else threads.make)(member, token)
            return Pages([with_below(visit.shown(told), where(told))], replacing=choice == MAKE)
        except Refusal as refusal:
            if refusal.code != "gone":
                raise
    raise Refusal("dead_button")
