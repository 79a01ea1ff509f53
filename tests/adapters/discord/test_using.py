"""Commands, pages and what stewards do, as people use them; each answer is for whoever asked, and for nobody else."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.discord.lost import names
from bot.commands import ChangeSettings
from bot.domain.ids import MemberId
from bot.domain.members import Membership
from matching.topics import labels
from tests.adapters.discord.bar import Bar
from tests.platforms.discord import Permission
from tests.platforms.discord.people import Person
from tests.platforms.discord.state import Message


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    async with Bar() as bar:
        yield bar


async def posts(bar: Bar, person: Person, command: str, text: str) -> None:
    """A need or an offer, approved."""
    await pressed(bar, person, await runs(bar, person, command, text=text), "Yes, go ahead")
    await bar.look()


async def runs(bar: Bar, person: Person, command: str, **options: Any) -> Message:
    """A command in the channel. Returns: what is shown of it."""
    outcome = await person.runs(command, channel=bar.general, **options)
    assert outcome.message is not None, outcome.kind
    assert outcome.ephemeral
    return outcome.message


async def pressed(bar: Bar, person: Person, message: Message, button: str) -> Message:
    """A button. Returns: what is shown of it, once it is there."""
    outcome = await person.presses(message, button)
    await bar.settled()
    found = outcome.followups[-1] if outcome.followups else outcome.message
    assert found is not None, outcome.kind
    return found


async def introduced(bar: Bar) -> tuple[Person, Person]:
    """Two who said yes to each other."""
    ana, luc = await bar.enters("ana"), await bar.enters("luc")
    await posts(bar, luc, "/offer", "I have five thousand T-shirts to sell")
    await posts(bar, ana, "/need", "I am looking for five thousand T-shirts")
    for person in (ana, luc):
        await person.presses(bar.card(person), "Yes")
        await bar.settled()
    await bar.travel(minutes=1)
    return ana, luc


async def test_a_need_may_name_its_topics(bar: Bar) -> None:
    ana = await bar.enters("ana")
    gardening = labels("en")["gardening"]

    suggested = await ana.completes("/need", "topics", gardening[:4], channel=bar.general)
    preview = await runs(bar, ana, "/need", text="a ladder", topics=suggested.choices[0])

    assert gardening in suggested.choices
    assert gardening in preview.text


async def test_words_in_the_place_of_a_notice_are_told_to_be_chosen(bar: Bar) -> None:
    ana = await bar.enters("ana")
    await posts(bar, ana, "/need", "a plumber for Saturday")
    suggested = await ana.completes("/me", "notice", "plumber", channel=bar.general)

    typed = await runs(bar, ana, "/me", notice="plumber")
    chosen = await runs(bar, ana, "/me", notice=suggested.choices[0])

    assert "from the list" in typed.text
    assert "a plumber for Saturday" in chosen.text


@pytest.mark.parametrize(("days", "year"), [(3, False), (365, True)])
async def test_a_rest_says_its_year_where_it_is_long(bar: Bar, *, days: int, year: bool) -> None:
    ana = await bar.enters("ana")

    told = await runs(bar, ana, "/pause", days=days)
    page = await runs(bar, ana, "/settings")

    end = bar.world.clock.now() + timedelta(days=days)
    assert (f"{end:%B %Y}" in told.text) is (f"{end:%B %Y}" in page.text) is year
    assert f"{end.day} {end:%B}" in told.text


async def test_without_words_a_form_opens_and_is_shown_before_anything_happens(bar: Bar) -> None:
    ana = await bar.enters("ana")

    await ana.runs("/offer", channel=bar.general)
    outcome = await ana.submits(ana.modal, text="I can tune pianos", place="Lyon")

    assert "I can tune pianos" in outcome.text
    assert outcome.ephemeral


async def test_what_was_typed_before_joining_is_shown_after_it(bar: Bar) -> None:
    ana = bar.person("ana")

    await ana.runs("/offer", channel=bar.general, text="a ladder")
    assert ana.modal is not None
    typed = ana.modal.text
    joined = await ana.submits(ana.modal)
    await bar.settled()
    preview = joined.followups[-1]
    await pressed(bar, ana, preview, "Yes, go ahead")

    assert "a ladder" in typed
    assert "/offer" not in typed
    (notice,) = (await bar.world.dispatch.me(bar.member(ana))).notices
    assert (notice.kind, notice.state) == ("offer", "open")


async def test_a_form_that_was_refused_is_not_lost(bar: Bar) -> None:
    ana = await bar.enters("ana")
    await ana.runs("/need", channel=bar.general)
    refused = await ana.submits(ana.modal, text="call 01 23 45 67 89", place="Lyon")
    assert refused.message is not None

    for _ in range(2):
        again = await ana.presses(refused.message, "Go on with what I wrote")

        assert again.modal is not None
        assert "call 01 23 45 67 89" in again.modal.text
        await bar.stop()
        await bar.start()


async def test_ones_own_message_is_where_a_need_begins(bar: Bar) -> None:
    ana = await bar.enters("ana")
    message = await ana.types(bar.general, "who can tune my piano?")

    opened = await ana.context_menu(message, "Find someone for this")
    await ana.submits(ana.modal)
    await ana.deletes(message)
    await bar.look()

    assert opened.modal is not None
    assert "who can tune my piano?" in opened.modal.text
    assert await bar.world.runner.read(lambda ctx: ctx.uow.notices.of_member(bar.member(ana))) == []


async def test_anothers_message_is_not_copied(bar: Bar) -> None:
    ana, luc = await bar.enters("ana"), bar.person("luc")
    message = await luc.types(bar.general, "who can tune my piano?")

    opened = await ana.context_menu(message, "Find someone for this")

    assert opened.modal is not None
    assert "piano" not in opened.modal.text
    assert "In your own words" in opened.modal.text


async def test_everything_of_mine_is_one_message_that_changes(bar: Bar) -> None:
    ana = await bar.enters("ana")
    await posts(bar, ana, "/need", "a plumber for Saturday")

    page = await runs(bar, ana, "/me")
    one = await ana.chooses(page, "i1:my:", _options(page)[0]["value"])
    assert one.message is not None
    edited = await ana.presses(one.message, "Edit")
    checked = await ana.submits(ana.modal, text="a plumber for Sunday, ana@example.org")
    assert checked.message is not None
    shown = checked.text
    kept = await pressed(bar, ana, checked.message, "Keep it")

    assert one.kind == "update"
    assert edited.modal is not None
    assert "left out" in shown.lower()
    assert "example.org" not in shown
    assert "a plumber for Sunday" in kept.text
    assert (await bar.world.dispatch.me(bar.member(ana))).notices[0].text.startswith("a plumber for Sunday")


async def test_what_was_checked_is_kept_after_a_restart_and_by_nobody_else(bar: Bar) -> None:
    ana, luc = [await bar.enters(name) for name in ("ana", "luc")]
    await posts(bar, ana, "/need", "a plumber for Saturday")
    page = await runs(bar, ana, "/me")
    one = await ana.chooses(page, "i1:my:", _options(page)[0]["value"])
    assert one.message is not None
    await ana.presses(one.message, "Edit")
    checked = await ana.submits(ana.modal, text="a plumber for Sunday")
    assert checked.message is not None
    await bar.stop()
    await bar.start()

    (custom_id,) = [name for name in names(checked.message.components) if name.startswith("i1:begun:")]
    stolen = await luc.presses(checked.message, custom_id, stale=True)
    assert "begin again" in stolen.text
    assert (await bar.world.dispatch.me(bar.member(ana))).notices[0].text == "a plumber for Saturday"
    kept = await pressed(bar, ana, checked.message, "Keep it")

    assert "a plumber for Sunday" in kept.text
    assert (await bar.world.dispatch.me(bar.member(ana))).notices[0].text == "a plumber for Sunday"


async def test_a_need_is_taken_back_once_its_author_is_sure(bar: Bar) -> None:
    ana = await bar.enters("ana")
    await posts(bar, ana, "/need", "a plumber for Saturday")
    chosen = await ana.completes("/me", "notice", "plumb", channel=bar.general)
    one = await runs(bar, ana, "/me", notice=chosen.choices[0])

    sure = await pressed(bar, ana, one, "Withdraw")
    before = (await bar.world.dispatch.me(bar.member(ana))).notices[0].state
    await pressed(bar, ana, sure, ana.buttons(sure)[0])

    assert (before, (await bar.world.dispatch.me(bar.member(ana))).notices[0].state) == ("open", "withdrawn")


async def test_pages_lead_to_each_other(bar: Bar) -> None:
    ana = await bar.enters("ana", "fr")
    page = await runs(bar, ana, "/moi")

    for button in ("Mes liens", "Réglages", "Vie privée", "Besoins et offres"):
        outcome = await ana.presses(page, button)

        assert outcome.kind == "update", button
        assert outcome.message is page


async def test_cards_are_answered_where_they_are_listed(bar: Bar) -> None:
    ana, luc = await bar.enters("ana"), await bar.enters("luc")
    await posts(bar, luc, "/offer", "I have five thousand T-shirts to sell")
    await posts(bar, ana, "/need", "I am looking for five thousand T-shirts")
    card = bar.card(ana)
    page = await pressed(bar, ana, await runs(bar, ana, "/me"), "Cards (1)")

    await pressed(bar, ana, page, "Yes")

    assert "You said yes" in card.text


async def test_a_note_about_somebody_is_mine_alone(bar: Bar) -> None:
    ana, luc = await introduced(bar)
    page = await runs(bar, ana, "/ties")
    one = await ana.chooses(page, "i1:tie:", _options(page)[0]["value"])
    assert one.message is not None

    await ana.presses(one.message, "A note to yourself")
    await ana.submits(ana.modal, text="likes blue")

    assert "likes blue" in (await runs(bar, ana, "/ties")).text
    assert "likes blue" not in luc.seen


async def test_a_tie_ends_once_somebody_is_sure(bar: Bar) -> None:
    ana, _ = await introduced(bar)
    page = await runs(bar, ana, "/ties")
    one = await ana.chooses(page, "i1:tie:", _options(page)[0]["value"])
    assert one.message is not None

    sure = await pressed(bar, ana, one.message, "End this tie")
    await pressed(bar, ana, sure, ana.buttons(sure)[0])

    assert not (await bar.world.dispatch.me(bar.member(ana))).ties[0].alive


async def test_settings_are_kept_and_said_in_the_language_that_was_chosen(bar: Bar) -> None:
    ana = await bar.enters("ana")
    page = await runs(bar, ana, "/settings")

    await ana.presses(page, "Change the settings")
    outcome = await ana.submits(ana.modal, language="fr")
    zones = await ana.completes("/settings", "zone", "montr", channel=bar.general)
    await runs(bar, ana, "/settings", zone=zones.choices[0])

    known = await bar.world.dispatch.known(bar.member(ana))
    assert known is not None
    assert (known[1].language, known[1].zone) == ("fr", "America/Montreal")
    assert "C’est" in outcome.text or "réglages" in outcome.text.lower()


async def test_a_zone_that_is_none_is_a_sentence(bar: Bar) -> None:
    ana = await bar.enters("ana")

    assert "Atlantis" in (await runs(bar, ana, "/settings", zone="Atlantis")).text


async def test_hours_and_a_rest_are_set_in_one_form(bar: Bar) -> None:
    ana = await bar.enters("ana")
    await ana.presses(await runs(bar, ana, "/settings"), "Hours and rest")

    await ana.submits(ana.modal, until="2026-04-01", zone="Asia/Tokyo")

    known = await bar.world.dispatch.known(bar.member(ana))
    assert known is not None
    assert known[1].zone == "Asia/Tokyo"
    assert known[1].paused_until is not None


@pytest.mark.parametrize(("command", "options"), [("/pause", {}), ("/pause", {"days": 3}), ("/stop", {})])
async def test_whoever_rests_comes_back_when_they_like(bar: Bar, command: str, options: Any) -> None:
    ana = await bar.enters("ana")

    await runs(bar, ana, command, **options)
    away = await is_away(bar, ana)
    await runs(bar, ana, "/resume")

    assert (away, await is_away(bar, ana)) == (True, False)


async def test_a_copy_of_everything_is_a_file_for_them_alone(bar: Bar) -> None:
    ana = await bar.enters("ana")
    await posts(bar, ana, "/need", "a plumber for Saturday")

    handed = await pressed(bar, ana, await runs(bar, ana, "/privacy"), "Take a copy")

    (call,) = [call for call in bar.fake.calls if "comptoir.json" in json.dumps(call.body, default=str)]
    assert call.status == 200
    assert handed.only_for == ana.id


async def test_whoever_leaves_or_is_forgotten_is_asked_first(bar: Bar) -> None:
    ana, luc = await bar.enters("ana"), await bar.enters("luc")
    sure = await runs(bar, ana, "/leave")
    before = await bar.world.dispatch.known(bar.member(ana))
    await pressed(bar, ana, sure, ana.buttons(sure)[0])
    erase = await pressed(bar, luc, await runs(bar, luc, "/privacy"), "Erase everything about me")
    await pressed(bar, luc, erase, luc.buttons(erase)[0])
    await bar.look()

    assert before is not None
    assert await membership(bar, bar.member(ana)) is Membership.LEFT
    assert await membership(bar, bar.member(luc)) is None


@pytest.mark.parametrize("where", ["in the server", "in private"])
async def test_whoever_has_left_can_still_be_forgotten(bar: Bar, where: str) -> None:
    ana = await bar.enters("ana")
    leave = await runs(bar, ana, "/leave")
    await pressed(bar, ana, leave, ana.buttons(leave)[0])
    channel = bar.general if where == "in the server" else ana.direct

    shown = (await ana.runs("/privacy", channel=channel)).message
    assert shown and "come back in first" in shown.content
    erase = await pressed(bar, ana, shown, "Erase everything about me")
    await pressed(bar, ana, erase, ana.buttons(erase)[0])

    assert await membership(bar, bar.member(ana)) is None


async def test_what_could_not_be_written_is_shown_when_somebody_comes_by(bar: Bar) -> None:
    ana, luc = await bar.enters("ana"), await bar.enters("luc")
    ana.closes_dms()
    await posts(bar, luc, "/offer", "I have five thousand T-shirts to sell")
    await posts(bar, ana, "/need", "I am looking for five thousand T-shirts")
    await bar.travel(hours=1)

    outcome = await ana.runs("/help", channel=bar.general)
    await bar.settled()
    card = next(message for message in outcome.followups if "Yes" in ana.buttons(message))
    answered = await pressed(bar, ana, card, "Yes")

    assert "You said yes" in answered.text
    assert "could not write to you" in outcome.text
    assert luc.messages(bar.general) == [] or all(one.only_for == luc.id for one in luc.messages(bar.general))


async def test_who_chose_a_channel_can_choose_none_again(bar: Bar) -> None:
    ana = await bar.enters("ana", "fr")
    await runs(bar, ana, "/réglages", salon=bar.general)
    page = await runs(bar, ana, "/réglages")
    chosen = (await bar.counter.directs.place(bar.member(ana))).channel

    await pressed(bar, ana, page, "Ne plus m’appeler dans un salon")

    assert chosen == bar.general.id
    assert (await bar.counter.directs.place(bar.member(ana))).channel == ""


# --- stewards --------------------------------------------------------------------------------------------------------


async def test_whoever_manages_the_server_looks_after_comptoir(bar: Bar) -> None:
    steward = await bar.enters("steward", permissions=int(Permission.MANAGE_GUILD))

    await steward.runs("/comptoir listen", channel=bar.general)
    assert steward.modal is not None
    heard = await steward.submits(steward.modal, channels=[bar.general.id])
    await steward.runs("/comptoir rules", channel=bar.general)
    charter = await steward.submits(steward.modal, text="Be kind.")
    await steward.runs("/comptoir meeting", channel=bar.general)
    meeting = await steward.submits(steward.modal, helpers="3", days="5")
    rest = await runs(bar, steward, "/comptoir rest", on=True)
    reports = await runs(bar, steward, "/comptoir reports")

    community = await bar.world.dispatch.community(bar.community)
    assert community.listening == (bar.general.id,) if community else False
    assert community is not None
    assert (community.charter, community.wave_size, community.card_days) == (1, 3, 5)
    assert community.paused_at is not None
    assert all(one.text for one in (heard, charter, meeting, rest, reports))


async def test_nobody_else_does_whatever_discord_lets_them_type(bar: Bar) -> None:
    ana = await bar.enters("ana")

    for command in ("listen", "rest", "rules", "meeting", "reports"):
        outcome = await ana.runs(f"/comptoir {command}", channel=bar.general, forced=True)

        assert outcome.kind == "message", command
        assert "for the stewards" in outcome.text, command


async def test_who_is_no_steward_any_more_cannot_send_the_form(bar: Bar) -> None:
    steward = await bar.enters("steward")
    role = bar.guild.role("stewards", int(Permission.MANAGE_GUILD))
    bar.guild.give(steward, role)
    await steward.runs("/comptoir rules", channel=bar.general)
    bar.guild.take(steward, role)
    await bar.settled()

    await steward.submits(steward.modal, text="I rule.")

    community = await bar.world.dispatch.community(bar.community)
    assert community is not None
    assert community.charter == 0


async def test_a_charter_is_shown_to_whoever_joins(bar: Bar) -> None:
    steward = await bar.enters("steward", permissions=int(Permission.MANAGE_GUILD))
    await steward.runs("/comptoir rules", channel=bar.general)
    await steward.submits(steward.modal, text="Be kind.")
    ana = bar.person("ana")

    await ana.runs("/join", channel=bar.general)
    assert ana.modal is not None
    shown = ana.modal.text
    await ana.submits(ana.modal)

    known = await bar.world.dispatch.known(bar.member(ana))
    assert "Be kind." in shown
    assert known is not None
    assert known[0].charter == 1


async def test_a_new_charter_comes_before_anything_new(bar: Bar) -> None:
    steward = await bar.enters("steward", permissions=int(Permission.MANAGE_GUILD))
    ana = await bar.enters("ana")
    await steward.runs("/comptoir rules", channel=bar.general)
    await steward.submits(steward.modal, text="Be kind.")

    asked = await runs(bar, ana, "/need", text="a plumber")
    shown = asked.text
    await pressed(bar, ana, asked, ana.buttons(asked)[0])
    preview = await runs(bar, ana, "/need", text="a plumber")

    assert "Be kind." in shown
    assert "without your name" in preview.text


def _options(message: Message) -> list[dict[str, Any]]:
    """What a menu offers."""
    found = [one for row in message.components for one in row["components"] if one["type"] == 3]
    options: list[dict[str, Any]] = found[0]["options"]
    return options


async def is_away(bar: Bar, person: Person) -> bool:
    """Whether nothing is sent unasked to somebody."""
    known = await bar.world.dispatch.known(bar.member(person))
    assert known is not None
    return known[1].is_away(bar.world.clock.now())


async def membership(bar: Bar, member: MemberId) -> Membership | None:
    """Whether somebody is here, was, or is not known."""
    found = await bar.world.runner.read(lambda ctx: ctx.uow.members.find(member))
    return found.state if found else None


async def test_hours_and_a_rest_are_kept_together_or_not_at_all(bar: Bar) -> None:
    ana = await bar.enters("ana")
    await ana.presses(await runs(bar, ana, "/settings"), "Hours and rest")

    await ana.submits(ana.modal, until="2020-01-01", zone="Asia/Tokyo")
    await bar.settled()

    known = await bar.world.dispatch.known(bar.member(ana))
    assert known is not None
    assert known[1].zone == "Europe/Paris"
    assert known[1].paused_until is None


async def test_a_channel_is_looked_at_before_it_is_promised(bar: Bar) -> None:
    ana = await bar.enters("ana", "fr")
    hidden, closed = bar.guild.channel("hidden", private=True), bar.guild.channel("closed")
    bar.guild.permit(hidden, ana, Permission.VIEW_CHANNEL)
    bar.guild.deny(closed, bar.guild.bot_role, Permission.CREATE_PRIVATE_THREADS)

    for channel, said in ((hidden, "Je ne peux pas"), (closed, "Je ne peux pas"), (bar.general, "je vous appelle")):
        outcome = await ana.runs("/réglages", channel=bar.general, salon=channel)
        await bar.settled()
        assert said in outcome.text
        place = await bar.counter.directs.place(bar.member(ana))
        assert place.channel == (channel.id if channel is bar.general else "")


async def test_a_card_that_was_answered_does_not_wait(bar: Bar) -> None:
    ana, luc = await bar.enters("ana"), await bar.enters("luc")
    await bar.posts(ana, "/offer", "5,000 T-shirts, cotton, to sell")
    await bar.posts(luc, "/need", "I am looking for T-shirts for a race")
    before = luc.buttons(await runs(bar, luc, "/me"))

    await luc.presses(bar.card(luc), "No")
    await bar.settled()

    assert "Cards (1)" in before
    assert not any("Cards" in label for label in luc.buttons(await runs(bar, luc, "/me")))


async def test_settings_show_every_language(bar: Bar) -> None:
    ana = await bar.enters("ana")
    await bar.world.dispatch.receive("discord", "speaks", ChangeSettings(bar.member(ana), speaks=("en", "es")))

    outcome = await ana.runs("/settings", channel=bar.general)

    assert "I speak to you in: English · you are glad to meet in: English, Spanish" in outcome.text
