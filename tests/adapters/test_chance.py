import re

import pytest

from adapters.chance import SeededRandom, SystemRandom
from bot.ports import Random

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
ID = re.compile(r"[0-9a-f]{32}")


@pytest.fixture(params=["system", "seeded"])
def chance(request: pytest.FixtureRequest) -> Random:
    return SystemRandom() if request.param == "system" else SeededRandom(1)


def test_tokens_are_22_url_safe_characters_and_never_repeat(chance: Random) -> None:
    tokens = [chance.token() for _ in range(1000)]

    assert all(TOKEN.fullmatch(token) for token in tokens)
    assert len(set(tokens)) == 1000


def test_ids_are_32_hexadecimal_digits_and_never_repeat(chance: Random) -> None:
    ids = [chance.id() for _ in range(1000)]

    assert all(ID.fullmatch(id) for id in ids)
    assert len(set(ids)) == 1000


def test_seeds_fit_a_signed_64_bit_column(chance: Random) -> None:
    seeds = {chance.seed() for _ in range(1000)}

    assert len(seeds) == 1000
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_the_system_s_ids_sort_about_by_time() -> None:
    first = SystemRandom().id()

    assert first[:12] <= SystemRandom().id()[:12]


def test_the_same_seed_gives_the_same_history() -> None:
    one, same, other = SeededRandom(7), SeededRandom(7), SeededRandom(8)

    history = [(one.token(), one.id(), one.seed()) for _ in range(10)]

    assert history == [(same.token(), same.id(), same.seed()) for _ in range(10)]
    assert history != [(other.token(), other.id(), other.seed()) for _ in range(10)]


def test_seeded_ids_sort_in_the_order_in_which_they_were_made() -> None:
    chance = SeededRandom(7)

    ids = [chance.id() for _ in range(300)]

    assert ids == sorted(ids)
