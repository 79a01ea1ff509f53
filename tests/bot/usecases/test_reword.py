from datetime import time

import pytest

from bot.commands import ChangeSettings, Command, DraftNotice, Hear, Leave, Press, Reword, Say, SetListening, Unsay
from bot.domain.ids import MemberId
from bot.domain.introductions import State
from bot.domain.notices import NoticeState
from bot.messages import Message, Refused, Reply
from tests.bot.usecases.stories import NEED, OFFER, intro_of, notices_of
from tests.world import COMMUNITY, World, in_memory

SOURCE = "D1:1700000000.000100"
OTHER_NEED = "nous cherchons des T-shirts blancs pour une course solidaire"
HEARD = "Je cherche une perceuse pour ce week-end"
HEARD_AGAIN = "Je cherche une perceuse à percussion pour ce week-end"


async def typed(world: World, member: MemberId, text: str, source: str = SOURCE) -> Reply | None:
    """Somebody writes to the bot where messages can be changed later."""
    return await shown(world, member, Say(member, text, source))


async def shown(world: World, member: MemberId, command: Command) -> Reply | None:
    reply = await world.send(command)
    await world._show(member, reply)
    return reply


async def posted(world: World, member: MemberId, text: str, source: str = SOURCE) -> None:
    await typed(world, member, text, source)
    await world.press(member, "post")
    await world.engine.look()


async def two(world: World, wakes: time | None = None) -> tuple[MemberId, MemberId]:
    """Amina, who offers; Luc, who needs and has said so in a message."""
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    await world.post(amina, OFFER)
    if wakes:
        await world.send(ChangeSettings(amina, quiet_from=time(0), quiet_until=wakes))
    await posted(world, luc, NEED)
    return amina, luc


async def everything(world: World, member: MemberId) -> str:
    """All that is kept of and for a member."""
    async with world.store.reading() as uow:
        kept = [*await uow.notices.of_member(member), *await uow.introductions.of_member(member)]
    waiting = await world.store.carrier.claim(world.clock.now().replace(year=2099), limit=99, lease=COMMON)
    return repr([kept, waiting])


COMMON = in_memory().rules.undo


def key_of(reply: object) -> str:
    assert isinstance(reply, Message)
    return reply.key


# --- deleted ----------------------------------------------------------------------------------------------------------


async def test_a_draft_goes_with_its_message(world: World) -> None:
    luc = await world.join("Luc", "fr")
    await typed(world, luc, NEED)
    assert await world.send(Unsay(luc, SOURCE)) is None
    assert await world.send(Unsay(luc, SOURCE)) is None

    assert await notices_of(world, luc) == []
    assert await world.press(luc, "post") == Refused("refusal.gone")


async def test_the_words_of_a_notice_go_with_their_message(world: World) -> None:
    amina, luc = await two(world)
    assert "course solidaire" in await everything(world, amina) + await everything(world, luc)
    await world.send(Unsay(luc, SOURCE))

    assert await notices_of(world, luc) == []
    assert "solidaire" not in await everything(world, amina) + await everything(world, luc)


async def test_cards_that_have_not_left_are_dropped(world: World) -> None:
    amina, luc = await two(world, wakes=time(15))
    assert "card.answers.need" not in await world.keys(amina)
    await world.send(Unsay(luc, SOURCE))
    await world.travel(days=9)

    assert not any(key.startswith("card") for key in await world.keys(amina))
    assert (await intro_of(world, amina)).state is State.EXPIRED


async def test_cards_that_are_out_end_like_silence(world: World) -> None:
    amina, luc = await two(world)
    await world.send(Unsay(luc, SOURCE))
    assert key_of(await world.press(amina, "yes")) == "card.answered.yes"
    await world.travel(days=9)

    assert (await world.keys(amina)).count("card.ended.offer") == 1
    assert (await intro_of(world, amina)).state is State.EXPIRED
    assert await world.openings(amina) == await world.openings(luc) == 0


@pytest.mark.parametrize("seconds", [0, 31])
async def test_two_yeses_lead_nowhere_without_the_words(world: World, seconds: int) -> None:
    amina, luc = await two(world)
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    if seconds:  # introduced, and nobody was told yet
        world.clock.move(in_memory().rules.undo)
        await world.engine.tick.introductions()
        assert (await intro_of(world, luc)).state is State.INTRODUCED
    await world.send(Unsay(luc, SOURCE))
    await world.travel(minutes=5)

    assert await world.openings(amina) == await world.openings(luc) == 0
    assert (await intro_of(world, luc)).state is State.ASKED


async def test_those_who_met_have_met(world: World) -> None:
    amina, luc = await two(world)
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    await world.travel(minutes=1)
    await world.send(Unsay(luc, SOURCE))

    assert await world.openings(amina) == await world.openings(luc) == 1
    assert (await intro_of(world, luc)).state is State.INTRODUCED
    assert key_of(await world.say(luc, "/why")) == "why.nothing"
    await world.travel(days=4)
    assert "follow_up" in await world.keys(luc)
    assert key_of(await world.press(luc, "nothing")) == "follow_up.nothing"


async def test_only_its_author_takes_a_message_back(world: World) -> None:
    amina, luc = await two(world)
    await world.send(Unsay(amina, SOURCE))
    await world.send(Reword(amina, SOURCE, "I am looking for your T-shirts"))
    await world.send(Unsay(luc, "D1:another"))

    assert [notice.text for notice in await notices_of(world, luc)] == [NEED]


async def test_what_has_ended_goes_too(world: World) -> None:
    _, luc = await two(world)
    await world.travel(days=30)
    await world.send(Unsay(luc, SOURCE))

    assert await notices_of(world, luc) == []


async def test_a_standing_offer_is_forgotten_with_its_message(world: World) -> None:
    luc = await world.join("Luc", "fr")
    await shown(world, luc, DraftNotice(luc, "offer", OFFER, standing=True, source=SOURCE))
    await world.press(luc, "post")
    await world.send(Unsay(luc, SOURCE))

    assert await notices_of(world, luc) == []


# --- changed, before anything was approved ----------------------------------------------------------------------------


async def test_a_draft_follows_its_message(world: World) -> None:
    luc = await world.join("Luc", "fr")
    first = await typed(world, luc, NEED)
    assert isinstance(first, Message) and first.token
    again = await shown(world, luc, Reword(luc, SOURCE, OTHER_NEED))

    assert isinstance(again, Message)
    assert (again.key, again.params["card"], len(again.retires)) == ("draft.preview.need", OTHER_NEED, 1)
    assert [notice.text for notice in await notices_of(world, luc)] == [OTHER_NEED]
    assert await world.send(Press(luc, first.token, "post")) == Refused("refusal.gone")
    assert key_of(await world.press(luc, "post")) == "post.need.first"


@pytest.mark.parametrize("text", [NEED, f"  {NEED}\n"])
async def test_a_message_that_says_the_same_changes_nothing(world: World, text: str) -> None:
    luc = await world.join("Luc", "fr")
    await typed(world, luc, NEED)
    before = await notices_of(world, luc)
    assert await world.send(Reword(luc, SOURCE, text)) is None
    await world.press(luc, "post")
    assert await world.send(Reword(luc, SOURCE, text)) is None

    assert [notice.id for notice in await notices_of(world, luc)] == [before[0].id]


@pytest.mark.parametrize("text", ["", "x" * 2000, "\x00\x01\x02\x03\x04"])
async def test_a_draft_of_what_cannot_be_read_any_more_is_forgotten(world: World, text: str) -> None:
    luc = await world.join("Luc", "fr")
    await typed(world, luc, NEED)

    assert await world.send(Reword(luc, SOURCE, text)) is None
    assert await notices_of(world, luc) == []


async def test_what_nothing_was_made_of_changes_nothing(world: World) -> None:
    luc = await world.join("Luc", "fr")
    await typed(world, luc, "bonjour")

    assert await world.send(Reword(luc, SOURCE, NEED)) is None
    assert await world.send(Reword(MemberId(f"{COMMUNITY}:nobody"), SOURCE, NEED)) is None


# --- changed, when it stands ------------------------------------------------------------------------------------------


async def test_a_notice_gets_the_new_words_once_they_are_approved(world: World) -> None:
    _, luc = await two(world)
    reply = await shown(world, luc, Reword(luc, SOURCE, OTHER_NEED))
    assert isinstance(reply, Message)
    assert (reply.key, [part.key for part in reply.parts]) == ("notice.reworded", ["draft.preview.need"])
    assert {notice.text for notice in await notices_of(world, luc) if notice.state is NoticeState.OPEN} == {NEED}

    assert await world.press(luc, "post") == Message("notice.edited", {"card": OTHER_NEED})
    assert [notice.card for notice in await notices_of(world, luc)] == [OTHER_NEED]
    assert (await intro_of(world, luc)).side_of(luc).card == NEED


async def test_what_is_not_approved_is_forgotten_and_the_old_words_stay(world: World) -> None:
    _, luc = await two(world)
    await shown(world, luc, Reword(luc, SOURCE, OTHER_NEED))
    await world.travel(hours=2)

    assert [(notice.text, notice.state) for notice in await notices_of(world, luc)] == [(NEED, NoticeState.OPEN)]


async def test_only_the_newest_words_can_be_approved(world: World) -> None:
    _, luc = await two(world)
    await shown(world, luc, Reword(luc, SOURCE, "nous cherchons des T-shirts rouges"))
    old = await world.token(luc, "post")
    newest = await shown(world, luc, Reword(luc, SOURCE, OTHER_NEED))
    assert await world.send(Reword(luc, SOURCE, OTHER_NEED)) is None

    assert isinstance(newest, Message) and len(newest.parts[0].retires) == 1
    assert await world.send(Press(luc, old, "post")) == Refused("refusal.gone")
    assert key_of(await world.press(luc, "post")) == "notice.edited"


async def test_changing_it_back_leaves_nothing_to_approve(world: World) -> None:
    _, luc = await two(world)
    await shown(world, luc, Reword(luc, SOURCE, OTHER_NEED))
    assert await world.send(Reword(luc, SOURCE, NEED)) is None

    assert await world.press(luc, "post") == Refused("refusal.gone")
    assert [notice.text for notice in await notices_of(world, luc)] == [NEED]


async def test_a_notice_that_has_ended_meanwhile_takes_no_new_words(world: World) -> None:
    _, luc = await two(world)
    await shown(world, luc, Reword(luc, SOURCE, OTHER_NEED))
    token = await world.token(luc, "post")
    async with world.store.unit_of_work() as uow:
        [need] = [notice for notice in await uow.notices.of_member(luc) if notice.replaces is None]
        await uow.notices.remove(need.id)
        await uow.commit()

    assert await world.send(Press(luc, token, "post")) == Refused("refusal.too_late")


async def test_new_words_that_are_unfit_for_a_card_are_passed_over(world: World) -> None:
    _, luc = await two(world)

    assert await world.send(Reword(luc, SOURCE, "+33 6 12 34 56 78")) is None
    assert [notice.text for notice in await notices_of(world, luc)] == [NEED]


async def test_a_message_with_a_need_and_an_offer_is_followed_in_both(world: World) -> None:
    luc = await world.join("Luc")
    await typed(world, luc, "I am looking for a drill. I can offer accordion lessons.")
    await world.press(luc, "post")
    reply = await shown(
        world, luc, Reword(luc, SOURCE, "I am looking for a hammer. I can offer accordion and piano lessons.")
    )

    assert isinstance(reply, Message)
    assert reply.key == "notice.reworded"
    cards = sorted(str(part.params.get("card")) for message in reply.parts for part in (message, *message.parts))
    assert any("piano" in card for card in cards)


async def test_whoever_left_approves_nothing_and_is_still_forgotten(world: World) -> None:
    _, luc = await two(world)
    await world.send(Leave(luc))
    assert await world.send(Reword(luc, SOURCE, OTHER_NEED)) is None
    await world.send(Unsay(luc, SOURCE))

    assert await notices_of(world, luc) == []


# --- in a channel -----------------------------------------------------------------------------------------------------

CHANNEL = "C1:1700000000.000200"


@pytest.fixture
async def listening() -> World:
    world = await in_memory().open()
    await world.send(SetListening(MemberId(f"{COMMUNITY}:admin"), admin=True, channel="C1", on=True))
    return world


async def heard(world: World, member: MemberId, text: str) -> None:
    assert await world.send(Hear(member, "C1", text, CHANNEL)) is None


async def test_what_was_heard_and_not_shown_yet_is_shown_as_it_reads_now(listening: World) -> None:
    luc = await listening.join("Luc", "fr")
    await heard(listening, luc, HEARD)
    assert await listening.send(Reword(luc, CHANNEL, HEARD_AGAIN, channel="C1")) is None
    await listening.engine.look()

    [question] = await listening.messages(luc)
    assert (question.key, question.parts[0].params["card"]) == ("heard.need", HEARD_AGAIN)


async def test_what_was_heard_and_deleted_is_not_asked_about(listening: World) -> None:
    luc = await listening.join("Luc", "fr")
    await heard(listening, luc, HEARD)
    await listening.send(Unsay(luc, CHANNEL))
    await listening.travel(hours=2)

    assert await listening.messages(luc) == []


async def test_new_words_in_a_channel_are_asked_about_once_beside_it(listening: World) -> None:
    luc = await listening.join("Luc", "fr")
    await heard(listening, luc, HEARD)
    await listening.engine.look()
    await listening.press(luc, "post")
    for _ in range(2):
        assert await listening.send(Reword(luc, CHANNEL, HEARD_AGAIN, channel="C1")) is None
        await listening.engine.look()

    questions = [message for message in await listening.messages(luc) if message.key == "notice.reworded"]
    assert [(question.beside, question.choices) for question in questions] == [("C1", ("stop",))]
    assert await listening.press(luc, "post") == Message("notice.edited", {"card": HEARD_AGAIN})


async def test_at_night_the_old_words_stay(listening: World) -> None:
    luc = await listening.join("Luc", "fr")
    await heard(listening, luc, HEARD)
    await listening.engine.look()
    await listening.press(luc, "post")
    await listening.send(ChangeSettings(luc, quiet_from=time(0), quiet_until=time(23, 59)))
    await listening.send(Reword(luc, CHANNEL, HEARD_AGAIN, channel="C1"))
    await listening.travel(hours=2)

    assert "notice.reworded" not in await listening.keys(luc)
    assert [notice.text for notice in await notices_of(listening, luc)] == [HEARD]


async def test_a_sentence_that_is_no_need_any_more_is_forgotten(listening: World) -> None:
    luc = await listening.join("Luc", "fr")
    await heard(listening, luc, HEARD)
    await listening.send(Reword(luc, CHANNEL, "Quelle belle journée, non ?", channel="C1"))
    await listening.travel(minutes=5)

    assert await notices_of(listening, luc) == []
    assert await listening.messages(luc) == []
