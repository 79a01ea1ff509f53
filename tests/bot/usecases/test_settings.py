from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from bot.commands import ChangeSettings, Pause, Resume
from bot.domain.members import Delivery
from bot.messages import Message, Refused
from tests.world import START, World


async def test_only_what_was_given_is_changed(world: World) -> None:
    amina = await world.join("Amina", "fr", zone="Europe/Helsinki", speaks=("fr",))
    before = (await world.dispatch.me(amina)).person
    assert await world.send(ChangeSettings(amina, monthly_budget=4)) == Message("settings.saved")

    after = (await world.dispatch.me(amina)).person
    assert after.monthly_budget == 4
    assert (after.language, after.zone, after.speaks, after.quiet_from) == (
        "fr",
        "Europe/Helsinki",
        ("fr",),
        before.quiet_from,
    )


async def test_everything_can_be_changed_at_once(world: World) -> None:
    amina = await world.join("Amina")
    await world.send(
        ChangeSettings(amina, "fr", "America/Sao_Paulo", ("fr", "de", "en"), time(22), time(7), "daily", 30)
    )

    person = (await world.dispatch.me(amina)).person
    assert (person.language, person.zone, person.speaks) == ("fr", "America/Sao_Paulo", ("en", "fr", "de"))
    assert (person.quiet_from, person.quiet_until) == (time(22), time(7))
    assert (person.delivery, person.monthly_budget) == (Delivery.DAILY, 30)


async def test_a_zone_is_known_whatever_the_size_of_its_letters(world: World) -> None:
    amina = await world.join("Amina")
    await world.send(ChangeSettings(amina, zone="europe/HELSINKI"))

    assert (await world.dispatch.me(amina)).person.zone == "Europe/Helsinki"


async def test_midnight_is_an_hour_like_any_other(world: World) -> None:
    amina = await world.join("Amina")
    await world.send(ChangeSettings(amina, quiet_from=time(0), quiet_until=time(6)))

    assert (await world.dispatch.me(amina)).person.quiet_from == time(0)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"language": "de"}, "unknown_language"),
        ({"language": ""}, "unknown_language"),
        ({"zone": "Mars/Olympus"}, "unknown_zone"),
        ({"zone": "x" * 1000}, "unknown_zone"),
        ({"monthly_budget": 0}, "budget_range"),
        ({"monthly_budget": 31}, "budget_range"),
        ({"delivery": "hourly"}, "unreadable"),
    ],
)
async def test_a_value_that_cannot_be_is_refused_and_nothing_is_changed(
    world: World, wrong: dict[str, str | int], code: str
) -> None:
    amina = await world.join("Amina")
    before = (await world.dispatch.me(amina)).person
    reply = await world.send(ChangeSettings(amina, **{"speaks": ("fr",), **wrong}))  # type: ignore[arg-type]  # on purpose

    assert isinstance(reply, Refused)
    assert reply.key == f"refusal.{code}"
    assert (await world.dispatch.me(amina)).person == before


async def test_a_pause_lasts_until_that_morning_where_the_person_lives(world: World) -> None:
    amina = await world.join("Amina", zone="Europe/Helsinki")
    reply = await world.send(Pause(amina, date(2026, 4, 1)))

    assert reply == Message("settings.paused", {"until": datetime(2026, 4, 1, 5, tzinfo=UTC)})
    assert (await world.dispatch.me(amina)).person.paused_until == datetime(2026, 4, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 2, 1), date.min])
async def test_a_day_that_is_over_is_refused(world: World, zone: str, day: date) -> None:
    amina = await world.join("Amina", zone=zone)

    assert await world.send(Pause(amina, day)) == Refused("refusal.pause_in_the_past")


async def test_this_morning_is_over_as_well(world: World) -> None:
    assert await world.send(Pause(await world.join("Amina"), START.date())) == Refused("refusal.pause_in_the_past")


@pytest.mark.parametrize("until", [None, date(2037, 1, 1), date.max])
async def test_a_pause_without_an_end_or_of_many_years_stops_everything(world: World, until: date | None) -> None:
    amina = await world.join("Amina")

    assert await world.send(Pause(amina, until)) == Message("settings.stopped")
    assert (await world.dispatch.me(amina)).person.stopped_at == START


async def test_settings_with_a_pause_are_all_or_nothing(world: World) -> None:
    amina = await world.join("Amina", zone="Europe/Helsinki")
    over = ChangeSettings(amina, monthly_budget=4, pause_until=date(2026, 2, 1))
    assert await world.send(over) == Refused("refusal.pause_in_the_past")
    before = (await world.dispatch.me(amina)).person

    reply = await world.send(ChangeSettings(amina, monthly_budget=4, pause_until=date(2026, 4, 1)))

    until = datetime(2026, 4, 1, 5, tzinfo=UTC)
    assert reply == Message("settings.paused", {"until": until})
    after = replace(before, monthly_budget=4, paused_until=until, version=before.version + 1)
    assert (await world.dispatch.me(amina)).person == after


async def test_coming_back_ends_a_pause_and_a_stop(world: World) -> None:
    amina = await world.join("Amina")
    for until in (None, date(2026, 4, 1)):
        await world.send(Pause(amina, until))
        assert await world.send(Resume(amina)) == Message("settings.resumed")
        assert not (await world.dispatch.me(amina)).person.is_away(START)


async def test_a_pause_after_a_stop_has_an_end(world: World) -> None:
    amina = await world.join("Amina")
    await world.send(Pause(amina, None))
    await world.send(Pause(amina, date(2026, 4, 1)))

    assert (await world.dispatch.me(amina)).person.stopped_at is None


async def test_no_circle_is_shown_unless_its_member_says_so(world: World) -> None:
    amina = await world.join("Amina", circles=("sewing", "running"))
    assert (await world.dispatch.me(amina)).member.shown_circles == ()
    await world.send(ChangeSettings(amina, shown_circles=("running", "chess")))
    assert (await world.dispatch.me(amina)).member.shown_circles == ("running",)

    await world.send(ChangeSettings(amina, monthly_budget=4))
    assert (await world.dispatch.me(amina)).member.shown_circles == ("running",)
