"""People's words for Discord: they ping nobody, link nowhere, format nothing, and never exceed what Discord takes.

discord.py's own `escape_markdown` leaves links alone, and `escape_mentions` leaves channels, commands and times.
Source: https://docs.discord.com/developers/reference#message-formatting and
https://support.discord.com/hc/en-us/articles/210298617 (what Discord makes of signs in a text)
"""

import re
import unicodedata
from typing import Final

from adapters.chat import texts
from adapters.chat.texts import ELLIPSIS, fit

#: Takes no room and keeps its two neighbours from being read as one sign.
JOINER: Final = "\u2060"
#: What is read by servers as well as by apps, whatever stands before it: «<@1>», «<#1>», «</need:1>», «<t:0>»,
#: «<:smile:1>», «<id:browse>», «<https://…>», «<a@b.fr>», «<+33…>», and «@everyone».
CALLS: Final = r"(?P<call><(?=\S)|@(?=(?i:everyone|here)))"
#: What means something at the beginning of a line: a heading, a small line, a quotation, a list.
STARTS: Final = (
    r"(?:^|(?<=[\u2028\u2029]))(?P<room>[^\S\n\u2028\u2029]*)(?P<start>>|#(?=#{0,2}\s)|[-+](?=[\s#])|\d+(?=[.)]\s))"
)
#: What means something anywhere: emphasis, code, a masked link, a line through, a veil, an address, a drawing.
SIGNS: Final = r"(?P<sign>[\\*_`\[]|~(?=~)|\|(?=\|)|:(?=//|[\w+-]+:))"
#: What may be written with one character more than it has.
WRITTEN_AS_TWO: Final = frozenset("\\*_`[~|:<@#>-+.)")
ACTIVE: Final = re.compile(f"{CALLS}|{STARTS}|{SIGNS}", re.MULTILINE)


def inert(text: str) -> str:
    """A text of which Discord makes nothing: where it would, the text is shown as it was written."""
    return ACTIVE.sub(_calmed, fit(text))


def _calmed(found: re.Match[str]) -> str:
    if found["call"]:
        return found["call"] + JOINER
    if found["sign"]:
        return "\\" + found["sign"]
    start = found["start"]
    # A number is not a sign, and what follows it is: «1.» is written «1\.».
    return f"{found['room']}{start}{JOINER}" if start.isdecimal() else f"{found['room']}\\{start}"


def plain(text: str, limit: int) -> str:
    """One line for a label, a title or an option, where Discord reads no signs: 1 to `limit` characters."""
    shown = cut(" ".join(fit(text).split()), limit)
    return shown if is_visible(shown) else ELLIPSIS


def is_visible(text: str) -> bool:
    """Whether there is anything to see in it; Discord refuses what it finds empty."""
    return any(unicodedata.category(character)[0] not in "CZ" for character in text)


def size(text: str) -> int:
    """How long a text is at most once it is inert, however Discord may count."""
    return texts.size(text, _weight)


def _weight(character: str) -> int:
    return 2 if character in WRITTEN_AS_TWO or character > "\uffff" else 1


def cut(text: str, limit: int) -> str:
    """The text, or its beginning and «…», at most `limit` by `size`; where possible after a whole word."""
    return texts.cut(text, limit, _weight)


def pieces(text: str, limit: int) -> list[str]:
    """A long text in pieces of at most `limit` by `size`, parted at lines or words; none for an empty one."""
    return texts.pieces(text, limit, _weight)
