"""No private word is written down in Discord, whatever fails (P13)."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from adapters.discord import hearing
from bot.commands import ChangeSettings, Join
from tests.adapters.discord.bar import Bar
from tests.adapters.overhearing import (
    FLOWS,
    TOGETHER,
    Overheard,
    Place,
    ask_for,
    at_fault,
    is_patient,
    moved_and_asked,
    overheard,
    tried,
    words,
)
from tests.platforms.discord.people import Person
from tests.platforms.discord.permissions import Permission
from tests.world import START

LIBRARIES = ("discord", "aiohttp", "asyncio")
EARS = ("on_message", "on_edit", "on_delete")
ANSWERS = ("Yes", "No", "Not now")


@pytest.mark.timeout(60 + 30 * FLOWS)
@pytest.mark.parametrize("chunk", range((FLOWS + TOGETHER - 1) // TOGETHER))
async def test_no_private_word_is_written_down(chunk: int) -> None:
    chance = random.Random(chunk)
    with overheard(chunk, LIBRARIES) as heard:
        async with Bar() as bar:
            bar.fake.deadline = 0.3  # whoever fails answers nobody
            heard.count(bar.world.store)
            flows = range(chunk * TOGETHER, min(FLOWS, (chunk + 1) * TOGETHER))
            asked = [await flow_of(bar, flow, heard, chance) for flow in flows]

    assert heard.failed
    assert any(asked)
    assert heard.stream.getvalue()
    assert not heard.found(["zebra", "zaphira", bar.fake.token, "a secret of tests"])


async def flow_of(bar: Bar, flow: int, heard: Overheard, chance: random.Random) -> bool:
    """Two people say something and answer, while some handler fails. Returns: whether anybody was asked."""
    ana, luc = [await comes(bar, f"zaphira-{flow}-{number}") for number in range(2)]
    places = _places(bar)
    place, fails = at_fault(flow, places)
    answers, days = (ANSWERS[:1], 40) if is_patient(place) else (ANSWERS, chance.choice((1, 4, 8)))
    with pytest.MonkeyPatch.context() as patch:
        if fails:
            heard.fail(patch, place, words(flow))
            await ask_for(place, bar.world.dispatch, bar.member(ana), words(flow))
        await everything(bar, ana, luc, words(flow), answers, chance)
        await tried(bar.engine.travel(bar.world.clock, timedelta(days=days), grain=timedelta(hours=6)))
    return any("Yes" in person.buttons(one) or "answer" in one.content for person in (ana, luc) for one in person.dms)


def _places(bar: Bar) -> list[Place]:
    ours: list[Place] = [(hearing.ACTS, kind) for kind in hearing.ACTS]
    ours += [(hearing, name) for name in EARS]
    ours += [(bar.service.platform, name) for name in ("tell", "bring_together", "shown")]
    ours += [(bar.counter.api, "call"), (bar.counter.sendings, "begin"), (bar.world.store, "unit_of_work")]
    return ours + moved_and_asked()


async def comes(bar: Bar, name: str) -> Person:
    """Somebody joins who has no quiet hours."""
    person = bar.person(name, permissions=Permission.MANAGE_GUILD)
    member, midnight = bar.member(person), START.time()
    receive = bar.world.dispatch.receive
    await receive("made", f"join {name}", Join(member, bar.community, name, "en", "Europe/Paris"))
    await receive("made", f"set {name}", ChangeSettings(member, quiet_from=midnight, quiet_until=midnight))
    return person


async def everything(
    bar: Bar, ana: Person, luc: Person, word: str, answers: Sequence[str], chance: random.Random
) -> None:
    """Words by every way in, answers of every kind, and whatever time makes of them."""
    await tried(ana.writes(f"I can offer some {word}"))
    await tried(bar.settled())
    await presses(ana, "Yes, go ahead")
    need = await tried(luc.runs("/need", channel=bar.general, text=f"I am looking for some {word}"))
    await tried(luc.presses(need.message, "Yes, go ahead") if need and need.message else _nothing())
    await tried(luc.completes("/need", "topics", word, channel=bar.general))
    await tried(luc.runs("/offer", channel=bar.general))
    await tried(luc.submits(luc.modal, text=f"{word} and more of it"))
    said = await tried(ana.types(bar.general, f"Who has some {word}?"))
    await tried(ana.context_menu(said, "Find someone for this"))
    await tried(ana.edits(said, f"Who has no {word}?"))
    await tried(ana.deletes(said))
    await tried(bar.look())
    for person in (ana, luc):
        await presses(person, chance.choice(answers))
        await tried(person.runs("/me", channel=bar.general))
    await tried(bar.travel(minutes=1))
    await looks_around(bar, luc, word, chance)


async def looks_around(bar: Bar, person: Person, word: str, chance: random.Random) -> None:
    """Some pages, whatever can be pressed there, and the forms that it opens."""
    for command in chance.sample(person.commands(bar.general), 4):
        page = await tried(person.runs(command, channel=bar.general))
        for _ in range(2):
            shown = page.message if page else None
            if shown and (buttons := person.buttons(shown)):
                page = await tried(person.presses(shown, chance.choice(buttons)))
            if person.modal:
                await tried(person.submits(person.modal, text=word))
                person.dismisses()


async def presses(person: Person, button: str) -> None:
    for message in person.dms:
        if button in person.buttons(message):
            await tried(person.presses(message, button))


async def _nothing() -> Any:
    return None
