"""The life of a server, and of people in several: who comes, who goes, what changes, and what never crosses over."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.discord.ids import community_of, member_of
from bot.domain.members import Community
from tests.adapters.discord.bar import Bar
from tests.platforms.discord.people import Person

OFFER, NEED = "5,000 T-shirts, cotton, to sell", "I am looking for T-shirts for a race"


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    async with Bar() as bar:
        yield bar


async def served(bar: Bar, guild: str = "") -> Community | None:
    return await bar.world.dispatch.community(community_of(guild or bar.guild.id))


async def is_open(bar: Bar, *, open: bool, guild: str = "") -> bool:
    """Waits until a server is served, or not any more."""
    for _ in range(2000):
        community = await served(bar, guild)
        if community and (community.closed_at is None) == open:
            return True
        await bar.settled()
        await asyncio.sleep(0.005)
    return False


async def asked(bar: Bar) -> tuple[Person, Person]:
    """Two people with a card each."""
    ana, luc = await bar.enters("ana"), await bar.enters("luc")
    await bar.posts(ana, "/offer", OFFER)
    await bar.posts(luc, "/need", NEED)
    return ana, luc


async def yes(bar: Bar, *people: Person) -> None:
    for person in people:
        card = bar.card(person)
        await person.presses(card, "Yes")
        await bar.settled()


async def test_two_people_meet(bar: Bar) -> None:
    ana, luc = await asked(bar)

    await yes(bar, ana, luc)
    await bar.travel(minutes=1)

    assert f"<@{luc.id}>" in ana.dms[-1].content
    assert f"<@{ana.id}>" in luc.dms[-1].content
    assert bar.fake.threads() == []
    assert bar.fake.pings == []
    assert bar.fake.careless() == []


async def test_nobody_is_written_to_when_a_server_lets_us_in(bar: Bar) -> None:
    other = bar.fake.guild("La Buvette", locale="fr", bot=False)
    person = bar.fake.person("zoe", guilds=[other])

    other.add_bot()

    assert await is_open(bar, open=True, guild=other.id)
    community = await served(bar, other.id)
    assert community
    assert (community.name, community.language, community.zone) == ("La Buvette", "fr", "Europe/Paris")
    assert person.sights == []


async def test_a_server_that_lets_us_go_hears_no_more_until_it_lets_us_in_again(bar: Bar) -> None:
    ana, luc = await asked(bar)
    await yes(bar, ana)
    bar.guild.kick_bot()
    assert await is_open(bar, open=False)
    before = len(ana.dms), len(luc.dms)

    await bar.travel(days=5)
    assert (len(ana.dms), len(luc.dms)) == before
    bar.guild.add_bot()

    assert await is_open(bar, open=True)


async def test_a_server_that_let_us_go_while_we_were_away_is_noticed(bar: Bar) -> None:
    await bar.stop()
    bar.guild.kick_bot()
    bar.fake.guild("La Buvette")

    await bar.start()

    assert await is_open(bar, open=False)


async def test_a_server_that_is_away_is_not_gone(bar: Bar) -> None:
    bar.guild.outage()
    await bar.settled()
    community = await served(bar)

    assert community
    assert community.closed_at is None
    bar.guild.back()


async def test_nobody_listens_in_a_channel_that_is_deleted(bar: Bar) -> None:
    async with bar.world.store.unit_of_work() as uow:
        found = await uow.communities.get(bar.community)
        await uow.communities.save(replace(found, listening=(bar.general.id, "other")))
        await uow.commit()

    bar.guild.delete(bar.general)
    await bar.settled()

    community = await served(bar)
    assert community
    assert community.listening == ("other",)


@pytest.mark.parametrize("who", [0, 1])
async def test_who_leaves_between_two_yeses_and_the_opening_is_not_introduced(bar: Bar, who: int) -> None:
    people = await asked(bar)
    await yes(bar, *people)
    before = [len(person.dms) for person in people]

    await people[who].leaves(bar.guild)
    await bar.travel(minutes=5)

    assert [len(person.dms) for person in people] == before
    await bar.travel(days=8)
    stays = people[1 - who]
    assert people[who].id not in stays.seen
    assert "T-shirts" not in "".join(message.content for message in people[who].dms[before[who] :])


async def test_what_somebody_does_in_one_server_stays_there(bar: Bar) -> None:
    """S7: one account of Discord in two servers is two members who know nothing of each other."""
    other = bar.fake.guild("La Buvette")
    channel = other.channel("general")
    assert await is_open(bar, open=True, guild=other.id)
    ana = await bar.enters("ana")
    luc = bar.fake.person("luc", guilds=[other])
    await ana.joins(other)
    for person in (ana, luc):
        await person.runs("/join", channel=channel)
        await person.submits(person.modal)
        await bar.look()

    await bar.posts(ana, "/offer", OFFER)
    outcome = await luc.runs("/need", channel=channel, text=NEED)
    assert outcome.message
    await luc.presses(outcome.message, "Yes, go ahead")
    await bar.look()
    await bar.travel(days=3)

    there, here = member_of(other.id, ana.id), bar.member(ana)
    async with bar.world.store.reading() as uow:
        assert len(await uow.notices.of_member(here)) == 1
        assert await uow.notices.of_member(there) == []
        assert await uow.introductions.of_member(here) == []
        assert await uow.introductions.of_member(member_of(other.id, luc.id)) == []
    assert "T-shirts" not in "".join(
        message.content for message in (*ana.dms, *luc.dms) if "introduce" in message.content
    )
