from dataclasses import replace

import pytest

from bot.commands import Erase
from bot.domain.introductions import Ground, Introduction, Relation
from bot.messages import Message, Phrase
from bot.usecases.why import reason
from tests.bot.usecases.stories import asked, intro_of
from tests.world import World

TERMS, TOPIC = Ground("terms", ("loom",)), Ground("topic", ("clothes",))
SUBJECT = (Phrase("topic.clothes"),)


async def test_the_reason_is_the_one_on_the_card_whenever_it_is_asked_for(world: World) -> None:
    amina, luc = await asked(world)
    on_card = [message.params["why"] for message in await world.messages(amina) if "why" in message.params]
    first = await world.say(amina, "/why")
    await world.press(luc, "no")
    await world.travel(days=3)

    assert isinstance(first, Message)
    assert first.params["lines"] == tuple(on_card)
    assert await world.say(amina, "/why") == first


async def test_a_card_that_has_ended_is_explained_no_more(world: World) -> None:
    amina, _ = await asked(world)
    await world.travel(days=7, seconds=5)
    assert await world.say(amina, "/why") == Message("why.nothing")

    await world.travel(days=1)
    assert await world.say(amina, "/why") == Message("why.nothing")


async def test_the_words_of_somebody_who_was_forgotten_explain_nothing(world: World) -> None:
    amina, luc = await asked(world)
    await world.send(Erase(luc))

    assert await world.say(amina, "/why") == Message("why.nothing")


@pytest.mark.parametrize(
    ("relation", "grounds", "said"),
    [
        (Relation.ANSWERS, (TERMS, TOPIC), Phrase("reason.terms_and_topic", {"terms": ("loom",), "topics": SUBJECT})),
        (Relation.ANSWERS, (TERMS,), Phrase("reason.terms", {"terms": ("loom",)})),
        (Relation.SUBJECT, (TOPIC,), Phrase("reason.topic", {"topics": SUBJECT})),
        (Relation.SAME_NEED, (TERMS, TOPIC), Phrase("reason.same_need", {"subject": ("loom",)})),
        (Relation.SAME_NEED, (TOPIC,), Phrase("reason.same_need", {"subject": SUBJECT})),
    ],
)
async def test_a_reason_says_what_the_engine_found(
    world: World, relation: Relation, grounds: tuple[Ground, ...], said: Phrase
) -> None:
    amina, _ = await asked(world)
    intro: Introduction = replace(await intro_of(world, amina), relation=relation, grounds=grounds)

    assert reason(intro) == said
