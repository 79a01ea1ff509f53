"""The way into a real house."""

from datetime import timedelta
from typing import Any

import pytest

from tests.adapters.house.visitor import INVITATION, Visitor, real_house
from tests.world import World


async def enter(visitor: Visitor, **fields: str) -> None:
    await visitor.open(f"/enter/{INVITATION}")
    form: dict[str, Any] = {"name": "Noor", "language": "fr", "zone": "Europe/Brussels", **fields}
    await visitor.send(f"/enter/{INVITATION}", **form)


async def test_somebody_invited_reads_what_joining_means_and_enters(newcomer: Visitor, world: World) -> None:
    await newcomer.open(f"/enter/{INVITATION}")
    assert "Neither of you is named before both have said yes." in newcomer.words

    await enter(newcomer)

    assert "Bienvenue" in newcomer.words
    assert "The Counter, Noor." in newcomer.words
    assert "/demonstration" not in newcomer.page
    assert "No circle" not in newcomer.page


async def test_a_double_click_makes_one_member(newcomer: Visitor, world: World) -> None:
    await newcomer.open(f"/enter/{INVITATION}")
    again = {"proof": newcomer.hidden("proof"), "submission": newcomer.hidden("submission")}
    hello = dict(newcomer.client.cookies)
    await newcomer.send(f"/enter/{INVITATION}", name="Noor", language="fr", zone="Europe/Brussels")
    twin = Visitor(newcomer.app)
    twin.client.cookies.update(hello)
    twin.page = "".join(f'name="{name}" value="{value}"' for name, value in again.items())
    await twin.send(f"/enter/{INVITATION}", name="Noor", language="fr", zone="Europe/Brussels")

    assert twin.words.count("Bienvenue") == 1
    async with world.store.reading() as uow:
        assert len(await uow.members.in_community(newcomer.app.state.counter.community)) == 1


async def test_once_inside_the_invitation_leads_to_the_bar(newcomer: Visitor) -> None:
    await enter(newcomer)

    response = await newcomer.open(f"/enter/{INVITATION}")

    assert response.url.path == "/"


@pytest.mark.parametrize("invitation", ["another", "x" * 400, "%00"])
async def test_without_a_good_invitation_nobody_enters(newcomer: Visitor, invitation: str) -> None:
    response = await newcomer.open(f"/enter/{invitation}")

    assert response.status_code == 404
    assert "You are at the door" in newcomer.words


async def test_an_invitation_runs_out(newcomer: Visitor, world: World) -> None:
    world.clock.move(timedelta(days=8))

    assert (await newcomer.open(f"/enter/{INVITATION}")).status_code == 404


@pytest.mark.parametrize("wrong", [{"name": " \u202e "}, {"name": "x" * 2000}, {"zone": "Here"}])
async def test_what_cannot_be_is_refused_in_words_and_kept(newcomer: Visitor, wrong: dict[str, str]) -> None:
    await enter(newcomer, **wrong)

    assert 'role="alert"' in newcomer.page
    assert f'value="{wrong.get("name", "Noor")}"' in newcomer.page


async def test_the_entrance_speaks_the_browsers_language(world: World) -> None:
    visitor = Visitor(await real_house(world), "de, fr-CA;q=0.8, en;q=0.5, *;q=broken")

    await visitor.open(f"/enter/{INVITATION}")

    assert '<html lang="fr">' in visitor.page
    assert 'value="Europe/Paris"' in visitor.page
