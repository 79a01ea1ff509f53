"""Whom a text calls, for every text and every `allowed_mentions`."""

from hypothesis import given
from hypothesis import strategies as st

from tests.platforms.discord.mentions import called, careless

PIECES = st.sampled_from(
    ["@everyone", "@here", "<@123456>", "<@!123457>", "<@&223456>", "<#323456>", "hello", "@", "\n"]
)
TEXTS = st.lists(PIECES, max_size=8).map(" ".join)


@given(TEXTS, st.booleans())
def test_parse_nothing_calls_nobody(text: str, by_interaction: bool) -> None:
    found = called(text, {"parse": []}, by_interaction=by_interaction, replied="123456")

    assert (found.users, found.roles, found.everyone) == ((), (), ())


@given(TEXTS)
def test_without_being_told_everything_is_called(text: str) -> None:
    found = called(text, None, by_interaction=False)

    assert ("123456" in found.users) == ("<@123456>" in text)
    assert ("123457" in found.users) == ("<@!123457>" in text)
    assert bool(found.roles) == ("<@&" in text)
    assert set(found.everyone) == {word for word in ("everyone", "here") if f"@{word}" in text}


@given(TEXTS)
def test_an_interaction_calls_people_only_unless_told(text: str) -> None:
    found = called(text, None, by_interaction=True)

    assert (found.roles, found.everyone) == ((), ())


def test_those_who_are_named_are_called_and_the_others_not() -> None:
    found = called("<@123456> <@123457>", {"parse": [], "users": ["123457"]}, by_interaction=False)

    assert found.users == ("123457",)


def test_a_request_is_careful_only_if_it_says_so() -> None:
    assert not careless({"parse": []})
    assert not careless({"parse": [], "replied_user": False})
    assert all(careless(one) for one in (None, {}, {"parse": ["users"]}, {"parse": [], "users": ["1"]}, "none"))
    assert careless({"parse": [], "replied_user": True})
