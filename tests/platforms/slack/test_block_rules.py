"""Block Kit's rules: what is taken, and what is named as wrong."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import ActionsBlock, ButtonElement, HeaderBlock, PlainTextObject, SectionBlock

from tests.platforms.slack.blocks import block_faults, too_long, view_faults

Shape = dict[str, Any]


def plain(text: str) -> Shape:
    return {"type": "plain_text", "text": text}


def button(**more: Any) -> Shape:
    return {"type": "button", "action_id": "a", "text": plain("Yes")} | more


def option(number: int) -> Shape:
    return {"text": plain(f"Option {number}"), "value": str(number)}


def rich(*words: Shape) -> Shape:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(words)}]}


TAKEN: list[Shape] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000, "verbatim": True}},
    {"type": "section", "fields": [plain("x" * 2000)] * 10},
    {"type": "section", "text": plain("x"), "accessory": button(style="danger")},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider", "block_id": "d"},
    {"type": "context", "elements": [plain("x"), {"type": "image", "image_url": "https://x.org", "alt_text": "x"}]},
    {"type": "actions", "elements": [button(action_id=str(n)) for n in range(25)]},
    {"type": "actions", "elements": [{"type": "overflow", "action_id": "o", "options": [option(1)]}]},
    {
        "type": "input",
        "label": plain("x"),
        "element": {"type": "plain_text_input", "action_id": "t", "max_length": 3000},
    },
    {"type": "image", "image_url": "https://x.org/y.png", "alt_text": "a bar", "title": plain("A bar")},
    {"type": "markdown", "text": "x" * 12_000},
    rich({"type": "text", "text": "x", "style": {"bold": True}}, {"type": "user", "user_id": "U1"}),
    {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": rich()["elements"]}]},
]


def actions(*elements: Shape) -> Shape:
    return {"type": "actions", "elements": list(elements)}


def menu(*options: Shape, **more: Any) -> Shape:
    select = {"type": "static_select", "action_id": "s", "options": list(options)}
    return {"type": "section", "text": plain("x"), "accessory": select | more}


def asking(element: Shape) -> Shape:
    return {"type": "input", "label": plain("x"), "element": element}


#: A block, what is wrong with it, and where in it.
REFUSED: list[tuple[Shape, str, str]] = [
    ({"type": "section"}, "missing required field: text", ""),
    ({"type": "section", "text": plain("")}, "must be more than 0 characters", "/text/text"),
    ({"type": "section", "text": plain("x" * 3001)}, "must be less than 3001 characters", "/text/text"),
    ({"type": "section", "text": "x"}, "must be an object", "/text"),
    ({"type": "section", "text": plain("x") | {"verbatim": True}}, "invalid additional property: verbatim", "/text"),
    ({"type": "section", "fields": [plain("x")] * 11}, "no more than 10 items allowed", "/fields"),
    ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "must be plain_text", "/text/type"),
    ({"type": "header", "text": plain("x" * 151)}, "must be less than 151 characters", "/text/text"),
    ({"type": "divider", "text": "x"}, "invalid additional property: text", ""),
    ({"type": "poem"}, "unsupported type: poem", ""),
    ({"type": "divider", "block_id": "x" * 256}, "must be less than 256 characters", "/block_id"),
    ({"type": "context", "elements": []}, "must provide at least one item", "/elements"),
    ({"type": "context", "elements": [button()]}, "unsupported type: button", "/elements/0"),
    (actions(*(button(action_id=str(n)) for n in range(26))), "no more than 25 items allowed", "/elements"),
    (actions(button(), button()), "`action_id` a already exists in this block", "/elements/1/action_id"),
    (actions(button(action_id="x" * 256)), "must be less than 256 characters", "/elements/0/action_id"),
    (actions(button(value="x" * 2001)), "must be less than 2001 characters", "/elements/0/value"),
    (actions(button(text=plain("x" * 76))), "must be less than 76 characters", "/elements/0/text/text"),
    (actions(button(style="loud")), "must be a valid enum value", "/elements/0/style"),
    (
        actions(button(confirm={name: plain("x") for name in ("title", "text", "confirm")})),
        "must be an object",
        "/elements/0/confirm/deny",
    ),
    (menu(*map(option, range(101))), "no more than 100 items allowed", "/accessory/options"),
    (menu(option(1), initial_option=option(2)), "must exactly match one of the options", "/accessory/initial_option"),
    (menu(option(1) | {"value": "x" * 151}), "must be less than 151 characters", "/accessory/options/0/value"),
    (asking(button()), "unsupported type: button", "/element"),
    (asking({"type": "plain_text_input", "max_length": 3001}), "must be between 1 and 3000", "/element/max_length"),
    ({"type": "image", "image_url": "https://x.org"}, "missing required field: alt_text", ""),
    (rich({"type": "text", "text": ""}), "must be more than 0 characters", "/elements/0/elements/0/text"),
    (rich({"type": "shout", "text": "x"}), "unsupported type: shout", "/elements/0/elements/0"),
    (
        {"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": rich()["elements"]}]},
        "must be a valid enum value",
        "/elements/0/style",
    ),
]


@pytest.mark.parametrize("block", TAKEN, ids=lambda block: block["type"])
def test_what_slack_takes_is_taken(block: Shape) -> None:
    assert block_faults([block]) == []


@pytest.mark.parametrize(("block", "words", "where"), REFUSED, ids=lambda part: part if isinstance(part, str) else "")
def test_what_slack_refuses_is_named_with_where(block: Shape, words: str, where: str) -> None:
    assert block_faults([block]) == [f"{words} [json-pointer:/blocks/0{where}]"]


def test_there_are_fifty_blocks_in_a_message_and_a_hundred_in_a_view() -> None:
    many = [{"type": "divider"}] * 51

    assert block_faults(many) == ["no more than 50 items allowed [json-pointer:/blocks]"]
    assert view_faults({"type": "home", "blocks": many * 2}, "home") == [
        "no more than 100 items allowed [json-pointer:/view/blocks]"
    ]
    assert view_faults({"type": "home", "blocks": many}, "home") == []


def test_two_blocks_never_have_one_name() -> None:
    assert block_faults([{"type": "divider", "block_id": "d"}] * 2) == [
        "duplicate block_id: d [json-pointer:/blocks/1/block_id]"
    ]


def test_an_action_may_be_in_two_blocks() -> None:
    assert block_faults([{"type": "actions", "elements": [button()]}] * 2) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"title": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/title/text]"),
        ({"private_metadata": "x" * 3001}, "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
        ({"callback_id": "x" * 256}, "must be less than 256 characters [json-pointer:/view/callback_id]"),
        ({"type": "home"}, "must be modal [json-pointer:/view/type]"),
        ({"colour": "red"}, "invalid additional property: colour [json-pointer:/view]"),
        ({"blocks": [TAKEN[8]]}, "must define submit to use input block [json-pointer:/view/blocks/0/input]"),
        ({"blocks": [TAKEN[10]]}, "unsupported type: markdown [json-pointer:/view/blocks/0]"),
        ({"blocks": "x"}, "must be an array [json-pointer:/view/blocks]"),
    ],
)
def test_a_view_has_rules_of_its_own(change: Shape, fault: str) -> None:
    view = {"type": "modal", "title": plain("A need"), "blocks": [{"type": "divider"}]}

    assert view_faults(view, "modal") == []
    assert view_faults(view | change, "modal") == [fault]


def test_all_blocks_together_have_a_limit_too() -> None:
    section = {"type": "section", "text": plain("x" * 2900)}

    assert not too_long([section] * 4)
    assert too_long([section] * 5)


@given(st.lists(st.text(min_size=1, max_size=80).filter(str.strip), min_size=1, max_size=5, unique=True))
def test_what_the_sdk_builds_is_taken(labels: list[str]) -> None:
    elements = [ButtonElement(text=label[:75], action_id=f"press:{n}", value="v") for n, label in enumerate(labels)]
    built = [
        HeaderBlock(text=PlainTextObject(text=labels[0])),
        SectionBlock(text=PlainTextObject(text=labels[-1])),
        ActionsBlock(elements=elements),
    ]

    assert block_faults([block.to_dict() for block in built]) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=8), inside, max_size=4),
    max_leaves=12,
)


FIELDS = ["text", "elements", "fields", "accessory", "element", "label", "type", "block_id"]


@given(st.sampled_from([*TAKEN, *(block for block, *_ in REFUSED)]), st.sampled_from(FIELDS), JSON)
def test_whatever_is_sent_the_rules_hold(block: Shape, name: str, value: Any) -> None:
    """Slack answers nonsense with errors, never by breaking."""
    faults = block_faults([block | {name: value}])

    assert all("[json-pointer:" in fault for fault in faults)
