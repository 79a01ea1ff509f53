import pytest

from bot.commands import ChangeNotice
from bot.domain.ids import MemberId
from bot.domain.notices import Notice, NoticeState
from bot.messages import Form, Message, Refused, Reply
from tests.bot.usecases.stories import NEED, OFFER, asked, intro_of, notices_of
from tests.world import World


async def change(world: World, member: MemberId, to: str) -> Reply | None:
    """Change this member's newest notice."""
    return await world.send(ChangeNotice(member, (await notices_of(world, member))[0].id, to))


async def newest(world: World, member: MemberId) -> Notice:
    return (await notices_of(world, member))[0]


async def test_the_first_need_is_answered_with_a_question_about_an_offer(world: World) -> None:
    amina = await world.join("Amina")

    assert (await world.post(amina, "I am looking for a drill")).key == "post.need.first"
    assert (await world.post(amina, OFFER)).key == "post.offer"


async def test_the_first_offer_is_answered_with_a_question_about_a_need(world: World) -> None:
    amina = await world.join("Amina")

    assert (await world.post(amina, OFFER)).key == "post.offer.first"
    assert (await world.post(amina, "I am looking for a drill")).key == "post.need"


async def test_posting_twice_posts_once(world: World) -> None:
    amina = await world.join("Amina")
    await world.say(amina, OFFER)
    token = await world.token(amina, "post")
    for _ in range(2):
        reply = await world.press_token(amina, token, "post")

    assert isinstance(reply, Message)
    assert reply.key == "post.offer"
    assert len(await notices_of(world, amina)) == 1


async def test_a_discarded_draft_is_forgotten_and_an_open_notice_is_not(world: World) -> None:
    amina = await world.join("Amina")
    await world.say(amina, OFFER)
    token = await world.token(amina, "discard")
    assert await world.press_token(amina, token, "discard") == Message("draft.discarded")
    assert await notices_of(world, amina) == []
    assert await world.press_token(amina, token, "post") == Refused("refusal.gone")

    await world.post(amina, OFFER)
    await change(world, amina, "discard")
    assert (await newest(world, amina)).state is NoticeState.OPEN


async def test_editing_opens_a_form_with_the_authors_own_words(world: World) -> None:
    amina = await world.join("Amina")
    await world.say(amina, "I need a drill, call 06 12 34 56 78")
    notice = await newest(world, amina)

    assert await world.press(amina, "edit") == Form("need", notice.id, notice.text)


@pytest.mark.parametrize(
    ("steps", "end"),
    [
        (["pause"], NoticeState.PAUSED),
        (["pause", "resume"], NoticeState.OPEN),
        (["withdraw"], NoticeState.WITHDRAWN),
        (["withdraw", "renew"], NoticeState.OPEN),
        (["met"], NoticeState.MET),
        (["met", "resume"], NoticeState.OPEN),
        (["renew"], NoticeState.OPEN),
    ],
)
async def test_an_author_moves_a_notice_and_is_told_in_its_words(world: World, steps: list[str], end: str) -> None:
    amina = await world.join("Amina")
    await world.post(amina, OFFER)
    for step in steps:
        assert await change(world, amina, step) == Message(f"notice.{step}", {"card": OFFER})

    assert (await newest(world, amina)).state == end


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        (["pause", "pause"], "too_late"),
        (["met", "pause"], "too_late"),
        (["resume"], "too_late"),
        (["fly"], "unreadable"),
    ],
)
async def test_what_a_notice_cannot_become_is_refused(world: World, steps: list[str], code: str) -> None:
    amina = await world.join("Amina")
    await world.post(amina, OFFER)
    replies = [await change(world, amina, step) for step in steps]

    assert replies[-1] == Refused(f"refusal.{code}")


@pytest.mark.parametrize("how", ["resume", "renew"])
async def test_nothing_is_opened_again_beyond_the_limit(world: World, how: str) -> None:
    amina = await world.join("Amina")
    await world.post(amina, "I need a drill")
    old = await newest(world, amina)
    await change(world, amina, "withdraw")
    for text in ("I need a loom", "I need German conversation", "I need a van on Saturday"):
        await world.post(amina, text)

    assert await world.send(ChangeNotice(amina, old.id, how)) == Refused("refusal.too_many.need", {"count": 3})


async def test_a_paused_notice_brings_no_new_card_until_it_is_resumed(world: World) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    await world.post(amina, OFFER)
    await change(world, amina, "pause")
    await world.post(luc, NEED)
    assert not any(key.startswith("card") for key in await world.keys(amina))

    await change(world, amina, "resume")
    await world.engine.look()
    assert "card.answers.need" in await world.keys(amina)


async def test_a_withdrawn_notice_lets_open_cards_end_like_silence(world: World) -> None:
    amina, luc = await asked(world)
    before = await world.keys(amina)
    await change(world, luc, "withdraw")
    await world.engine.look()

    assert await world.keys(amina) == before
    assert (await intro_of(world, amina)).state == "asked"


async def test_what_read_like_neither_becomes_what_its_author_says(world: World) -> None:
    amina = await world.join("Amina")
    await world.say(amina, "the old harbour at dawn")
    preview = await world.press(amina, "offer")

    assert isinstance(preview, Message)
    assert preview.key == "draft.preview.offer"
    assert (await newest(world, amina)).kind == "offer"


async def test_it_is_decided_only_before_it_is_posted(world: World) -> None:
    amina = await world.join("Amina")
    await world.say(amina, "the old harbour at dawn")
    token = await world.token(amina, "offer")
    await world.press(amina, "offer")
    await world.press(amina, "post")

    assert await world.press_token(amina, token, "need") == Refused("refusal.too_late")


async def test_somebody_elses_notice_is_nowhere_to_be_found(world: World) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc")
    await world.post(amina, OFFER)
    notice = await newest(world, amina)

    assert await world.send(ChangeNotice(luc, notice.id, "withdraw")) == Refused("refusal.gone")
