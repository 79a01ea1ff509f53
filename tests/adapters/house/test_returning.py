"""Another browser of the same member, and the way back of somebody who lost theirs."""

import html
from datetime import timedelta

import pytest

from adapters.house.bar import _news
from bot.commands import Leave
from bot.domain.ids import MemberId
from bot.domain.tokens import hashed
from tests.adapters.house.test_bar import visit_of
from tests.adapters.house.test_entering import enter
from tests.adapters.house.visitor import ADDRESS, Visitor
from tests.world import COMMUNITY, World


@pytest.fixture
async def noor(newcomer: Visitor) -> Visitor:
    """Somebody who is in a real house."""
    await enter(newcomer, language="en")
    return newcomer


async def link_of(visitor: Visitor) -> str:
    """Make a way back on the settings page; returns its address within the house."""
    await visitor.open("/settings")
    await visitor.send("/settings/another")
    link = html.unescape(visitor.page.partition('id="way-back" value="')[2].partition('"')[0])
    assert link.startswith(f"{ADDRESS}/back/")
    return link.removeprefix(ADDRESS)


async def the_only_member(world: World) -> MemberId:
    async with world.store.reading() as uow:
        [member] = await uow.members.in_community(COMMUNITY)
    return member.id


async def kept_way_back(world: World, member: MemberId) -> str:
    """A way back as an operator makes it."""
    await world.rooms.keep_way_back(hashed("from-the-operator"), member, world.clock.now() + timedelta(hours=24))
    return "/back/from-the-operator"


async def test_a_link_lets_another_browser_in_as_the_same_member(noor: Visitor) -> None:
    path = await link_of(noor)
    other = Visitor(noor.app)

    for _ in range(3):  # whoever only looks does not use it up
        await other.open(path)
    assert "This link lets you in as Noor." in other.words
    await other.send(path)

    assert "Welcome to The Counter, Noor." in other.words
    assert "Welcome to The Counter, Noor." in (await noor.open("/")).text


async def test_a_link_works_once_and_is_not_shown_again(noor: Visitor) -> None:
    path = await link_of(noor)
    assert path not in (await noor.open("/settings")).text
    first, second = Visitor(noor.app), Visitor(noor.app)
    for visitor in (first, second):
        await visitor.open(path)
    await first.send(path)

    response = await second.send(path)

    assert response.status_code == 404
    assert "You are at the door" in second.words
    assert (await Visitor(noor.app).open(path)).status_code == 404


@pytest.mark.parametrize("path", ["/back/nonsense", "/back/%00", f"/back/{'x' * 500}"])
async def test_a_wrong_link_leads_to_the_door(newcomer: Visitor, path: str) -> None:
    response = await newcomer.open(path)

    assert response.status_code == 404
    assert "You are at the door" in newcomer.words


async def test_a_link_runs_out(noor: Visitor, world: World) -> None:
    path = await link_of(noor)
    other = Visitor(noor.app)
    await other.open(path)
    world.clock.move(timedelta(hours=25))

    assert (await other.send(path)).status_code == 404
    assert (await other.open(path)).status_code == 404


async def test_who_is_inside_already_goes_to_the_bar_and_the_link_stays(noor: Visitor) -> None:
    path = await link_of(noor)

    assert (await noor.open(path)).url.path == "/"
    assert (await noor.open("/back/nonsense")).url.path == "/"
    assert (await Visitor(noor.app).open(path)).status_code == 200


async def test_the_link_itself_is_not_stored(noor: Visitor, world: World) -> None:
    token = (await link_of(noor)).removeprefix("/back/")

    assert len(token) >= 43
    assert await world.rooms.way_back(token, world.clock.now()) is None
    assert await world.rooms.way_back(hashed(token), world.clock.now()) == await the_only_member(world)


async def test_signing_out_everywhere_else_leaves_this_browser_alone(noor: Visitor) -> None:
    other, unused = Visitor(noor.app), await link_of(noor)
    path = await link_of(noor)
    await other.open(path)
    await other.send(path)
    news = _news(await visit_of(other), "")
    await anext(news)

    await noor.open("/settings")
    await noor.send("/settings/elsewhere")

    assert "Only this browser is still signed in." in noor.words
    assert (await anext(news)).event == "over"
    assert "You are at the door" in (await other.open("/notices")).text
    assert (await Visitor(noor.app).open(unused)).status_code == 404


async def test_who_left_comes_back_as_who_they_were(noor: Visitor, world: World) -> None:
    member = await the_only_member(world)
    await noor.open("/offer/new")
    await noor.send("/offer/new", text="A loom to lend", reach="community", topics="suggested")
    await noor.open("/leave")
    await noor.send("/leave")
    path = await kept_way_back(world, member)

    await noor.open(path)
    assert "You had left the bar." in noor.words
    assert (await noor.send(path, name="\u202e")).status_code == 400
    await noor.send(path, name="Noor again")

    assert "Welcome to The Counter, Noor again." in noor.words
    assert await the_only_member(world) == member


async def test_leaving_closes_every_browser_and_every_link(noor: Visitor, world: World) -> None:
    path, other = await link_of(noor), Visitor(noor.app)
    unused = await link_of(noor)
    await other.open(path)
    await other.send(path)
    news = _news(await visit_of(other), "")
    await anext(news)

    await noor.open("/leave")
    await noor.send("/leave")

    assert (await anext(news)).event == "over"
    assert (await Visitor(noor.app).open(unused)).status_code == 404


async def test_a_page_of_somebody_who_left_by_another_way_ends(noor: Visitor, world: World) -> None:
    news = _news(await visit_of(noor), "")
    await anext(news)
    await world.send(Leave(await the_only_member(world)))

    noor.app.state.counter.bell.call_over()

    assert (await anext(news)).event == "over"


async def test_a_demonstration_has_no_way_back(amina: Visitor) -> None:
    assert "Another browser" not in (await amina.open("/settings")).text
    assert (await amina.open("/back/anything")).status_code == 404
    assert (await amina.send("/settings/another")).status_code == 404
