"""The forms that members fill in: answers to an interaction. What comes back is read in `filled.py`, by the same names.

A form has room for five questions, and none can follow another: what is typed is shown in a message afterwards.
Source: https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-modal
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from adapters.chat.fields import NoticeFields
from adapters.chat.mine import REACHES, name_of
from adapters.chat.texts import clipped
from adapters.chat.tongues import meeting_languages
from adapters.discord.inert import is_visible, size
from adapters.discord.widgets import (
    DISPLAY_LIMIT,
    OPTIONS,
    QUESTIONS,
    VALUE_LIMIT,
    Json,
    display,
    field,
    form,
    modal,
    select,
    several,
    text_input,
)
from bot.domain.members import Delivery, Person
from bot.domain.notices import Kind, Notice
from bot.messages import Phrase
from bot.text import Catalogue
from bot.text.languages import NAMES
from bot.views import Me, TieView
from matching.reading import suggest
from matching.topics import labels

#: Longest texts, in characters; Discord itself stops at them.
TEXT_LENGTH: Final = 1000
PLACE_LENGTH: Final = 80
NOTE_LENGTH: Final = 2000
TOPICS: Final = 3
#: Stands for no language in a menu, which cannot hold nothing; and the two answers of a question that has two.
DETECT: Final = "detect"
YES: Final = "yes"
NO: Final = "no"

TITLES: Final = {Kind.NEED: "house.notice.need", Kind.OFFER: "house.notice.offer"}
ASKED: Final = {Kind.NEED: "house.notice.need.text", Kind.OFFER: "house.notice.offer.text"}
EXAMPLES: Final = {Kind.NEED: "house.notice.need.example", Kind.OFFER: "house.notice.offer.example"}
DELIVERIES: Final = {Delivery.SINGLE: "house.settings.single", Delivery.DAILY: "house.settings.daily"}
#: What joining means, in few words.
MEANS: Final = (
    "house.enter.means.speak", "house.enter.means.ask", "house.enter.means.silent", "house.enter.means.stop",
)  # fmt: skip


# --- needs and offers ------------------------------------------------------------------------------------------------


def new_notice(
    kind: Kind,
    words: Catalogue,
    *,
    text: str = "",
    topics: Sequence[str] = (),
    lead: str = "",
    circles: bool = False,
    sealed: str = "",
) -> Json:
    """A need or an offer to write, from `text`.

    Args: topics: those that its author named already. lead: the key of what is said first, if anything. circles:
    whether its author has any to choose about. sealed: comes back with what was filled in.
    """
    typed = NoticeFields(text=text, topics=tuple(topics) or None)
    first = [display(words.say(Phrase(lead)))] if lead else []
    questions = _questions(kind, typed, words, circles=circles, known=topics)
    return modal(form(kind, sealed), words.say(Phrase(TITLES[kind])), [*first, *questions][:QUESTIONS])


def edit_notice(notice: Notice, words: Catalogue, *, circles: bool = False, sealed: str) -> Json:
    """One of mine to rewrite. Topics that Comptoir would suggest are not filled in, so that they follow the words."""
    suggested = suggest(notice.card, notice.language)
    chosen = notice.topics if notice.topics != suggested else None
    typed = NoticeFields(notice.text, notice.place, notice.reach, notice.standing, topics=chosen)
    questions = _questions(notice.kind, typed, words, circles=circles, known=[*notice.topics, *suggested])
    return modal(form("edit", sealed), words.say(Phrase("house.notice.edit")), questions[:QUESTIONS])


def _questions(kind: Kind, typed: NoticeFields, words: Catalogue, *, circles: bool, known: Sequence[str]) -> list[Json]:
    """Those that matter most first. Of all topics a menu holds less than half: it shows those that are `known`."""

    def say(key: str) -> str:
        return words.say(Phrase(key))

    text = text_input("text", typed.text, most=TEXT_LENGTH, lines=True, needed=True, example=say(EXAMPLES[kind]))
    place = text_input("place", typed.place, most=PLACE_LENGTH)
    questions = [
        field(say(ASKED[kind]), text, hint=say("house.notice.text.hint")),
        field(say("house.notice.place"), place, hint=say("house.notice.place.hint")),
    ]
    if kind is Kind.OFFER:
        ends = {NO: say("discord.notice.ends"), YES: say("house.notice.standing")}
        questions.append(field(say("house.notice.duration"), select("standing", ends, YES if typed.standing else NO)))
    if circles:
        reaches = {str(reach): say(key) for reach, key in REACHES.items()}
        questions.append(field(say("house.notice.reach"), select("reach", reaches, typed.reach)))
    named = labels(words.language)
    topics = {key: named[key] for key in known if key in named}
    if topics:
        menu = several("topics", topics, typed.topics or (), most=TOPICS, hint=say("house.notice.topics.suggest"))
        questions.append(field(say("discord.notice.topics"), menu))
    languages = {DETECT: say("discord.notice.detect"), **NAMES}
    return [*questions, field(say("discord.notice.language"), select("language", languages, typed.language or DETECT))]


# --- joining, settings -----------------------------------------------------------------------------------------------


def join(words: Catalogue, *, name: str, sealed: str = "", charter: str = "", number: int = 0, text: str = "") -> Json:
    """What joining means, to somebody who appears here as `name`.

    What is sealed comes back, with the number of the charter if it is shown: one for which a form has no room is not,
    and is asked about before anything else. `text` is what they typed before they could; they may still change it.
    """
    means = "\n".join(f"• {words.say(Phrase(key))}" for key in MEANS)
    first = [words.say(Phrase("house.enter.lead")), means, words.say(Phrase("house.enter.means.kept"))]
    last = words.say(Phrase("discord.join.name", {"name": name}))
    agreed = [words.say(Phrase("discord.join.charter")), charter] if charter else []
    whole = "\n\n".join([*first, *agreed, last])
    shown = bool(charter) and size(whole) <= DISPLAY_LIMIT
    language = select("language", NAMES, words.language)
    questions = [
        display(whole if shown else "\n\n".join([*first, last])),
        field(words.say(Phrase("discord.settings.language")), language),
        *_speaks((), words),
    ]
    if text:
        typed = text_input("text", clipped(text, TEXT_LENGTH), most=TEXT_LENGTH, lines=True)
        hint = words.say(Phrase("discord.join.typed.hint"))
        questions.append(field(words.say(Phrase("discord.join.typed")), typed, hint=hint))
    carried = f"{number if shown else 0}_{sealed}"
    return modal(form("join", carried), words.say(Phrase("house.enter.title")), questions)


def settings(me: Me, words: Catalogue) -> Json:
    """How Comptoir speaks to me. When, and how often, is in `hours`."""

    def say(key: str) -> str:
        return words.say(Phrase(key))

    person, member = me.person, me.member
    deliveries = {str(delivery): say(key) for delivery, key in DELIVERIES.items()}
    questions = [
        field(say("discord.settings.language"), select("language", NAMES, person.language)),
        *_speaks(person.speaks, words),
        field(say("house.settings.delivery"), select("delivery", deliveries, person.delivery)),
    ]
    mine = {circle: circle for circle in member.circles if _fits(circle)}
    if mine:
        circles = several("shown_circles", mine, member.shown_circles, hint=say("discord.settings.circles.none"))
        questions.append(field(say("house.settings.circles"), circles, hint=say("discord.settings.circles.hint")))
    return modal(form("settings"), say("house.settings.title"), questions)


def hours(me: Me, words: Catalogue, now: datetime) -> Json:
    """When Comptoir speaks to me, and how often: time zone, quiet hours, a rest, a budget."""

    def say(key: str) -> str:
        return words.say(Phrase(key))

    person = me.person
    begin, end = (_clock(one, f"{at:%H:%M}") for one, at in _quiet(person).items())
    day = text_input("until", _day(person, now), most=10, example=say("discord.hours.until.example"))
    budget = text_input("monthly_budget", str(person.monthly_budget), most=2, needed=True)
    questions = [
        field(
            say("house.settings.zone"),
            text_input("zone", person.zone, most=60, needed=True),
            hint=say("discord.hours.zone.hint"),
        ),
        field(say("discord.hours.from"), begin),
        field(say("discord.hours.until"), end, hint=say("house.settings.quiet.hint")),
        field(say("discord.hours.rest"), day, hint=say("discord.hours.rest.hint")),
        field(say("discord.settings.budget"), budget, hint=say("house.settings.budget.hint")),
    ]
    return modal(form("hours"), say("discord.hours"), questions)


def _fits(circle: str) -> bool:
    """Whether a name can stand for itself in a menu."""
    return is_visible(circle) and clipped(circle, VALUE_LIMIT) == circle


def _speaks(chosen: Sequence[str], words: Catalogue) -> list[Json]:
    """Two menus, for one has no room for all languages."""
    known = list(meeting_languages(words.language, chosen).items())
    hint = words.say(Phrase("discord.settings.speaks.none"))
    menus = {
        "speaks": ("discord.settings.speaks", dict(known[:OPTIONS])),
        "speaks_more": ("house.settings.speaks.more", dict(known[OPTIONS:])),
    }
    return [
        field(words.say(Phrase(label)), several(name, languages, chosen, hint=hint))
        for name, (label, languages) in menus.items()
    ]


def _quiet(person: Person) -> dict[str, object]:
    return {"quiet_from": person.quiet_from, "quiet_until": person.quiet_until}


def _clock(name: str, time: str) -> Json:
    """Every full hour, and the time that was chosen elsewhere."""
    full = [f"{hour:02}:00" for hour in range(24)]
    return select(name, {at: at for at in sorted({*full, time})}, time)


def _day(person: Person, now: datetime) -> str:
    if person.paused_until is None or person.paused_until <= now:
        return ""
    return person.paused_until.astimezone(ZoneInfo(person.zone)).date().isoformat()


# --- ties ------------------------------------------------------------------------------------------------------------


def note_tie(tie: TieView, words: Catalogue, *, sealed: str) -> Json:
    """A note to myself."""
    note = text_input("text", tie.note, most=NOTE_LENGTH, lines=True)
    hint = words.say(Phrase("discord.tie.note.hint"))
    asked = field(words.say(Phrase("discord.tie.about", {"name": name_of(tie, words)})), note, hint=hint)
    return modal(form("note", sealed), words.say(Phrase("house.ties.note")), [asked])


def report_tie(tie: TieView, words: Catalogue, *, sealed: str) -> Json:
    """Something went wrong with somebody whom I met."""

    def say(key: str) -> str:
        return words.say(Phrase(key))

    readers = {NO: say("discord.report.kept"), YES: say("discord.report.share")}
    about = words.say(Phrase("discord.tie.about", {"name": name_of(tie, words)}))
    questions = [
        display("\n".join([about, say("house.ties.report.about"), say("house.ties.block.about")])),
        field(say("house.ties.report.text"), text_input("text", most=NOTE_LENGTH, lines=True)),
        field(say("discord.report.read"), select("share", readers, NO)),
    ]
    return modal(form("report", sealed), say("house.ties.report"), questions)
