from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.mine import OFFERED
from adapters.discord import home
from adapters.discord.home import NOTICES, TIES, Reader, at, read_at
from bot.domain.notices import Kind, NoticeState
from bot.text import LANGUAGES, catalogue
from bot.text.said import Button, Said
from bot.views import Me
from tests.adapters.discord.limits import check_message, labels, pressed
from tests.adapters.discord.marks import read
from tests.adapters.discord.test_inert import TEXTS
from tests.adapters.discord.test_modals import GUILD, SEALED
from tests.adapters.saying import often
from tests.adapters.slack.people import NOW, TOKEN, me, notice, tie

CARD = Said("Somebody here offers a drill.", (Button("yes", "Yes"), Button("no", "No")), TOKEN, ())
STATES = [state for state in NoticeState if state is not NoticeState.DRAFT]
Body = dict[str, Any]


def reader(mine: Me, language: str = "en", *, cards: int = 0) -> Reader:
    names = {id: f"sealed-{id}" for id in ids(mine)}
    return Reader(mine, catalogue(language), NOW, names, GUILD, cards)


def ids(mine: Me) -> list[str]:
    return [*(one.id for one in mine.notices), *(one.id for one in mine.ties)]


def said(body: Body) -> str:
    return read("\n\n".join([body["content"], *(frame["description"] for frame in body["embeds"])]))


def choices(body: Body) -> list[str]:
    return [one["custom_id"].split(":")[1] for one in pressed(body)]


@often(20)
@given(TEXTS, st.text(max_size=60), st.integers(0, 20), st.integers(0, 30), st.sampled_from(LANGUAGES))
def test_whatever_somebody_has_discord_takes_their_pages(
    text: str, name: str, notices: int, ties: int, language: str
) -> None:
    words = (text * 900)[:1000]
    mine = [notice(n, text=words, place=words[:80], state=STATES[n % len(STATES)]) for n in range(notices)]
    known = [tie(n, name=name or None, note=words) for n in range(ties)]
    person = me(name=name, notices=mine, ties=known, paused_until=NOW + timedelta(days=2))
    sealed = {id: f"{SEALED[:-4]}{at:04}" for at, id in enumerate(ids(person))}
    given_to = replace(reader(person, language, cards=3), names=sealed)

    pages = [home.notices(given_to, notices // 5), home.ties(given_to, ties // 5)]
    pages += [home.settings(given_to), home.privacy(given_to), home.cards(given_to, (CARD,) * notices)]
    pages += [home.one_notice(given_to, one) for one in mine] + [home.one_tie(given_to, one) for one in known]

    for page in pages:
        check_message(page)


def test_somebody_who_has_nothing_is_asked() -> None:
    page = home.notices(reader(me()))

    assert choices(page) == ["need", "offer", "me.notices", "me.ties", "me.settings", "me.privacy"]
    assert "Nothing here yet." in said(page)


def test_a_page_tells_which_it_is() -> None:
    here = reader(me())
    pages = {
        "me.notices": home.notices(here), "me.ties": home.ties(here),
        "me.settings": home.settings(here), "me.privacy": home.privacy(here),
    }  # fmt: skip

    for choice, page in pages.items():
        off = [one["custom_id"] for one in pressed(page) if one.get("disabled")]
        assert off == [f"i1:{choice}:{GUILD}"]


def test_each_notice_can_be_chosen_by_what_it_says() -> None:
    mine = [notice(1), notice(2, Kind.OFFER, text="Two hours\nof sewing")]

    menu = pressed(home.notices(reader(me(notices=mine))))[0]

    assert menu["custom_id"] == "i1:my:"
    assert [(one["value"], one["label"]) for one in menu["options"]] == [
        ("sealed-n1", "1. I am looking for a drill this weekend"),
        ("sealed-n2", "2. Two hours of sewing"),
    ]


@pytest.mark.parametrize("state", STATES)
def test_each_notice_offers_what_its_state_allows(state: NoticeState) -> None:
    mine = notice(state=state, expires_at=NOW + timedelta(days=2))

    page = home.one_notice(reader(me(notices=[mine])), mine)

    assert choices(page) == [*(f"my.{step}" for step in OFFERED[state]), "me.notices"]
    assert pressed(page)[0]["custom_id"].endswith(":sealed-n1")


def test_pages_can_be_turned() -> None:
    here = reader(me(notices=[notice(n) for n in range(NOTICES * 2 + 1)], ties=[tie(n) for n in range(TIES + 1)]))

    first, second, last = (home.notices(here, page) for page in range(3))

    assert [label for label in labels(first) if "page" in label] == ["Next page"]
    assert [label for label in labels(second) if "page" in label] == ["Previous page", "Next page"]
    assert [label for label in labels(last) if "page" in label] == ["Previous page"]
    assert "Page 3 of 3" in said(last)
    assert f"{NOTICES * 2 + 1}. " in said(last)
    assert home.notices(here, 99) == last
    assert "Page 2 of 2" in said(home.ties(here, 1))


@pytest.mark.parametrize(
    ("token", "meant"),
    [
        (at(GUILD, 2), (GUILD, 2)), (GUILD, (GUILD, 0)), ("", ("", 0)), ("1-x", ("1", 0)), ("1--2", ("1", 0)),
        ("1-99999", ("1", 0)), ("1-٣", ("1", 0)),
    ],
)  # fmt: skip
def test_where_a_button_leads_is_read_back(token: str, meant: tuple[str, int]) -> None:
    assert read_at(token) == meant


def test_cards_are_shown_with_their_buttons_and_the_way_back() -> None:
    two = [replace(CARD, token="A" * 22), replace(CARD, token="B" * 22)]

    page = home.cards(reader(me(), cards=2), two)

    assert said(page).startswith("Waiting for your answer:\n\n1. Somebody here offers a drill.")
    assert labels(page)[:4] == ["1. Yes", "1. No", "2. Yes", "2. No"]
    assert labels(page)[4] == "Cards (2)"
    assert choices(page)[4:] == ["me.cards", *home.PAGES]


def test_cards_that_wait_are_counted_on_every_page() -> None:
    assert "Cards (2)" in labels(home.settings(reader(me(), cards=2)))
    assert not [label for label in labels(home.settings(reader(me()))) if "Cards" in label]


def test_a_tie_shows_since_when_and_my_note() -> None:
    known = tie(note="tea on Fridays")
    here = reader(me(ties=[known]))

    page = home.one_tie(here, known)

    assert said(page) == "Amina\nSince October 2026 · clothes and textiles\nYour note: tea on Fridays"
    assert choices(page) == ["tie.note", "tie.end", "tie.block", "tie.report", "me.ties"]


def test_whoever_left_cannot_be_blocked() -> None:
    gone = tie(name=None)

    assert "tie.block" not in choices(home.one_tie(reader(me(ties=[gone])), gone))


def test_ties_that_ended_are_not_shown() -> None:
    assert "No ties yet." in said(home.ties(reader(me(ties=[tie(alive=False)]))))


def test_rest_is_said_first_and_can_be_ended() -> None:
    resting = reader(me(paused_until=NOW + timedelta(days=4)))

    assert "Comptoir is quiet until" in said(home.notices(resting))
    assert "resume" in choices(home.settings(resting))
    assert "stop" not in choices(home.settings(resting))
    assert "Everything is stopped." in said(home.settings(reader(me(stopped_at=NOW))))


def test_a_general_rest_is_said() -> None:
    mine = me()
    resting = replace(mine, community=replace(mine.community, paused_at=NOW))

    assert "everybody a rest" in said(home.notices(reader(resting)))


def test_settings_say_when_it_is_quiet() -> None:
    assert "Quiet hours: 10:00" in said(home.settings(reader(me(quiet_from=time(22), quiet_until=time(8)))))
    assert "No quiet hours" in said(home.settings(reader(me(quiet_from=time(8), quiet_until=time(8)))))


def test_nobody_is_pinged_by_their_own_page() -> None:
    mine = notice(text="hello @everyone, <@1> **now**")

    for page in (home.notices(reader(me(notices=[mine]))), home.one_notice(reader(me(notices=[mine])), mine)):
        assert "@everyone" not in page["content"]
        assert "<@1>" not in page["content"]
