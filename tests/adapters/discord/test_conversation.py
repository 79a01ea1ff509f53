"""What people write to Comptoir, near it, or change afterwards."""

from collections.abc import AsyncIterator

import pytest

from adapters.discord.ids import member_of
from bot.commands import Erase, SetListening
from tests.adapters.discord.bar import Bar
from tests.platforms.discord.faults import refused
from tests.platforms.discord.guilds import Server
from tests.platforms.discord.people import Person
from tests.platforms.discord.state import Message


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    async with Bar() as bar:
        yield bar


async def listens(bar: Bar) -> None:
    """A steward lets Comptoir listen in the channel."""
    steward = bar.member(bar.person("steward"))
    await bar.world.dispatch.receive("test", "listen", SetListening(steward, True, bar.general.id, on=True))


async def notices(bar: Bar, person: Person, server: Server | None = None) -> list[tuple[str, str]]:
    """What stands of somebody's, by state and words; drafts included."""
    member = member_of((server or bar.guild).id, person.id)
    found = await bar.world.runner.read(lambda ctx: ctx.uow.notices.of_member(member))
    return [(str(one.state), one.card) for one in found]


async def test_who_has_not_joined_is_told_what_this_is_and_may(bar: Bar) -> None:
    ana = bar.person("ana", "fr")

    await ana.writes("bonjour")
    hello = await ana.sees("J’écoute les besoins et les offres")
    opened = await ana.presses(hello, "Entrer")
    joined = await ana.submits(ana.modal)

    assert opened.kind == "modal"
    assert "Bienvenue" in joined.text
    assert await bar.world.dispatch.known(bar.member(ana))


async def test_a_stranger_is_greeted_once_however_often_discord_tells(bar: Bar) -> None:
    ana = bar.person("ana")
    bar.fake.gateway.copies = 2

    await ana.writes("hello")
    await ana.sees("Join")
    await bar.settled()

    assert len(ana.dms) == 2


async def test_what_a_stranger_wrote_is_no_notice_should_it_come_again_once_they_joined(bar: Bar) -> None:
    ana = bar.person("ana")
    await ana.writes("I need a ladder on Saturday")
    await ana.sees("Join")
    written = [event for event in bar.fake.gateway.events if event.name == "MESSAGE_CREATE"]
    await ana.runs("/join", channel=bar.general)
    await ana.submits(ana.modal)

    for event in written:
        await bar.fake.gateway.again(event)
    await bar.settled()
    await bar.look()

    assert await bar.world.dispatch.known(bar.member(ana))
    assert not [message for message in ana.dms if "i1:post:" in str(message.components)]


async def test_whom_discord_does_not_let_us_answer_is_tried_once(bar: Bar) -> None:
    ana = bar.fake.person("ana", guilds=[bar.fake.guild("Elsewhere", bot=False)])

    await ana.writes("hello")
    await bar.settled()

    assert [one.author for one in ana.dms] == [ana.id]
    assert bar.fake.invalid_requests <= 2


async def test_a_need_that_is_written_is_read_and_shown_before_anything_happens(bar: Bar) -> None:
    ana = await bar.enters("ana")

    await ana.writes("I am looking for a drill this weekend")
    preview = await seen(bar, ana, "without your name")
    await ana.presses(preview, "Yes, go ahead")
    await bar.look()

    assert await notices(bar, ana) == [("open", "I am looking for a drill this weekend")]


async def test_what_is_written_to_us_with_markup_is_shown_as_it_was(bar: Bar) -> None:
    ana = await bar.enters("ana")

    await ana.writes(f"I need @everyone <@{ana.id}> [a](http://b.example) **drill** ||now|| to repair a shelf")
    preview = await seen(bar, ana, "without your name")

    assert bar.fake.pings == []
    assert f"<@{ana.id}>" not in preview.content
    assert "](http" not in preview.content.replace("\\", "")  # a link is no part of a card
    assert bar.fake.careless() == []


async def test_a_form_that_was_asked_for_in_words_opens_by_a_button(bar: Bar) -> None:
    ana = await bar.enters("ana")

    await ana.writes("/need")
    offered = await seen(bar, ana, "Here is the form")
    opened = await ana.presses(offered, "Open the form for a need")

    assert opened.modal is not None
    assert opened.modal.custom_id.startswith("f1:need:")


async def test_a_mention_in_a_channel_is_answered_in_private(bar: Bar) -> None:
    ana, luc = await bar.enters("ana"), bar.person("luc")

    await ana.types(bar.general, f"<@{bar.fake.app.id}> I am looking for a ladder")
    await seen(bar, ana, "a ladder")
    await luc.types(bar.general, f"hello <@{bar.fake.app.id}>")
    await luc.sees("Join")

    assert [one.author for one in luc.messages(bar.general)] == [ana.id, luc.id]


async def test_a_stranger_with_closed_messages_is_not_answered_in_public(bar: Bar) -> None:
    luc = bar.person("luc", dms=False)

    await luc.types(bar.general, f"hello <@{bar.fake.app.id}>")
    await bar.settled()

    assert [one.author for one in luc.messages(bar.general)] == [luc.id]


async def test_only_where_stewards_opened_a_channel_is_anything_heard(bar: Bar) -> None:
    ana, stranger, other = await bar.enters("ana"), bar.person("luc"), bar.guild.channel("other")
    await listens(bar)

    await ana.types(other, "I am looking for somebody who can repair a bicycle")
    await stranger.types(bar.general, "I am looking for somebody who can repair a bicycle")
    await bar.look()
    before = await notices(bar, ana)
    await ana.types(bar.general, "I am looking for somebody who can repair a bicycle")
    asked = await seen(bar, ana, "repair a bicycle")

    assert before == []
    assert "Yes, go ahead" in ana.buttons(asked)
    assert stranger.dms == []


async def test_a_message_that_changes_takes_its_draft_along(bar: Bar) -> None:
    ana = await bar.enters("ana")
    message = await ana.writes("I am looking for a drill")
    await seen(bar, ana, "a drill")

    await ana.edits(message, "I am looking for a saw")
    await seen(bar, ana, "a saw")

    assert await notices(bar, ana) == [("draft", "I am looking for a saw")]


async def test_many_messages_that_are_deleted_at_once_are_heard(bar: Bar) -> None:
    ana = await bar.enters("ana")
    await listens(bar)
    asked = await ana.types(bar.general, "I am looking for somebody who can repair a bicycle")
    other = await ana.types(bar.general, "Hello everybody")
    await bar.look()
    assert len(await notices(bar, ana)) == 1

    ids = {"ids": [asked.id, other.id], "channel_id": bar.general.id, "guild_id": bar.guild.id}
    bar.fake.core.tell("MESSAGE_DELETE_BULK", ids, guild=bar.guild.id)
    await bar.look()

    assert await notices(bar, ana) == []


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_message_that_is_deleted_takes_its_draft_along(bar: Bar, *, restarted: bool) -> None:
    ana = await bar.enters("ana")
    await listens(bar)
    private = await ana.writes("I am looking for a drill")
    public = await ana.types(bar.general, "I am looking for somebody who can repair a bicycle")
    await bar.look()
    assert len(await notices(bar, ana)) == 2
    if restarted:
        await bar.stop()
        await bar.start()

    await ana.deletes(private)
    await ana.deletes(public)
    await bar.look()

    assert await notices(bar, ana) == []


async def test_bots_and_webhooks_are_nobody(bar: Bar) -> None:
    robot = bar.person("robot")
    robot.user.bot = True

    await robot.types(bar.general, f"<@{bar.fake.app.id}> I am looking for a ladder")
    await bar.settled()

    assert robot.dms == []


async def test_who_is_in_several_communities_says_for_which_it_is(bar: Bar) -> None:
    ana, other = await bar.enters("ana"), bar.fake.guild("The Workshop")
    await ana.joins(other)
    await bar.settled()
    await ana.runs("/join", channel=other.channel("hall"))
    await ana.submits(ana.modal)
    await bar.look()

    await ana.writes("I am looking for a drill")
    which = await ana.sees("Which one is this for?")
    await ana.chooses(which, "Choose a server", "The Workshop")
    await seen(bar, ana, "without your name")

    assert await notices(bar, ana) == []
    assert await notices(bar, ana, other) == [("draft", "I am looking for a drill")]


@pytest.mark.parametrize("where", ["The Counter", "The Workshop"])
async def test_in_either_of_two_communities_a_message_that_changes_takes_its_draft_along(bar: Bar, where: str) -> None:
    ana, message, chosen = await drafted(bar, where)

    await ana.edits(message, "I have a saw to lend")
    await seen(bar, ana, "a saw")

    assert await notices(bar, ana, chosen) == [("draft", "I have a saw to lend")]


@pytest.mark.parametrize("where", ["The Counter", "The Workshop"])
@pytest.mark.parametrize("meanwhile", ["edited", "restarted", "Discord is away"])
async def test_in_either_of_two_communities_an_offer_goes_with_its_message(
    bar: Bar, where: str, meanwhile: str
) -> None:
    ana, message, chosen = await drafted(bar, where)
    await ana.presses(ana.dms[-1], "Yes, go ahead")
    await bar.look()
    before = await notices(bar, ana, chosen)
    if meanwhile == "edited":
        await ana.edits(message, "I have a saw to lend")
        await bar.look()
    elif meanwhile == "restarted":
        await bar.stop()
        await bar.start()
    else:
        bar.fake.faults.plan("GET /channels/{channel}", refused(403, 50001), times=None)

    await ana.deletes(message)
    await bar.look()

    assert before == [("open", "I have a ladder to lend")]
    assert await notices(bar, ana, chosen) == []


async def drafted(bar: Bar, where: str) -> tuple[Person, Message, Server]:
    """Somebody in two communities who wrote what they offer, and said for which it is."""
    ana, other = await in_two(bar)
    await bar.look()
    message = await ana.writes("I have a ladder to lend")
    await ana.chooses(await ana.sees("Which one is this for?"), "Choose a server", where)
    await seen(bar, ana, "without your name")
    return ana, message, other if where == "The Workshop" else bar.guild


async def in_two(bar: Bar) -> tuple[Person, Server]:
    """Somebody who joined here and in The Workshop."""
    ana, other = await bar.enters("ana"), bar.fake.guild("The Workshop")
    await ana.joins(other)
    await bar.settled()
    await ana.runs("/join", channel=other.channel("hall"))
    await ana.submits(ana.modal)
    return ana, other


async def test_a_choice_goes_on_after_a_restart(bar: Bar) -> None:
    ana, other = await in_two(bar)
    await ana.writes("I am looking for a drill")
    which = await ana.sees("Which one is this for?")
    await bar.stop()
    await bar.start()

    await ana.chooses(which, "Choose a server", "The Workshop")
    await seen(bar, ana, "without your name")

    assert await notices(bar, ana, other) == [("draft", "I am looking for a drill")]


async def test_so_does_a_command(bar: Bar) -> None:
    ana, other = await in_two(bar)
    asked = await ana.runs("/need", text="a drill for Saturday")
    await bar.stop()
    await bar.start()
    assert asked.message

    chosen = await ana.chooses(asked.message, "Choose a server", "The Workshop")

    assert "a drill for Saturday" in chosen.text
    assert await notices(bar, ana, other) == [("draft", "a drill for Saturday")]


@pytest.mark.parametrize("why", ["an hour later", "somebody is forgotten"])
async def test_a_choice_that_is_kept_no_more_is_begun_again(bar: Bar, why: str) -> None:
    (ana, other), zoe = await in_two(bar), await bar.enters("zoe")
    await ana.writes("I am looking for a drill")
    which = await ana.sees("Which one is this for?")
    if why == "an hour later":
        await bar.travel(hours=1)
    else:
        await bar.world.dispatch.receive("test", "erasure", Erase(bar.member(zoe)))

    chosen = await ana.chooses(which, "Choose a server", "The Workshop")

    assert "begin again" in chosen.text
    assert await notices(bar, ana, other) == []


async def seen(bar: Bar, person: Person, words: str) -> Message:
    """What somebody sees once all that is due is done."""
    await bar.look()
    return await person.sees(words)
