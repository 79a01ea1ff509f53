"""Discord must hear of us within three seconds, and a yes of which it did not was never given (RELIABILITY 1.8)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.domain.introductions import Answer
from tests.adapters.discord.bar import Bar
from tests.platforms.discord import broken, drop_after, drop_before
from tests.platforms.discord.faults import Fault
from tests.platforms.discord.people import Person

CALLBACK = "POST /interactions/{interaction}/{token}/callback"
EDIT = "PATCH /channels/{channel}/messages/{message}"


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    async with Bar(listening=False) as bar:
        yield bar


async def asked(bar: Bar) -> tuple[Person, Person]:
    """Two who have a card each."""
    ana, luc = await bar.enters("ana"), await bar.enters("luc")
    for person, command, text in (
        (luc, "/offer", "I have five thousand T-shirts to sell"),
        (ana, "/need", "I am looking for five thousand T-shirts"),
    ):
        outcome = await person.runs(command, channel=bar.general, text=text)
        assert outcome.message
        await person.presses(outcome.message, "Yes, go ahead")
        await bar.look()
    return ana, luc


async def answers(bar: Bar) -> list[Any]:
    """What each side said."""
    (introduction,) = await bar.world.runner.read(lambda ctx: ctx.uow.introductions.of_member(next(iter(bar.people))))
    return [side.answer for side in introduction.sides]


def lingers(bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database answers, and takes longer than most things do."""
    receive = bar.world.dispatch.receive

    async def slowly(*arguments: Any, **more: Any) -> Any:
        await asyncio.sleep(0.1)
        return await receive(*arguments, **more)

    monkeypatch.setattr(bar.world.dispatch, "receive", slowly)
    monkeypatch.setattr("adapters.discord.replying.SOON", 0.02)


@pytest.mark.parametrize("fault", [drop_before(), drop_after(), broken(400)])
async def test_a_yes_that_discord_did_not_hear_of_is_none(bar: Bar, fault: Fault) -> None:
    ana, _ = await asked(bar)
    bar.fake.faults.plan(CALLBACK, fault)

    await ana.presses(bar.card(ana), "Yes")
    await bar.settled()
    before = await answers(bar)
    await ana.presses(bar.card(ana), "Yes")
    await bar.settled()

    assert before == [None, None]
    assert Answer.YES in await answers(bar)


async def test_a_card_that_was_answered_says_so_at_once(bar: Bar) -> None:
    ana, luc = await asked(bar)
    card = bar.card(ana)

    outcome = await ana.presses(card, "Yes")
    await bar.settled()

    assert outcome.kind == "later"
    assert "You said yes" in card.text
    assert ana.buttons(card) == ["Change my answer"]
    assert "You said yes" not in bar.card(luc).text


async def test_the_same_press_twice_is_one(bar: Bar) -> None:
    ana, _ = await asked(bar)
    card = bar.card(ana)

    first = await ana.presses(card, "Yes")
    await bar.fake.gateway.again(first.event)
    await ana.presses(card, "i1:yes:" + card.components[0]["components"][0]["custom_id"].split(":")[2], stale=True)
    await bar.settled()

    assert sorted(map(str, await answers(bar))) == ["None", "yes"]


async def test_presses_that_come_again_after_a_resume_change_nothing(bar: Bar) -> None:
    ana, luc = await asked(bar)
    bar.fake.gateway.copies = 3

    await ana.presses(bar.card(ana), "Yes")
    await luc.presses(bar.card(luc), "Yes")
    bar.fake.gateway.copies = 1
    await bar.travel(minutes=2)

    assert [one.text.count("you both said yes") for one in (ana.dms[-1], luc.dms[-1])] == [1, 1]
    assert sum("you both said yes" in one.text for one in (*ana.dms, *luc.dms)) == 2


async def test_what_takes_long_is_announced_and_then_shown(bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = await bar.enters("ana")
    lingers(bar, monkeypatch)

    outcome = await ana.runs("/need", channel=bar.general, text="a plumber for Saturday")
    shown = await outcome.until_answered()

    assert outcome.kind == "thinking"
    assert "a plumber for Saturday" in shown.text
    assert shown.only_for == ana.id
    assert "Yes, go ahead" in ana.buttons(shown)


async def test_a_form_that_comes_too_late_is_asked_for_again(bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = await bar.enters("ana")
    preview = await ana.runs("/need", channel=bar.general, text="a plumber")
    assert preview.message
    lingers(bar, monkeypatch)

    outcome = await ana.presses(preview.message, "Edit")

    assert "try again" in (await outcome.until_answered()).text


async def test_whatever_breaks_inside_is_a_sentence(bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, _ = await asked(bar)

    async def breaks(*anything: Any, **more: Any) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as broken_now:
        broken_now.setattr(bar.world.dispatch, "receive", breaks)
        typed = await ana.runs("/need", channel=bar.general, text="a plumber")
        pressed = await ana.presses(bar.card(ana), "Yes")
        await bar.settled()

    assert "try again" in typed.text
    assert "try again" in pressed.text
    assert await answers(bar) == [None, None]


async def test_a_button_works_after_a_restart(bar: Bar) -> None:
    ana, _ = await asked(bar)
    form = (await ana.runs("/need", channel=bar.general)).modal
    await bar.stop()
    await bar.start()

    pressed = await ana.presses(bar.card(ana), "Yes")
    sent = await ana.submits(form, text="a ladder")
    await bar.settled()

    assert pressed.kind == "later"
    assert Answer.YES in await answers(bar)
    assert "a ladder" in sent.text


async def test_every_answer_is_for_its_author_alone(bar: Bar) -> None:
    (ana, _), eve = await asked(bar), bar.person("eve")

    for command in ("/need", "/me", "/ties", "/settings", "/privacy", "/why", "/help", "/charter", "/pause"):
        options: Any = {"text": "a plumber"} if command == "/need" else {}
        outcome = await ana.runs(command, channel=bar.general, **options)
        assert outcome.ephemeral, command

    assert eve.messages(bar.general) == []


async def test_many_at_once_are_all_answered_in_time(bar: Bar) -> None:
    ana, luc = await bar.enters("ana"), await bar.enters("luc")

    outcomes = await asyncio.gather(
        *(person.runs("/help", channel=bar.general) for person in (ana, luc) for _ in range(20))
    )

    assert all(outcome.acknowledged for outcome in outcomes)


async def test_whoever_leaves_finishes_what_discord_was_told_that_we_heard(
    bar: Bar, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, _ = await asked(bar)
    lingers(bar, monkeypatch)

    card = bar.card(ana)

    outcome = await ana.presses(card, "Yes")
    await bar.service.leave()

    assert outcome.acknowledged
    assert Answer.YES in await answers(bar)
    assert ana.buttons(card) == ["Change my answer"]
