"""A copy of what we hold, as Slack shows it: a sentence to its reader, then their own words exactly as they are.

Slack reads nothing into preformatted text, so nothing in it is made inert. What notifications show is the sentence.
Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from typing import Final

from adapters.slack.inert import calm, escaped
from adapters.slack.widgets import Json, preformatted, section
from bot.messages import MINE, Message, Phrase
from bot.text import Catalogue

#: The message that is one.
COPY: Final = "slack.export"


def copied(message: Message, words: Catalogue) -> Json:
    """The `text` and `blocks` of one piece, which is the parameter `MINE` and holds at least one character."""
    lead = words.say(Phrase(COPY, message.params))
    return {"text": escaped(calm(lead)), "blocks": [section(lead), preformatted(str(message.params[MINE]))]}
