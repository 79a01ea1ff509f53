"""Speaking to Comptoir in Slack: before joining, in channels and in private, in forms and by shortcuts."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.slack.ids import user_of
from bot.commands import SetCharter, SetListening
from bot.domain.ids import MemberId
from tests.adapters.slack.world import SlackWorld, kept, worded
from tests.platforms.slack.state import Kind

WORDS = {"en": "I am looking for a ladder", "fr": "Je cherche une échelle"}


@pytest.fixture
async def world() -> AsyncIterator[SlackWorld]:
    async with SlackWorld(stewards=["USTEWARD"]) as world:
        yield world


async def after(world: SlackWorld, deed: Any) -> None:
    """Something is done, and everything that comes of it."""
    await deed
    await world._settled()
    await world.engine.look()
    await world._settled()


def read(world: SlackWorld, user: str) -> str:
    """What is newest in front of somebody: the modal, else the last message."""
    modal = world.team.modal(user)
    if modal:
        return "\n".join(worded(modal.shape["blocks"]))
    last = [post for post in world.team.visible(user) if post.by_bot][-1]
    return "\n".join(worded(last.blocks))


async def notices(world: SlackWorld, name: str = "Luc") -> list[str]:
    return [notice.text for notice in (await world.dispatch.me(world.id_of(name))).notices]


# --- before joining --------------------------------------------------------------------------------------------------


async def test_a_name_longer_than_ours_is_no_bar_to_joining(world: SlackWorld) -> None:
    world.bar.person("ULUC", "Luc " * 19)

    await world.team.command("ULUC", "/comptoir", "")
    outcome = await world.team.submit("ULUC", {"language": "en"})

    assert not outcome.errors
    assert (await world.dispatch.me(world.id_of("Luc"))).member.name == ("Luc " * 15).strip()


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_a_stranger_is_greeted_in_their_language_and_nothing_is_kept(world: SlackWorld, language: str) -> None:
    world.lives("Luc", language)
    before = kept(world.store)

    await after(world, world.team.say("ULUC", f"{WORDS[language]}, says zebra"))

    assert {"en": "Join", "fr": "Entrer"}[language] in read(world, "ULUC")
    assert kept(world.store) == before
    assert "zebra" not in repr(vars(world.store))


async def test_a_stranger_who_goes_on_writing_is_greeted_each_time_but_by_one_message(world: SlackWorld) -> None:
    world.lives("Luc")
    post = await world.team.say("ULUC", "hello")
    await world._settled()
    await world.team.edit("ULUC", post, "hello again")
    await after(world, world.team.delete("ULUC", post))

    assert len([one for one in world.team.visible("ULUC") if one.by_bot]) == 1


@pytest.mark.parametrize("way", ["private", "mention"])
async def test_what_a_stranger_wrote_is_no_notice_should_it_come_again_once_they_joined(
    world: SlackWorld, way: str
) -> None:
    world.lives("Luc")
    world.team.room("C1", ["ULUC"])
    courier = world.bar.slack.courier
    before = len(courier.deliveries)
    if way == "private":
        await after(world, world.team.say("ULUC", "I need a ladder on Saturday"))
    else:
        await after(world, world.team.post("ULUC", "C1", f"<@{world.team.bot}> I need a ladder", raw=True))
    brought = courier.deliveries[before:]
    luc = await world.join("Luc")

    for delivery in brought:
        await after(world, courier.again(delivery))

    assert not [one for one in world.team.buttons("ULUC") if one.action_id == "press:post"]
    assert await notices(world) == []
    assert (await world.dispatch.me(luc)).notices == ()


@pytest.mark.parametrize("way", ["private", "mention", "command"])
async def test_a_guest_is_told_that_only_members_can_join(world: SlackWorld, way: str) -> None:
    world.lives("Guest", is_ultra_restricted=True)
    world.team.room("C1", ["UGUEST"])
    await after(
        world,
        world.team.say("UGUEST", "hello")
        if way == "private"
        else world.team.command("UGUEST", "/need", "a ladder")
        if way == "command"
        else world.team.post("UGUEST", "C1", f"<@{world.team.bot}> hello", raw=True),
    )

    assert "Only members of this workspace can join" in read(world, "UGUEST")
    assert not world.team.buttons("UGUEST")


@pytest.mark.parametrize("said", ["<@{}> I need a ladder", "hello <@{}>, I need a ladder", "I need a ladder <@{}|bar>"])
@pytest.mark.parametrize("way", ["private", "mention"])
async def test_our_own_name_is_no_part_of_what_is_said_to_us(world: SlackWorld, said: str, way: str) -> None:
    await world.join("Luc")
    world.team.room("C1", ["ULUC"])
    where = "C1" if way == "mention" else world.team.direct("ULUC").id

    await after(world, world.team.post("ULUC", where, said.format(world.team.bot), raw=True))
    assert "Left out" not in read(world, "ULUC")
    await after(world, world.team.press("ULUC", "post"))

    assert (await notices(world))[0].endswith("I need a ladder")


@pytest.mark.parametrize("way", ["button", "command", "home"])
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_there_are_three_ways_in(world: SlackWorld, way: str, language: str) -> None:
    world.lives("Luc", language)
    if way == "button":
        await after(world, world.team.say("ULUC", "hello"))
        await world.team.press("ULUC", "join")
    elif way == "home":
        await world.team.home("ULUC")
        await world.team.press("ULUC", "join", where="home")
    else:
        await world.team.command("ULUC", "/comptoir")
    await after(world, world.team.submit("ULUC"))

    known = await world.dispatch.known(world.id_of("Luc"))
    assert known
    assert (known[0].name, known[1].language, known[1].zone) == ("Luc", language, "Europe/Paris")
    assert {"en": "Welcome to The Counter, Luc.", "fr": "Bienvenue chez The Counter, Luc."}[language] in read(
        world, "ULUC"
    )


async def test_whoever_chooses_another_language_is_answered_in_it(world: SlackWorld) -> None:
    world.lives("Luc", "en")
    await world.team.command("ULUC", "/comptoir")
    await after(world, world.team.submit("ULUC", {"language": "fr"}))

    assert "Bienvenue" in read(world, "ULUC")


@pytest.mark.parametrize("command", ["/need", "/besoin"])
async def test_what_was_typed_before_joining_is_not_lost(world: SlackWorld, command: str) -> None:
    world.lives("Luc")
    await world.team.command("ULUC", command, "a ladder for Saturday")
    assert "a ladder for Saturday" in read(world, "ULUC")
    assert "/need" not in read(world, "ULUC")

    await after(world, world.team.submit("ULUC"))

    assert "“a ladder for Saturday”" in read(world, "ULUC")
    await after(world, world.team.press("ULUC", "post"))
    assert await notices(world) == ["a ladder for Saturday"]


async def test_an_order_before_joining_is_no_need(world: SlackWorld) -> None:
    world.lives("Luc")
    await world.team.command("ULUC", "/comptoir", "me")
    assert "me”" not in read(world, "ULUC")

    await after(world, world.team.submit("ULUC"))

    assert "Welcome" in read(world, "ULUC")


# --- saying it -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["private", "channel", "thread", "group"])
async def test_a_command_with_words_shows_a_preview_to_its_author_alone(world: SlackWorld, place: str) -> None:
    await world.join("Luc")
    await world.join("Amina")
    team = world.team
    rooms = {
        "private": team.direct("ULUC").id,
        "channel": team.room("C1", ["ULUC", "UAMINA"]).id,
        "thread": team.room("C2", ["ULUC", "UAMINA"], kind=Kind.PRIVATE, bot=False).id,
        "group": team.room("C3", ["ULUC", "UAMINA"], kind=Kind.GROUP, bot=False).id,
    }
    seen = len(team.seen("UAMINA"))

    await after(world, team.command("ULUC", "/need", "a ladder", rooms[place]))
    assert "“a ladder”" in read(world, "ULUC")
    await after(world, team.press("ULUC", "post"))

    assert await notices(world) == ["a ladder"]
    assert len(team.seen("UAMINA")) == seen


@pytest.mark.parametrize(("language", "title"), [("en", "Your need"), ("fr", "Votre besoin")])
async def test_a_command_alone_opens_the_form_which_can_be_corrected(
    world: SlackWorld, language: str, title: str
) -> None:
    await world.join("Luc", language)
    await world.team.command("ULUC", "/need")
    assert title in read(world, "ULUC")

    outcome = await world.team.submit("ULUC", {"text": "   "})
    assert set(outcome.errors) == {"text"}
    await after(world, world.team.submit("ULUC", {"text": "I need a ladder, 06 12 34 56 78", "place": "Lyon"}))
    assert "06 12" not in read(world, "ULUC")
    assert "Lyon" in read(world, "ULUC")
    await after(world, world.team.press("ULUC", "edit"))
    await after(world, world.team.submit("ULUC", {"text": "I need a tall ladder"}))
    await after(world, world.team.press("ULUC", "post"))

    assert await notices(world) == ["I need a tall ladder"]


async def test_a_notice_that_stands_is_shown_before_its_new_words_are_kept(world: SlackWorld) -> None:
    luc = await world.join("Luc")
    await world.post(luc, "I need a ladder")
    await world.team.home("ULUC")
    await world.team.press("ULUC", "notice:edit", where="home")

    await after(world, world.team.submit("ULUC", {"text": "I need a tall ladder"}))
    assert "“I need a tall ladder”" in read(world, "ULUC")
    assert await notices(world) == ["I need a ladder"]
    await after(world, world.team.submit("ULUC", {"text": "I need a very tall ladder"}))
    assert await notices(world) == ["I need a ladder"]
    await after(world, world.team.submit("ULUC"))

    assert await notices(world) == ["I need a very tall ladder"]


async def test_a_charter_lies_over_the_form_until_it_is_accepted(world: SlackWorld) -> None:
    steward, _ = await world.join("Steward"), await world.join("Luc")
    rules = "Be kind to each other. " * 60
    await world.team.command("ULUC", "/need")
    await world.dispatch.receive("slack", "charter", SetCharter(steward, admin=True, text=rules))

    await after(world, world.team.submit("ULUC", {"text": "I need a ladder"}))
    assert read(world, "ULUC").count("Be kind") == 60
    await after(world, world.team.press("ULUC", "accept", where="modal"))
    await world.team.close("ULUC")
    await after(world, world.team.submit("ULUC"))

    assert "“I need a ladder”" in read(world, "ULUC")


async def test_a_form_that_was_refused_can_be_sent_again_as_it_is(world: SlackWorld) -> None:
    await world.join("Luc")
    for number in range(world.runner.rules.notices_a_day):
        await after(world, world.team.command("ULUC", "/offer", f"I can lend ladder number {number}"))
        await after(world, world.team.press("ULUC", "post"))
    await world.team.command("ULUC", "/need")
    refused = await world.team.submit("ULUC", {"text": "I need a drill"})
    sent = world.bar.slack.courier.deliveries[-1]
    await world.travel(days=2)
    await world.bar.slack.courier.again(sent)
    late, again = sent.answer, await world.team.submit("ULUC")

    assert late == refused.answer
    assert (bool(refused.errors), bool(again.errors)) == (True, False)
    assert "“I need a drill”" in read(world, "ULUC")


@pytest.mark.parametrize("own", [True, False])
async def test_the_shortcut_takes_only_ones_own_words(world: SlackWorld, own: bool) -> None:
    await world.join("Luc")
    world.lives("Amina")
    world.team.room("C1", ["ULUC", "UAMINA"])
    post = await world.team.post("ULUC" if own else "UAMINA", "C1", "I need a ladder")

    await after(world, world.team.shortcut("ULUC", "find", post))

    modal = world.team.modal("ULUC")
    assert modal
    assert ("I need a ladder" in str(modal.shape)) is own
    assert ("In your own words" in str(modal.shape)) is not own


async def test_a_mention_is_answered_in_private(world: SlackWorld) -> None:
    await world.join("Luc")
    world.lives("Amina")
    world.team.room("C1", ["ULUC", "UAMINA"])
    seen = len(world.team.seen("UAMINA"))

    await after(world, world.team.post("ULUC", "C1", f"<@{world.team.bot}> I need a ladder", raw=True))

    assert "“I need a ladder”" in read(world, "ULUC")
    assert [sight.by for sight in world.team.seen("UAMINA")[seen:]] == ["ULUC"]


async def test_an_address_that_slack_made_a_link_of_is_left_out_like_any_other(world: SlackWorld) -> None:
    await world.join("Luc")
    told = "I need a ladder, call <tel:+33612345678|+33 6 12 34 56 78> or <mailto:luc@example.org|luc@example.org>"

    await after(world, world.team.post("ULUC", world.team.direct("ULUC").id, told, raw=True))

    assert "Left out of the card: an e-mail address and a phone number" in read(world, "ULUC")
    await after(world, world.team.press("ULUC", "post"))
    assert await notices(world) == ["I need a ladder, call +33 6 12 34 56 78 or luc@example.org"]


async def test_an_own_sentence_after_the_root_command_is_heard(world: SlackWorld) -> None:
    await world.join("Luc")

    await after(world, world.team.command("ULUC", "/comptoir", "I need a ladder"))

    assert "“I need a ladder”" in read(world, "ULUC")


async def test_what_is_approved_is_what_was_read_last(world: SlackWorld) -> None:
    """One window, in which one draft is changed there and back: each form that is sent is another."""
    luc = await world.join("Luc")
    await world.team.command("ULUC", "/need")
    await after(world, world.team.submit("ULUC", {"text": "I need a ladder"}))
    for text in ("I need a tent", "I need a canoe", "I need a tent"):
        await after(world, world.team.press("ULUC", "edit", where="modal"))
        await after(world, world.team.submit("ULUC", {"text": text}))
        modal = world.team.modal("ULUC")
        assert modal and text in "\n".join(worded(modal.shape["blocks"]))

    await after(world, world.team.press("ULUC", "post", where="modal"))

    assert [notice.text for notice in (await world.dispatch.me(luc)).notices] == ["I need a tent"]


async def test_what_was_changed_in_a_window_can_no_longer_be_approved_where_it_stood(world: SlackWorld) -> None:
    luc = await world.join("Luc")
    await after(world, world.team.say("ULUC", "I need a drill"))
    [before] = [one for one in world.team.buttons("ULUC") if one.action_id == "press:post"]

    await after(world, world.team.press("ULUC", "edit"))
    await after(world, world.team.submit("ULUC", {"text": "I need a lawyer"}))
    await world.team.close("ULUC")

    assert "press:post" not in [one.action_id for one in world.team.buttons("ULUC")]
    await after(world, world.team.press("ULUC", before))
    assert (await world.dispatch.me(luc)).notices == ()


# --- listening -------------------------------------------------------------------------------------------------------


async def listening(world: SlackWorld, channel: str) -> None:
    steward = await world.join("Steward")
    await world.dispatch.receive("slack", "listen", SetListening(steward, True, channel, True))


async def test_where_a_steward_opened_a_channel_the_author_alone_is_asked(world: SlackWorld) -> None:
    luc: MemberId = await world.join("Luc")
    await world.join("Amina")
    world.team.room("C1", ["ULUC", "UAMINA", "USTEWARD"])
    await listening(world, "C1")
    seen = len(world.team.seen("UAMINA"))

    await after(world, world.team.post("ULUC", "C1", "Does anybody have a ladder to lend? I need one on Saturday."))

    (asked,) = world.team.seen("ULUC", "ephemeral")
    assert asked.channel == "C1"
    assert len(world.team.seen("UAMINA")) == seen + 1
    await after(world, world.team.press("ULUC", "post"))
    assert len(await notices(world)) == 1
    assert user_of(luc) == "ULUC"


async def test_who_calls_us_where_we_listen_is_asked_once(world: SlackWorld) -> None:
    await world.join("Luc")
    world.team.room("C1", ["ULUC", "USTEWARD"])
    await listening(world, "C1")

    mention = f"<@{world.team.bot}> I need a ladder on Saturday"
    await after(world, world.team.post("ULUC", "C1", mention, raw=True))

    asked = [button for button in world.team.buttons("ULUC") if button.action_id == "press:post"]
    assert len(asked) == 1
    assert not world.team.seen("ULUC", "ephemeral")


@pytest.mark.parametrize("where", ["another channel", "not joined"])
async def test_elsewhere_nothing_is_looked_at_or_kept(world: SlackWorld, where: str) -> None:
    if where == "another channel":
        await world.join("Luc")
    world.lives("Luc")
    world.team.room("C1", ["ULUC", "USTEWARD"])
    world.team.room("C2", ["ULUC", "USTEWARD"])
    await listening(world, "C1")
    before = kept(world.store)

    channel = "C2" if where == "another channel" else "C1"
    await after(world, world.team.post("ULUC", channel, "I need a zebra ladder on Saturday, anybody?"))

    assert kept(world.store) == before
    assert "zebra" not in repr([shelf.rows for shelf in world.store.shelves.values()])  # type: ignore[attr-defined]
    assert not world.team.seen("ULUC", "ephemeral")


async def test_what_bots_and_slack_say_in_a_channel_is_nobodys_need(world: SlackWorld) -> None:
    await world.join("Luc")
    world.team.room("C1", ["ULUC", "USTEWARD"])
    await listening(world, "C1")
    before = kept(world.store)
    event = {"type": "message", "channel": "C1", "channel_type": "channel", "text": "I need a ladder", "ts": "1.1"}

    for more in ({"bot_id": "B2"}, {"subtype": "channel_topic", "user": "ULUC"}, {"subtype": ["x"], "user": "ULUC"}):
        payload = {"type": "event_callback", "team_id": "T1", "event_id": str(more), "event": event | more}
        await after(world, world.bar.slack.bring("events_api", payload, "T1"))

    assert kept(world.store) == before
