from dataclasses import replace

import pytest

from bot.domain.introductions import Relation
from bot.domain.notices import Kind
from bot.messages import Phrase
from bot.text import catalogue
from bot.usecases.cards import QUESTIONS, card, card_key, opening, reminder
from tests.bot.usecases.stories import asked, intro_of, notices_of
from tests.world import World

SHAPES = [
    (Relation.ANSWERS, Kind.NEED, Kind.OFFER),
    (Relation.SUBJECT, Kind.NEED, Kind.OFFER),
    (Relation.SUBJECT, Kind.NEED, Kind.NEED),
    (Relation.SAME_NEED, Kind.NEED, Kind.NEED),
]


@pytest.mark.parametrize(("relation", "one", "other"), SHAPES)
def test_there_are_words_for_both_cards_and_the_opening(relation: Relation, one: Kind, other: Kind) -> None:
    for language in ("en", "fr"):
        assert card_key(relation, one) in catalogue(language).texts
        assert card_key(relation, other) in catalogue(language).texts
        assert f"opening.{relation}.{other}" in catalogue(language).texts


async def test_a_reminder_carries_the_card_and_its_buttons(world: World) -> None:
    amina, luc = await asked(world)
    intro = await intro_of(world, amina)
    mine, theirs = (await notices_of(world, amina))[0], (await notices_of(world, luc))[0]
    shown = card(intro, mine=mine, theirs=theirs, token="t")

    again = reminder(shown, again=True)
    assert (again.key, again.choices, again.token) == ("card.reminder.again", shown.choices, "t")
    assert again.params["card"] == Phrase(shown.key, shown.params)


async def test_an_opening_begins_with_the_need_whoever_was_asked_first(world: World) -> None:
    amina, luc = await asked(world)
    intro = await intro_of(world, amina)
    notices = {"a": (await notices_of(world, luc))[0], "b": (await notices_of(world, amina))[0]}
    other_way = replace(intro, sides=(replace(intro.sides[0], key="b"), replace(intro.sides[1], key="a")))
    names = {"a": "Luc", "b": "Amina"}

    for one in (intro, other_way):
        said = opening(one, names, notices, seed=QUESTIONS + 1, reader="a")
        assert (said.key, said.params["first"], said.params["question"]) == (
            "opening.answers.offer", "Luc", Phrase("question.1"),
        )  # fmt: skip
