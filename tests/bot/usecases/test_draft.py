import pytest

from bot.commands import ChangeNotice, DraftNotice, EditNotice
from bot.domain.ids import MemberId
from bot.domain.notices import Kind, NoticeState, Reach
from bot.messages import Message, Phrase, Refused
from matching.topics import labels
from tests.bot.usecases.stories import NEED, OFFER, notices_of
from tests.world import World

SUBJECTS = ["I need a drill", "I need a van on Saturday", "I need German conversation", "I need help with accounts"]


async def draft(world: World, text: str, kind: str = "need", **more: object) -> Message:
    member = await world.join("Amina")
    reply = await world.send(DraftNotice(member, kind, text, **more))  # type: ignore[arg-type]  # any of its fields
    assert isinstance(reply, Message)
    return reply


def details(preview: Message) -> list[str]:
    said = preview.params["details"]
    assert isinstance(said, tuple)
    return [phrase.key for phrase in said if isinstance(phrase, Phrase)]


async def test_a_preview_shows_what_a_card_would_say_and_asks_before_anything_happens(world: World) -> None:
    preview = await draft(world, "I am looking for a drill")

    assert preview.key == "draft.preview.need"
    assert preview.params["card"] == "I am looking for a drill"
    assert preview.choices == ("post", "edit", "discard")
    await world.engine.look()
    assert await world.keys(await world.join("Amina")) == []


async def test_contact_details_are_left_out_of_the_card_and_their_author_is_told(world: World) -> None:
    preview = await draft(world, "I need a drill, write to amina@example.org or call 06 12 34 56 78")

    assert "amina" not in str(preview.params["card"])
    assert "06" not in str(preview.params["card"])
    assert "draft.left_out" in details(preview)


async def test_place_reach_and_topics_are_shown_when_they_were_given(world: World) -> None:
    preview = await draft(world, "I need a drill", place="Lyon 3e", reach="circle", topics=("clothes", "nonsense"))

    assert [key for key in details(preview) if key != "draft.topics"] == ["draft.place", "draft.reach.circle"]


async def test_known_topics_are_kept_once_and_at_most_three(world: World) -> None:
    some = tuple(labels("en"))[:5]
    amina = await world.join("Amina")
    await world.send(DraftNotice(amina, "need", "I need a drill", topics=(some[0], *some, "nonsense")))

    assert (await notices_of(world, amina))[0].topics == some[:3]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \u200b ", "empty"),
        ("!!! ???", "empty"),
        ("amina@example.org !", "only_contacts"),
        ("call me at 06 12 34 56 78", "only_contacts"),
        ("x" * 1001, "too_long"),
        ("\x00\x01\x02\x03\x04", "unreadable"),
    ],
)
async def test_what_cannot_be_a_notice_is_refused_in_plain_words(world: World, text: str, code: str) -> None:
    assert (await draft(world, text)).key == f"refusal.{code}"


@pytest.mark.parametrize("wrong", [{"kind": "wish"}, {"reach": "everywhere"}])
async def test_a_kind_or_a_reach_that_does_not_exist_is_refused(world: World, wrong: dict[str, str]) -> None:
    assert (await draft(world, "I need a drill", **wrong)).key == "refusal.unreadable"


async def test_only_an_offer_can_stand_for_ever(world: World) -> None:
    amina = await world.join("Amina")
    for kind in ("need", "offer"):
        await world.send(DraftNotice(amina, kind, f"Some {kind} or other", standing=True))

    assert {notice.kind: notice.standing for notice in await notices_of(world, amina)} == {
        Kind.NEED: False, Kind.OFFER: True,
    }  # fmt: skip


async def test_a_twin_is_recognised_and_may_be_posted_all_the_same(world: World) -> None:
    amina = await world.join("Amina")
    await world.post(amina, OFFER)
    twin = await world.say(amina, OFFER.upper())

    assert isinstance(twin, Message)
    assert (twin.key, twin.params["card"]) == ("draft.twin", OFFER)
    assert twin.closes_at is not None
    await world.press(amina, "post")
    assert len(await notices_of(world, amina)) == 2


async def test_the_other_kind_is_no_twin(world: World) -> None:
    amina = await world.join("Amina")
    await world.post(amina, OFFER)
    reply = await world.send(DraftNotice(amina, "need", OFFER))

    assert isinstance(reply, Message)
    assert reply.key == "draft.preview.need"


async def test_three_open_needs_are_enough(world: World) -> None:
    amina = await world.join("Amina")
    for subject in SUBJECTS[:3]:
        await world.post(amina, subject)

    assert await world.say(amina, SUBJECTS[3]) == Refused("refusal.too_many.need", {"count": 3})


async def test_twelve_open_offers_are_enough(world: World) -> None:
    amina = await world.join("Amina")
    for number in range(12):
        await world.send(DraftNotice(amina, "offer", f"I can lend thing number {number * 1111}"))
        token = (await notices_of(world, amina))[0].id
        await world.send(change(amina, token))
        await world.travel(hours=6)

    reply = await world.send(DraftNotice(amina, "offer", "One more"))
    assert reply == Refused("refusal.too_many.offer", {"count": 12})


async def test_five_notices_a_day_are_enough(world: World) -> None:
    amina = await world.join("Amina")
    for number in range(5):
        await world.send(DraftNotice(amina, "offer", f"I can lend thing number {number * 1111}"))
    reply = await world.send(DraftNotice(amina, "offer", "One more"))

    assert reply == Refused("refusal.too_many_today", {"count": 5})
    await world.travel(days=1)
    assert isinstance(await world.send(DraftNotice(amina, "offer", "One more")), Message)


async def test_drafts_made_in_advance_do_not_get_around_the_limit(world: World) -> None:
    amina = await world.join("Amina")
    for subject in SUBJECTS[:4]:
        await world.send(DraftNotice(amina, "need", subject))
    replies = [await world.send(change(amina, notice.id)) for notice in await notices_of(world, amina)]

    assert replies[3] == Refused("refusal.too_many.need", {"count": 3})
    assert sum(notice.state is NoticeState.OPEN for notice in await notices_of(world, amina)) == 3


async def test_an_unconfirmed_draft_is_forgotten_within_the_hour(world: World) -> None:
    amina = await world.join("Amina")
    await world.say(amina, NEED)
    token = await world.token(amina, "post")
    await world.travel(minutes=61)

    assert await notices_of(world, amina) == []
    assert await world.press_token(amina, token, "post") == Refused("refusal.dead_button")


async def test_an_edited_draft_has_a_fresh_hour_and_a_fresh_preview(world: World) -> None:
    amina = await world.join("Amina")
    await world.say(amina, "I need a drill")
    await world.travel(minutes=50)
    id = (await notices_of(world, amina))[0].id
    preview = await world.send(EditNotice(amina, id, "I need a big drill"))
    assert isinstance(preview, Message)
    await world.travel(minutes=50)

    assert preview.params["card"] == "I need a big drill"
    assert preview.token
    reply = await world.press_token(amina, preview.token, "post")
    assert isinstance(reply, Message)
    assert reply.key == "post.need.first"


async def test_cards_say_the_new_words_after_an_edit_and_old_cards_keep_theirs(world: World) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    await world.post(amina, OFFER)
    await world.post(luc, NEED)
    id = (await notices_of(world, luc))[0].id
    edited = EditNotice(luc, id, "nous cherchons des T-shirts rouges, tel 06 12 34 56 78", reach="beyond")
    reply = await world.send(edited)

    assert isinstance(reply, Message)
    assert reply.key == "notice.edited"
    notice = (await notices_of(world, luc))[0]
    assert "06" not in notice.card
    assert notice.reach is Reach.BEYOND
    assert (await world.messages(amina))[-1].params["theirs"] == NEED


async def test_an_offer_that_becomes_a_standing_one_loses_its_end(world: World) -> None:
    amina = await world.join("Amina")
    await world.post(amina, OFFER)
    id = (await notices_of(world, amina))[0].id
    await world.send(EditNotice(amina, id, OFFER, standing=True))
    assert (await notices_of(world, amina))[0].expires_at is None

    await world.send(EditNotice(amina, id, OFFER))
    assert (await notices_of(world, amina))[0].expires_at is not None


async def test_nobody_can_edit_what_is_somebody_elses(world: World) -> None:
    amina, luc = await world.join("Amina"), await world.join("Luc")
    await world.post(amina, OFFER)
    id = (await notices_of(world, amina))[0].id

    for notice in (id, "nothing"):
        assert await world.send(EditNotice(luc, notice, "Mine now")) == Refused("refusal.gone")


def change(member: MemberId, notice: str) -> ChangeNotice:
    return ChangeNotice(member, notice, "post")
