from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.commands import ChangeNotice, ChangeSettings, DraftNotice, Leave, Pause, Resume
from bot.domain.ids import MemberId
from bot.domain.introductions import Relation, State
from bot.domain.notices import Notice, NoticeState
from bot.messages import Message
from bot.text import catalogue
from bot.usecases.propose import refused, send_wave
from matching.model import Candidate
from tests.bot.usecases.stories import CARD_OF_OFFERER, CARD_OF_SEEKER, NEED, OFFER, asked, intro_of, met, notices_of
from tests.world import START, World

NAMES = ("Amina", "Sofia", "Tomas", "Ines", "Omar")


async def helpers(world: World, count: int) -> list[MemberId]:
    """So many people with the same offer."""
    them = [await world.join(name) for name in NAMES[:count]]
    for one in them:
        await world.post(one, OFFER)
    return them


async def have_card(world: World, members: list[MemberId]) -> list[MemberId]:
    return [member for member in members if CARD_OF_OFFERER in await world.keys(member)]


async def test_both_are_asked_at_once_and_neither_card_names_anybody(world: World) -> None:
    amina, luc = await asked(world)

    assert CARD_OF_OFFERER in await world.keys(amina)
    assert CARD_OF_SEEKER in await world.keys(luc)
    assert "Luc" not in "\n".join(await world.transcript(amina))
    assert "Amina" not in "\n".join(await world.transcript(luc, "fr"))


async def test_at_most_two_are_asked_at_a_time(world: World) -> None:
    them = await helpers(world, 4)
    luc = await world.join("Luc", "fr")
    await world.post(luc, NEED)

    assert len(await have_card(world, them)) == 2
    assert (await world.keys(luc)).count(CARD_OF_SEEKER) == 2


async def test_the_next_two_are_asked_at_a_slot_after_the_deadline(world: World) -> None:
    them = await helpers(world, 4)
    luc = await world.join("Luc", "fr")
    await world.post(luc, NEED)
    await world.travel(days=7)
    assert len(await have_card(world, them)) == 2

    # A Monday at eleven in Paris, so the slot after the deadline is that day's second: five in the afternoon.
    assert (await notices_of(world, luc))[0].next_wave_at == START + timedelta(days=7, hours=6)
    await world.travel(hours=7)
    assert len(await have_card(world, them)) == 4


async def test_a_no_brings_the_next_wave_forward_by_nothing(world: World) -> None:
    them = await helpers(world, 4)
    luc = await world.join("Luc", "fr")
    await world.post(luc, NEED)
    planned = (await notices_of(world, luc))[0].next_wave_at
    for member in await have_card(world, them):
        await world.press(member, "no")
        await world.press(member, "no_person")
    await world.travel(days=6)

    assert (await notices_of(world, luc))[0].next_wave_at == planned
    assert (await world.keys(luc)).count(CARD_OF_SEEKER) == 2


async def test_after_three_waves_the_search_rests(world: World) -> None:
    luc = await world.join("Luc", "fr")
    await world.post(luc, NEED)
    await world.travel(days=20)

    need = (await notices_of(world, luc))[0]
    assert (need.waves, need.next_wave_at) == (3, None)


async def test_a_satisfied_need_asks_nobody_else(world: World) -> None:
    them = await helpers(world, 3)
    luc = await world.join("Luc", "fr")
    await world.post(luc, NEED)
    first = (await have_card(world, them))[0]
    await world.press(first, "yes")
    for token in {m.token for m in await world.messages(luc) if m.key == CARD_OF_SEEKER}:
        await world.press_token(luc, token or "", "yes")
    await world.travel(days=16)

    assert len(await have_card(world, them)) <= 2
    assert await world.openings(luc) == 1


async def test_a_wave_that_was_due_for_a_satisfied_need_asks_nobody(world: World) -> None:
    _, luc = await met(world)
    need = (await notices_of(world, luc))[0]
    async with world.store.unit_of_work() as uow:
        await uow.notices.save(with_wave(need))
        await uow.commit()
    await world.engine.look()

    assert (await notices_of(world, luc))[0].next_wave_at is None


async def test_when_nobody_fits_the_author_is_told_once_and_kindly(world: World) -> None:
    luc = await world.join("Luc", "fr")
    await world.post(luc, NEED)
    await world.travel(days=20)

    assert (await world.keys(luc)).count("nobody.need") == 1


async def test_who_is_asked_already_is_not_told_that_there_is_nobody(world: World) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    for member, text in ((amina, OFFER), (luc, NEED)):
        await world.say(member, text)
        await world.press(member, "post")
        world.clock.move(timedelta(seconds=1))
    await world.engine.look()  # both at once, the offer first

    assert CARD_OF_SEEKER in await world.keys(luc)
    assert "nobody.need" not in await world.keys(luc)


async def test_an_offer_that_nobody_needs_says_nothing(world: World) -> None:
    amina = await world.join("Amina")
    await world.post(amina, OFFER)
    await world.travel(days=20)

    assert await world.keys(amina) == ["post.offer.first"]


async def test_a_new_offer_wakes_an_old_need(world: World) -> None:
    luc = await world.join("Luc", "fr")
    await world.post(luc, NEED)
    await world.travel(days=3)
    amina = await world.join("Amina")
    await world.post(amina, OFFER)

    assert CARD_OF_SEEKER in await world.keys(luc)
    assert CARD_OF_OFFERER in await world.keys(amina)


async def test_an_offer_does_not_ask_a_need_that_has_enough_asks_out(world: World) -> None:
    await helpers(world, 2)
    luc = await world.join("Luc", "fr")
    await world.post(luc, NEED)
    late = await world.join("Omar")
    await world.post(late, OFFER)

    assert CARD_OF_OFFERER not in await world.keys(late)


async def test_an_offer_does_not_ask_a_need_that_was_met(world: World) -> None:
    await met(world)
    late = await world.join("Omar")
    await world.post(late, OFFER)

    assert CARD_OF_OFFERER not in await world.keys(late)


async def test_two_people_with_the_same_need_may_be_asked_about_each_other(world: World) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc")
    await world.post(amina, "I am looking for accordion lessons")
    await world.post(luc, "I am looking for accordion lessons, a beginner")

    assert "card.same_need.need" in await world.keys(amina)
    assert (await intro_of(world, luc)).relation is Relation.SAME_NEED


async def test_the_same_two_are_not_asked_again_within_half_a_year(world: World) -> None:
    amina, luc = await asked(world)
    await world.travel(days=8)
    need = (await notices_of(world, luc))[0]
    await world.send(ChangeNotice(luc, need.id, "withdraw"))
    await world.send(ChangeNotice(luc, need.id, "renew"))
    await world.engine.look()

    assert len([key for key in await world.keys(amina) if key == CARD_OF_OFFERER]) == 1


@pytest.mark.parametrize("who", ["asker", "helper"])
async def test_a_rule_between_two_people_holds_when_they_are_proposed(world: World, who: str) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    await world.post(amina, OFFER)
    one, other = (luc, amina) if who == "asker" else (amina, luc)
    async with world.store.unit_of_work() as uow:
        await uow.blocks.add(one, other, START)
        await uow.commit()
    await world.post(luc, NEED)

    assert "nobody.need" in await world.keys(luc)
    assert CARD_OF_OFFERER not in await world.keys(amina)


@pytest.mark.parametrize("away", [None, date(2026, 4, 1)])
async def test_a_helper_who_is_away_is_not_asked(world: World, away: date | None) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    await world.post(amina, OFFER)
    await world.send(Pause(amina, away))
    await world.post(luc, NEED)

    assert CARD_OF_OFFERER not in await world.keys(amina)


async def test_a_helper_with_three_open_cards_is_left_in_peace(world: World) -> None:
    amina = await world.join("Amina")
    for subject in ("T-shirts", "Kubernetes", "accordion lessons", "German conversation"):
        await world.post(amina, f"I can offer some {subject}")
    for name, subject in zip(
        NAMES[1:], ("T-shirts", "Kubernetes", "accordion lessons", "German conversation"), strict=True
    ):
        await world.post(await world.join(name), f"I am looking for {subject}")

    assert (await world.keys(amina)).count(CARD_OF_OFFERER) == 3


async def test_those_who_may_not_be_asked_hide_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.tick.LOOK_AT", 3)
    monkeypatch.setattr("bot.tick.ENOUGH", 2)
    them = await helpers(world, 5)
    for away in them[:4]:
        await world.send(Pause(away, None))
    luc = await world.join("Luc", "fr")
    await world.post(luc, NEED)

    assert await have_card(world, them) == [them[4]]


async def test_only_those_whom_a_rule_forbids_are_looked_past(world: World) -> None:
    amina, sofia = await helpers(world, 2)
    await world.send(Pause(sofia, None))
    luc = await world.join("Luc", "fr")
    await world.post(luc, "je cherche un clavecin")
    need, *offers = [(await notices_of(world, member))[0] for member in (luc, amina, sofia)]
    found = [Candidate(offer.id, "answers", 0.9, ()) for offer in offers]

    assert await world.runner.read(lambda ctx: refused(need, found, ctx)) == {offers[1].person}
    await world.send(Leave(luc))
    assert await world.runner.read(lambda ctx: refused(need, found, ctx)) == frozenset()


async def preferred(world: World) -> tuple[MemberId, list[MemberId]]:
    """Luc, who asks, and two strangers who are asked before two friends of a friend with the same offer."""
    amina, luc = await met(world)
    friends = [await world.join(name) for name in ("Tomas", "Ines")]
    for friend, subject in zip(friends, ("accordion", "Kubernetes"), strict=True):
        await world.post(friend, f"I can teach {subject}")
        await world.post(amina, f"I am looking for {subject} lessons")
        for member in (friend, amina):
            await world.press(member, "yes")
        await world.travel(days=1)
    strangers = [await world.join(name) for name in ("Sofia", "Marta")]
    for member in (*friends, *strangers):
        await world.post(member, "I have a tent to lend")
    before = {member: len(await world.messages(member)) for member in (*friends, *strangers)}
    await world.post(luc, "looking for a tent to borrow")

    asked_now = [member for member in before if len(await world.messages(member)) > before[member]]
    assert asked_now == strangers
    return luc, strangers


async def test_among_equals_strangers_come_before_friends_of_friends(world: World) -> None:
    await preferred(world)


async def test_that_strangers_came_first_is_said_in_private_once_both_have_said_yes(world: World) -> None:
    luc, strangers = await preferred(world)
    rule = "people who do not know each other’s people yet"
    intros = [await intro_of(world, stranger) for stranger in strangers]
    assert any(ground.kind == "bridging" for intro in intros for ground in intro.grounds)
    before = [await world.say(member, "/why") for member in (luc, *strangers)]
    assert not any(rule in catalogue("en").say(reply) for reply in before if isinstance(reply, Message))

    brought = next(i for i in intros if any(ground.kind == "bridging" for ground in i.grounds))
    stranger = brought.other(brought.side_of(luc)).member
    assert stranger is not None
    await world.press(stranger, "yes")
    for token in {m.token for m in await world.messages(luc) if m.key == CARD_OF_SEEKER}:
        await world.press_token(luc, token or "", "yes")
    await world.travel(minutes=1)

    for member in (luc, stranger):
        assert rule not in "\n".join(await world.transcript(member))
        reply = await world.say(member, "/why")
        assert isinstance(reply, Message)
        assert catalogue("en").say(reply).count(rule) == 1


async def test_a_helper_whose_budget_is_used_up_is_left_in_peace(world: World) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    await world.send(ChangeSettings(amina, monthly_budget=1))
    await world.post(amina, OFFER)
    await world.post(amina, "I can offer some Kubernetes")
    await world.post(luc, NEED)
    await world.post(luc, "I am looking for Kubernetes")

    assert (await world.keys(amina)).count(CARD_OF_OFFERER) == 1


async def test_an_author_whose_budget_is_used_up_has_nobody_asked_in_later_waves(world: World) -> None:
    them = await helpers(world, 3)
    luc = await world.join("Luc", "fr")
    await world.post(luc, NEED)
    await world.send(ChangeSettings(luc, monthly_budget=1))
    await world.travel(days=8)
    assert len(await have_card(world, them)) == 3

    assert (await world.keys(luc)).count(CARD_OF_SEEKER) == 3
    tomas = await world.join("Omar")
    await world.post(tomas, OFFER)
    await world.travel(days=9)
    assert CARD_OF_OFFERER not in await world.keys(tomas)


async def test_a_need_posted_while_its_author_is_away_waits_for_them(world: World) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    await world.post(amina, OFFER)
    await world.send(Pause(luc, None))
    await world.post(luc, NEED)
    await world.travel(days=10)
    assert not any(key.startswith(("card", "nobody")) for key in await world.keys(luc))

    await world.send(Resume(luc))
    await world.engine.look()
    assert CARD_OF_SEEKER in await world.keys(luc)
    assert CARD_OF_OFFERER in await world.keys(amina)


async def test_a_wave_of_somebody_who_pauses_leaves_after_the_pause(world: World) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    await world.post(amina, OFFER)
    await world.send(Pause(luc, date(2026, 3, 10)))
    await world.post(luc, NEED)
    # Seven in UTC is eight in Paris, the end of the pause; the slot after it is at ten.
    assert (await notices_of(world, luc))[0].next_wave_at == START + timedelta(days=7, hours=23)

    await world.travel(days=8)
    assert CARD_OF_SEEKER in await world.keys(luc)


async def test_a_later_wave_that_waited_leaves_at_a_slot_after_coming_back(world: World) -> None:
    luc = await world.join("Luc", "fr")
    await world.post(luc, NEED)
    await world.send(Pause(luc, None))
    await world.travel(days=9)
    assert (await notices_of(world, luc))[0].next_wave_at is None

    await world.send(Resume(luc))
    slot = (await notices_of(world, luc))[0].next_wave_at
    assert slot is not None
    assert slot > world.clock.now()


async def test_a_wave_that_is_not_due_or_whose_author_is_gone_asks_nobody(world: World) -> None:
    amina, luc = await asked(world)
    need = (await notices_of(world, luc))[0]
    assert await world.runner.run(lambda ctx: send_wave(need.id, [], ctx)) == 0
    await world.send(Leave(luc))
    async with world.store.unit_of_work() as uow:
        left = (await uow.notices.of_member(luc))[0]
        await uow.notices.save(replace(left, state=NoticeState.OPEN, next_wave_at=START, due_at=START))
        await uow.commit()
    await world.engine.look()

    assert (await notices_of(world, luc))[0].next_wave_at is None
    assert (await intro_of(world, amina)).state is State.ASKED


async def test_only_people_of_the_same_circle_when_a_notice_says_so(world: World) -> None:
    amina = await world.join("Amina", circles=("sewing",))
    luc = await world.join("Luc", "fr", circles=("running",))
    await world.send(DraftNotice(amina, "offer", OFFER, reach="circle"))
    await world.send(ChangeNotice(amina, (await notices_of(world, amina))[0].id, "post"))
    await world.post(luc, NEED)

    assert "nobody.need" in await world.keys(luc)


def with_wave(notice: Notice) -> Notice:
    return replace(notice, next_wave_at=START, due_at=START)


async def test_what_waited_for_the_end_of_a_pause_comes_unasked_and_in_their_hours(world: World) -> None:
    gaelle = await world.join("Gaelle")
    await world.send(ChangeSettings(gaelle, quiet_from=time(9), quiet_until=time(12)))
    await world.send(Pause(gaelle, date(2026, 3, 5)))
    await world.post(gaelle, "I am looking for a harpsichord")
    await world.travel(days=10)

    told = [line for line in await world.transcript(gaelle) if "harpsichord" in line and "I know of nobody" in line]
    assert [line[11:13] for line in told] == ["11"]
