"""What one member sees of themselves, page by page, and what can be done about each thing: one message that changes.

A page is a few lines that a phone shows at a glance, a menu to choose from, and a row that leads to the other pages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from babel.dates import format_time

from adapters.chat.mine import STEPS, TIE_STEPS, facts, name_of, offered, topics
from adapters.chat.tongues import meeting_languages
from adapters.discord.inert import cut
from adapters.discord.modals import DELIVERIES
from adapters.discord.rendering import message, rendered
from adapters.discord.widgets import Json, Style, button, menu, option, press
from bot.domain.notices import Notice
from bot.messages import Param, Phrase
from bot.text import Catalogue
from bot.text.said import Said
from bot.views import Me, TieView

#: How many of each are on one page.
NOTICES: Final = 8
TIES: Final = 10
#: Longest words of a need, an offer or a note in a list; the page of each has all of them.
LINE: Final = 140
#: The pages, in the order of their buttons, and what these say. A button's token is made by `at`.
PAGES: Final = {
    "me.notices": "discord.me.notices",
    "me.ties": "house.ties.title",
    "me.settings": "house.nav.settings",
    "me.privacy": "house.nav.privacy",
}
#: The page of cards, whose button says how many wait.
CARDS: Final = "me.cards"
#: The menus of the two lists: what is chosen is a sealed name.
NOTICE, TIE = "my", "tie"
#: How the choices begin of what is done about one need or offer, and one tie; a sealed name goes with each.
OF_NOTICE, OF_TIE = "my.", "tie."


def at(where: str, page: int = 0) -> str:
    """What the button of a page carries: for which server, and which page of it, from 0."""
    return f"{where}-{page}"


def read_at(token: str) -> tuple[str, int]:
    """The inverse; the first page for anything odd."""
    where, _, page = token.partition("-")
    return where, int(page) if page.isascii() and page.isdecimal() and len(page) < 5 else 0


@dataclass(frozen=True)
class Reader:
    """Who looks at what is theirs, when, and in which server."""

    me: Me
    words: Catalogue
    now: datetime
    #: What the buttons of each notice and tie carry, by id; at most 80 characters each.
    names: Mapping[str, str]
    #: Digits; what buttons about nothing in particular carry.
    where: str
    #: How many cards wait for an answer.
    cards: int = 0

    def say(self, key: str, **params: Param) -> str:
        """A sentence in their words."""
        return self.words.say(Phrase(key, params), self.me.person.zone, self.now)


# --- needs and offers ------------------------------------------------------------------------------------------------


def notices(reader: Reader, page: int = 0) -> Json:
    """My needs and offers, newest first, and a way to each."""
    mine = reader.me.notices
    first = _first(page, NOTICES, len(mine))
    shown = mine[first : first + NOTICES]
    lines = [_line(reader, number, notice) for number, notice in enumerate(shown, first + 1)]
    empty = [reader.say("house.notices.empty"), reader.say("house.notices.empty.next")]
    text = "\n\n".join([*_greeting(reader), *(lines or empty), *_pages(reader, first // NOTICES, NOTICES, len(mine))])
    options = [
        option(reader.names[one.id], f"{number}. {one.text}", about=" · ".join(facts(one, reader.words, reader.now)))
        for number, one in enumerate(shown, first + 1)
    ]
    asked = [
        button(reader.say("house.bar.need"), press("need", reader.where), Style.PRIMARY),
        button(reader.say("house.bar.offer"), press("offer", reader.where), Style.PRIMARY),
    ]
    groups = [asked, _turning(reader, "me.notices", first // NOTICES, NOTICES, len(mine)), _ways(reader, "me.notices")]
    return _with_menu(
        message(text, groups, title=reader.say("house.notices.title")), NOTICE, options, reader.say("discord.me.choose")
    )


def one_notice(reader: Reader, notice: Notice) -> Json:
    """One of mine, whole, and what can be done about it."""
    name = reader.names[notice.id]
    text = "\n\n".join(
        [reader.say("discord.quoted", text=notice.text), " · ".join(facts(notice, reader.words, reader.now))]
    )
    steps = [button(reader.say(STEPS[step]), press(f"{OF_NOTICE}{step}", name)) for step in offered(notice, reader.now)]
    return message(text, [steps, [_back(reader, "me.notices")]])


def _line(reader: Reader, number: int, notice: Notice) -> str:
    words = reader.say("discord.quoted", text=_short(notice.text))
    return f"{number}. {words}\n{' · '.join(facts(notice, reader.words, reader.now))}"


# --- cards -----------------------------------------------------------------------------------------------------------


def cards(reader: Reader, open_ones: Sequence[Said]) -> Json:
    """The cards that can still be answered, with their buttons."""
    said = Said(reader.say("discord.me.waiting"), (), "", tuple(open_ones))
    return rendered(said, reader.words, foot=_ways(reader, CARDS))


# --- ties ------------------------------------------------------------------------------------------------------------


def ties(reader: Reader, page: int = 0) -> Json:
    """Those whom I was introduced to, and a way to each."""
    alive = [tie for tie in reader.me.ties if tie.alive]
    first = _first(page, TIES, len(alive))
    shown = alive[first : first + TIES]
    lines = [f"{number}. {_tie(reader, tie, short=True)}" for number, tie in enumerate(shown, first + 1)]
    empty = [reader.say("house.ties.empty"), reader.say("discord.ties.next")]
    text = "\n\n".join([*(lines or empty), *_pages(reader, first // TIES, TIES, len(alive))])
    options = [
        option(reader.names[tie.id], f"{number}. {name_of(tie, reader.words)}", about=_since(reader, tie))
        for number, tie in enumerate(shown, first + 1)
    ]
    groups = [_turning(reader, "me.ties", first // TIES, TIES, len(alive)), _ways(reader, "me.ties")]
    return _with_menu(
        message(text, groups, title=reader.say("house.ties.title")), TIE, options, reader.say("discord.ties.choose")
    )


def one_tie(reader: Reader, tie: TieView) -> Json:
    """One of them, and what can be done about it."""
    steps = [
        button(reader.say(label), press(f"{OF_TIE}{step}", reader.names[tie.id]))
        for step, label in TIE_STEPS.items()
        if tie.name or step != "block"
    ]
    return message(_tie(reader, tie), [steps, [_back(reader, "me.ties")]])


def _tie(reader: Reader, tie: TieView, *, short: bool = False) -> str:
    note = reader.say("discord.ties.note", note=_short(tie.note) if short else tie.note) if tie.note else ""
    return "\n".join(line for line in (name_of(tie, reader.words), _since(reader, tie), note) if line)


def _since(reader: Reader, tie: TieView) -> str:
    return " · ".join([reader.say("discord.ties.since", since=tie.since), *topics(tie.topics, reader.words)])


# --- settings, privacy -----------------------------------------------------------------------------------------------


def settings(reader: Reader) -> Json:
    """How and when Comptoir speaks to me."""
    person = reader.me.person
    lines = [
        _tongues(reader),
        _hours(reader),
        reader.say(DELIVERIES[person.delivery]),
        reader.say("discord.settings.most", count=person.monthly_budget),
        reader.say("discord.settings.zone", zone=person.zone),
    ]
    away = person.is_away(reader.now)
    steps = [
        button(reader.say("discord.settings.change"), press("settings", reader.where)),
        button(reader.say("discord.hours"), press("hours", reader.where)),
        button(reader.say("house.settings.resume"), press("resume", reader.where))
        if away
        else button(reader.say("house.settings.stop"), press("stop", reader.where)),
    ]
    text = "\n\n".join([*([_away(reader)] if away else []), "\n".join(f"• {line}" for line in lines)])
    return message(text, [steps, _ways(reader, "me.settings")], title=reader.say("house.settings.title"))


def privacy(reader: Reader) -> Json:
    """What is kept about me, and the ways to take it along or away."""
    steps = [
        button(reader.say("house.privacy.export"), press("export", reader.where)),
        button(reader.say("house.privacy.leave"), press("leave", reader.where)),
        button(reader.say("house.privacy.erase.do"), press("erase", reader.where), Style.DANGER),
    ]
    groups = [steps, _ways(reader, "me.privacy")]
    return message(reader.say("discord.privacy"), groups, title=reader.say("house.privacy.title"))


def _away(reader: Reader) -> str:
    person = reader.me.person
    if person.stopped_at is not None or person.paused_until is None:
        return reader.say("house.settings.stopped")
    return reader.say("discord.me.paused", until=person.paused_until)


def _tongues(reader: Reader) -> str:
    """In which language I am spoken to, and in which I like to meet, where that is more than one."""
    person = reader.me.person
    names = meeting_languages(reader.words.language, person.speaks)
    mine = reader.say("discord.settings.spoken", language=names.get(person.language, person.language))
    if not person.speaks:
        return mine
    meeting = ", ".join(names.get(code, code) for code in person.speaks)
    return f"{mine} · {reader.say('discord.settings.meeting', languages=meeting)}"


def _hours(reader: Reader) -> str:
    person, language = reader.me.person, reader.words.language
    if person.quiet_from == person.quiet_until:
        return reader.say("discord.settings.no_quiet")
    begin, end = (format_time(time, "short", locale=language) for time in (person.quiet_from, person.quiet_until))
    return reader.say("discord.settings.quiet", begin=begin, end=end)


# --- what pages share ------------------------------------------------------------------------------------------------


def _greeting(reader: Reader) -> list[str]:
    resting = reader.me.community.paused_at is not None
    everybody = [reader.say("discord.me.everybody")] if resting else []
    return everybody + ([_away(reader)] if reader.me.person.is_away(reader.now) else [])


def _short(text: str) -> str:
    return cut(" ".join(text.split()), LINE)


def _first(page: int, most: int, count: int) -> int:
    """Where a page begins; that of the last one, if the page asked for is gone."""
    return min(page, max(0, count - 1) // most) * most


def _pages(reader: Reader, page: int, most: int, count: int) -> list[str]:
    all = -(-count // most)
    return [reader.say("discord.me.page", page=page + 1, count=all)] if all > 1 else []


def _turning(reader: Reader, choice: str, page: int, most: int, count: int) -> list[Json]:
    """Buttons to the pages before and after, where there are any."""
    before = [button(reader.say("discord.me.before"), press(choice, at(reader.where, page - 1)))] if page else []
    rest = count > (page + 1) * most
    after = [button(reader.say("discord.me.after"), press(choice, at(reader.where, page + 1)))] if rest else []
    return before + after


def _ways(reader: Reader, here: str) -> list[Json]:
    """Buttons to all pages, what waits first. That of the page that is shown cannot be pressed."""
    waiting = {CARDS: reader.say("discord.me.cards", count=reader.cards)} if reader.cards or here == CARDS else {}
    labels = waiting | {choice: reader.say(key) for choice, key in PAGES.items()}
    return [button(label, press(choice, reader.where), disabled=choice == here) for choice, label in labels.items()]


def _back(reader: Reader, choice: str) -> Json:
    return button(reader.say("discord.me.back"), press(choice, reader.where))


def _with_menu(shown: Json, choice: str, options: Sequence[Json], hint: str) -> Json:
    """A page with its menu above the buttons; without one where there is nothing to choose."""
    if not options:
        return shown
    return {**shown, "components": [menu(press(choice), options, hint=hint), *shown["components"]]}
