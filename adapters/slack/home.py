"""The Home tab: what one member sees of themselves, and everything that they can do about it.

Source: https://docs.slack.dev/surfaces/app-home and https://docs.slack.dev/reference/views/home-tab-views
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from babel.dates import format_time

from adapters.slack.blocks import body, fits
from adapters.slack.home_lists import Pages, Reader, notices, ties
from adapters.slack.inert import pieces, quiet
from adapters.slack.modals import DELIVERIES, MEANS
from adapters.slack.widgets import Json, actions, button, confirm, context, divider, header, section
from bot.domain.charters import Charter
from bot.messages import Phrase
from bot.text import Catalogue
from bot.text.said import Said
from bot.views import Me

#: What open cards may take together: blocks, and as much as a message may.
CARDS: Final = 24
#: Blocks that an answer at the top may take.
SAID: Final = 6
#: What stewards find at the end, and the windows that open.
STEWARDS: Final = {
    "listen": "slack.listen.title",
    "charter": "slack.charter",
    "meeting": "slack.meeting",
    "rest": "slack.everybody",
    "reports": "slack.home.reports",
}


def home(
    me: Me,
    words: Catalogue,
    now: datetime,
    *,
    waiting: Sequence[Said] = (),
    answered: Sequence[Said] = (),
    names: Mapping[str, str],
    charter: Charter | None = None,
    said: Said | None = None,
    pages: Pages | None = None,
    steward: bool = False,
) -> Json:
    """Everything of one member.

    Args: waiting: the cards that they may answer. answered: those that they may answer otherwise. names: what the
    buttons of each notice and tie carry, by id; at most 140 characters each. said: what came of what they just did, for
    the top.
    """
    reader = Reader(me, words, now, names, pages or Pages())
    blocks = [
        *_greeting(reader, said),
        *_cards(waiting, answered, words),
        *notices(reader),
        *ties(reader),
        *_settings(reader),
        *_charter(charter, words),
        *(_stewards(words) if steward else ()),
        *_privacy(words),
    ]
    return {"type": "home", "callback_id": "home", "blocks": blocks}


def welcome(words: Catalogue, *, may_join: bool = True, left: bool = False, said: Said | None = None) -> Json:
    """What somebody sees who has not joined, or cannot; who has `left` can still be forgotten."""

    def say(key: str) -> str:
        return words.say(Phrase(key))

    way_in = actions([button(say("slack.join"), "join", style="primary")])
    blocks = [
        header(say("slack.home.welcome")),
        *_said(said, words),
        section(say("house.enter.lead")),
        section("\n".join(f"• {say(key)}" for key in MEANS)),
        *(way_in if may_join else [section(say("refusal.not_here"))]),
        context(say("house.enter.means.kept")),
        *([divider(), section(say("left.kept")), *actions([erase_button(words)])] if left else ()),
    ]
    return {"type": "home", "callback_id": "welcome", "blocks": blocks}


def _greeting(reader: Reader, said: Said | None) -> list[Json]:
    person = reader.me.person
    blocks = [header(reader.say("slack.home.hello", name=reader.me.member.name)), *_said(said, reader.words)]
    if reader.me.community.paused_at is not None:
        blocks.append(context(reader.say("slack.home.everybody")))
    if person.is_away(reader.now):
        resume = button(reader.say("house.settings.resume"), "resume")
        blocks.append(section(_away(reader), resume))
    needs = button(reader.say("house.bar.need"), "need")
    return [*blocks, *actions([needs, button(reader.say("house.bar.offer"), "offer")])]


def _said(said: Said | None, words: Catalogue) -> list[Json]:
    return [*body(said, words)[:SAID], divider()] if said else []


def _away(reader: Reader) -> str:
    person = reader.me.person
    if person.stopped_at is not None or person.paused_until is None:
        return reader.say("house.settings.stopped")
    return reader.say("slack.home.paused", until=person.paused_until)


def _settings(reader: Reader) -> list[Json]:
    person = reader.me.person
    lines = [
        _hours(reader),
        reader.say(DELIVERIES[person.delivery]),
        reader.say("slack.home.budget", count=person.monthly_budget),
        reader.say("slack.home.zone", zone=person.zone),
    ]
    buttons = [button(reader.say("slack.home.settings"), "settings")]
    if not person.is_away(reader.now):
        buttons.append(button(reader.say("house.settings.stop"), "stop"))
    title = header(reader.say("house.settings.title"))
    return [divider(), title, section("\n".join(f"• {line}" for line in lines)), *actions(buttons)]


def _hours(reader: Reader) -> str:
    person, language = reader.me.person, reader.words.language
    if person.quiet_from == person.quiet_until:
        return reader.say("slack.home.no_quiet")
    begin, end = (format_time(at, "short", locale=language) for at in (person.quiet_from, person.quiet_until))
    return reader.say("slack.home.quiet", begin=begin, end=end)


def _cards(waiting: Sequence[Said], answered: Sequence[Said], words: Catalogue) -> list[Json]:
    blocks: list[Json] = []
    for key, cards in (("slack.home.waiting", waiting), ("slack.home.answered", answered)):
        for number, card in enumerate(cards):
            above = [divider()] if number else [divider(), header(words.say(Phrase(key)))]
            longer = [*blocks, *above, *body(card, words)]
            if not fits(longer, CARDS):
                return [*blocks, context(words.say(Phrase("slack.home.cards")))]
            blocks = longer
    return blocks


def _charter(charter: Charter | None, words: Catalogue) -> list[Json]:
    shown = [section(piece) for piece in pieces(quiet(charter.text))][:3] if charter else []
    return [divider(), header(words.say(Phrase("slack.charter"))), *shown] if shown else []


def _stewards(words: Catalogue) -> list[Json]:
    buttons = [button(words.say(Phrase(key)), f"steward:{what}") for what, key in STEWARDS.items()]
    return [divider(), header(words.say(Phrase("slack.home.stewards"))), *actions(buttons)]


def leave_button(words: Catalogue) -> Json:
    """Leaving, which asks first."""

    def say(key: str) -> str:
        return words.say(Phrase(key))

    leave = say("house.privacy.leave")
    sure = confirm(leave, f"{say('house.leave.silent')} {say('house.leave.notices')}", leave, say("house.cancel"))
    return button(leave, "leave", confirm=sure)


def erase_button(words: Catalogue) -> Json:
    """Being forgotten, which asks first."""

    def say(key: str) -> str:
        return words.say(Phrase(key))

    title, about, do = say("house.privacy.erase"), say("slack.sure.erase"), say("slack.sure.erase.do")
    sure = confirm(title, about, do, say("house.cancel"), style="danger")
    return button(say("house.privacy.erase.do"), "erase", style="danger", confirm=sure)


def _privacy(words: Catalogue) -> list[Json]:
    def say(key: str) -> str:
        return words.say(Phrase(key))

    buttons = [button(say("house.privacy.export"), "export"), leave_button(words), erase_button(words)]
    return [divider(), header(say("house.privacy.title")), section(say("slack.home.privacy")), *actions(buttons)]
