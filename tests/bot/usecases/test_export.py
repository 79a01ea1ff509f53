import json
from typing import Any

import pytest

from bot.commands import Leave, NoteTie, Report
from bot.domain.ids import MemberId
from bot.errors import Refusal
from tests.bot.usecases.stories import NEED, OFFER, asked, met, tie_of
from tests.world import World


async def test_an_export_holds_ones_own_words_and_is_plain_json(world: World) -> None:
    amina, _ = await met(world)
    tie = await tie_of(world, amina)
    await world.send(NoteTie(amina, tie.id, "likes herring"))
    await world.send(Report(amina, tie.id, "was late"))
    export = await world.dispatch.export(amina)

    assert json.loads(json.dumps(export)) == export
    assert export["account"]["name"] == "Amina"
    assert [notice["text"] for notice in export["notices"]] == [OFFER]
    assert [tie["note"] for tie in export["ties"]] == ["likes herring"]
    assert "other" not in export["ties"][0]
    assert [report["text"] for report in export["reports"]] == ["was late"]
    assert NEED not in json.dumps(export, ensure_ascii=False)


async def test_before_an_introduction_an_export_holds_nothing_of_the_other(world: World) -> None:
    amina, luc = await asked(world)
    await world.press(luc, "yes")
    said = json.dumps(await world.dispatch.export(amina), ensure_ascii=False)

    assert "Luc" not in said
    assert luc not in said
    assert NEED not in said


@pytest.mark.parametrize("mine", [None, "yes", "no"])
async def test_an_export_is_the_same_whatever_the_other_answered(world: World, mine: str | None) -> None:
    amina, luc = await asked(world)
    if mine:
        await world.press(amina, mine)
    silent = await world.dispatch.export(amina)

    for choice in ("no", "no_person", "take_back", "not_now", "take_back", "yes"):
        await world.press(luc, choice)
        assert await world.dispatch.export(amina) == silent


@pytest.mark.parametrize(("days", "state"), [(0.001, "introduced"), (6, "introduced"), (0, "asked")])
async def test_a_state_is_told_as_one_side_can_know_it(world: World, days: float, state: str) -> None:
    amina, luc = await asked(world)
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    await world.travel(days=days)

    assert states(await world.dispatch.export(amina)) == [state]


async def test_an_ask_that_ended_is_told_as_ended(world: World) -> None:
    amina, _ = await asked(world)
    await world.travel(days=8)

    assert states(await world.dispatch.export(amina)) == ["expired"]


async def test_somebody_who_left_still_gets_what_is_kept_and_a_stranger_nothing(world: World) -> None:
    amina, _ = await asked(world)
    await world.send(Leave(amina))

    assert (await world.dispatch.export(amina))["account"]["name"] == "Amina"
    with pytest.raises(Refusal):
        await world.dispatch.export(MemberId("house:test:nobody"))


def states(export: dict[str, Any]) -> list[str]:
    return [intro["state"] for intro in export["introductions"]]
