from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.blocks import rendered, together
from adapters.slack.inert import JOINER
from bot.text import LANGUAGES, Catalogue, catalogue
from bot.text.said import Said
from tests.adapters.saying import CHOICES, TOKEN, long, often, said, trees
from tests.adapters.slack.limits import check_message, elements, texts
from tests.adapters.slack.test_inert import TEXTS

EN = catalogue("en")
LONG = long(TEXTS)
LEAVES = st.builds(lambda text, choices: said(text, *choices), LONG, CHOICES)
TREES = trees(LONG, LEAVES)


@often(60)
@given(st.data(), st.sampled_from(LANGUAGES))
def test_whatever_is_said_slack_takes_it(drawn: st.DataObject, language: str) -> None:
    message = drawn.draw(TREES)

    check_message(rendered(message, catalogue(language)))


def test_a_digest_of_many_says_how_many_are_left() -> None:
    cards = tuple(said("A card of some length. " * 40, "yes", "not_now", "no", token=f"{n:022}") for n in range(40))

    payload = rendered(said("Today:", parts=cards), EN)

    check_message(payload)
    shown = {element["value"] for element in elements(payload["blocks"])}
    assert f"… and {40 - len(shown)} more." in payload["blocks"][-1]["elements"][0]["text"]
    assert 5 < len(shown) < 40
    assert "more. The Home tab shows all that is open." in payload["text"]


def test_a_digest_of_fifty_short_cards_keeps_to_fifty_blocks() -> None:
    cards = tuple(said(f"Card {n}") for n in range(50))

    payload = rendered(said("Today:", "stop", parts=cards), EN)

    check_message(payload)
    assert payload["blocks"][-1]["type"] == "actions"
    assert len(payload["blocks"]) > 45


def test_the_text_says_what_the_blocks_say_buttons_included() -> None:
    payload = rendered(said("Today: <b>", "stop", parts=(said("A card", "yes", "no"),)), EN)

    assert payload["text"] == "Today: &lt;b&gt;\n\nA card\n\nButtons: Yes · No · Stop"
    assert [block["type"] for block in payload["blocks"]] == ["section", "divider", "section", "actions", "actions"]


def test_what_several_parts_ask_alike_is_named_once() -> None:
    cards = tuple(said(f"Card {number}", "yes", "no") for number in (1, 2))

    assert rendered(said("Today:", "stop", parts=cards), EN)["text"].count("Yes") == 1


def test_a_button_carries_its_token_and_nothing_else() -> None:
    [yes, no] = elements(rendered(said("?", "yes", "no"), EN)["blocks"])

    assert yes == {
        "type": "button", "action_id": "press:yes", "value": TOKEN, "style": "primary",
        "text": {"type": "plain_text", "text": "Yes", "emoji": False},
    }  # fmt: skip
    assert "style" not in no


def test_one_is_asked_again_before_what_cannot_be_undone() -> None:
    sure = {button["action_id"]: "confirm" in button for button in elements(
        rendered(said("?", "yes", "post", "no", "discard", "end_tie", "withdraw"), EN)["blocks"]
    )}  # fmt: skip

    assert [action for action, asked in sure.items() if asked] == ["press:end_tie", "press:withdraw"]


def test_nobody_is_pinged_by_a_name() -> None:
    payload = rendered(said("<!here> & <@U1> @channel"), EN)

    assert payload["text"].replace(JOINER, "") == "&lt;!here&gt; &amp; &lt;@U1&gt; @channel"
    assert "@channel" not in payload["text"]
    [text] = texts(payload["blocks"])
    assert "<!" not in text["text"]


def test_a_message_of_nothing_can_still_be_sent() -> None:
    check_message(rendered(Said("", (), "", ()), EN))


def test_a_long_list_ends_with_where_the_rest_is() -> None:
    payload = rendered(said("A line of a long list.\n" * 1000, "stop"), EN)

    check_message(payload)
    assert payload["blocks"][-2]["elements"][0]["text"] == "The rest is on the Home tab."


def test_every_language_has_its_own_words() -> None:
    french: Catalogue = catalogue("fr")

    assert rendered(said("?", "yes"), french)["text"].endswith("Boutons\u00a0: Yes")


def test_an_opening_in_two_languages_is_one_message() -> None:
    both = [rendered(said(text), EN) for text in ("You both said yes.", "Deux oui.", "You both said yes.")]

    payload = together(both)

    check_message(payload)
    assert payload["text"] == "You both said yes.\n\nDeux oui."
    assert [block["type"] for block in payload["blocks"]] == ["section", "divider", "section"]


@often(20)
@given(st.lists(LEAVES, min_size=1, max_size=3))
def test_however_long_several_are_slack_takes_them_together(messages: list[Said]) -> None:
    check_message(together([rendered(message, EN) for message in messages]))
