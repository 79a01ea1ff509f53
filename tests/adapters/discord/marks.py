"""What Discord makes of a text, as far as it makes anything of it: what its apps draw, and what its servers look for.

Sources: https://docs.discord.com/developers/reference#message-formatting;
https://support.discord.com/hc/en-us/articles/210298617 (what can be written); the rules are told in the order in which
apps try them, each where the one before ended.
"""

import re
from collections.abc import Iterator
from typing import Final

#: A backslash before a sign shows the sign.
ESCAPED: Final = re.compile(r"\\([^0-9A-Za-z\s])")
#: At the beginning of a line, whatever room is before.
LINES: Final = {
    "heading": re.compile(r"[^\S\n]*#{1,3}\s+\S"),
    "small": re.compile(r"[^\S\n]*-#\s+\S"),
    "quotation": re.compile(r"[^\S\n]*>(?:>>)?\s"),
    "list": re.compile(r"[^\S\n]*(?:[*+-]|\d+[.)])\s+\S"),
}
ANYWHERE: Final = {
    "code": re.compile(r"(`+)[\s\S]*?[^`]\1(?!`)|```"),
    "angle": re.compile(
        r"<(?:@[!&]?\d|#\d|/[^\n>]+:\d|t:-?\d|a?:\w+:\d|id:\w|\+\d|[\w.+-]+:/|[\w.+-]+@[\w.-]+>|\w+:\S+>)"
    ),
    "address": re.compile(r"(?:https?|steam|discord|ftp)://", re.IGNORECASE),
    "link": re.compile(r"\[(?:\\.|[^\[\]\\])*\]\([^()\n]*\)"),
    "strong": re.compile(r"\*\*[\s\S]+?\*\*(?!\*)|__[\s\S]+?__(?!_)"),
    "stress": re.compile(r"\*(?=\S)[\s\S]+?\*(?!\*)|_[\s\S]+?_"),
    "struck": re.compile(r"~~[\s\S]+?~~"),
    "veiled": re.compile(r"\|\|[\s\S]+?\|\|"),
    "drawing": re.compile(r":[a-zA-Z0-9_+-]+:"),
    "call": re.compile(r"@(?:everyone|here)"),
}
#: What servers find in a text, whatever stands before it.
FOUND_ANYHOW: Final = re.compile(r"<@[!&]?\d+>|<#\d+>|<a?:\w+:\d+>|@everyone|@here|https?://", re.IGNORECASE)


def made_of(text: str) -> Iterator[str]:
    """The names of all rules that apply to a text; nothing for one that means only itself."""
    if FOUND_ANYHOW.search(text):
        yield "found"
    at = 0
    while at < len(text):
        if at == 0 or text[at - 1] in "\n\u2028\u2029":
            yield from (name for name, rule in LINES.items() if rule.match(text, at))
        escaped = ESCAPED.match(text, at)
        if escaped:
            at = escaped.end()
            continue
        yield from (name for name, rule in ANYWHERE.items() if rule.match(text, at))
        at += 1


def read(text: str) -> str:
    """What one reads of a text that means only itself."""
    return ESCAPED.sub(r"\1", text).replace("\u2060", "")
