"""No private word is written down in Slack, whatever fails, and whoever signs (P13)."""

import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from adapters.slack import app
from adapters.slack.ids import member_of
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
from tests.adapters.slack.bar import SECRET, TEAM, TOKEN
from tests.adapters.slack.crowd import comes
from tests.adapters.slack.doors import HttpBar

LIBRARIES = ("slack_bolt", "slack_sdk", "aiohttp", "asyncio")
#: Who is told of events: Bolt is given them once.
EARS = ("on_home", "on_mention", "on_message", "on_profile", "on_end")
HANDS = ("on_command", "on_shortcut", "on_view", "on_action")
ANSWERS = ("yes", "no", "not_now")


@pytest.mark.timeout(60 + 30 * FLOWS)
@pytest.mark.parametrize("chunk", range((FLOWS + TOGETHER - 1) // TOGETHER))
async def test_no_private_word_is_written_down(chunk: int) -> None:
    chance = random.Random(chunk)
    with overheard(chunk, LIBRARIES) as heard, listening() as ears:
        async with HttpBar() as bar:
            bar.slack.core.clock.speed = 50_000
            heard.count(bar.world.store)
            flows = range(chunk * TOGETHER, min(FLOWS, (chunk + 1) * TOGETHER))
            asked = [await flow_of(bar, flow, heard, ears, chance) for flow in flows]

    assert heard.failed
    assert any(asked)
    assert heard.stream.getvalue()
    assert not heard.found(["zebra", "uzaphira", TOKEN, SECRET, "a secret of tests", "/commands/t1", "/actions/t1"])


@contextmanager
def listening() -> Iterator[dict[str, Callable[..., Awaitable[None]]]]:
    """Who is told of events, to be changed while Bolt runs."""
    ears = {name: getattr(app, name) for name in EARS}

    def told(name: str) -> Callable[..., Awaitable[None]]:
        return lambda *given: ears[name](*given)

    with pytest.MonkeyPatch.context() as patch:
        for name in EARS:
            patch.setattr(app, name, told(name))
        yield ears


async def flow_of(bar: HttpBar, flow: int, heard: Overheard, ears: dict[str, Any], chance: random.Random) -> bool:
    """Two people say something and answer, while some handler fails. Returns: whether anybody was asked."""
    ana, luc = (f"UZAPHIRA{flow}{side}" for side in "AB")
    for user in (ana, luc):
        await comes(bar, user)
    places, before = _places(bar, ears), len(bar.slack.courier.deliveries)
    place, fails = at_fault(flow, places)
    answers, days = (ANSWERS[:1], 40) if is_patient(place) else (ANSWERS, chance.choice((1, 4, 8)))
    with pytest.MonkeyPatch.context() as patch:
        if fails:
            heard.fail(patch, place, words(flow))
            await ask_for(place, bar.world.dispatch, member_of(TEAM, ana), words(flow))
        await everything(bar, ana, luc, words(flow), answers, chance)
        await tried(bar.engine.travel(bar.world.clock, timedelta(days=days), grain=timedelta(hours=6)))
        forged = bar.payloads()[before:]
        assert forged
        for kind, payload in forged:
            assert await bar.knock(kind, payload, secret="a secret of somebody else's") == 401
    return any("press:yes" in str(sight.blocks) for user in (ana, luc) for sight in bar.team.seen(user, "message"))


def _places(bar: HttpBar, ears: dict[str, Any]) -> list[Place]:
    ours: list[Place] = [*((ears, name) for name in EARS), *((app, name) for name in HANDS)]
    ours += [(bar.service.platform, name) for name in ("tell", "bring_together", "words")]
    ours += [(bar.counter.api, "_call"), (bar.counter.sendings, "begin"), (bar.world.store, "unit_of_work")]
    return ours + moved_and_asked()


async def everything(
    bar: HttpBar, ana: str, luc: str, word: str, answers: Sequence[str], chance: random.Random
) -> None:
    """Words by every way in, answers of every kind, and whatever time makes of them."""
    team = bar.team
    await tried(team.say(ana, f"I can offer some {word}"))
    await tried(bar.look())
    await presses(bar, ana, "post")
    await tried(team.command(luc, "/need", f"I am looking for some {word}", team.direct(luc).id))
    await tried(bar.look())
    await presses(bar, luc, "post")
    await tried(team.command(luc, "/offer"))
    await sends(bar, luc, word)
    lobby = team.room(f"C{ana}", [ana, luc], name="lobby").id
    said = await tried(team.post(ana, lobby, f"<@{team.bot}> who has some {word}?", raw=True))
    await tried(team.shortcut(ana, "find", said))
    await tried(team.edit(ana, said, f"Who has no {word}?"))
    await tried(team.delete(ana, said))
    await tried(team.change(ana, real_name=f"Zaphira {word}"))
    await tried(bar.look())
    for user in (ana, luc):
        await presses(bar, user, chance.choice(answers))
        await tried(team.home(user, within=0.05))
        await tried(team.command(user, "/comptoir", chance.choice(("why", "me", "ties", "settings", word))))
    await tried(bar.travel(minutes=1))
    for _ in range(4):
        await looks_around(bar, luc, word, chance)


async def looks_around(bar: HttpBar, user: str, word: str, chance: random.Random) -> None:
    """Whatever can be pressed, and the windows that it opens."""
    if shown := [widget for widget in bar.team.buttons(user) if widget.kind == "button"]:
        await tried(bar.team.press(user, chance.choice(shown)))
    await sends(bar, user, word)


async def sends(bar: HttpBar, user: str, word: str) -> None:
    """Fill in what is open, and close what is left of it."""
    if bar.team.modal(user):
        await tried(bar.team.submit(user, {"text": word}))
    if bar.team.modal(user):
        await tried(bar.team.submit(user))
    if bar.team.modal(user):
        await tried(bar.team.close(user))


async def presses(bar: HttpBar, user: str, choice: str) -> None:
    if any(widget.action_id == f"press:{choice}" for widget in bar.team.buttons(user)):
        await tried(bar.team.press(user, choice))
