"""What was handed to a chat service, on every store."""

from dataclasses import replace

import pytest

from bot.domain.ids import community_of, nobody_in
from bot.domain.tokens import hashed
from bot.messages import Message, Phrase
from bot.ports import Store
from bot.sendings import Sendings
from tests.adapters.store.things import AMINA, BELA, CHLOE, HOUR, NOON

TOKEN = "t" * 22
PLATFORM = AMINA.split(":")[0]
CARD = Message("card.ask", {"card": "5,000 T-shirts"}, ("yes", "no"), TOKEN)


@pytest.fixture
def sendings(store: Store) -> Sendings:
    return store.sendings  # type: ignore[attr-defined,no-any-return] # both stores that we have carry them


async def test_what_is_begun_twice_is_known(sendings: Sendings) -> None:
    first, again = await sendings.begin("card:a", {AMINA: CARD}, at=NOON)
    second, known = await sendings.begin("card:a", {AMINA: CARD}, at=NOON + HOUR)
    await sendings.arrived(first.mark, "D1", "171.1")
    third, _ = await sendings.begin("card:a", {AMINA: CARD}, at=NOON + HOUR)

    assert (again, known) == (False, True)
    assert first == second
    assert third == replace(first, place="D1", ref="171.1")
    assert len(first.mark) == 32
    assert first.begun_at == NOON


async def test_what_did_not_arrive_is_begun_anew(sendings: Sendings) -> None:
    first, _ = await sendings.begin("card:a", {AMINA: CARD}, at=NOON)
    await sendings.undo(first.mark)

    _, known = await sendings.begin("card:a", {AMINA: CARD}, at=NOON)

    assert not known


async def test_the_same_key_to_another_reader_is_another_sending(sendings: Sendings) -> None:
    first, _ = await sendings.begin("card", {AMINA: CARD}, at=NOON)
    second, known = await sendings.begin("card", {BELA: CARD}, at=NOON)

    assert not known
    assert first.mark != second.mark


async def test_an_answer_takes_the_place_of_its_card(sendings: Sendings) -> None:
    sent, _ = await sendings.begin("card:a", {AMINA: Message("digest", parts=(CARD, Message("other")))}, at=NOON)
    await sendings.arrived(sent.mark, "D1", "171.1")

    changed = await sendings.replace(AMINA, TOKEN, Message("card.thanks"))

    assert [one.messages[AMINA].parts[0].key for one in changed] == ["card.thanks"]
    assert (changed[0].place, changed[0].ref) == ("D1", "171.1")
    assert await sendings.replace(AMINA, TOKEN, Message("card.thanks")) == []
    assert await sendings.replace(BELA, TOKEN, Message("card.thanks")) == []
    assert [one.messages[AMINA].parts[0].key for one in await sendings.shown_to(AMINA)] == ["card.thanks"]


async def test_only_what_is_shown_is_shown_anew(sendings: Sendings) -> None:
    await sendings.begin("card:a", {AMINA: CARD}, at=NOON)

    assert await sendings.replace(AMINA, TOKEN, Message("card.thanks")) == []


async def test_what_comes_later_takes_away_buttons(sendings: Sendings) -> None:
    card, _ = await sendings.begin("card:a", {AMINA: CARD}, at=NOON)
    await sendings.arrived(card.mark, "D1", "171.1")
    reminder = Message("card.reminder", choices=("yes", "no"), token="u" * 22, retires=(hashed(TOKEN),))
    later, _ = await sendings.begin("card:a:reminder", {AMINA: reminder}, at=NOON + HOUR)

    changed = await sendings.arrived(later.mark, "D1", "171.2")

    assert [(one.ref, one.messages[AMINA].choices) for one in changed] == [("171.1", ())]
    assert await sendings.arrived(later.mark, "D1", "171.2") == []


async def test_what_was_changed_is_unshown_until_somebody_says_that_it_is_shown(sendings: Sendings) -> None:
    sent, _ = await sendings.begin("card:a", {AMINA: CARD}, at=NOON)
    await sendings.arrived(sent.mark, "D1", "171.1")
    assert await sendings.unshown(PLATFORM) == []

    (changed,) = await sendings.replace(AMINA, TOKEN, Message("card.thanks"))

    assert await sendings.unshown(PLATFORM) == [changed]
    assert await sendings.unshown("elsewhere") == []
    assert await sendings.find(sent.mark) == changed
    assert await sendings.shown(changed)
    assert await sendings.unshown(PLATFORM) == []
    assert not await sendings.shown(changed)


async def test_what_was_changed_meanwhile_is_not_shown(sendings: Sendings) -> None:
    sent, _ = await sendings.begin("card:a", {AMINA: CARD}, at=NOON)
    await sendings.arrived(sent.mark, "D1", "171.1")
    again = Message("card.again", token="u" * 22)
    (first,) = await sendings.replace(AMINA, TOKEN, again)
    (second,) = await sendings.replace(AMINA, "u" * 22, Message("card.thanks"))

    assert not await sendings.shown(first)
    assert await sendings.unshown(PLATFORM) == [second]
    assert second.messages[AMINA].key == "card.thanks"
    assert await sendings.shown(second)


async def test_what_was_changed_before_it_is_known_where_it_is_is_not_forgotten(sendings: Sendings) -> None:
    sent, _ = await sendings.begin("card:a", {AMINA: CARD}, at=NOON)
    await sendings.replace(AMINA, TOKEN, Message("card.thanks"))
    await sendings.arrived(sent.mark, "D1", "171.1")

    assert [(one.ref, one.messages[AMINA].key) for one in await sendings.unshown(PLATFORM)] == [
        ("171.1", "card.thanks")
    ]
    await sendings.undo(sent.mark)
    assert await sendings.unshown(PLATFORM) == []
    assert await sendings.find(sent.mark) is None


async def test_somebody_forgotten_is_taken_out_of_what_others_read(sendings: Sendings) -> None:
    opening = Message("opening", {"one": "Amina", "other": "Bela"})
    sent, _ = await sendings.begin("opening", {AMINA: opening, BELA: opening}, at=NOON, about=[AMINA, BELA])
    await sendings.arrived(sent.mark, "G1", "171.1")

    (seen,) = await sendings.speaking_of(BELA)
    await sendings.forget(sent.mark, BELA, at=NOON)

    assert seen.messages[AMINA] == opening
    (left,) = await sendings.shown_to(AMINA)
    assert left.messages == {AMINA: Message("opening", {"one": Phrase("redacted"), "other": Phrase("redacted")})}
    assert await sendings.speaking_of(BELA) == await sendings.shown_to(BELA) == []
    await sendings.forget(sent.mark, AMINA, at=NOON)
    assert await sendings.shown_to(AMINA) == []


async def test_what_was_handed_over_is_known_until_it_arrived_or_some_of_it_is_forgotten(sendings: Sendings) -> None:
    said = {"content": "5,000 T-shirts", "components": [{"type": 1}]}
    sent, _ = await sendings.begin("1", {AMINA: CARD}, at=NOON, about=[BELA], handed=said)
    again, _ = await sendings.begin("1", {AMINA: CARD}, at=NOON, about=[BELA], handed={"content": "other words"})
    waits, _ = await sendings.begin("2", {AMINA: CARD}, at=NOON, about=[BELA], handed=said)
    await sendings.arrived(waits.mark, "waiting", "")

    assert again.handed == sent.handed == said
    assert [one.handed for one in await sendings.shown_to(AMINA)] == [said, said]
    await sendings.arrived(sent.mark, "D1", "171.1")
    await sendings.forget(waits.mark, BELA, at=NOON)
    assert [one.handed for one in await sendings.shown_to(AMINA)] == [{}, {}]


async def test_an_open_card_stays_and_is_nobodys_until_it_is_over(sendings: Sendings) -> None:
    card = replace(CARD, closes_at=NOON + HOUR)
    sent, _ = await sendings.begin("card:a", {AMINA: card}, at=NOON, about=[BELA, CHLOE])
    nobody = nobody_in(community_of(BELA))

    for one in (BELA, CHLOE):
        await sendings.forget(sent.mark, one, at=NOON)
    (open_one,) = await sendings.speaking_of(nobody)
    await sendings.forget(sent.mark, nobody, at=NOON + HOUR)

    assert open_one.messages == {AMINA: card}
    assert await sendings.speaking_of(nobody) == await sendings.speaking_of(BELA) == []
    (closed,) = await sendings.shown_to(AMINA)
    assert closed.messages == {AMINA: replace(card, params={"card": Phrase("redacted")})}


async def test_what_somebody_was_handed_comes_newest_first(sendings: Sendings) -> None:
    for number in range(3):
        await sendings.begin(f"{number}", {AMINA: Message(f"m{number}")}, at=NOON + number * HOUR)

    assert [one.messages[AMINA].key for one in await sendings.shown_to(AMINA)] == ["m2", "m1", "m0"]
    assert len(await sendings.shown_to(AMINA, limit=1)) == 1
    assert await sendings.shown_to(BELA) == []
