from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.mine import OFFERED, STEPS
from adapters.slack.home import home, welcome
from adapters.slack.home_lists import Pages, read_pages
from bot.domain.charters import Charter
from bot.domain.notices import Kind, NoticeState
from bot.text import LANGUAGES, catalogue
from bot.text.said import Button, Said
from bot.views import Me
from tests.adapters.saying import often
from tests.adapters.slack.limits import check_view, elements, texts
from tests.adapters.slack.people import COMMUNITY, NOW, TOKEN, me, notice, tie
from tests.adapters.slack.test_inert import TEXTS

EN = catalogue("en")
CARD = Said(
    "Somebody here offers a drill. Shall I introduce you?", (Button("yes", "Yes"), Button("no", "No")), TOKEN, ()
)
COUNTS = st.integers(0, 20)
STATES = [state for state in NoticeState if state is not NoticeState.DRAFT]


def shown(person: Me, **more: Any) -> dict[str, Any]:
    ids = [*(one.id for one in person.notices), *(one.id for one in person.ties)]
    names = {id: f"veiled-{id}" for id in ids}
    return home(person, EN, NOW, **({"names": names} | more))


def said(view: dict[str, Any]) -> str:
    return "\n".join(text["text"] for text in texts(view["blocks"]))


def actions(view: dict[str, Any]) -> list[str]:
    return [element["action_id"] for element in elements(view["blocks"])]


@often(20)
@given(TEXTS, st.text(max_size=60), COUNTS, COUNTS, COUNTS, st.sampled_from(LANGUAGES))
def test_whatever_somebody_has_slack_takes_their_home(
    text: str, name: str, notices: int, ties: int, cards: int, language: str
) -> None:
    words = (text * 900)[:1000]
    mine = [notice(n, text=words, place=words[:80], state=STATES[n % len(STATES)]) for n in range(notices)]
    known = [tie(n, name=name or None, note=words) for n in range(ties)]
    person = me(name=name, language=language, notices=mine, ties=known, paused_until=NOW + timedelta(days=2))
    card = Said((text * 900)[:5000], CARD.buttons, TOKEN, ())
    ids = [*(one.id for one in mine), *(one.id for one in known)]

    view = home(
        person, catalogue(language), NOW, waiting=(card,) * cards, answered=(card,) * cards,
        names=dict.fromkeys(ids, "x" * 140), said=card, charter=Charter(COMMUNITY, 1, text * 90, NOW),
        pages=Pages(notices // 7, ties // 9), steward=True,
    )  # fmt: skip

    check_view(view)


def test_somebody_who_has_nothing_is_asked_and_can_do_everything() -> None:
    view = shown(me())

    check_view(view)
    assert actions(view) == ["need", "offer", "settings", "stop", "export", "leave", "erase"]
    assert "Hello, Luc." in said(view)
    assert "Nothing here yet." in said(view)


def test_open_cards_come_first_with_their_buttons() -> None:
    view = shown(me(notices=[notice()]), waiting=[CARD])

    assert actions(view).index("press:yes") < actions(view).index("notice:edit")
    assert view["blocks"][3]["text"]["text"] == "Waiting for your answer"


@pytest.mark.parametrize("state", STATES)
def test_each_notice_offers_what_its_state_allows(state: NoticeState) -> None:
    view = shown(me(notices=[notice(state=state, expires_at=NOW + timedelta(days=2))]))

    assert [action for action in actions(view) if ":" in action] == [f"notice:{step}" for step in OFFERED[state]]
    assert set(OFFERED[state]) <= set(STEPS)


def test_a_notice_that_lasts_needs_not_be_renewed() -> None:
    view = shown(me(notices=[notice(), notice(2, Kind.OFFER, expires_at=None, standing=True)]))

    assert "notice:renew" not in actions(view)
    assert "Need · Open · Ends in 20 days · " in said(view)
    assert "Stands until you take it away" in said(view)


def test_a_button_carries_the_name_that_it_was_given() -> None:
    view = shown(me(notices=[notice()], ties=[tie()]))

    buttons = {element["action_id"]: element for element in elements(view["blocks"])}
    assert buttons["notice:edit"]["value"] == "veiled-n1"
    assert [option["value"] for option in buttons["tie:menu"]["options"]] == [
        "note:veiled-t1", "end:veiled-t1", "block:veiled-t1", "report:veiled-t1",
    ]  # fmt: skip


def test_one_is_asked_twice_before_withdrawing_leaving_erasing() -> None:
    view = shown(me(notices=[notice()]))

    sure = [element["action_id"] for element in elements(view["blocks"]) if "confirm" in element]
    assert sure == ["notice:withdraw", "leave", "erase"]


def test_only_erasing_is_red_and_nothing_is_green() -> None:
    styles = {
        one["action_id"]: one["style"] for one in elements(shown(me(notices=[notice()]))["blocks"]) if "style" in one
    }

    assert styles == {"erase": "danger"}


def test_somebody_who_left_cannot_be_blocked_and_is_not_named() -> None:
    view = shown(me(ties=[tie(name=None, note="tea on Fridays"), tie(2, name="Gone", alive=False)]))

    assert "Someone who left\nSince October 2026 · clothes and textiles" in said(view)
    assert "Your note: tea on Fridays" in said(view)
    assert "Gone" not in said(view)
    assert "block:veiled-t1" not in str(view)


def test_much_comes_in_pages() -> None:
    person = me(notices=[notice(n, text=f"Need number {n}") for n in range(15)], ties=[tie(n) for n in range(9)])

    first, last = shown(person), shown(person, pages=Pages(notices=2))

    assert "… and 10 more on the next page." in said(first)
    assert "… and one more on the next page." in said(first)
    turned = [one["value"] for one in elements(first["blocks"]) if one["action_id"].startswith("page:")]
    assert turned == ["1:0", "0:1"]
    assert "Need number 14" in said(last)
    assert [one["value"] for one in elements(last["blocks"]) if one["action_id"] == "page:before"] == ["1:0"]


def test_a_page_that_is_gone_is_the_last_one() -> None:
    person = me(notices=[notice(n, text=f"Need number {n}") for n in range(6)])

    assert "Need number 5" in said(shown(person, pages=Pages(notices=9, ties=9)))


@pytest.mark.parametrize(
    ("value", "pages"),
    [("1:2", Pages(1, 2)), ("", Pages()), ("x:1", Pages(0, 1)), ("1:2:3", Pages()), ("-1:٣", Pages())],
)
def test_a_paging_button_says_where_to(value: str, pages: Pages) -> None:
    assert read_pages(value) == pages


def test_a_rest_is_said_and_can_be_ended() -> None:
    resting, stopped = shown(me(paused_until=NOW + timedelta(days=3))), shown(me(stopped_at=NOW))

    assert "Comptoir is quiet until Friday 4 December." in said(resting)
    assert "Everything is stopped. Comptoir writes only when you do." in said(stopped)
    assert "resume" in actions(resting)
    assert "stop" not in actions(stopped)


def test_a_rest_for_everybody_is_said() -> None:
    person = me()

    view = shown(replace(person, community=replace(person.community, paused_at=NOW)))

    assert "give everybody a rest" in said(view)


@pytest.mark.parametrize(
    ("until", "line"), [(time(8), "Quiet hours: 9:00\u202fPM to 8:00\u202fAM"), (time(21), "No quiet hours")]
)
def test_settings_are_summed_up(until: time, line: str) -> None:
    french = me(language="fr", quiet_until=until)

    view = home(french, EN, NOW, names={})

    assert line in said(view)
    assert "At most 12 messages a month" in said(view)
    assert "Time zone: Europe/Paris" in said(view)


def test_stewards_have_their_own_row() -> None:
    assert [action for action in actions(shown(me(), steward=True)) if action.startswith("steward:")] == [
        "steward:listen", "steward:charter", "steward:meeting", "steward:rest", "steward:reports",
    ]  # fmt: skip


def test_what_was_just_done_is_said_at_the_top() -> None:
    view = shown(me(), said=Said("Withdrawn.", (), "", ()))

    assert view["blocks"][1]["text"]["text"] == "Withdrawn."


def test_the_fullest_home_has_room_for_all() -> None:
    mine = [notice(n, text="A drill", expires_at=NOW + timedelta(days=2)) for n in range(40)]
    person = me(notices=mine, ties=[tie(n, note="tea") for n in range(40)], stopped_at=NOW)
    person = replace(person, community=replace(person.community, paused_at=NOW))
    answer = Said("Done.", CARD.buttons, TOKEN, (CARD,) * 9)
    agreed = Charter(COMMUNITY, 1, "Let us be plain. " * 230, NOW)

    view = shown(
        person, waiting=[CARD] * 40, answered=[CARD] * 40, said=answer, charter=agreed, pages=Pages(2, 2), steward=True
    )

    check_view(view)
    assert len(view["blocks"]) > 90


def test_too_many_cards_wait_for_their_turn() -> None:
    view = shown(me(), waiting=[CARD] * 20)

    check_view(view)
    assert "There are more cards." in said(view)


def test_who_has_not_joined_sees_what_it_is_and_one_button() -> None:
    view = welcome(EN)

    check_view(view)
    assert actions(view) == ["join"]
    assert "Neither of you is named before both have said yes." in said(view)


def test_who_cannot_join_is_told_so() -> None:
    view = welcome(EN, may_join=False, said=Said("Goodbye.", (), "", ()))

    check_view(view)
    assert actions(view) == []
    assert "Only members of this workspace can join" in said(view)
