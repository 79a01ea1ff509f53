from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.edges import Ints
from matching.network import Network, circles, draw, network, read
from matching.openness import concentration, large_enough, openness
from matching.ties import bridges, overlap

PEOPLE = [str(one) for one in range(8)]
ties = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)), max_size=14)
#: The library is not to be timed.
quick = settings(max_examples=60, deadline=None)


def villages(count: int, size: int, seed: int = 1) -> tuple[Network, Ints]:
    """Villages in which most know each other, on a ring: one tie leads from each to the next."""
    chance = np.random.default_rng(seed)
    found = [
        (a, b)
        for village in range(count)
        for a, b in combinations(range(village * size, (village + 1) * size), 2)
        if chance.random() < 0.7
    ]
    found += [(village * size, (village + 1) % count * size) for village in range(count)]
    own = np.repeat(np.arange(count), size)
    return network([str(one) for one in range(count * size)], [(str(a), str(b)) for a, b in found]), own


def parts(ties: set[tuple[int, int]], count: int) -> int:
    part = list(range(count))
    for a, b in ties:
        part = [part[a] if one == part[b] else one for one in part]
    return len(set(part))


def test_a_network_knows_each_tie_once_and_nobody_else() -> None:
    found = network(["a", "b", "c"], [("b", "a"), ("a", "b"), ("c", "c"), ("a", "stranger"), ("c", "b")])

    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == [(0, 1), (1, 2)]
    with pytest.raises(ValueError, match="twice"):
        network(["a", "a"], [])


@given(ties)
@quick
def test_a_bridge_is_the_only_way_between_two_parts(known: list[tuple[str, str]]) -> None:
    found = network(PEOPLE, known)

    ends = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    whole = parts(set(ends), 8)
    assert bridges(found).tolist() == [parts(set(ends) - {tie}, 8) > whole for tie in ends]


@given(ties)
@quick
def test_overlap_is_the_share_of_acquaintance_in_common(known: list[tuple[str, str]]) -> None:
    found = network(PEOPLE, known)

    near = [
        {int(b) for b in found.right[found.left == one]} | {int(a) for a in found.left[found.right == one]}
        for one in range(8)
    ]
    for a, b, share in zip(found.left.tolist(), found.right.tolist(), overlap(found).tolist(), strict=True):
        either = (near[a] | near[b]) - {a, b}
        assert share == pytest.approx(len(near[a] & near[b]) / len(either) if either else 0.0)


def test_circles_are_found_the_same_each_time_with_the_ties_between_them() -> None:
    ties, own = villages(12, 9)

    view = read(ties, seed=7)

    assert len({(a, b) for a, b in zip(view.circles.tolist(), own.tolist(), strict=True)}) == 12
    assert view.circles.tolist() == circles(ties, seed=7).tolist()
    assert view.weak.tolist() == (own[ties.left] != own[ties.right]).tolist()
    assert not view.bridges.any()


def test_circles_are_numbered_from_the_largest() -> None:
    small = network([str(one) for one in range(9)], [("0", "1"), *((a, b) for a, b in combinations("23456", 2))])

    found = circles(small, seed=1).tolist()

    assert found[2:7] == [0] * 5 and found[:2] == [1, 1] and len(set(found)) == 4


def test_a_network_without_ties_is_read_and_drawn() -> None:
    for count in (0, 1, 6):
        none = network(PEOPLE[:count], [])
        view = read(none, seed=1)
        assert view.circles.tolist() == list(range(count))
        assert view.weak.tolist() == []
        shown = draw(none, view.circles, seed=1)
        assert shown.sizes.tolist() == [] and shown.openness.insularity is None
        assert shown.others == (6 if count == 6 else 0)


def test_a_map_shows_circles_apart_and_no_small_ones() -> None:
    ties, own = villages(6, 9)
    own[own == 5] = np.array([5, 5, 5, 5, 5, 5, 6, 6, 6])

    shown = draw(ties, own, seed=3, k=7)

    assert shown.sizes.tolist() == [9] * 5
    assert shown.others == 9
    assert shown.positions.shape == (5, 2) and (np.abs(shown.positions) <= 1).all()
    assert np.diag(shown.ties).min() >= 7 and (shown.ties - np.diag(np.diag(shown.ties)) == 0).all()
    assert (shown.positions == draw(ties, own, seed=3, k=7).positions).all()
    gaps = [np.linalg.norm(a - b) for a, b in combinations(shown.positions, 2)]
    assert min(gaps) > 0.1


def test_positions_keep_the_tied_together() -> None:
    from matching.layout import positions

    ties, own = villages(12, 9)
    place = positions(ties, own, seed=1)

    along = np.linalg.norm(place[ties.left] - place[ties.right], axis=1).mean()
    among = np.mean([np.linalg.norm(a - b) for a, b in combinations(place, 2)])
    assert along < 0.4 * among
    assert (np.abs(place) <= 1).all()


@given(st.lists(st.integers(0, 4), max_size=30), st.integers(1, 6))
def test_circles_of_fewer_than_k_are_never_shown(own: list[int], k: int) -> None:
    shown, sizes, others = large_enough(np.array(own, dtype=np.int64), k=k)

    assert (sizes >= k).all() and sorted(sizes.tolist(), reverse=True) == sizes.tolist()
    assert [int((shown == at).sum()) for at in range(len(sizes))] == sizes.tolist()
    hidden = int((shown < 0).sum())
    assert others == (hidden if hidden >= k else 0)


def test_insularity_is_the_share_of_ties_across_less_that_within() -> None:
    ties = network(list("abcdef"), [("a", "b"), ("b", "c"), ("a", "c"), ("d", "e"), ("e", "f"), ("c", "d")])
    own = np.array([0, 0, 0, 1, 1, 1])

    found = openness(ties, own, k=3)

    assert found.insularity == pytest.approx((1 - 5) / 6)
    assert found.by_circle.tolist() == pytest.approx([(1 - 3) / 4, (1 - 2) / 3])
    assert np.isnan(openness(ties, own, k=4).by_circle).all() or len(openness(ties, own, k=4).by_circle) == 0
    assert openness(ties, own, k=7).insularity is None


def test_a_circle_with_too_few_ties_gets_no_figure() -> None:
    ties = network(list("abcdefg"), [("a", "b"), ("b", "c"), ("a", "c"), ("a", "d"), ("e", "f")])
    own = np.array([0, 0, 0, 0, 1, 1, 1])

    found = openness(ties, own, k=3)

    assert found.by_circle[0] == -1.0 and np.isnan(found.by_circle[1])


@given(st.lists(st.integers(0, 20), min_size=1, max_size=12))
def test_concentration_is_half_the_mean_difference_over_the_mean(exposure: list[int]) -> None:
    found = concentration(exposure)

    apart = sum(abs(a - b) for a in exposure for b in exposure)
    total = sum(exposure)
    assert found == pytest.approx(apart / (2 * len(exposure) * total) if total else 0.0)
    assert 0 <= found < 1


def test_nobody_exposed_is_nobody_concentrated() -> None:
    assert concentration([]) == 0.0
