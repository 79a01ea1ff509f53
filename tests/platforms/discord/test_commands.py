"""Commands: what Discord takes of them, and how they are kept."""

from typing import Any

import discord
import pytest

from tests.platforms.discord import FakeDiscord, Person, Server
from tests.platforms.discord.check_commands import weight
from tests.platforms.discord.conftest import Bot


def command(**more: Any) -> dict[str, Any]:
    return {"name": "need", "description": "Say what you need", "type": 1} | more


def option(**more: Any) -> dict[str, Any]:
    return {"name": "text", "description": "What", "type": 3} | more


LONG = [option(name=f"o{n}", choices=[{"name": "n" * 100, "value": f"{m:0100}"} for m in range(20)]) for n in range(2)]


@pytest.mark.parametrize(
    ("commands", "place"),
    [
        ([command(name="Need")], "0.name"),
        ([command(name="a need")], "0.name"),
        ([command(name="n" * 33)], "0.name"),
        ([command(description="")], "0.description"),
        ([command(description="d" * 101)], "0.description"),
        ([command(name_localizations={"fr": "Besoin"})], "0.name_localizations.fr"),
        ([command(name_localizations={"xx": "besoin"})], "0.name_localizations.xx"),
        ([command(description_localizations={"fr": "d" * 101})], "0.description_localizations.fr"),
        ([command(options=[option(name=f"o{n}") for n in range(26)])], "0.options"),
        ([command(options=[option(), option()])], "0.options.1.name"),
        ([command(options=[option(), option(name="b", required=True)])], "0.options.1"),
        ([command(options=[option(choices=[{"name": "n", "value": "v" * 101}])])], "0.options.0.choices.0.value"),
        (
            [command(options=[option(choices=[{"name": "n", "value": "v"}], autocomplete=True)])],
            "0.options.0.autocomplete",
        ),
        ([command(options=LONG)], "0"),
        ([{"name": "Find someone", "type": 3, "description": "no"}], "0.description"),
        ([command(), command()], ""),
        ([command(name=f"c{n}") for n in range(101)], ""),
    ],
)
async def test_commands_that_are_wrong_are_refused(
    fake: FakeDiscord, up: Bot, commands: list[dict[str, Any]], place: str
) -> None:
    route = discord.http.Route("PUT", "/applications/{id}/commands", id=int(fake.app.id))

    with pytest.raises(discord.HTTPException) as refusal:
        await up.http.request(route, json=commands)

    assert (refusal.value.status, refusal.value.code) == (400, 50035)
    assert f"In {place}:" in str(refusal.value) if place else fake.syncs == []


async def test_commands_of_every_script_and_kind_are_taken(fake: FakeDiscord, bar: Server, up: Bot) -> None:
    good = [
        command(name_localizations={"fr": "dépôt", "hi": "मदद"}, options=[option(required=True, autocomplete=True)]),
        {"name": "Find someone for this", "type": 3, "name_localizations": {"fr": "Chercher quelqu'un"}},
        command(name="topics", options=[option(name="add", type=1, options=[option()])]),
    ]

    await up.http.bulk_upsert_global_commands(int(fake.app.id), good)
    first = {one["name"]: one["id"] for one in await up.http.get_global_commands(int(fake.app.id))}
    await up.http.bulk_upsert_guild_commands(int(fake.app.id), int(bar.id), good[:1])
    await up.http.bulk_upsert_global_commands(int(fake.app.id), good[:2])
    again = {one["name"]: one["id"] for one in await up.http.get_global_commands(int(fake.app.id))}

    assert [one.guild for one in fake.syncs] == ["", bar.id, ""]
    assert again.items() < first.items()


async def test_what_says_nothing_is_not_kept(fake: FakeDiscord, up: Bot) -> None:
    said = [command(options=[option(required=False, autocomplete=False, name_localizations={"fr": "texte"})])]

    await up.http.bulk_upsert_global_commands(int(fake.app.id), said)
    [plain] = await up.http.get_global_commands(int(fake.app.id))

    assert plain.get("options") == [{"name": "text", "description": "What", "type": 3}]


async def test_people_fill_in_what_an_option_takes(fake: FakeDiscord, bar: Server, ana: Person, up: Bot) -> None:
    fake.deadline = 0.05
    numbers = option(name="days", type=4, min_value=1, max_value=30)
    rooms = option(name="where", type=7, channel_types=[0])
    role = option(name="who", type=8)
    general = bar.channel("general")
    stewards = bar.role("stewards")
    await up.http.bulk_upsert_global_commands(int(fake.app.id), [command(options=[numbers, rooms, role])])

    outcome = await ana.runs("/need", days=3, where=general, who=stewards, channel=general)

    data = outcome.interaction.data
    assert [one["value"] for one in data["options"]] == [3, general.id, stewards.id]
    assert [list(data["resolved"][kind]) for kind in ("channels", "roles")] == [[general.id], [stewards.id]]
    with pytest.raises(ValueError, match="1 to 30"):
        await ana.runs("/need", days=31, channel=general)
    with pytest.raises(LookupError):
        await ana.runs("/need", nothing=1, channel=general)


async def test_only_its_own_commands_can_be_written(up: Bot) -> None:
    with pytest.raises(discord.Forbidden):
        await up.http.bulk_upsert_global_commands(1, [])


def test_only_the_longest_localization_counts() -> None:
    assert weight(command(name="abc", description="d", name_localizations={"fr": "abcdef", "de": "ab"})) == 6 + 1
    assert weight({"name": "c", "description": "", "options": [{"name": "o", "description": "dd"}]}) == 1 + 1 + 2
