from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.eligible import may_meet
from matching.model import History, Person

A = Person("a", circles=frozenset({"north"}))
B = Person("b", circles=frozenset({"south"}))
STRANGERS = History()

people = st.builds(
    Person,
    id=st.sampled_from(["a", "b", "c"]),
    joined=st.booleans(),
    away=st.booleans(),
    speaks=st.frozensets(st.sampled_from(["fr", "en"])),
    circles=st.frozensets(st.sampled_from(["north", "south"])),
    waking=st.frozensets(st.integers(0, 23)),
    free=st.just(1),
    reach=st.sampled_from(["community", "circle", "beyond"]),
    place=st.sampled_from(["", "Lyon", "lyon 3e", "Marseille", "St-Étienne", "saint etienne"]),
)
pasts = st.builds(History, blocked=st.booleans(), asked=st.booleans(), introduced=st.booleans())


def test_two_strangers_may_meet() -> None:
    assert may_meet(A, B, STRANGERS, common_hours=2).allowed


@pytest.mark.parametrize(
    ("rule", "a", "b", "past"),
    [
        ("self", A, A, STRANGERS),
        ("left", A, replace(B, joined=False), STRANGERS),
        ("left", replace(A, joined=False), B, STRANGERS),
        ("blocked", A, B, History(blocked=True)),
        ("away", A, replace(B, away=True), STRANGERS),
        ("away", replace(A, away=True), B, STRANGERS),
        ("asked", A, B, History(asked=True)),
        ("introduced", A, B, History(introduced=True)),
        ("language", replace(A, speaks=frozenset({"fr"})), replace(B, speaks=frozenset({"en"})), STRANGERS),
        ("circle", replace(A, reach="circle"), B, STRANGERS),
        ("circle", A, replace(B, reach="circle"), STRANGERS),
        ("beyond", replace(A, reach="beyond"), replace(B, circles=A.circles), STRANGERS),
        ("beyond", A, replace(B, circles=A.circles, reach="beyond"), STRANGERS),
        ("place", replace(A, place="Lyon"), replace(B, place="Marseille"), STRANGERS),
        ("hours", replace(A, waking=frozenset({8, 9})), replace(B, waking=frozenset({9, 10})), STRANGERS),
        ("load", A, replace(B, free=0), STRANGERS),
    ],
)
def test_each_rule_forbids_by_its_name(rule: str, a: Person, b: Person, past: History) -> None:
    assert may_meet(a, b, past, common_hours=2).rule == rule


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (replace(A, speaks=frozenset({"fr"})), B),
        (replace(A, reach="circle"), replace(B, circles=A.circles)),
        (replace(A, reach="beyond"), replace(B, reach="beyond")),
        (replace(A, place="Lyon 3e"), replace(B, place="lyon")),
        (replace(A, place="Saint-Étienne"), replace(B, place="saint etienne")),
        (replace(A, place="Lyon"), B),
        (replace(A, free=0), B),
    ],
)
def test_what_looks_like_an_obstacle_and_is_none(a: Person, b: Person) -> None:
    assert may_meet(a, b, STRANGERS, common_hours=2).allowed


def test_a_block_is_named_before_what_could_be_told() -> None:
    assert (
        may_meet(A, replace(B, free=0, away=True), History(blocked=True, asked=True), common_hours=2).rule == "blocked"
    )


def test_too_few_common_hours_are_counted() -> None:
    verdict = may_meet(A, replace(B, waking=frozenset({3})), STRANGERS, common_hours=2)

    assert verdict.facts == {"common": "1", "wanted": "2"}


@given(people, people, pasts, st.integers(0, 24))
def test_whether_two_may_meet_does_not_depend_on_who_asks(a: Person, b: Person, past: History, hours: int) -> None:
    assert may_meet(a, b, past, common_hours=hours) == may_meet(b, a, past, common_hours=hours)


@given(people, people, pasts)
def test_load_is_asked_last_and_of_the_helper_alone(a: Person, b: Person, past: History) -> None:
    before = may_meet(a, b, past, common_hours=2)
    after = may_meet(a, replace(b, free=0), past, common_hours=2)

    assert after.rule == (before.rule or "load")
    assert may_meet(replace(a, free=0), b, past, common_hours=2) == before
