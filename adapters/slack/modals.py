"""The forms that members fill in. What comes back of them is read in `filled.py`, by the same names.

Source: https://docs.slack.dev/reference/views/modal-views
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from adapters.chat.fields import NoticeFields
from adapters.chat.mine import REACHES, name_of
from adapters.chat.texts import clipped
from adapters.chat.tongues import meeting_languages
from adapters.slack.inert import cut, pieces, plain, quiet
from adapters.slack.widgets import (
    VALUE_LIMIT,
    Json,
    context,
    divider,
    field,
    header,
    number_input,
    radio,
    section,
    select,
    several,
    text_input,
    tick,
)
from bot.domain.members import Delivery, Person
from bot.domain.notices import Kind, Notice, Reach
from bot.messages import Phrase
from bot.text import Catalogue
from bot.text.languages import NAMES
from bot.views import Me, TieView
from matching.reading import suggest
from matching.topics import labels

#: Longest texts, in characters; Slack itself stops at them.
TEXT_LENGTH: Final = 1000
PLACE_LENGTH: Final = 80
NOTE_LENGTH: Final = 2000
TITLE_LIMIT: Final = 24
METADATA_LIMIT: Final = 3000
TOPICS: Final = 3
BUDGET: Final = range(1, 31)
#: Stands for no language in a menu, which cannot hold nothing.
DETECT: Final = "detect"

TITLES: Final = {Kind.NEED: "slack.title.need", Kind.OFFER: "slack.title.offer"}
#: What is on a button that opens such a form.
OPENS: Final = {Kind.NEED: "slack.form.need", Kind.OFFER: "slack.form.offer"}
LEADS: Final = {Kind.NEED: "house.notice.need.lead", Kind.OFFER: "house.notice.offer.lead"}
ASKED: Final = {Kind.NEED: "house.notice.need.text", Kind.OFFER: "house.notice.offer.text"}
EXAMPLES: Final = {Kind.NEED: "house.notice.need.example", Kind.OFFER: "house.notice.offer.example"}
DELIVERIES: Final = {Delivery.SINGLE: "house.settings.single", Delivery.DAILY: "house.settings.daily"}


def modal(callback: str, title: str, blocks: Sequence[Json], words: Catalogue, *, submit: str, metadata: str) -> Json:
    """A form with a title and two buttons, all given by key. `metadata` comes back with what was filled in."""
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain(words.say(Phrase(title)), TITLE_LIMIT),
        "submit": plain(words.say(Phrase(submit)), TITLE_LIMIT),
        "close": plain(words.say(Phrase("house.cancel")), TITLE_LIMIT),
        "private_metadata": clipped(metadata, METADATA_LIMIT),
        "blocks": list(blocks),
    }


# --- needs and offers ------------------------------------------------------------------------------------------------


def new_notice(
    kind: Kind, words: Catalogue, *, text: str = "", lead: str = "", circles: bool = False, metadata: str = ""
) -> Json:
    """A need or an offer to write, from `text`.

    Args: `lead` is the key of what is said first, where it is not the usual; `circles` tells whether its author has any
    to choose about.
    """
    typed = NoticeFields(text=text)
    blocks = [context(words.say(Phrase(lead or LEADS[kind]))), *_questions(kind, typed, words, circles=circles)]
    return modal(kind, TITLES[kind], blocks, words, submit="slack.preview", metadata=metadata)


def edit_notice(notice: Notice, words: Catalogue, *, circles: bool = False, metadata: str) -> Json:
    """One of mine to rewrite. Topics that Comptoir would suggest are not filled in, so that they follow the words."""
    chosen = notice.topics != suggest(notice.card, notice.language)
    typed = NoticeFields(
        notice.text, notice.place, notice.reach, notice.standing, topics=notice.topics if chosen else None
    )
    blocks = _questions(notice.kind, typed, words, circles=circles)
    return modal("edit", "house.notice.edit", blocks, words, submit="slack.preview", metadata=metadata)


def check_notice(
    after: Notice, left_out: Sequence[str], typed: NoticeFields, words: Catalogue, *, circles: bool = False, token: str
) -> Json:
    """The same form with what others would read above it: what is sent now is kept, if it is still what was shown.

    It takes the place of the form, whose answers Slack keeps. `private_metadata` is `token` and a `fingerprint`.
    """
    facts = [
        words.say(Phrase("house.notices.place", {"place": after.place})) if after.place else "",
        words.say(Phrase(REACHES[after.reach])) if after.reach is not Reach.COMMUNITY else "",
        words.say(Phrase("house.notices.standing")) if after.standing else "",
        ", ".join(label for key, label in labels(words.language).items() if key in after.topics),
        words.say(Phrase("draft.left_out", {"what": tuple(Phrase(f"contact.{kind}") for kind in left_out)}))
        if left_out
        else "",
    ]
    shown = [section(words.say(Phrase("slack.quoted", {"text": after.card})))]
    shown += [context("\n".join(fact for fact in facts if fact))] if any(facts) else []
    shown += [context(words.say(Phrase("house.notice.check.lead"))), divider()]
    blocks = shown + _questions(after.kind, typed, words, circles=circles)
    metadata = f"{token} {fingerprint(typed)}"
    return modal("keep", "house.notice.check", blocks, words, submit="house.notice.keep", metadata=metadata)


def fingerprint(typed: NoticeFields) -> str:
    """Tells whether what is sent is what was shown."""
    return sha256(repr(sorted(asdict(typed).items())).encode(errors="replace")).hexdigest()[:22]


def _questions(kind: Kind, typed: NoticeFields, words: Catalogue, *, circles: bool) -> list[Json]:
    def say(key: str, **params: int) -> str:
        return words.say(Phrase(key, params))

    subjects = dict(sorted(labels(words.language).items(), key=lambda one: one[1]))
    languages = {DETECT: say("slack.notice.detect"), **NAMES}
    blocks = [
        field(
            "text",
            say(ASKED[kind]),
            text_input(typed.text, most=TEXT_LENGTH, lines=True, example=say(EXAMPLES[kind])),
            hint=say("slack.notice.hint", limit=TEXT_LENGTH),
        ),
        field(
            "place",
            say("house.notice.place"),
            text_input(typed.place, most=PLACE_LENGTH),
            hint=say("house.notice.place.hint"),
            optional=True,
        ),
    ]
    if circles:
        reaches = {str(reach): say(key) for reach, key in REACHES.items()}
        blocks.append(field("reach", say("house.notice.reach"), select(reaches, typed.reach)))
    if kind is Kind.OFFER:
        box = tick("yes", say("house.notice.standing"), ticked=typed.standing)
        blocks.append(field("standing", say("house.notice.duration"), box, optional=True))
    topics = several(subjects, typed.topics or (), most=TOPICS, empty=say("house.notice.topics.suggest"))
    return [
        *blocks,
        field("topics", say("slack.notice.topics"), topics, optional=True),
        field("language", say("slack.notice.language"), select(languages, typed.language or DETECT), optional=True),
    ]


# --- joining, settings -----------------------------------------------------------------------------------------------

#: What joining means, in few words.
MEANS: Final = (
    "house.enter.means.speak", "house.enter.means.ask", "house.enter.means.silent", "house.enter.means.stop",
)  # fmt: skip


def join(words: Catalogue, *, name: str, charter: str = "", number: int = 0, text: str = "") -> Json:
    """What joining means, to somebody who appears here as `name`.

    `number` is that of the charter shown, `text` what they typed before they could; `read_joining` gives both back.
    """
    blocks = [
        section(words.say(Phrase("house.enter.lead"))),
        section("\n".join(f"• {words.say(Phrase(key))}" for key in MEANS)),
        context(words.say(Phrase("house.enter.means.kept"))),
    ]
    if charter:
        blocks += [header(words.say(Phrase("slack.charter"))), *(section(piece) for piece in pieces(quiet(charter)))]
        blocks.append(context(words.say(Phrase("slack.join.charter"))))
    blocks += [divider(), context(words.say(Phrase("slack.join.name", {"name": name})))]
    if text:
        shown = text.removeprefix(f"/{Kind.NEED} ").removeprefix(f"/{Kind.OFFER} ")
        blocks.append(section(words.say(Phrase("slack.join.typed", {"text": cut(shown, TEXT_LENGTH)}))))
    blocks += [
        field("language", words.say(Phrase("slack.settings.language")), select(NAMES, words.language)),
        _speaks((), words),
    ]
    return modal("join", "house.enter.title", blocks, words, submit="house.enter.do", metadata=f"{number} {text}")


def settings(me: Me, words: Catalogue, now: datetime) -> Json:
    """How Comptoir speaks to me."""

    def say(key: str, **params: datetime) -> str:
        return words.say(Phrase(key, params), me.person.zone, now)

    person, member = me.person, me.member
    deliveries = {str(delivery): say(key) for delivery, key in DELIVERIES.items()}
    budget = number_input(person.monthly_budget, least=BUDGET.start, most=BUDGET.stop - 1)
    blocks = [
        *([context(say("house.settings.stopped"))] if person.stopped_at else []),
        field("language", say("slack.settings.language"), select(NAMES, person.language)),
        _speaks(person.speaks, words),
        field("quiet_from", say("slack.settings.quiet_from"), _clock(person.quiet_from.strftime("%H:%M"))),
        field(
            "quiet_until",
            say("slack.settings.quiet_until"),
            _clock(person.quiet_until.strftime("%H:%M")),
            hint=say("house.settings.quiet.hint"),
        ),
        field("delivery", say("house.settings.delivery"), radio(deliveries, person.delivery)),
        field("monthly_budget", say("house.settings.budget"), budget, hint=say("house.settings.budget.hint")),
    ]
    if any(_fits(circle) for circle in member.circles):
        circles = several({circle: circle for circle in member.circles if _fits(circle)}, member.shown_circles)
        question = say("house.settings.circles")
        blocks.append(field("shown_circles", question, circles, hint=say("house.settings.circles.hint"), optional=True))
    blocks.append(
        field(
            "until",
            say("slack.settings.until"),
            _day(person, now),
            hint=say("house.settings.rest.about"),
            optional=True,
        )
    )
    return modal("settings", "house.nav.settings", blocks, words, submit="slack.save", metadata="")


def _fits(circle: str) -> bool:
    """Whether a name can stand for itself in a menu."""
    return clipped(circle, VALUE_LIMIT) == circle != ""


def _speaks(chosen: Sequence[str], words: Catalogue) -> Json:
    known = meeting_languages(words.language, chosen)
    menu = several(known, chosen, empty=words.say(Phrase("slack.settings.speaks.none")))
    return field("speaks", words.say(Phrase("house.settings.speaks")), menu, optional=True)


def _clock(time: str) -> Json:
    return {"type": "timepicker", "initial_time": time}


def _day(person: Person, now: datetime) -> Json:
    if person.paused_until is None or person.paused_until <= now:
        return {"type": "datepicker"}
    return {
        "type": "datepicker",
        "initial_date": person.paused_until.astimezone(ZoneInfo(person.zone)).date().isoformat(),
    }


# --- ties ------------------------------------------------------------------------------------------------------------


def note_tie(tie: TieView, words: Catalogue, *, metadata: str) -> Json:
    """A note to myself."""
    label = words.say(Phrase("slack.tie.note", {"name": name_of(tie, words)}))
    note = field("text", label, text_input(tie.note, most=NOTE_LENGTH, lines=True), optional=True)
    return modal("note", "house.ties.note", [note], words, submit="slack.save", metadata=metadata)


def report_tie(tie: TieView, words: Catalogue, *, metadata: str) -> Json:
    """Something went wrong with somebody whom I met."""
    share = tick("yes", words.say(Phrase("slack.report.share")), ticked=False)
    blocks = [
        context(words.say(Phrase("slack.tie.about", {"name": name_of(tie, words)}))),
        field(
            "text",
            words.say(Phrase("house.ties.report.text")),
            text_input(most=NOTE_LENGTH, lines=True),
            hint=words.say(Phrase("slack.report.hint")),
            optional=True,
        ),
        field("share", words.say(Phrase("slack.report.read")), share, optional=True),
        context(words.say(Phrase("house.ties.block.about"))),
    ]
    return modal("report", "house.ties.report", blocks, words, submit="house.ties.report", metadata=metadata)


def end_tie(tie: TieView, words: Catalogue, *, metadata: str) -> Json:
    """Whether one is sure that a tie is over."""
    return _sure("end", "house.ties.end", "house.ties.end.about", tie, words, metadata)


def block_tie(tie: TieView, words: Catalogue, *, metadata: str) -> Json:
    """Whether one is sure never to be introduced to somebody again."""
    return _sure("block", "house.ties.block", "house.ties.block.about", tie, words, metadata)


def _sure(callback: str, title: str, about: str, tie: TieView, words: Catalogue, metadata: str) -> Json:
    blocks = [
        context(words.say(Phrase("slack.tie.about", {"name": name_of(tie, words)}))),
        section(words.say(Phrase(about))),
    ]
    return modal(callback, title, blocks, words, submit=title, metadata=metadata)
