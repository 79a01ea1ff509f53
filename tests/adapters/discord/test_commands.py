"""Our commands keep Discord's rules, say the same in both languages, and are told to Discord only when they changed."""

import copy
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.api import Api
from adapters.discord.commands import COMMANDS, FIND, STEWARDS, Where, are_ours, paths, synchronised, wanted
from bot.messages import Phrase
from bot.text import LANGUAGES, catalogue
from bot.usecases.talk import ORDERS
from tests.platforms.discord import FakeDiscord, Permission
from tests.platforms.discord.check_commands import checked_commands, weight

Json = dict[str, Any]

HERE = Path(__file__).parent
#: A command in a text.
TYPED = re.compile(r"(?<![\w/<:.])/[a-zà-ÿ][\wà-ÿ-]*")


def told() -> list[Json]:
    """What goes over the line."""
    made: list[Json] = json.loads(json.dumps(wanted()))
    return made


def parts(shape: Json) -> Iterator[Json]:
    yield shape
    for one in shape.get("options", ()):
        yield from parts(one)


def every() -> list[Json]:
    return [part for command in told() for part in parts(command)]


def test_they_keep_discord_s_rules() -> None:
    checked_commands(told())

    assert max(map(weight, told())) < 4000  # half of what is allowed: nothing is about to burst


def test_each_is_called_something_in_both_languages_and_says_what_it_is() -> None:
    for part in every():
        assert set(part["name_localizations"]) == {"fr"}, part["name"]
        if part["name"] != FIND:
            assert part["description"]
            assert set(part["description_localizations"]) == {"fr"}, part["name"]


def test_english_names_are_those_that_arrive() -> None:
    english = catalogue("en")

    assert english.say(Phrase("command.discord.find")) == FIND
    for path in paths():
        assert english.say(Phrase(f"command.discord.{path}.name")) == path.rpartition(".")[2]


def test_no_two_are_called_alike_in_any_language() -> None:
    for language in ("en", "fr"):
        names = [catalogue(language).say(Phrase(f"command.discord.{one.name}.name")) for one in COMMANDS]
        assert len(set(names)) == len(names)


def test_whatever_can_be_written_after_a_slash_in_private_is_a_command_here() -> None:
    words = {catalogue(language).say(Phrase(f"command.discord.{one.name}.name"))
             for language in ("en", "fr") for one in COMMANDS}  # fmt: skip

    assert set(ORDERS) - words == {"language", "langue"}  # which /settings has


def called(path: str, language: str) -> str:
    return catalogue(language).say(Phrase(f"command.discord.{path}.name"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_that_a_text_names_is_one(language: str) -> None:
    shown = (HERE / f"golden.{language}.txt").read_text(encoding="utf-8")
    known = {f"/{called(one.name, language)}" for one in COMMANDS}

    named = set(TYPED.findall(shown)) - {"/dance"}  # which somebody tried, and is told that there is none

    assert len(named) > 10
    assert named <= known


def test_the_guide_names_them_in_both_languages() -> None:
    guide = (HERE.parents[2] / "docs" / "discord.md").read_text(encoding="utf-8")
    everybody, (group,) = [one for one in COMMANDS if not one.stewards], [one for one in COMMANDS if one.stewards]

    assert re.findall(r"^\| `/(\S+)` \| `/(\S+)` \|", guide, re.MULTILINE) == [
        (one.name, called(one.name, "fr")) for one in everybody
    ]
    assert re.findall(r"^\| `/comptoir (\S+)` \| `(\S+)` \|", guide, re.MULTILINE) == [
        (one.name, called(f"{group.name}.{one.name}", "fr")) for one in group.within
    ]


def test_stewards_have_theirs_in_servers_alone_and_everybody_has_the_others() -> None:
    for command in told():
        stewards = command["name"] == "comptoir"
        assert command["default_member_permissions"] == (str(STEWARDS.value) if stewards else None)
        assert command["contexts"] == ([Where.GUILD] if stewards else [Where.GUILD, Where.DIRECT])
        assert command["integration_types"] == [0]


def test_nothing_has_to_be_filled_in() -> None:
    assert not [part for part in every() if part.get("required")]


def test_suggestions_are_offered_for_topics_notices_and_zones() -> None:
    suggested = {part["name"] for part in every() if part.get("autocomplete")}

    assert suggested == {"topics", "notice", "zone"}


def test_what_discord_adds_and_in_which_order_it_lists_them_is_no_change() -> None:
    there = [
        command | {"id": "1", "application_id": "2", "version": "3", "nsfw": False, "dm_permission": True}
        for command in reversed(told())
    ]
    for command in there:
        command["contexts"] = list(reversed(command["contexts"]))
        command.setdefault("description", "")
        if not command.get("options"):
            command.pop("options", None)

    assert are_ours(there)


def _another_name(commands: list[Json]) -> None:
    commands[0]["name_localizations"]["fr"] = "chercher"


def _another_description(commands: list[Json]) -> None:
    commands[3]["description"] += "!"


def _an_option_less(commands: list[Json]) -> None:
    commands[0]["options"].pop()


def _options_turned_round(commands: list[Json]) -> None:
    commands[0]["options"].reverse()


def _one_less(commands: list[Json]) -> None:
    commands.pop()


def _one_more(commands: list[Json]) -> None:
    commands.append({"type": 1, "name": "old", "description": "From before."})


def _for_everybody(commands: list[Json]) -> None:
    next(one for one in commands if one["name"] == "comptoir")["default_member_permissions"] = None


def _elsewhere(commands: list[Json]) -> None:
    commands[0]["contexts"] = [0]


@pytest.mark.parametrize(
    "change",
    [
        _another_name, _another_description, _an_option_less, _options_turned_round, _one_less, _one_more,
        _for_everybody, _elsewhere,
    ],
)  # fmt: skip
def test_whatever_people_would_see_otherwise_is_a_change(change: Callable[[list[Json]], None]) -> None:
    there = copy.deepcopy(told())
    change(there)

    assert not are_ours(there)


@pytest.mark.parametrize("odd", [None, {}, [], [None], ["need"], [{"type": "chat", "name": 7, "options": "none"}]])
def test_an_odd_answer_is_not_ours(odd: Any) -> None:
    assert not are_ours(odd)


@pytest.fixture
async def api(fake: FakeDiscord) -> AsyncIterator[Api]:
    made = Api(fake.token, url=fake.api_url)
    yield made
    await made.close()


async def test_they_are_told_once_and_again_only_when_they_changed(fake: FakeDiscord, api: Api) -> None:
    first = [await synchronised(api, fake.app.id) for _ in range(3)]
    assert (first, len(fake.syncs)) == ([True, False, False], 1)

    command = next(iter(fake.core.commands[""].values()))
    command["description"] = "As it was in an older version."
    second = [await synchronised(api, fake.app.id) for _ in range(3)]

    assert (second, len(fake.syncs)) == ([True, False, False], 2)


async def test_what_people_have_is_in_their_language_and_for_them(fake: FakeDiscord, api: Api) -> None:
    bar = fake.guild("The Bar")
    general = bar.channel("general")
    amina = fake.person("amina", guilds=[bar])
    luc = fake.person("luc", locale="fr", guilds=[bar], permissions=Permission.MANAGE_GUILD)
    await synchronised(api, fake.app.id)

    assert {"need", "me", FIND} <= set(amina.commands(general))
    assert {"besoin", "moi", "comptoir", "Trouver quelqu’un pour cela"} <= set(luc.commands(general))
    assert not [name for name in [*amina.commands(general), *luc.commands()] if "comptoir" in name]
