"""What Slack makes of what people type into its message field: escaped, links marked, and blocks beside the text.

Source: https://docs.slack.dev/messaging/formatting-message-text (escaping; links; retrieving messages).
"""

import re
from typing import Final

from tests.platforms.slack.state import Json

_LINK: Final = re.compile(r"https?://[^\s<>|]+")
_MAIL: Final = re.compile(r"(?<![\w:])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MENTION: Final = re.compile(r"(<[@#!][^<>]+>)")


def typed(words: str) -> str:
    """The `text` of a message from what somebody typed."""
    text = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MAIL.sub(lambda m: f"<mailto:{m[0]}|{m[0]}>", _LINK.sub(lambda m: f"<{m[0]}>", text))


def rich(words: str, *, mentions: bool = False) -> list[Json]:
    """The `blocks` of the same message; mentions chosen from Slack's list become elements."""
    elements: list[Json] = []
    for part in filter(None, _MENTION.split(words) if mentions else [words]):
        if not mentions:
            elements.append({"type": "text", "text": part})
        elif part.startswith("<@"):
            elements.append({"type": "user", "user_id": part[2:-1].split("|")[0]})
        elif part.startswith("<#"):
            elements.append({"type": "channel", "channel_id": part[2:-1].split("|")[0]})
        elif part.startswith("<!"):
            elements.append({"type": "broadcast", "range": part[2:-1]})
        else:
            elements.append({"type": "text", "text": part})
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": "typed", "elements": [section]}]
