"""Words after the root command: what each opens, says or asks first, in both languages."""

from collections.abc import AsyncIterator

import pytest

from adapters.slack.ordering import OF_MEMBERS, own
from bot.commands import Leave
from bot.domain.members import Membership
from tests.adapters.slack.test_conversation import after
from tests.adapters.slack.world import SlackWorld, kept, worded
from tests.platforms.slack import broken
from tests.platforms.slack.widgets import widgets


@pytest.fixture
async def world() -> AsyncIterator[SlackWorld]:
    async with SlackWorld() as world:
        yield world


def told(world: SlackWorld) -> str:
    """The last that Luc alone saw in answer to a command."""
    return "\n".join(worded(world.team.seen("ULUC", "ephemeral")[-1].blocks))


@pytest.mark.parametrize(("language", "word"), [("en", "settings"), ("fr", "réglages"), ("fr", "Reglages")])
async def test_settings_open_by_a_word(world: SlackWorld, language: str, word: str) -> None:
    luc = await world.join("Luc", language)
    await world.team.command("ULUC", "/comptoir", word)
    await after(world, world.team.submit("ULUC", {"monthly_budget": "4"}))

    assert (await world.dispatch.me(luc)).person.monthly_budget == 4


@pytest.mark.parametrize("word", ["copy", "export", "copie"])
async def test_a_copy_comes_in_private(world: SlackWorld, word: str) -> None:
    await world.join("Luc")
    await after(world, world.team.command("ULUC", "/comptoir", word))

    assert "Your copy is on its way" in told(world)
    assert "exported_at" in str([post.blocks for post in world.team.visible("ULUC") if post.by_bot])


@pytest.mark.parametrize("word", ["leave", "partir", "quitter"])
async def test_leaving_asks_first(world: SlackWorld, word: str) -> None:
    luc = await world.join("Luc")
    await after(world, world.team.command("ULUC", "/comptoir", word))
    (leave,) = [one for one in world.team.buttons("ULUC", where="message") if one.action_id == "leave"]
    before = await world.dispatch.known(luc)

    await after(world, world.team.press("ULUC", leave))

    assert before
    assert leave.shape["confirm"]
    async with world.store.reading() as uow:
        assert (await uow.members.get(luc)).state is Membership.LEFT


@pytest.mark.parametrize("word", ["erase", "effacer"])
async def test_being_forgotten_asks_first(world: SlackWorld, word: str) -> None:
    luc = await world.join("Luc")
    await after(world, world.team.command("ULUC", "/comptoir", word))
    (erase,) = [one for one in world.team.buttons("ULUC", where="message") if one.action_id == "erase"]
    before = await world.dispatch.known(luc)

    await after(world, world.team.press("ULUC", erase))

    assert before
    assert erase.shape["confirm"]
    async with world.store.reading() as uow:
        assert await uow.members.find(luc) is None


@pytest.mark.parametrize(
    ("text", "pressed", "left"),
    [("Please erase all my data", "erase", None), ("oublie-moi", "erase", None),
     ("I want to leave", "leave", Membership.LEFT)],
)  # fmt: skip
@pytest.mark.parametrize("typed", [False, True])
async def test_who_wishes_to_go_is_asked_first(
    world: SlackWorld, text: str, pressed: str, left: Membership | None, typed: bool
) -> None:
    luc = await world.join("Luc")
    said = world.team.command("ULUC", "/comptoir", text) if typed else world.team.say("ULUC", text)
    await after(world, said)
    (way,) = [one for one in world.team.buttons("ULUC", where="message") if one.action_id == pressed]
    before = await world.dispatch.known(luc)

    await after(world, world.team.press("ULUC", way))

    assert before
    assert way.shape["confirm"]
    async with world.store.reading() as uow:
        member = await uow.members.find(luc)
    assert (member and member.state) == left


@pytest.mark.parametrize("text", ["forget me", "pause 10 days", "please stop", "je veux partir"])
async def test_a_stranger_who_wishes_to_go_is_no_member(world: SlackWorld, text: str) -> None:
    world.lives("Luc")

    await after(world, world.team.command("ULUC", "/comptoir", text))

    assert "not a member" in told(world)
    assert world.team.modal("ULUC") is None


@pytest.mark.parametrize("text", ["unsubscribe", "Stop.", "stop!", "arrêtez", "désinscription", "pause please"])
async def test_a_wish_after_the_command_is_what_it_is_in_private(world: SlackWorld, text: str) -> None:
    luc = await world.join("Luc")

    await after(world, world.team.command("ULUC", "/comptoir", text))

    assert "Understood" in told(world)
    person = (await world.dispatch.me(luc)).person
    assert (person.stopped_at is None) == text.startswith("pause")


@pytest.mark.parametrize("text", ["block", "block Amina", "report Amina", "signaler"])
async def test_what_cannot_be_typed_says_where_it_is_done(world: SlackWorld, text: str) -> None:
    await world.join("Luc")
    await after(world, world.team.command("ULUC", "/comptoir", text))

    assert "under your ties" in told(world)


@pytest.mark.parametrize("text", ["leave from work, and who replaces me", "copy of a key", "Erase ink?", "lea", ""])
def test_a_sentence_is_no_order(text: str) -> None:
    assert own(text) == ""


SENTENCES = [
    ("en", "stop motion film: I am looking for a camera"),
    ("en", "help me move a piano"),
    ("en", "meeting room for ten people wanted"),
    ("en", "rest of a roll of wallpaper to give away"),
    ("en", "me and my band are looking for a rehearsal room"),
    ("en", "language exchange: I am looking for a partner"),
    ("en", "resume writing: I need help"),
    ("fr", "pause café : je cherche une machine"),
    ("fr", "aide pour déménager un piano samedi, je cherche deux bras"),
    ("fr", "liens pour un bouquet : je cherche du raphia"),
    ("fr", "repos bien mérité : je prête un hamac"),
]


@pytest.mark.parametrize(("language", "sentence"), SENTENCES)
async def test_a_sentence_that_begins_like_an_order_is_read_as_one(
    world: SlackWorld, language: str, sentence: str
) -> None:
    luc = await world.join("Luc", language)

    await after(world, world.team.command("ULUC", "/comptoir", sentence))

    assert sentence in told(world)
    me = await world.dispatch.me(luc)
    assert (me.person.stopped_at, me.person.paused_until) == (None, None)


@pytest.mark.parametrize(("language", "sentence"), SENTENCES)
async def test_a_sentence_of_a_stranger_is_kept_while_they_join(
    world: SlackWorld, language: str, sentence: str
) -> None:
    world.lives("Luc", language)

    await world.team.command("ULUC", "/comptoir", sentence)

    window = world.team.modal("ULUC")
    assert window and sentence in "\n".join(worded(window.shape["blocks"]))


@pytest.mark.parametrize(
    ("said", "is_kept"),
    [("need a ladder", True), ("besoin d’une échelle", True), ("besoin", False), ("moi", False), ("rest", False)],
)
async def test_an_order_of_a_stranger_is_not_kept_but_what_they_need_is(
    world: SlackWorld, said: str, is_kept: bool
) -> None:
    world.lives("Luc")

    await world.team.command("ULUC", "/comptoir", said)

    window = world.team.modal("ULUC")
    assert window and (f"You wrote: “{said}”" in "\n".join(worded(window.shape["blocks"]))) is is_kept


@pytest.mark.parametrize("word", [*sorted(OF_MEMBERS), "block somebody", "pause 2027-01-05", "Leave me alone!"])
async def test_who_is_no_member_and_asks_for_what_members_have_is_told_where_they_stand(
    world: SlackWorld, word: str
) -> None:
    world.lives("Luc")
    before = kept(world.store)
    await world.team.command("ULUC", "/comptoir", word)

    (said,) = world.team.seen("ULUC", "ephemeral")
    assert "I do not write to you" in said.text
    assert [one.action_id for one in world.team.buttons("ULUC")] == ["join"]
    assert world.team.modal("ULUC") is None
    assert kept(world.store) == before


@pytest.mark.parametrize(
    ("language", "said", "told"),
    [
        ("en", "Stop.", "I do not write to you"),
        ("fr", "laissez-moi tranquille", "je ne vous écris pas"),
        ("en", "I need a stop watch", "Join, then tell me"),
    ],
)
@pytest.mark.parametrize("way", ["private", "mention"])
async def test_a_stranger_who_wishes_us_to_be_quiet_is_not_invited(
    world: SlackWorld, way: str, language: str, said: str, told: str
) -> None:
    world.lives("Luc", language)
    world.team.room("C1", ["ULUC"])
    if way == "private":
        await after(world, world.team.say("ULUC", said))
    else:
        await after(world, world.team.post("ULUC", "C1", f"<@{world.team.bot}> {said}", raw=True))

    (answer,) = [post.text for post in world.team.visible("ULUC") if post.by_bot]
    assert told in answer


async def test_who_has_left_is_told_what_is_kept_and_may_have_it_erased(world: SlackWorld) -> None:
    luc = await world.join("Luc")
    await world.dispatch.receive("slack", "left", Leave(luc))

    await world.team.command("ULUC", "/comptoir", "stop")

    (said,) = world.team.seen("ULUC", "ephemeral")
    assert "What I keep of you stays" in said.text
    assert [one.action_id for one in widgets(said.blocks)] == ["join", "erase"]


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_a_stranger_is_told_in_private_when_no_window_could_open(world: SlackWorld, language: str) -> None:
    world.lives("Luc", language)
    world.bar.slack.faults.plan("users.info", broken(503), times=1)

    await after(world, world.team.shortcut("ULUC", "need"))

    (said,) = [post.text for post in world.team.visible("ULUC") if post.by_bot]
    assert ("Slack did not answer" in said, "Slack ne m’a pas répondu" in said) == (language == "en", language == "fr")
