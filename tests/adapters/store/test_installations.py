"""Where our apps were installed, on every store."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from adapters.store.sql import SqlStore
from bot.domain.ids import CommunityId
from bot.installations import Installation, Installations
from bot.ports import Store
from tests.adapters.store.things import HOUR, NOON

HERE = CommunityId("slack:T1")
MADE = Installation(
    community=HERE,
    token="xoxb-canary",
    installed_at=NOON,
    name="Chez Nous",
    installer="U012AB3CD",
    app="A1",
    account="U9",
    scopes=("chat:write", "commands"),
    renewal="xoxe-canary",
    expires_at=NOON + 12 * HOUR,
)
LIFE = timedelta(minutes=10)


@pytest.fixture
def installations(store: Store) -> Installations:
    return store.installations  # type: ignore[attr-defined,no-any-return] # both stores that we have carry them


async def test_what_is_kept_is_found(installations: Installations) -> None:
    elsewhere = Installation(CommunityId("slack:T2"), "xoxb-2", NOON)
    await installations.keep(MADE)
    await installations.keep(elsewhere)

    assert await installations.find(HERE) == MADE
    assert await installations.find(CommunityId("slack:T3")) is None
    assert await installations.everywhere() == [MADE, elsewhere]


async def test_installing_again_takes_the_place_of_the_first_time(installations: Installations) -> None:
    await installations.keep(MADE)
    await installations.keep(replace(MADE, token="xoxb-new", installed_at=NOON + HOUR))

    (found,) = await installations.everywhere()
    assert (found.token, found.installed_at) == ("xoxb-new", NOON + HOUR)


async def test_it_is_closed_once(installations: Installations) -> None:
    await installations.keep(MADE)

    closed = [await installations.close(HERE, ended_at=NOON + HOUR) for _ in range(3)]

    assert closed == [True, False, False]
    assert await installations.find(HERE) is None


async def test_late_news_of_an_end_does_not_close_what_was_installed_since(installations: Installations) -> None:
    await installations.keep(replace(MADE, installed_at=NOON + HOUR))

    assert not await installations.close(HERE, ended_at=NOON)
    assert await installations.find(HERE) is not None


async def test_one_at_a_time_renews_a_token(installations: Installations) -> None:
    await installations.keep(MADE)

    turns = await asyncio.gather(*(installations.take_turn(HERE, NOON, until=NOON + HOUR) for _ in range(4)))

    (turn,) = [turn for turn in turns if turn]
    assert await installations.renewed(replace(MADE, token="xoxb-new"), turn)
    found = await installations.find(HERE)
    assert found is not None
    assert found.token == "xoxb-new"
    assert not await installations.renewed(replace(MADE, token="xoxb-newer"), turn)


async def test_a_turn_that_ran_out_goes_to_somebody_else(installations: Installations) -> None:
    await installations.keep(MADE)
    first = await installations.take_turn(HERE, NOON, until=NOON + HOUR)

    second = await installations.take_turn(HERE, NOON + HOUR, until=NOON + 2 * HOUR)

    assert first
    assert second
    assert not await installations.renewed(replace(MADE, token="xoxb-late"), first)
    assert await installations.find(HERE) == MADE


async def test_a_turn_can_be_given_back(installations: Installations) -> None:
    await installations.keep(MADE)
    turn = await installations.take_turn(HERE, NOON, until=NOON + HOUR)
    assert turn

    await installations.end_turn(HERE, "another")
    assert await installations.take_turn(HERE, NOON, until=NOON + HOUR) is None
    await installations.end_turn(HERE, turn)
    assert await installations.take_turn(HERE, NOON, until=NOON + HOUR)


async def test_nothing_is_renewed_where_nothing_is_installed(installations: Installations) -> None:
    assert await installations.take_turn(HERE, NOON, until=NOON + HOUR) is None
    assert not await installations.renewed(MADE, "turn")
    await installations.end_turn(HERE, "turn")


async def test_a_closed_one_is_not_brought_back_by_who_was_renewing_it(installations: Installations) -> None:
    await installations.keep(MADE)
    turn = await installations.take_turn(HERE, NOON, until=NOON + HOUR)
    assert turn
    await installations.close(HERE, ended_at=NOON)

    assert not await installations.renewed(replace(MADE, token="xoxb-new"), turn)
    assert await installations.find(HERE) is None


async def test_of_four_who_come_back_with_a_state_one_is_let_in(installations: Installations) -> None:
    for round in range(20):
        await installations.begin(f"hash{round}", NOON, life=LIFE)

        taken = await asyncio.gather(*(installations.take(f"hash{round}", NOON) for _ in range(4)))

        assert sorted(taken) == [False, False, False, True]


async def test_a_state_runs_out(installations: Installations) -> None:
    await installations.begin("hash", NOON, life=LIFE)

    assert not await installations.take("hash", NOON + LIFE)
    assert not await installations.take("other", NOON)


async def test_states_that_ran_out_are_not_kept(sql_store: SqlStore) -> None:
    await sql_store.installations.begin("hash", NOON, life=LIFE)
    await sql_store.installations.begin("later", NOON + LIFE, life=LIFE)

    async with sql_store.looking() as session:
        assert (await session.run(text("SELECT hash FROM installation_states"))).scalars() == ["later"]


async def test_no_token_can_be_read_in_the_database(sql_store: SqlStore) -> None:
    await sql_store.installations.keep(MADE)

    async with sql_store.looking() as session:
        row = repr(list((await session.run(text("SELECT * FROM installations"))).mappings()))
    assert "slack:T1" in row
    for private in ("canary", "Chez Nous", "U012AB3CD", "chat:write"):
        assert private not in row


def test_no_token_is_shown() -> None:
    assert "canary" not in repr(MADE)
