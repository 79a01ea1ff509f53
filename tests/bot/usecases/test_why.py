from dataclasses import replace

import pytest

from bot.commands import EndTie, Erase
from bot.domain.ids import MemberId
from bot.domain.introductions import Ground, Introduction, Relation
from bot.messages import Message, Phrase
from bot.text import catalogue
from bot.usecases.why import reason
from tests.bot.usecases.stories import asked, intro_of, met, tie_of
from tests.world import World

TERMS, TOPIC = Ground("terms", ("loom",)), Ground("topic", ("clothes",))
SUBJECT = (Phrase("topic.clothes"),)
#: Of an English need (a) and a French offer (b).
PLANTS = (
    Ground("terms", ("Plantes vertes", "Kubernetes")), Ground("terms.a", ("plants", "kuberntes")),
    Ground("concepts", ("=plant", "")), Ground("languages", ("en", "fr")),
)  # fmt: skip


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


async def test_a_card_of_somebody_who_was_forgotten_is_explained_until_it_is_over(world: World) -> None:
    amina, luc = await asked(world)
    before = await world.say(amina, "/why")
    await world.send(Erase(luc))

    assert await world.say(amina, "/why") == before
    await world.travel(days=7, seconds=40)
    assert await world.say(amina, "/why") == Message("why.nothing")
    shown = "\n".join(await world.transcript(amina))
    assert "both notices mention T-shirts" in shown
    assert "(words withdrawn)" in shown
    assert "course" not in shown


@pytest.mark.parametrize(
    ("relation", "grounds", "said"),
    [
        (Relation.ANSWERS, (TERMS, TOPIC), Phrase("reason.terms_and_topic", {"terms": ("loom",), "topics": SUBJECT})),
        (Relation.ANSWERS, (TERMS,), Phrase("reason.terms", {"terms": ("loom",)})),
        (Relation.SUBJECT, (TOPIC,), Phrase("reason.topic", {"topics": SUBJECT})),
        (Relation.ANSWERS, (Ground("meaning", ()),), Phrase("reason.meaning")),
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


# --- words as they were written --------------------------------------------------------------------------------------


async def said(world: World, member: MemberId, language: str, *readers: str, grounds: tuple[Ground, ...]) -> str:
    """The reason in one language, in the words of those sides."""
    intro = replace(await intro_of(world, member), grounds=grounds)
    return catalogue(language).say(reason(intro, *(side for key in readers for side in intro.sides if side.key == key)))


@pytest.mark.parametrize(
    ("language", "readers", "words"),
    [
        ("en", "a", "plants and kuberntes"),
        ("fr", "a", "plante et kuberntes"),
        ("fr", "b", "Plantes vertes et Kubernetes"),
        ("en", "b", "plant and Kubernetes"),
        ("en", "ab", "plants and kuberntes"),
        ("fr", "ab", "Plantes vertes et kuberntes"),
        ("en", "", "plant and Kubernetes"),
    ],
)
async def test_a_shared_word_is_said_as_its_reader_wrote_it_or_in_their_language(
    world: World, language: str, readers: str, words: str
) -> None:
    amina, _ = await asked(world)

    assert words in await said(world, amina, language, *readers, grounds=PLANTS)


async def test_of_two_who_wrote_in_one_language_the_first_is_quoted(world: World) -> None:
    amina, _ = await asked(world)
    english = (*PLANTS[:3], Ground("languages", ("en", "en")))

    assert "plants" in await said(world, amina, "en", "a", "b", grounds=english)
    assert "Plantes vertes" in await said(world, amina, "en", "b", "a", grounds=english)


async def test_what_was_stored_before_words_were_kept_for_each_side_is_said_still(world: World) -> None:
    amina, _ = await asked(world)
    earlier = (Ground("terms", ("Plantes", "Kubernetes")), Ground("concepts", ("=plant", "")))

    assert "plant and Kubernetes" in await said(world, amina, "en", "a", grounds=earlier)
    assert "Plantes" in await said(world, amina, "en", "a", grounds=earlier[:1])


async def test_each_card_holds_the_words_of_its_reader_and_why_repeats_them(world: World) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    await world.post(amina, "I have a Sewing machine to lend")
    await world.post(luc, "je cherche une machine à coudre")

    for member, language, words in (
        (amina, "en", "mention Sewing machine"),
        (luc, "fr", "mentionnent machine à coudre"),
    ):
        await world.say(member, "/why")
        shown = await world.transcript(member, language)
        assert sum(words in line for line in shown) == 2


# --- those who were introduced ---------------------------------------------------------------------------------------


async def test_why_two_were_introduced_is_said_by_name_once_they_were(world: World) -> None:
    amina, luc = await met(world)
    for member, other in ((amina, "Luc"), (luc, "Amina")):
        reply = await world.say(member, "/why")
        assert isinstance(reply, Message)
        assert (reply.key, len(reply.about)) == ("why.met", 1)
        assert f"{other}: both notices mention" in catalogue("en").say(reply)


async def test_open_cards_come_before_introductions(world: World) -> None:
    amina, _ = await met(world)
    sofia = await world.join("Sofia")
    await world.post(sofia, "I am looking for accordion lessons")
    await world.post(amina, "I can teach accordion")
    reply = await world.say(amina, "/why")

    assert isinstance(reply, Message)
    assert (reply.key, len(reply.about), reply.own) == ("why.both", 1, ("cards",))
    assert [line for line in catalogue("en").say(reply).split("\n") if "Luc" in line or "Sofia" in line] == [
        "Luc: both notices mention T-shirts; the subject is clothes and textiles."
    ]


@pytest.mark.parametrize("how", ["ended", "forgotten"])
async def test_an_introduction_that_is_over_is_explained_no_more(world: World, how: str) -> None:
    amina, luc = await met(world)
    await world.send(EndTie(luc, (await tie_of(world, luc)).id) if how == "ended" else Erase(luc))

    assert await world.say(amina, "/why") == Message("why.nothing")


async def test_what_why_said_of_somebody_is_taken_back_when_they_are_forgotten(world: World) -> None:
    amina, luc = await met(world)
    await world.say(amina, "/why")
    await world.send(Erase(luc))
    await world.engine.look()

    shown = "\n".join(await world.transcript(amina))
    assert "Luc" not in shown
    assert "mention T-shirts" not in shown


async def test_that_strangers_came_first_is_no_part_of_a_reason(world: World) -> None:
    amina, _ = await asked(world)
    intro = await intro_of(world, amina)
    bridging = replace(intro, grounds=(*intro.grounds, Ground("bridging", ())))

    for readers in ((), intro.sides[:1], intro.sides[1:], intro.sides):
        assert reason(bridging, *readers) == reason(intro, *readers)
