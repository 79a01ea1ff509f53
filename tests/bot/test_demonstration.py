import json
from importlib.resources import files

import pytest

from bot.commands import Press
from bot.demonstration import Demonstration, furnish
from bot.domain.notices import LIVE
from bot.messages import Message
from tests.world import World, in_memory

PEOPLE = Demonstration(json.loads(files("adapters.house").joinpath("demonstration.json").read_text(encoding="utf-8")))


@pytest.fixture
async def world() -> World:
    world = in_memory()
    await world.runner.run(lambda ctx: furnish(PEOPLE, ctx))
    return world


async def test_everybody_sits_at_the_bar_and_nobody_is_asked_anything(world: World) -> None:
    await world.engine.look()

    assert len(PEOPLE.members()) == 40
    for member, name, _ in PEOPLE.members():
        me = await world.dispatch.me(member)
        assert me.member.name == name
        assert all(notice.state in LIVE for notice in me.notices)
        assert await world.messages(member) == []


async def test_a_year_passes_there_in_peace(world: World) -> None:
    await world.travel(days=365)

    keys = {key for member, _, _ in PEOPLE.members() for key in await world.keys(member)}
    assert any(key.startswith("nudge.") for key in keys)
    assert not any(key.startswith("card.") for key in keys)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("I am looking for somebody who knows Kubernetes", "need"), ("Je cherche une camionnette pour samedi", "need")],
)
async def test_what_a_newcomer_types_finds_somebody(world: World, text: str, kind: str) -> None:
    member = PEOPLE.member("solene")
    preview = await world.say(member, text)
    assert isinstance(preview, Message)
    assert preview.key == f"draft.preview.{kind}"
    assert preview.token

    await world.send(Press(member, preview.token, "post"))
    await world.engine.look()

    assert any(key.startswith("card.") for key in await world.keys(member))


def test_the_channel_has_been_alive(world: World) -> None:
    lines = PEOPLE.chat(world.clock.now())

    assert [at for _, at, _ in lines] == sorted(at for _, at, _ in lines)
    assert all(at < world.clock.now() for _, at, _ in lines)
