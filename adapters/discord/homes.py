"""Everything of mine, seen by me alone: `/me`, `/ties`, `/settings`, `/privacy`, and what is chosen there."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from adapters.discord import home as pages
from adapters.discord.choosing import can_call_in
from adapters.discord.counter import Visit
from adapters.discord.home import CARDS, OF_NOTICE, OF_TIE, Reader, read_at
from adapters.discord.ids import guild_of, user_of
from adapters.discord.incoming import Typed, text_at
from adapters.discord.modals import hours, note_tie, report_tie
from adapters.discord.modals import settings as settings_form
from adapters.discord.openings import ASK, below, is_opening, offer_of, person_of, with_below
from adapters.discord.rendering import rendered
from adapters.discord.replying import Handed, Pages, Shown
from adapters.discord.widgets import Json, button, press, row
from adapters.discord.windows import form_of, lifted, opened, to_show
from bot.commands import Block, ChangeNotice, ChangeSettings, EndTie
from bot.domain.ids import MemberId, TieId
from bot.errors import Refusal
from bot.messages import Form, Message, Reply
from bot.text.said import Said
from bot.views import TieView

#: The page of each button that leads to one, but for that of cards.
SHOWN: Final[Mapping[str, Callable[[Reader, int], Json]]] = {
    "me.notices": pages.notices,
    "me.ties": pages.ties,
    "me.settings": lambda reader, page: pages.settings(reader),
    "me.privacy": lambda reader, page: pages.privacy(reader),
}
FILE: Final = "comptoir.json"
ASIDE_OFF: Final = "aside.off"


async def my_page(visit: Visit, choice: str, token: str = "") -> Json:
    """One of my pages as it is now. Raises: Refusal for one that there is not."""
    reader, open_ones = await _reader(visit)
    if choice == CARDS and open_ones:
        return pages.cards(reader, open_ones)
    page = SHOWN.get("me.notices" if choice == CARDS else choice)
    if page is None:
        raise Refusal("dead_button")
    shown = page(reader, read_at(token)[1])
    return await _with_aside(visit, shown) if choice == "me.settings" else shown


async def _with_aside(visit: Visit, shown: Json) -> Json:
    """A button to end it, where somebody chose to be called aside."""
    if not (await visit.counter.directs.place(visit.me)).channel:
        return shown
    off = button(visit.say("discord.aside.off"), press(ASIDE_OFF, guild_of(visit.me)))
    return {**shown, "components": [*shown["components"], row([off])]}


async def my_notices(visit: Visit, asked: Typed) -> Shown:
    """`/me`: my needs and offers, or the one that was chosen. Raises: Refusal for words that were typed instead."""
    if name := text_at(asked.options, "notice"):
        lifted(visit, name, otherwise="discord_choose")
        return Pages([await _notice(visit, name)])
    return Pages([await my_page(visit, "me.notices")])


async def my_ties(visit: Visit, asked: Typed) -> Shown:
    """`/ties`: whom I was introduced to."""
    return Pages([await my_page(visit, "me.ties")])


async def my_settings(visit: Visit, asked: Typed) -> Shown:
    """`/settings`: how I wish to be spoken to; or at once my zone, or where I may be called aside.

    Raises: Refusal for a channel in which nobody could be called.
    """
    zone, channel = text_at(asked.options, "zone").strip(), text_at(asked.options, "channel")
    if channel.isdecimal():
        if not await can_call_in(visit.counter.api, guild_of(visit.me), channel):
            raise Refusal("discord_no_call")
        await visit.counter.aside.choose(visit.me, channel)
        return Message("discord.aside.chosen")
    if zone:
        return await to_show(visit, await visit.ask(ChangeSettings(visit.me, zone=zone.replace(" ", "_"))))
    return Pages([await my_page(visit, "me.settings")])


async def my_privacy(visit: Visit, asked: Typed) -> Shown:
    """`/privacy`: what is kept about me."""
    return Pages([await my_page(visit, "me.privacy")])


async def chosen(visit: Visit, choice: str, name: str) -> Shown:
    """A need, an offer or a tie was chosen in its menu. Raises: Refusal for one that is gone."""
    shown = await (_notice if choice == pages.NOTICE else _one_tie)(visit, name)
    return Pages([shown], replacing=True)


async def notice_step(visit: Visit, step: str, name: str) -> Shown:
    """Something is done about one of my needs or offers."""
    member, notice = lifted(visit, name)
    there = await visit.of(member)
    if step == "edit":
        return await form_of(there, Form("", notice))
    return _in_place(there, await there.ask(ChangeNotice(member, notice, step)), "me.notices")


async def tie_step(visit: Visit, step: str, name: str) -> Shown:
    """Something is done about one of my ties."""
    member, id = lifted(visit, name)
    there = await visit.of(member)
    match step:
        case "end":
            return _in_place(there, await there.ask(EndTie(member, id)), "me.ties")
        case "block":
            return _in_place(there, await there.ask(Block(member, id)), "me.ties")
        case "note":
            return opened(note_tie(await _tie(there, id), there.words, sealed=name))
        case "report":
            return opened(report_tie(await _tie(there, id), there.words, sealed=name))
        case _:
            raise Refusal("dead_button")


async def settings_step(visit: Visit, step: str) -> Shown:
    """A form about how, or when, I wish to be spoken to."""
    me, where = await visit.counter.dispatch.me(visit.me), guild_of(visit.me)
    if step == "hours":
        return opened(hours(me, visit.words, visit.now), where)
    return opened(settings_form(me, visit.words), where)


async def not_aside(visit: Visit) -> Shown:
    """Somebody is not called aside any more."""
    await visit.counter.aside.choose(visit.me, "")
    return _in_place(visit, Message("discord.aside.ended"), "me.settings")


async def hand_over(visit: Visit) -> Shown:
    """Everything that we hold about somebody and that they may see, as a file for them alone (I9)."""
    everything = await visit.counter.dispatch.export(visit.me)
    written = json.dumps(everything, ensure_ascii=False, indent=1)
    return Handed(visit.say("discord.export"), FILE, written.encode("utf-8", "replace"))


def answered(visit: Visit, message: Message, choice: str) -> Json:
    """What came of something, with a way back to a page."""
    back = button(visit.say("discord.me.back"), press(choice, guild_of(visit.me)))
    return rendered(visit.put(message), visit.words, foot=[back])


def _in_place(visit: Visit, reply: Reply | None, page: str) -> Pages:
    """What came of a step, in the place of the page on which it was pressed."""
    said = reply if isinstance(reply, Message) else Message("discord.saved")
    return Pages([answered(visit, said, page)], replacing=True)


async def _reader(visit: Visit) -> tuple[Reader, Sequence[Said]]:
    me = await visit.counter.dispatch.me(visit.me)
    things = [*(notice.id for notice in me.notices), *(tie.id for tie in me.ties)]
    names = {id: visit.counter.veil.over(visit.me, id) for id in things}
    open_ones = await open_cards(visit)
    return Reader(me, visit.words, visit.now, names, guild_of(visit.me), len(open_ones)), open_ones


async def _notice(visit: Visit, name: str) -> Json:
    member, id = lifted(visit, name)
    reader, _ = await _reader(await visit.of(member))
    found = next((notice for notice in reader.me.notices if notice.id == id), None)
    if found is None:
        raise Refusal("gone")
    return pages.one_notice(reader, found)


async def _one_tie(visit: Visit, name: str) -> Json:
    member, id = lifted(visit, name)
    there = await visit.of(member)
    reader, _ = await _reader(there)
    tie = _of(reader.me.ties, id)
    shown = pages.one_tie(reader, tie)
    return await _with_opening(there, shown, tie.other) if tie.other and tie.alive else shown


async def _with_opening(visit: Visit, shown: Json, other: MemberId) -> Json:
    """Whom to write to and where, as the opening said, which may have been shown in passing alone."""
    about = await visit.counter.sendings.speaking_of(other)
    told = (one.messages[visit.me] for one in about if list(one.messages) == [visit.me])
    opening = next((one for one in told if is_opening(one) and person_of(one) == user_of(other)), None)
    if opening is None:
        return shown
    shown = with_below(shown, below(opening, visit.words))
    if not (offer := offer_of(opening)):
        return shown
    made = button(visit.say(f"choice.{ASK}"), press(ASK, offer))
    return {**shown, "components": [row([made]), *shown["components"]]}


async def _tie(visit: Visit, id: str) -> TieView:
    return _of((await visit.counter.dispatch.me(visit.me)).ties, id)


def _of(ties: Sequence[TieView], id: str) -> TieView:
    found = next((tie for tie in ties if tie.id == TieId(id)), None)
    if found is None:
        raise Refusal("gone")
    return found


async def open_cards(visit: Visit) -> Sequence[Said]:
    """The cards that wait for an answer, as they stand in our conversation; none that was answered already."""
    sendings = await visit.counter.sendings.shown_to(visit.me)
    shown = [one.messages[visit.me] for one in sendings if list(one.messages) == [visit.me]]
    cards = [part for message in shown for part in (message, *message.parts) if _waits(part)]
    return [replace(said, parts=()) for card in cards if (said := visit.put(card)).buttons]


def _waits(part: Message) -> bool:
    return part.key.startswith("card.") and "yes" in part.choices


def step_of(choice: str) -> tuple[str, str]:
    """What a button is about, a notice or a tie, and what it does; empty for all other buttons."""
    for about in (OF_NOTICE, OF_TIE):
        if choice.startswith(about):
            return about, choice.removeprefix(about)
    return "", ""
