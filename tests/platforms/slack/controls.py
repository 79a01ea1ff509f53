"""What Slack would turn into a mention, a ping or a link in a message: the control sequences that it parses.

Source: https://docs.slack.dev/messaging/formatting-message-text. Tests assert that nothing of it came from a person.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from tests.platforms.slack.state import Json

_SEQUENCE: Final = re.compile(r"<([^<>]+)>")
_ADDRESS: Final = re.compile(r"\b(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.\w{2,}\b")
_RICH: Final = {
    "user": "user_id",
    "channel": "channel_id",
    "usergroup": "usergroup_id",
    "broadcast": "range",
    "link": "url",
}


@dataclass(frozen=True)
class Control:
    """One sequence that Slack acts on.

    `kind` is user, channel, subteam, special, date, link, or address: what Slack makes a link of by itself.
    `where` is a JSON pointer, e.g. "/blocks/0/text"; `made`: the app wrote an element for it, on purpose; `post`
    is the ts of the message, or the id of the view.
    """

    kind: str
    target: str
    where: str
    made: bool = False
    post: str = ""


def _kind(inside: str) -> str:
    if inside.startswith("@"):
        return "user"
    if inside.startswith("#"):
        return "channel"
    if inside.startswith("!"):
        return next((kind for kind in ("subteam", "date") if inside.startswith(f"!{kind}^")), "special")
    return "link"


def _parsed(text: str, where: str) -> Iterator[Control]:
    for inside in _SEQUENCE.findall(text):
        yield Control(_kind(inside), inside.split("|")[0], where)


def _linked(text: str, where: str) -> Iterator[Control]:
    for found in _ADDRESS.findall(_SEQUENCE.sub(" ", text)):
        yield Control("address", found, where)


def _within(value: object, where: str) -> Iterator[Control]:
    if isinstance(value, list):
        for number, part in enumerate(value):
            yield from _within(part, f"{where}/{number}")
    if not isinstance(value, dict):
        return
    kind = value.get("type")
    if kind in ("mrkdwn", "markdown"):
        yield from _parsed(str(value.get("text", "")), where)
        yield from _linked(str(value.get("text", "")), where)
        return
    if kind in _RICH and _RICH[kind] in value:
        yield Control("special" if kind == "broadcast" else kind, str(value[_RICH[kind]]), where, made=True)
    for key, part in value.items():
        yield from _within(part, f"{where}/{key}")


def controls_in(text: str, blocks: list[Json], post: str = "") -> list[Control]:
    """Every sequence that Slack would act on in a message or a view.

    Where there are blocks the text is only read out and shown in notifications: addresses in it become no links.
    """
    found = [*_parsed(text, "/text"), *_within(blocks, "/blocks")]
    if not blocks:
        found += _linked(text, "/text")
    return [replace(control, post=post) for control in found]
