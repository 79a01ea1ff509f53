import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.chance import SystemRandom
from adapters.chat.veil import Veil
from adapters.discord.rendering import CERTAIN, SURE, message, rendered, sure, together
from adapters.discord.widgets import button, press
from bot.domain.ids import MemberId
from bot.text import LANGUAGES, catalogue
from bot.text.said import Said
from tests.adapters.discord.limits import check_message, labels, pressed
from tests.adapters.discord.marks import read
from tests.adapters.discord.test_inert import TEXTS
from tests.adapters.saying import CHOICES, TOKEN, long, often, said, trees

EN = catalogue("en")
TOKENS = st.integers(0, 9).map(lambda number: f"{number:022}")
LONG = long(TEXTS)
LEAVES = st.builds(lambda text, choices, token: said(text, *choices, token=token), LONG, CHOICES, TOKENS)
TREES = trees(LONG, LEAVES)


@often(60)
@given(TREES, st.sampled_from(LANGUAGES))
def test_whatever_is_said_discord_takes_it(message: Said, language: str) -> None:
    """RELIABILITY I6: every limit of a message."""
    check_message(rendered(message, catalogue(language)))


@often(60)
@given(LONG, CHOICES)
def test_however_long_the_words_no_button_is_lost(text: str, choices: list[str]) -> None:
    body = rendered(said(text, *choices), EN)

    assert [one["custom_id"] for one in pressed(body)] == [f"i1:{choice}:{TOKEN}" for choice in choices]


def test_what_is_too_long_goes_on_below() -> None:
    text = "\n\n".join(
        f"Article {number}. Nobody owes anybody anything, and everybody may leave." for number in range(70)
    )

    body = rendered(said(text, "accept", "leave"), EN)

    check_message(body)
    whole = "\n\n".join([body["content"], *(frame["description"] for frame in body["embeds"])])
    assert read(whole) == text
    assert labels(body) == ["Accept", "Leave"]


def test_what_is_far_too_long_tells_where_the_rest_is() -> None:
    body = rendered(said("A line of a long list.\n" * 1000, "stop"), EN)

    check_message(body)
    assert body["embeds"][-1]["description"].endswith("…\n\nThe rest did not fit here. /me shows all that is open.")


def test_a_message_that_is_short_again_has_nothing_below() -> None:
    assert rendered(said("Short."), EN) == {"content": "Short.", "embeds": [], "components": [], "flags": 4}


def test_several_questions_are_numbered_as_their_buttons_are() -> None:
    cards = tuple(said(f"Card {name}", "yes", "no", token=name * 22) for name in "ab")

    body = rendered(said("Today:", "stop", parts=cards), EN)

    check_message(body)
    assert read(body["content"]) == "Today:\n\n1. Card a\n\n2. Card b"
    assert [[one["label"] for one in row["components"]] for row in body["components"]] == [
        ["1. Yes", "1. No"], ["2. Yes", "2. No"], ["Stop"],
    ]  # fmt: skip


def test_one_question_among_other_words_needs_no_number() -> None:
    body = rendered(said("You wrote:", "stop", parts=(said("A drill", "post", "edit", "discard"), said("Noted."))), EN)

    assert body["content"] == "You wrote:\n\nA drill\n\nNoted."
    assert labels(body) == ["Post", "Edit", "Discard", "Stop"]


def test_a_digest_of_many_says_how_many_are_left() -> None:
    cards = tuple(said("A card of some length. " * 10, "yes", "not_now", "no", token=f"{n:022}") for n in range(40))

    body = rendered(said("Today:", "stop", parts=cards), EN)

    check_message(body)
    assert labels(body)[-2:] == ["8. No", "Stop"]
    assert body["embeds"][-1]["description"].endswith("… and 32 more. /me shows all that is open.")


def test_long_cards_are_told_whole_or_counted() -> None:
    cards = tuple(said("A card of some length. " * 80, "yes", token=f"{n:022}") for n in range(6))

    body = rendered(said("Today:", parts=cards), EN)

    check_message(body)
    whole = " ".join([body["content"], *(frame["description"] for frame in body["embeds"])])
    assert whole.count("A card of some length.") == 80 * len(labels(body))
    assert f"… and {6 - len(labels(body))} more." in whole


def test_a_button_carries_its_token_and_nothing_else() -> None:
    yes, no = pressed(rendered(said("?", "yes", "no"), EN))

    assert yes == {"type": 2, "style": 1, "label": "Yes", "custom_id": f"i1:yes:{TOKEN}"}
    assert no["style"] == 2


def test_two_buttons_that_are_called_the_same_are_one() -> None:
    body = rendered(said("Today:", parts=(said("A", "yes"), said("B", "yes"))), EN)

    check_message(body)
    assert labels(body) == ["1. Yes"]


def test_to_stop_all_messages_one_button_is_enough() -> None:
    cards = tuple(said(f"Card {name}", "yes", "stop", token=name * 22) for name in "ab")

    body = rendered(said("Today:", parts=cards), EN)

    assert labels(body) == ["1. Yes", "2. Yes", "Stop"]
    assert pressed(body)[-1]["custom_id"] == f"i1:stop:{'a' * 22}"


def test_a_message_of_nothing_can_still_be_sent() -> None:
    for text in ("", " ", "\u2060", "\u200b\u200b", "\n\n"):
        check_message(rendered(said(text), EN))


@often(30)
@example("0\U00010000" * 50, "0" * 1896)
@given(LONG, LONG)
def test_whatever_a_page_is_called_discord_takes_it(title: str, text: str) -> None:
    check_message(message(text, title=title))


def test_an_opening_in_two_languages_is_one_message() -> None:
    body = together([said(text, "yes") for text in ("You both said yes.", "Deux oui.", "You both said yes.")], EN)

    assert body == {"content": "You both said yes.\n\nDeux oui.", "embeds": [], "components": [], "flags": 4}


@often(20)
@given(st.lists(TREES, max_size=3))
def test_however_long_several_are_discord_takes_them_together(messages: list[Said]) -> None:
    check_message(together(messages, EN))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("choice", SURE)
def test_one_is_asked_again_before_what_cannot_be_undone(choice: str, language: str) -> None:
    member = MemberId("discord:123456789012345678:123456789012345678")
    name = Veil("secret").over(member, SystemRandom().id())

    body = sure(choice, name, catalogue(language))

    check_message(body)
    [only] = pressed(body)
    assert only["custom_id"] == f"i1:{CERTAIN}{choice}:{name}"
    assert only["style"] == 4


def test_more_buttons_than_fit_are_left_out_from_the_end() -> None:
    buttons = [button(str(number), press("need", str(number))) for number in range(40)]

    body = message("Many", [buttons[:3], buttons[3:9], buttons[9:]])

    check_message(body)
    assert labels(body) == [str(number) for number in range(25)]
