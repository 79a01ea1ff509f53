from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import trios
from matching.eligible import may_meet
from matching.model import History, Person
from matching.pool import MOST, Pool
from matching.rounds import Participant, Round, Rules, pair_everybody
from matching.seats import TRIED, Gain, drawn_pairs, exchanged, thirds

#: The solver is not to be timed, and has many more examples in its own tests.
quick = settings(max_examples=30, deadline=None)

participants = st.builds(
    Participant,
    id=st.just(""),
    interests=st.frozensets(st.sampled_from("abcde"), max_size=3),
    languages=st.frozensets(st.sampled_from(["fr", "en"])),
    circles=st.frozensets(st.sampled_from(["north", "south"])),
    hours=st.frozensets(st.integers(0, 4), min_size=1),
    sat_out=st.booleans(),
)
crowds = st.lists(participants, max_size=8).map(lambda found: [replace(p, id=str(at)) for at, p in enumerate(found)])
Pairs = list[tuple[str, str]]
pairs = st.lists(st.tuples(st.sampled_from("0123456789"), st.sampled_from("0123456789")), max_size=6)
rules = st.builds(Rules, reach=st.sampled_from(["community", "circle", "beyond"]), common_hours=st.integers(0, 2))


def groups(found: Round) -> list[tuple[str, ...]]:
    return [*found.pairs, *found.trios, *((one,) for one in found.alone)]


def allowed(people: list[Participant], met: Pairs, blocks: Pairs, held: Rules) -> set[frozenset[str]]:
    """Pairs that the one predicate of every introduction allows."""
    again, apart = ({frozenset(pair) for pair in known} for known in (met, blocks))
    found = set()
    for a, b in combinations(people, 2):
        one, other = (
            Person(p.id, speaks=p.languages, circles=p.circles, waking=p.hours, reach=held.reach) for p in (a, b)
        )
        pair = frozenset({a.id, b.id})
        past = History(blocked=pair in apart, introduced=pair in again)
        if may_meet(one, other, past, common_hours=held.common_hours).allowed:
            found.add(pair)
    return found


def pairings(people: list[str]) -> Iterator[list[tuple[str, str]]]:
    if len(people) < 2:
        yield []
        return
    first, *rest = people
    yield from pairings(rest)
    for at, other in enumerate(rest):
        for more in pairings(rest[:at] + rest[at + 1 :]):
            yield [(first, other), *more]


def partitions(people: list[str]) -> Iterator[list[tuple[str, ...]]]:
    if not people:
        yield []
        return
    first, *rest = people
    for size in (0, 1, 2):
        for others in combinations(rest, size):
            for more in partitions([one for one in rest if one not in others]):
                yield [(first, *others), *more]


def worth(people: list[Participant], met: list[tuple[str, str]]) -> dict[frozenset[str], float]:
    pool = Pool(people, met=met, blocks=(), rules=Rules(), seed=0)
    left, right = np.triu_indices(len(people), 1)
    found = pool.worth(left.astype(np.int64), right.astype(np.int64)).tolist()
    ends = zip(left.tolist(), right.tolist(), found, strict=True)
    return {frozenset({people[a].id, people[b].id}): value for a, b, value in ends}


@given(crowds, pairs, pairs, rules, st.sampled_from([2, 3]), st.booleans(), st.integers(0, 3))
@quick
def test_everybody_is_somewhere_and_no_rule_is_broken(people, met, blocks, held, size, third, seed) -> None:  # type: ignore[no-untyped-def]
    found = pair_everybody(people, seed=seed, met=met, blocks=blocks, rules=held, size=size, third=third)

    assert sorted(one for group in groups(found) for one in group) == sorted(p.id for p in people)
    fine = allowed(people, met, blocks, held)
    assert all(frozenset(pair) in fine for group in groups(found) for pair in combinations(group, 2))
    assert 0 <= found.weight <= found.bound
    assert 0 <= found.share <= 1


@given(crowds, pairs, pairs, rules)
@quick
def test_few_people_are_paired_as_well_as_can_be(people, met, blocks, held) -> None:  # type: ignore[no-untyped-def]
    found = pair_everybody(people, seed=1, met=met, blocks=blocks, rules=held, third=False)

    fine, value = allowed(people, met, blocks, held), worth(people, met)
    best = max(
        sum(value[frozenset(pair)] for pair in choice)
        for choice in pairings([p.id for p in people])
        if all(frozenset(pair) in fine for pair in choice)
    )
    assert found.weight == pytest.approx(best, abs=1e-3)


@given(crowds.filter(lambda people: len(people) < 8), pairs)
@quick
def test_few_people_are_grouped_in_trios_as_well_as_can_be(people, blocks) -> None:  # type: ignore[no-untyped-def]
    found = pair_everybody(people, seed=1, blocks=blocks, size=3)

    fine, value = allowed(people, [], blocks, Rules()), worth(people, [])
    best = max(
        (-sum(len(g) == 1 for g in choice), sum(value[frozenset(p)] for g in choice for p in combinations(g, 2)))
        for choice in partitions([p.id for p in people])
        if all(frozenset(pair) in fine for group in choice for pair in combinations(group, 2))
    )
    assert (-len(found.alone), found.weight) == pytest.approx(best)


@pytest.mark.parametrize("seed", range(3))
def test_trios_of_more_people_are_close_to_the_best(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [replace(one, languages=frozenset(), hours=frozenset({1})) for one in crowd(12)]
    best = pair_everybody(people, seed=seed, size=3)

    monkeypatch.setattr(trios, "FEW", 0)
    found = pair_everybody(people, seed=seed, size=3)

    assert len(found.trios) == 4
    assert 0.9 * best.weight <= found.weight <= best.weight + 1e-9


@given(crowds, st.randoms(use_true_random=False), st.integers(0, 3), st.sampled_from([2, 3]))
@quick
def test_the_order_in_which_people_come_changes_nothing(people, shuffle, seed, size) -> None:  # type: ignore[no-untyped-def]
    before = pair_everybody(people, seed=seed, size=size)
    shuffle.shuffle(people)

    assert pair_everybody(people, seed=seed, size=size) == before


@given(crowds.filter(lambda people: len(people) > 1), pairs)
@quick
def test_what_a_pair_is_worth_has_limits_and_no_direction(people, met) -> None:  # type: ignore[no-untyped-def]
    found = worth(people, met)

    assert all(1 <= value <= MOST for value in found.values())
    backwards = worth(people[::-1], met)
    assert all(backwards[pair] == pytest.approx(value) for pair, value in found.items())


def test_one_left_over_joins_a_pair_unless_that_is_not_wanted() -> None:
    people = [Participant(one) for one in "abc"]

    assert pair_everybody(people, seed=1).trios == (("a", "b", "c"),)
    assert len(pair_everybody(people, seed=1, third=False).alone) == 1


def test_who_sat_out_last_time_does_not_sit_out_again() -> None:
    people = [Participant(str(one)) for one in range(9)]
    out: set[str] = set()
    for turn in range(9):
        now = [replace(one, sat_out=one.id in out) for one in people]
        (alone,) = pair_everybody(now, seed=turn, third=False).alone
        assert alone not in out
        out = {alone}


def test_strangers_come_before_those_who_share_a_circle_or_friends() -> None:
    north = [Participant(one, circles=frozenset({"north"})) for one in "ab"]
    south = [Participant(one, circles=frozenset({"south"})) for one in "cd"]
    assert all(set(pair) not in ({"a", "b"}, {"c", "d"}) for pair in pair_everybody(north + south, seed=1).pairs)

    people = [Participant(one) for one in "abcd"]
    met = [("a", "x"), ("x", "b")]
    found = pair_everybody([*people, Participant("x"), Participant("y")], seed=1, met=met)
    assert ("a", "b") not in found.pairs


def test_a_shared_interest_decides_between_strangers() -> None:
    shared = {"a": "chess", "b": "chess", "c": "bread", "d": "bread"}
    people = [Participant(one, interests=frozenset({what})) for one, what in shared.items()]

    assert pair_everybody(people, seed=1).pairs == (("a", "b"), ("c", "d"))


def test_a_large_community_is_paired_whole_without_repeats_and_near_the_bound() -> None:
    people = crowd(901)
    chance = np.random.default_rng(1)
    met = [(f"{a:03}", f"{b:03}") for a, b in chance.integers(0, 901, (3000, 2)).tolist()]
    told: list[tuple[int, int]] = []

    found = pair_everybody(people, seed=5, met=met, progress=lambda done, steps: told.append((done, steps)))

    assert (len(found.pairs), len(found.trios), found.alone) == (449, 1, ())
    assert not {frozenset(pair) for pair in met} & {frozenset(pair) for pair in found.pairs}
    assert found.share > 0.995
    assert found == pair_everybody(people[::-1], seed=5, met=met)
    assert [done for done, _ in told] == sorted({done for done, _ in told}) and told[-1][0] == told[-1][1]


def test_a_large_community_is_grouped_in_trios() -> None:
    found = pair_everybody(crowd(901), seed=5, size=3)

    assert len(found.trios) > 290
    assert found.alone == ()
    assert found.share > 0.5


def test_where_no_three_may_meet_all_go_in_pairs() -> None:
    ids = [f"{at:02}" for at in range(16)]
    met = [pair for half in (ids[:8], ids[8:]) for pair in combinations(half, 2)]

    found = pair_everybody([Participant(one) for one in ids], seed=1, met=met, size=3)

    assert (len(found.pairs), found.trios, found.alone) == (8, (), ())


def test_two_left_over_who_must_not_meet_are_seated_by_parting_a_pair() -> None:
    both = frozenset({"fr", "en"})
    people = [Participant(str(at), languages=both) for at in range(4)]
    people += [Participant("f", languages=frozenset({"fr"})), Participant("e", languages=frozenset({"en"}))]
    pool = Pool(people, met=[("f", "0")], blocks=(), rules=Rules(), seed=1)
    mate = np.array([1, 0, 3, 2, -1, -1])

    gain = exchanged(pool, mate)

    assert (mate >= 0).all() and (mate[mate] == np.arange(6)).all()
    assert mate[4] != 5 and mate[4] != 0
    assert 0 < gain.weight < gain.bound


def test_who_may_meet_nobody_is_given_no_seat() -> None:
    people = [
        Participant("a"),
        Participant("b"),
        Participant("x", hours=frozenset()),
        Participant("y", hours=frozenset()),
    ]
    pool = Pool(people, met=(), blocks=(), rules=Rules(), seed=1)
    mate = np.array([1, 0, -1, -1])

    assert exchanged(pool, mate) == Gain()
    assert thirds(pool, mate) == {}
    assert mate.tolist() == [1, 0, -1, -1]


def test_of_many_pairs_some_are_drawn() -> None:
    people = [Participant(str(at)) for at in range(2 * TRIED + 4)]
    pool = Pool(people, met=(), blocks=(), rules=Rules(), seed=1)
    mate = np.arange(2 * TRIED + 4) ^ 1

    first, second = drawn_pairs(pool, mate)

    assert len(first) == len(second) == 2 * TRIED
    assert (mate[first] == second).all() and len(set(first.tolist())) == 2 * TRIED


def test_trios_of_a_crowd_are_sought_among_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    every = pair_everybody(crowd(300), seed=5, size=3)
    monkeypatch.setattr(trios, "EVERY_PAIR", 50)

    found = pair_everybody(crowd(300), seed=5, size=3)

    assert len(found.trios) > 95 and found.alone == ()
    assert found.weight > 0.95 * every.weight


def test_nobody_is_brought_together_where_nobody_may_be() -> None:
    people = [Participant(f"{at:03}", hours=frozenset()) for at in range(401)]

    found = pair_everybody(people, seed=1)

    assert len(found.alone) == 401
    assert (found.weight, found.share) == (0.0, 1.0)
    assert len(pair_everybody(people, seed=1, size=3).alone) == 401


def test_an_id_stands_for_one_person() -> None:
    with pytest.raises(ValueError, match="same id"):
        pair_everybody([Participant("a"), Participant("a")], seed=1)


def crowd(count: int) -> list[Participant]:
    chance = np.random.default_rng(count)
    spoken = [frozenset({"fr"}), frozenset({"en"}), frozenset({"fr", "en"}), frozenset[str]()]
    return [
        Participant(
            f"{at:03}",
            interests=frozenset(f"i{one}" for one in chance.integers(0, 60, chance.integers(0, 6)).tolist()),
            languages=spoken[int(chance.integers(4))],
            circles=frozenset(f"c{one}" for one in chance.integers(0, 9, chance.integers(0, 3)).tolist()),
            hours=frozenset((int(start) + hour) % 24 for start in [chance.integers(24)] for hour in range(9)),
        )
        for at in range(count)
    ]
