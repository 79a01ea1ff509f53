"""Forms, my notices, my ties, settings, privacy: each by its form, without a script."""

import json
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from adapters.house.bar import _news
from bot.commands import ChangeSettings, Erase
from bot.domain.ids import MemberId
from bot.domain.members import Delivery
from bot.domain.notices import NoticeState, Reach
from matching.topics import labels
from tests.adapters.house.test_bar import OFFER, introduced, press, say, visit_of
from tests.adapters.house.visitor import Visitor
from tests.world import COMMUNITY, World

AMINA, MARIUS = MemberId(f"{COMMUNITY}:amina"), MemberId(f"{COMMUNITY}:marius")


async def post_offer(amina: Visitor) -> str:
    """Have one open offer; returns its id."""
    await amina.open("/offer/new")
    await amina.send("/offer/new", text=OFFER, reach="community", topics="suggested")
    await press(amina, "post")
    await amina.open("/notices")
    return amina.page.partition('action="/notices/')[2].partition('"')[0]


def action_of(visitor: Visitor) -> str:
    """Where the form of the page that is open goes."""
    return visitor.page.rpartition('class="stack"')[0].rpartition('action="')[2].partition('"')[0]


async def test_a_form_leads_to_a_preview_with_buttons(amina: Visitor, world: World) -> None:
    await amina.open("/need/new")
    await amina.send(
        "/need/new",
        text="a loom for a week",
        place="Brest",
        reach="beyond",
        topics="chosen",
        topic=["sewing", "textile"],
    )

    assert "a loom for a week" in amina.words
    assert 'value="post"' in amina.page
    notices = (await world.dispatch.me(AMINA)).notices
    assert not notices


async def test_what_was_typed_survives_a_refusal(amina: Visitor) -> None:
    await amina.open("/need/new")
    response = await amina.send("/need/new", text="…", place="Brest", reach="community", topics="suggested")

    assert response.status_code == 400
    assert 'role="alert"' in response.text
    assert 'value="Brest"' in response.text


async def test_pressing_edit_on_a_preview_opens_the_form_with_its_words(amina: Visitor, world: World) -> None:
    await say(amina, "private", OFFER)
    await press(amina, "edit")
    assert f">{OFFER}</textarea>" in amina.page

    await amina.send(
        action_of(amina), text="Some T-shirts to give", reach="community", token=amina.hidden("token"), step="preview"
    )

    assert "Some T-shirts to give" in amina.words
    assert OFFER not in amina.words.partition("Comptoir Talk")[0].rpartition("Comptoir ")[2]
    assert amina.page.count('value="post"') == 1
    assert len(await world.messages(AMINA)) == 1


async def test_editing_a_preview_keeps_every_field(amina: Visitor) -> None:
    await amina.open("/offer/new")
    await amina.send(
        "/offer/new", text=OFFER, place="Brest", reach="beyond", standing="yes", topics="chosen", topic=["sewing"]
    )
    await press(amina, "edit")

    assert 'value="Brest"' in amina.page
    assert 'value="beyond" checked' in amina.page
    assert 'name="standing" value="yes" checked' in amina.page
    assert 'value="chosen" checked' in amina.page
    assert [line for line in amina.page.split("<label") if 'value="sewing" checked' in line]


async def test_a_preview_that_is_gone_from_the_page_is_shown_anew(amina: Visitor, world: World) -> None:
    await say(amina, "private", OFFER)
    await press(amina, "edit")

    await amina.send(action_of(amina), text="Some T-shirts to give", reach="community", token="of-another-message")

    assert [m.params["card"] for m in await world.messages(AMINA)] == [OFFER, "Some T-shirts to give"]


async def test_what_was_typed_survives_a_draft_that_is_gone(amina: Visitor) -> None:
    await say(amina, "private", OFFER)
    await press(amina, "edit")
    form = action_of(amina)
    await press(amina, "discard")

    response = await amina.send(form, kind="offer", text="Some T-shirts to give", reach="community")

    assert response.status_code == 400
    assert ">Some T-shirts to give</textarea>" in amina.page


@pytest.mark.parametrize("path", ["/notices/%00/edit", "/rooms/%00", "/notices/nothing/edit"])
async def test_an_address_of_nothing_has_a_page(amina: Visitor, path: str) -> None:
    assert (await amina.open(path)).status_code == 404


async def test_my_notices_invite_when_there_are_none(amina: Visitor) -> None:
    await amina.open("/notices")

    assert "Nothing here yet." in amina.words
    assert "/need/new" in amina.page


@pytest.mark.parametrize(
    ("to", "state", "words"),
    [
        ("pause", NoticeState.PAUSED, "Resting"),
        ("met", NoticeState.MET, "Settled"),
        ("withdraw", NoticeState.WITHDRAWN, "Taken away"),
    ],
)
async def test_a_notice_changes_state(amina: Visitor, world: World, to: str, state: NoticeState, words: str) -> None:
    id = await post_offer(amina)
    assert "Ends in 180 days" in amina.words

    await amina.send(f"/notices/{id}", to=to)

    assert (await world.dispatch.me(AMINA)).notices[0].state is state
    assert words in amina.words
    assert 'class="word"' in amina.page


async def test_an_edit_is_looked_at_before_it_is_kept(amina: Visitor, world: World) -> None:
    id = await post_offer(amina)
    await amina.open(f"/notices/{id}/edit")
    await amina.send(
        f"/notices/{id}/edit", step="preview", text="Fifty T-shirts", place="Brest", reach="circle", topics="chosen"
    )
    assert "Is this right?" in amina.words
    assert (await world.dispatch.me(AMINA)).notices[0].text == OFFER

    await amina.send(
        f"/notices/{id}/edit", step="change", text="Fifty T-shirts", place="Brest", reach="circle", topics="chosen"
    )
    assert ">Fifty T-shirts</textarea>" in amina.page
    await amina.send(
        f"/notices/{id}/edit", step="keep", text="Fifty T-shirts", place="Brest", reach="circle", topics="chosen"
    )

    notice = (await world.dispatch.me(AMINA)).notices[0]
    assert (notice.text, notice.place, notice.reach, notice.topics) == ("Fifty T-shirts", "Brest", Reach.CIRCLE, ())


async def test_what_is_looked_at_is_what_others_will_read(amina: Visitor, world: World) -> None:
    written: dict[str, Any] = {
        "text": "Bicycle repair,  call 06 12 34 56 78",
        "place": "Brest, x@example.org",
        "topics": "suggested",
    }
    id = await post_offer(amina)
    await amina.open(f"/notices/{id}/edit")
    await amina.send(f"/notices/{id}/edit", step="preview", **written)
    card = amina.page.partition("<article")[2].partition("</article>")[0]

    await amina.send(f"/notices/{id}/edit", step="keep", **written)

    notice = (await world.dispatch.me(AMINA)).notices[0]
    assert f">{notice.card}</p>" in card
    assert notice.place in card
    assert notice.topics
    assert all(labels("en")[key] in card for key in notice.topics)
    assert "06 12" not in card
    assert "x@example.org" not in card
    assert "Left out of the card: an e-mail address and a phone number." in card


async def test_an_edit_of_which_nothing_would_be_left_is_refused_in_words(amina: Visitor) -> None:
    id = await post_offer(amina)
    await amina.open(f"/notices/{id}/edit")

    response = await amina.send(f"/notices/{id}/edit", step="preview", text="06 12 34 56 78")

    assert response.status_code == 400
    assert 'id="wrong"' in amina.page


async def test_somebody_elses_notice_is_nowhere(amina: Visitor, marius: Visitor, world: World) -> None:
    id = await post_offer(amina)

    assert (await marius.open(f"/notices/{id}/edit")).status_code == 404
    await marius.open("/notices")
    await marius.send(f"/notices/{id}", to="withdraw")

    assert (await world.dispatch.me(AMINA)).notices[0].state is NoticeState.OPEN


async def test_ties_take_a_note_and_can_be_ended(amina: Visitor, marius: Visitor, world: World) -> None:
    await amina.open("/ties")
    assert "No ties yet." in amina.words
    await introduced(amina, marius, world)
    await amina.open("/ties")
    tie = amina.page.partition('action="/ties/')[2].partition('"')[0]
    assert "Marius" in amina.words

    await amina.send(f"/ties/{tie}", to="note", text="likes looms")
    assert ">likes looms</textarea>" in amina.page
    await amina.send(f"/ties/{tie}", to="end")

    assert "No ties yet." in amina.words
    await marius.open("/ties")
    assert "Pas encore de lien." in marius.words


@pytest.mark.parametrize("to", ["block", "report"])
async def test_block_and_report_end_it(amina: Visitor, marius: Visitor, world: World, to: str) -> None:
    await introduced(amina, marius, world)
    await amina.open("/ties")
    tie = amina.page.partition('action="/ties/')[2].partition('"')[0]

    await amina.send(f"/ties/{tie}", to=to, text="Too many calls.", share="yes")

    assert "No ties yet." in amina.words


async def test_settings_are_kept(amina: Visitor, world: World) -> None:
    await amina.open("/settings")
    await amina.send(
        "/settings", language="fr", zone="America/Montreal", speaks=["fr", "en", "ar", "xx", "zh_Hant"],
        quiet_from="22:30", quiet_until="07:00", delivery="daily", monthly_budget="4",
    )  # fmt: skip

    person = (await world.dispatch.me(AMINA)).person
    assert (person.language, person.zone, person.speaks) == ("fr", "America/Montreal", ("en", "fr", "ar"))
    assert (person.quiet_from, person.quiet_until) == (time(22, 30), time(7))
    assert (person.delivery, person.monthly_budget) == (Delivery.DAILY, 4)
    assert "Comment Comptoir vous parle" in amina.words
    assert 'value="ar" checked> arabe<' in amina.page


async def test_the_circles_that_i_show_are_ticked(amina: Visitor, world: World) -> None:
    await amina.open("/settings")
    assert "Circles that I show" not in amina.words
    async with world.store.unit_of_work() as uow:
        await uow.members.save(replace(await uow.members.get(AMINA), circles=("fab lab", "jardin")))
        await uow.commit()
    await amina.open("/settings")
    await amina.send("/settings", shown_circles=["jardin"])

    assert "Circles that I show" in amina.words
    assert 'value="fab lab"> fab lab<' in amina.page
    assert 'value="jardin" checked> jardin<' in amina.page


async def test_a_language_that_is_not_on_the_list_is_kept(amina: Visitor, world: World) -> None:
    await world.send(ChangeSettings(AMINA, speaks=("fr", "bm")))

    await amina.open("/settings")

    assert 'value="bm" checked> Bambara<' in amina.page


@pytest.mark.parametrize("wrong", [{"zone": "Mars/Olympus"}, {"monthly_budget": "0"}, {"monthly_budget": "999"}])
async def test_settings_that_cannot_be_are_refused_in_words(amina: Visitor, wrong: dict[str, Any]) -> None:
    await amina.open("/settings")
    response = await amina.send("/settings", **wrong)

    assert response.status_code == 400
    assert 'role="alert"' in response.text


@pytest.mark.parametrize("wrong", [{"quiet_from": "soon"}, {"monthly_budget": "many"}])
async def test_settings_that_cannot_be_read_get_a_page(amina: Visitor, wrong: dict[str, Any]) -> None:
    await amina.open("/settings")
    response = await amina.send("/settings", **wrong)

    assert response.status_code == 400
    assert "could not be read" in response.text


async def test_everything_stops_and_starts_again(amina: Visitor, world: World) -> None:
    await amina.open("/settings")
    await amina.send("/settings/stop")
    assert "Everything is stopped." in amina.words

    await amina.send("/settings/resume")
    await amina.send("/settings/pause", until=(world.clock.now() + timedelta(days=3)).date().isoformat())

    assert "Comptoir is quiet until Thursday 5 March 2026." in amina.words
    assert (await amina.send("/settings/pause", until="never")).status_code == 400


async def test_everything_about_me_can_be_taken_away(amina: Visitor) -> None:
    await post_offer(amina)

    response = await amina.open("/privacy/export")

    assert response.headers["content-disposition"].startswith("attachment")
    assert OFFER in json.dumps(response.json())


async def test_what_i_wrote_in_rooms_is_in_it_and_nobody_else(amina: Visitor, marius: Visitor, world: World) -> None:
    await introduced(amina, marius, world)
    [(room, _)] = await world.rooms.rooms_of(AMINA)
    await say(amina, "channel", "Good evening")
    await say(marius, "channel", "Bonsoir tout le monde")
    for visitor, text in ((amina, "Hello you"), (marius, "Salut")):
        await visitor.open(room.replace("pair:", "/rooms/"))
        await visitor.send(room.replace("pair:", "/say/room/"), text=text)

    wrote = (await amina.open("/privacy/export")).json()["rooms"]

    lines = [(line["room"], line["text"]) for line in wrote]
    assert lines == [("private", OFFER), ("channel", "Good evening"), ("pair", "Hello you")]
    assert {tuple(line) for line in wrote} == {("room", "at", "text")}
    said = json.dumps(wrote).lower()
    assert not any(word in said for word in ("marius", "salut", "bonsoir", room.removeprefix("pair:")))


async def test_being_forgotten_takes_a_word(amina: Visitor, marius: Visitor, world: World) -> None:
    await say(amina, "channel", "I was here")
    await amina.open("/privacy")
    assert (await amina.send("/privacy/erase", word="yes")).status_code == 400

    await amina.send("/privacy/erase", word="Forget me ")
    await world.engine.look()

    assert "You are forgotten" in amina.words
    await marius.open("/?at=channel")
    assert "I was here" not in marius.words
    assert "Who would you like to be?" in (await amina.open("/")).text


async def test_who_was_forgotten_is_out_everywhere_and_nameless_where_they_were(
    amina: Visitor, marius: Visitor, world: World
) -> None:
    await introduced(amina, marius, world)
    [(room, _)] = await world.rooms.rooms_of(AMINA)
    path = room.replace("pair:", "/rooms/")
    await amina.open(path)
    await amina.send(path.replace("/rooms/", "/say/room/"), text="Hello Marius")
    other = Visitor(amina.app)
    await other.become(AMINA)
    news = _news(await visit_of(other), "")
    await anext(news)

    await world.send(Erase(AMINA))
    await world.engine.look()
    amina.app.state.counter.bell.call_over()

    assert (await anext(news)).event == "over"
    assert "Who would you like to be?" in (await other.open("/notices")).text
    for page in ("/", path):
        await marius.open(page)
        assert "Une personne qui est partie" in marius.words
        assert "Amina" not in marius.page.partition("<main")[2]


async def test_leaving_ends_the_session(amina: Visitor) -> None:
    await amina.open("/leave")
    await amina.send("/leave")

    assert "Until another time" in amina.words
    assert "Who would you like to be?" in (await amina.open("/settings")).text


async def test_the_clock_moves(amina: Visitor, world: World) -> None:
    before = world.clock.now()
    await amina.open("/")
    await amina.send("/demonstration/clock", step="days", back="https://evil.example")

    assert world.clock.now() - before == timedelta(days=3)
    assert (await amina.send("/demonstration/clock", step="year")).status_code == 400
