from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.chance import SystemRandom
from adapters.chat.fields import JoinFields, MeetingFields, NoticeFields
from adapters.chat.texts import ELLIPSIS
from adapters.chat.veil import Veil
from adapters.discord import modals, steward_modals
from adapters.discord.filled import (
    read_channels,
    read_hours,
    read_join,
    read_joining,
    read_meeting,
    read_notice,
    read_report,
    read_settings,
    read_text,
)
from adapters.discord.widgets import Kind as Component
from bot.commands import ChangeSettings, DraftNotice
from bot.domain.charters import CHARTER_LIMIT
from bot.domain.members import Delivery
from bot.domain.notices import Kind, Reach
from bot.text import LANGUAGES, Catalogue, catalogue
from bot.text.languages import OTHERS
from matching.reading import suggest
from tests.adapters.discord.limits import check_message, check_modal, questions
from tests.adapters.discord.sending_back import values
from tests.adapters.discord.test_inert import TEXTS
from tests.adapters.payloads import walked
from tests.adapters.saying import often
from tests.adapters.slack.people import MEMBER, NOW, me, notice, tie

EN = catalogue("en")
#: As long as sealed names are.
SEALED = Veil("secret").over(MEMBER, SystemRandom().id())
GUILD = "123456789012345678"


def every_form(words: Catalogue, text: str = "a drill", name: str = "Amina") -> dict[str, dict[str, Any]]:
    """Each form once, with somebody's words in every place that takes some."""
    mine = notice(text=text[:1000], card=text or "x", place=text[:80])
    offer = notice(kind=Kind.OFFER, text=text[:1000], card=text or "x", standing=True, reach=Reach.BEYOND)
    circles = tuple(sorted({name, "fab lab"}))
    person = me(
        name=name, circles=circles, language=words.language, paused_until=NOW + timedelta(days=3), stopped_at=NOW
    )
    known = tie(name=name or None, note=text[:2000])
    return {
        "need": modals.new_notice(Kind.NEED, words, text=text, sealed=GUILD),
        "offer": modals.new_notice(Kind.OFFER, words, text=text, circles=True, topics=("law", "textile")),
        "own_words": modals.new_notice(Kind.OFFER, words, lead="discord.own_words", circles=True),
        "edit": modals.edit_notice(mine, words, sealed=SEALED),
        "edit_offer": modals.edit_notice(offer, words, circles=True, sealed=SEALED),
        "join": modals.join(words, name=name, sealed=GUILD, charter=text, number=3, text=text),
        "settings": modals.settings(person, words),
        "hours": modals.hours(person, words, NOW),
        "note": modals.note_tie(known, words, sealed=SEALED),
        "report": modals.report_tie(known, words, sealed=SEALED),
        "listen": steward_modals.listen((GUILD,), words),
        "listen_nowhere": steward_modals.listen((), words),
        "charter": steward_modals.charter(text[:CHARTER_LIMIT], words),
        "meeting": steward_modals.meeting(words, helpers=3, days=7, nudges=True),
    }


@often(20)
@example("", " ", "en", 1)
@given(TEXTS, st.one_of(TEXTS, st.text(max_size=80)), st.sampled_from(LANGUAGES), st.integers(1, 300))
def test_whatever_somebody_wrote_discord_takes_the_form(text: str, name: str, language: str, times: int) -> None:
    for answer in every_form(catalogue(language), (text * times)[:5000], name).values():
        check_modal(answer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_ours_is_cut(language: str) -> None:
    forms = every_form(catalogue(language))

    shown = [(name, text) for name, answer in forms.items() for one in walked(answer) for text in one.values()]

    assert not [(name, text) for name, text in shown if isinstance(text, str) and ELLIPSIS in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_stewards_are_asked_before_a_rest(language: str) -> None:
    for resting in (True, False):
        check_message(steward_modals.rest(catalogue(language), resting=resting))


@pytest.mark.parametrize("kind", list(Kind))
def test_what_was_typed_is_what_is_read(kind: Kind) -> None:
    answer = modals.new_notice(kind, EN, text="Une perceuse & **b** <@1>", circles=True)

    assert read_notice(values(answer)) == NoticeFields("Une perceuse & **b** <@1>")
    assert read_notice(values(answer, text="Two drills", place="Lyon")).place == "Lyon"


def test_a_form_that_is_sent_as_it_was_opened_changes_nothing() -> None:
    mine = notice(kind=Kind.OFFER, place="Lyon", reach=Reach.CIRCLE, standing=True, topics=("law", "textile"))

    typed = read_notice(values(modals.edit_notice(mine, EN, circles=True, sealed=SEALED)))

    assert set(typed.topics or ()) == {"law", "textile"}
    assert replace(typed, topics=None) == NoticeFields(mine.text, "Lyon", Reach.CIRCLE, standing=True)


def test_what_a_form_has_no_room_for_is_left_as_the_words_suggest() -> None:
    offer = notice(kind=Kind.OFFER)
    mine = replace(offer, topics=suggest(offer.card, "en"))

    answer = modals.edit_notice(mine, EN, circles=True, sealed=SEALED)

    assert len(questions(answer)) == 5
    assert read_notice(values(answer)).topics is None
    assert read_notice(values(answer)).language is None


def test_topics_that_were_named_are_chosen() -> None:
    assert read_notice(values(modals.new_notice(Kind.NEED, EN, topics=("law",)))).topics == ("law",)
    assert "topics" not in str(modals.new_notice(Kind.NEED, EN))


def test_fields_are_named_like_those_of_the_command() -> None:
    assert DraftNotice(MEMBER, "need", **vars(NoticeFields("x"))) == DraftNotice(MEMBER, "need", "x")


def test_settings_sent_as_they_were_opened_change_nothing() -> None:
    person = me(circles=("fab lab", "jardin"), speaks=("fr", "pt"), delivery=Delivery.DAILY)

    fields = read_settings(values(modals.settings(person, EN)))

    mine = person.person
    assert ChangeSettings(MEMBER, **vars(fields)) == ChangeSettings(
        MEMBER, mine.language, speaks=("fr", "pt"), delivery="daily", shown_circles=()
    )


def test_hours_sent_as_they_were_opened_change_nothing() -> None:
    person = me(paused_until=NOW + timedelta(days=3))
    mine = person.person

    fields, zone, until = read_hours(values(modals.hours(person, EN, NOW)))

    assert (fields.quiet_from, fields.quiet_until) == (mine.quiet_from, mine.quiet_until)
    assert fields.monthly_budget == mine.monthly_budget
    assert (zone, until) == ("Europe/Paris", "2026-12-04")
    assert read_hours(values(modals.hours(person, EN, NOW + timedelta(days=4))))[2] == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_can_like_to_meet_in_any_language(language: str) -> None:
    chosen = ("qu", "zh", "uk", "ar", "fr")

    answer = modals.settings(me(speaks=chosen), catalogue(language))

    assert set(read_settings(values(answer)).speaks or ()) == set(chosen)
    menus = [asked["options"] for asked in questions(answer) if asked["custom_id"].startswith("speaks")]
    assert {one["value"] for menu in menus for one in menu} == {*LANGUAGES, *OTHERS, "qu"}


def test_joining_gives_back_the_charter_and_what_was_typed() -> None:
    answer = modals.join(
        catalogue("fr"), name="Luc", sealed=GUILD, charter="Be kind.", number=3, text="je cherche une perceuse"
    )

    assert read_joining(answer["data"]["custom_id"].removeprefix("f1:join:")) == (3, GUILD)
    assert read_join(values(answer), "en") == (JoinFields("fr"), "je cherche une perceuse")
    assert "Be kind." in str(answer)
    assert "Luc" in str(answer)


def test_nobody_agrees_to_a_charter_that_has_no_room() -> None:
    answer = modals.join(EN, name="Luc", sealed=GUILD, charter="Be kind. " * 440, number=3)

    check_modal(answer)
    assert read_joining(answer["data"]["custom_id"].removeprefix("f1:join:"))[0] == 0
    assert "Be kind." not in str(answer)
    assert "charter" not in str(answer["data"]["components"][0])


def test_a_long_charter_comes_back_whole() -> None:
    text = ("Nobody owes anybody anything. " * 200)[:CHARTER_LIMIT]

    assert read_text(values(steward_modals.charter(text, EN))) == text


def test_what_stewards_set_is_read() -> None:
    assert read_channels(values(steward_modals.listen(("2", "1"), EN))) == frozenset({"1", "2"})
    assert read_channels(values(steward_modals.listen((), EN))) == frozenset()
    meeting = steward_modals.meeting(EN, helpers=2, days=5, nudges=False)
    assert read_meeting(values(meeting)) == MeetingFields(2, 5, nudges=False)


def test_a_report_is_kept_from_stewards_unless_they_may_read_it() -> None:
    answer = modals.report_tie(tie(), EN, sealed=SEALED)

    assert not read_report(values(answer, text="Rude.")).share
    assert read_report(values(answer, text="Rude.", share="yes")).share


@pytest.mark.parametrize("make", [modals.note_tie, modals.report_tie])
def test_somebody_who_left_has_no_name(make: Callable[..., dict[str, Any]]) -> None:
    assert "Someone who left" in str(make(tie(name=None), EN, sealed=SEALED))


def test_every_answer_has_a_name_of_its_own() -> None:
    for answer in every_form(EN).values():
        names = [asked["custom_id"] for asked in questions(answer)]
        assert len(names) == len(set(names))
        assert all(asked["type"] != Component.BUTTON for asked in questions(answer))
