"""What stewards do in Slack, checked at each request, and refused to everybody else."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.chat.fields import STEWARDS
from adapters.slack.scopes import scopes
from adapters.slack.stewarding import FORMS
from bot.commands import Report, SetCharter
from tests.adapters.slack.bar import COMMUNITY, TOKEN, Bar
from tests.adapters.slack.world import SlackWorld, kept, worded
from tests.journeys.test_main_path import NEED, OFFER


@pytest.fixture
async def world() -> AsyncIterator[SlackWorld]:
    """A workspace whose administrators look after Comptoir: Iris does."""
    async with SlackWorld() as world:
        world.lives("Iris", is_admin=True)
        await world.join("Iris")
        await world.join("Luc")
        world.team.room("C1", ["UIRIS", "ULUC"], name="general")
        yield world


async def after(world: SlackWorld, deed: Any) -> Any:
    """Something is done, and everything that comes of it."""
    outcome = await deed
    await world._settled()
    await world.engine.look()
    await world._settled()
    return outcome


async def community(world: SlackWorld) -> Any:
    return await world.dispatch.community(COMMUNITY)


@pytest.mark.parametrize("word", STEWARDS)
async def test_nobody_else_may(world: SlackWorld, word: str) -> None:
    before = kept(world.store)

    await after(world, world.team.command("ULUC", "/comptoir", word, "C1"))

    assert "steward" in world.team.seen("ULUC", "ephemeral")[-1].text
    assert world.team.modal("ULUC") is None
    assert kept(world.store) == before


async def test_the_home_tab_of_a_steward_has_a_row_more(world: SlackWorld) -> None:
    await world.team.home("UIRIS")
    await world.team.home("ULUC")

    rows = {
        user: [one.action_id for one in world.team.buttons(user, where="home") if one.action_id.startswith("steward:")]
        for user in ("UIRIS", "ULUC")
    }
    assert (len(rows["UIRIS"]), rows["ULUC"]) == (5, [])


async def test_listening_is_switched_on_and_off_by_channel(world: SlackWorld) -> None:
    await world.team.command("UIRIS", "/comptoir", "listen")
    await after(world, world.team.submit("UIRIS", {"channels": ["C1"]}))
    assert (await community(world)).listening == ("C1",)
    await world.team.close("UIRIS")

    await world.team.command("UIRIS", "/comptoir", "écoute")
    await after(world, world.team.submit("UIRIS", {"channels": []}))
    assert (await community(world)).listening == ()


async def test_a_channel_is_heard_as_soon_as_it_was_opened(world: SlackWorld) -> None:
    await after(world, world.team.post("ULUC", "C1", "I need a ladder on Friday, who has one?"))
    assert not world.team.seen("ULUC", "ephemeral")

    await world.team.command("UIRIS", "/comptoir", "listen")
    await after(world, world.team.submit("UIRIS", {"channels": ["C1"]}))
    await after(world, world.team.post("ULUC", "C1", "I need a ladder on Saturday, who has one?"))

    assert len(world.team.seen("ULUC", "ephemeral")) == 1


async def test_where_it_is_not_invited_it_says_what_is_missing(world: SlackWorld) -> None:
    await world.team.command("UIRIS", "/comptoir", "listen")
    await after(world, world.team.submit("UIRIS", {"channels": ["C1"]}))

    modal = world.team.modal("UIRIS")
    assert modal
    assert "/invite @Comptoir" in "\n".join(worded(modal.shape["blocks"]))


@pytest.mark.parametrize("by_button", [True, False])
async def test_without_the_permission_nothing_is_promised(by_button: bool) -> None:
    async with Bar(stewards=["U1"], listening=False) as bar:
        await bar.enters("U1", "Iris")
        if by_button:
            await bar.team.home("U1")
            await bar.team.press("U1", "steward:listen")
            await bar.look()
            home = bar.team.home_view("U1")
            assert home
            said = "\n".join(worded(home.shape["blocks"]))
        else:
            await bar.team.command("U1", "/comptoir", "listen")
            said = bar.team.seen("U1", "ephemeral")[-1].text

        assert bar.team.modal("U1") is None
        assert "COMPTOIR_SLACK_LISTENING" in said


async def test_an_app_from_an_older_manifest_promises_nothing_either(world: SlackWorld) -> None:
    token = world.bar.slack.core.world.tokens[TOKEN]
    token.scopes = frozenset(scopes(listening=False))
    await world.team.command("UIRIS", "/comptoir", "listen")

    outcome = await after(world, world.team.submit("UIRIS", {"channels": ["C1"]}))

    assert set(outcome.errors) == {"channels"}
    assert (await community(world)).listening == ()


async def test_a_charter_as_long_as_may_be_is_entered_and_changed(world: SlackWorld) -> None:
    rules = [f"Rule {number:03} of our house: be kind." for number in range(110)]
    begun, more = "\n".join(rules[:80]), "\n".join(rules[80:])
    await world.team.command("UIRIS", "/comptoir", "rules")
    await after(world, world.team.submit("UIRIS", {"text": begun, "more": more}))
    await world.team.close("UIRIS")

    for _ in range(2):
        known = await world.dispatch.charter(COMMUNITY)
        assert known
        assert (known.number, known.text) == (1, "\n".join(rules))
        await world.team.command("UIRIS", "/comptoir", "rules")
        await after(world, world.team.submit("UIRIS"))
        await world.team.close("UIRIS")


async def test_a_charter_is_shown_to_who_is_there_and_to_who_comes(world: SlackWorld) -> None:
    await world.team.command("UIRIS", "/comptoir", "rules")
    await after(world, world.team.submit("UIRIS", {"text": "Be kind.\nNobody owes anybody anything."}))

    await after(world, world.team.say("ULUC", "I need a ladder"))
    assert "Be kind." in world.team.visible("ULUC")[-1].text
    await after(world, world.team.press("ULUC", "accept"))
    world.lives("Amina")
    await world.team.command("UAMINA", "/comptoir")
    modal = world.team.modal("UAMINA")
    assert modal
    assert "Be kind." in "\n".join(worded(modal.shape["blocks"]))
    await after(world, world.team.submit("UAMINA"))

    for name in ("Luc", "Amina"):
        known = await world.dispatch.known(world.id_of(name))
        assert known
        assert known[0].charter == 1


@pytest.mark.parametrize("rules", [40, 60, 95])
async def test_whoever_must_agree_reads_all_of_a_charter_that_changed_much(world: SlackWorld, rules: int) -> None:
    old, new = ([f"{word} {n:02}: be kind to whoever is here." for n in range(rules)] for word in ("Old", "New"))
    for text in (old, new):
        await world.dispatch.receive(
            "slack", text[0], SetCharter(world.id_of("Iris"), admin=True, text="\n".join(text))
        )
        await after(world, world.team.say("ULUC", "I need a ladder"))
        shown = "\n".join(worded(world.team.visible("ULUC")[-1].blocks))
        assert [rule for rule in text if rule not in shown] == []
        assert "The rest is on" not in shown
        await after(world, world.team.press("ULUC", "accept"))


async def test_everybody_rests_and_wakes(world: SlackWorld) -> None:
    for resting in (True, False):
        await world.team.command("UIRIS", "/comptoir", "rest")
        await after(world, world.team.submit("UIRIS"))
        await world.team.close("UIRIS")
        assert ((await community(world)).paused_at is not None) is resting


async def test_how_people_meet_is_set_within_bounds(world: SlackWorld) -> None:
    await world.team.command("UIRIS", "/comptoir", "meeting")
    assert set((await world.team.submit("UIRIS", {"days": "99"})).errors) == {"days"}
    await after(world, world.team.submit("UIRIS", {"days": "5", "helpers": "3", "nudges": []}))

    rules = await world.dispatch.rules(COMMUNITY)
    assert (rules.card_life.days, rules.wave_size, rules.nudges) == (5, 3, False)


async def reported(world: SlackWorld) -> None:
    """Luc reported Amina, and Iris looks at it."""
    amina, luc = await world.join("Amina"), world.id_of("Luc")
    await world.post(amina, OFFER)
    await world.post(luc, NEED)
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    await world.travel(minutes=1)
    await world.team.home("ULUC")
    menu = world.team.find("ULUC", "tie:menu", where="home")
    value = next(one["value"] for one in menu.shape["options"] if one["value"].startswith("report:"))
    await world.team.choose("ULUC", menu, value)
    await after(world, world.team.submit("ULUC", {"text": "a zebra was rude", "share": ["yes"]}))

    await after(world, world.team.command("UIRIS", "/comptoir", "reports"))


async def test_a_report_is_read_and_closed(world: SlackWorld) -> None:
    await reported(world)

    assert "zebra" in world.team.visible("UIRIS")[-1].text
    await after(world, world.team.press("UIRIS", "close_report"))

    async with world.store.reading() as uow:
        assert await uow.reports.open_in(COMMUNITY) == []
    assert not [sight for sight in world.team.seen("UAMINA") if "zebra" in sight.text]


async def test_reports_are_shown_whole_from_the_home_tab(world: SlackWorld) -> None:
    await reported(world)
    [tie] = (await world.dispatch.me(world.id_of("Luc"))).ties
    for number in range(12):
        words = Report(world.id_of("Luc"), tie.id, f"zebra number {number}", share=True)
        await world.dispatch.receive("tests", f"report-{number}", words)

    await world.team.home("UIRIS")
    await after(world, world.team.press("UIRIS", "steward:reports"))

    modal = world.team.modal("UIRIS")
    assert modal
    read = "\n".join(worded(modal.shape["blocks"]))
    assert [number for number in range(12) if f"zebra number {number}" not in read] == []
    closing = [
        button for button in world.team.buttons("UIRIS", where="modal") if button.action_id == "press:close_report"
    ]
    await after(world, world.team.press("UIRIS", closing[-1]))
    async with world.store.reading() as uow:
        assert len(await uow.reports.open_in(COMMUNITY)) == 12


async def test_a_report_is_not_closed_by_who_is_no_steward_any_more(world: SlackWorld) -> None:
    await reported(world)
    await after(world, world.team.change("UIRIS", is_admin=False))

    await after(world, world.team.press("UIRIS", "close_report"))

    async with world.store.reading() as uow:
        assert len(await uow.reports.open_in(COMMUNITY)) == 1


@pytest.mark.parametrize("form", FORMS)
async def test_a_role_that_was_taken_away_is_refused_at_the_next_request(world: SlackWorld, form: str) -> None:
    word = {"charter": "rules"}.get(form, form)
    await world.team.command("UIRIS", "/comptoir", word)
    await after(world, world.team.change("UIRIS", is_admin=False))
    before = kept(world.store)

    filled: dict[str, dict[str, Any]] = {"charter": {"text": "Obey."}, "listen": {"channels": ["C1"]}}
    await after(world, world.team.submit("UIRIS", filled.get(form, {})))

    assert kept(world.store) == before
    if world.team.modal("UIRIS"):
        await world.team.close("UIRIS")
    await after(world, world.team.command("UIRIS", "/comptoir", word))
    assert world.team.modal("UIRIS") is None
