from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.fields import MeetingFields, NoticeFields
from adapters.chat.texts import ELLIPSIS
from adapters.slack import modals, steward_modals
from adapters.slack.filled import (
    read_channels,
    read_checked,
    read_join,
    read_joining,
    read_meeting,
    read_notice,
    read_settings,
    read_text,
)
from bot.commands import ChangeSettings, DraftNotice
from bot.domain.members import Delivery
from bot.domain.notices import Kind, Reach
from bot.text import LANGUAGES, Catalogue, catalogue
from matching.reading import suggest
from matching.topics import labels
from tests.adapters.saying import often
from tests.adapters.slack.limits import check_view, texts
from tests.adapters.slack.people import MEMBER, NOW, TOKEN, me, notice, sent_back, tie
from tests.adapters.slack.test_inert import TEXTS

EN = catalogue("en")
View = dict[str, Any]


def every_form(words: Catalogue, text: str = "a drill", name: str = "Amina") -> dict[str, View]:
    """Each form once, with somebody's words in every place that takes some."""
    mine = notice(text=text[:1000], card=text or "x", place=text[:80])
    offer = notice(kind=Kind.OFFER, text=text[:1000], card=text or "x", standing=True, reach=Reach.BEYOND)
    typed = NoticeFields(text[:1000], text[:80], Reach.CIRCLE, standing=True, topics=("law", "textile"), language="fr")
    circles = tuple(sorted({name, "fab lab"}))
    person = me(
        name=name, circles=circles, language=words.language, paused_until=NOW + timedelta(days=3), stopped_at=NOW
    )
    known = tie(name=name or None, note=text[:2000])
    return {
        "need": modals.new_notice(Kind.NEED, words, text=text, metadata=TOKEN),
        "offer": modals.new_notice(Kind.OFFER, words, text=text, circles=True),
        "edit": modals.edit_notice(mine, words, metadata=TOKEN),
        "edit_offer": modals.edit_notice(offer, words, circles=True, metadata=TOKEN),
        "check": modals.check_notice(offer, ("phone", "mail"), typed, words, circles=True, token=TOKEN),
        "join": modals.join(words, name=name, charter=text, number=3, text=text),
        "settings": modals.settings(person, words, NOW),
        "note": modals.note_tie(known, words, metadata=TOKEN),
        "report": modals.report_tie(known, words, metadata=TOKEN),
        "end": modals.end_tie(known, words, metadata=TOKEN),
        "block": modals.block_tie(known, words, metadata=TOKEN),
        "listen": steward_modals.listen(("C1", "C2"), words),
        "listen_nowhere": steward_modals.listen((), words),
        "charter": steward_modals.charter(text, words),
        "pause": steward_modals.rest(words, resting=False),
        "resume": steward_modals.rest(words, resting=True),
        "meeting": steward_modals.meeting(words, helpers=3, days=7, nudges=True),
    }


@often(20)
@given(TEXTS, st.one_of(TEXTS, st.text(max_size=80)), st.sampled_from(LANGUAGES), st.integers(1, 300))
def test_whatever_somebody_wrote_slack_takes_the_form(text: str, name: str, language: str, times: int) -> None:
    for view in every_form(catalogue(language), (text * times)[:5000], name).values():
        check_view(view)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_ours_is_cut(language: str) -> None:
    for view in every_form(catalogue(language)).values():
        assert not [text for text in texts(view) if ELLIPSIS in text["text"]]


@pytest.mark.parametrize("kind", list(Kind))
def test_what_was_typed_is_what_is_read(kind: Kind) -> None:
    view = modals.new_notice(kind, EN, text="Une perceuse & <b>", circles=True)

    assert read_notice(sent_back(view)) == NoticeFields("Une perceuse & <b>")


def test_a_form_that_is_sent_as_it_was_opened_changes_nothing() -> None:
    mine = notice(kind=Kind.OFFER, place="Lyon", reach=Reach.CIRCLE, standing=True, topics=("law", "textile"))

    typed = read_notice(sent_back(modals.edit_notice(mine, EN, circles=True, metadata=TOKEN)))

    assert set(typed.topics or ()) == {"law", "textile"}
    assert replace(typed, topics=None) == NoticeFields(mine.text, "Lyon", Reach.CIRCLE, standing=True)


def test_topics_that_were_suggested_follow_the_words() -> None:
    mine = notice(topics=suggest(notice().card, "en"))

    assert read_notice(sent_back(modals.edit_notice(mine, EN, metadata=TOKEN))).topics is None


def test_fields_are_named_like_those_of_the_command() -> None:
    assert DraftNotice(MEMBER, "need", **vars(NoticeFields("x"))) == DraftNotice(MEMBER, "need", "x")


def test_what_is_kept_is_what_was_shown() -> None:
    typed = NoticeFields("A drill", "Lyon", Reach.BEYOND)

    view = modals.check_notice(notice(card="A drill"), (), typed, EN, circles=True, token=TOKEN)

    assert read_checked(view["private_metadata"]) == (TOKEN, modals.fingerprint(read_notice(sent_back(view))))
    assert modals.fingerprint(replace(typed, place="Lille")) != modals.fingerprint(typed)
    assert "A drill" in view["blocks"][0]["text"]["text"]


def test_the_form_that_replaces_another_keeps_its_questions() -> None:
    """Slack then keeps what was filled in. Source: https://docs.slack.dev/reference/views/modal-views"""
    before = modals.edit_notice(notice(), EN, circles=True, metadata=TOKEN)
    after = modals.check_notice(notice(), (), NoticeFields("x"), EN, circles=True, token=TOKEN)

    assert sent_back(before).keys() == sent_back(after).keys()


def test_every_topic_is_in_the_menu() -> None:
    [menu] = [
        block["element"] for block in modals.new_notice(Kind.NEED, EN)["blocks"] if block.get("block_id") == "topics"
    ]

    assert {option["value"] for option in menu["options"]} == set(labels("en"))


def test_settings_sent_as_they_were_opened_change_nothing() -> None:
    person = me(circles=("fab lab", "jardin"), speaks=("fr", "pt"), delivery=Delivery.DAILY)

    fields, until = read_settings(sent_back(modals.settings(person, EN, NOW)))

    mine = person.person
    assert ChangeSettings(MEMBER, **vars(fields)) == ChangeSettings(
        MEMBER, mine.language, None, ("fr", "pt"), mine.quiet_from, mine.quiet_until, "daily", 12, ()
    )
    assert until is None


def test_a_rest_is_shown_by_its_day() -> None:
    resting = me(paused_until=NOW + timedelta(days=3))

    assert read_settings(sent_back(modals.settings(resting, EN, NOW)))[1] == date(2026, 12, 4)
    assert read_settings(sent_back(modals.settings(resting, EN, NOW + timedelta(days=4))))[1] is None


def test_joining_gives_back_the_charter_and_what_was_typed() -> None:
    view = modals.join(catalogue("fr"), name="Luc", charter="Be kind.", number=3, text="je cherche une perceuse")

    assert read_joining(view["private_metadata"]) == (3, "je cherche une perceuse")
    assert vars(read_join(sent_back(view), "en")) == {"language": "fr", "speaks": ()}
    assert "Be kind." in str(view["blocks"])


def test_a_long_charter_comes_back_whole() -> None:
    text = "Nobody owes anybody anything. " * 130

    assert read_text(sent_back(steward_modals.charter(text, EN))) == text


def test_what_stewards_set_is_read() -> None:
    assert read_channels(sent_back(steward_modals.listen(("C2", "C1"), EN))) == frozenset({"C1", "C2"})
    assert read_channels(sent_back(steward_modals.listen((), EN))) == frozenset()
    meeting = steward_modals.meeting(EN, helpers=2, days=5, nudges=False)
    assert read_meeting(sent_back(meeting)) == MeetingFields(2, 5, nudges=False)
    assert read_text(sent_back(modals.note_tie(tie(note="tea"), EN, metadata=TOKEN))) == "tea"


@pytest.mark.parametrize("make", [modals.note_tie, modals.report_tie, modals.end_tie, modals.block_tie])
def test_somebody_who_left_has_no_name(make: Callable[..., View]) -> None:
    assert "Someone who left" in str(make(tie(name=None), EN, metadata=TOKEN))
