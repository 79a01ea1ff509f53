"""A message in the reader's words, as Slack shows it: the same in `text` as in `blocks`, within every limit."""

import json
from collections.abc import Sequence
from typing import Final

from adapters.chat.texts import ELLIPSIS
from adapters.slack.inert import calm, cut, escaped, pieces, quiet, size
from adapters.slack.widgets import Json, actions, button, confirm, context, divider, section
from bot.messages import Phrase
from bot.text import Catalogue
from bot.text.said import Said

#: What every `chat.postMessage` and `chat.update` is sent with, so that Slack itself makes nothing of any word.
#: `parse` is not "none" by default in `chat.update`; posts may also say `mrkdwn: False`, updates may not.
#: Source: https://docs.slack.dev/reference/methods/chat.update
QUIET: Final[Json] = {"parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}
#: Blocks of one message. Source: https://docs.slack.dev/reference/block-kit/blocks
BLOCKS: Final = 50
#: All blocks of one message written out as JSON. Slack says 12,000 characters "with a buffer for block containers", and
#: refuses some of 11,341 without them. Source: https://github.com/slackapi/bolt-js/issues/2867 (and 2509)
BODY: Final = 12_000
#: What `text` may hold when it is posted and when it is replaced.
#: Source: https://github.com/seratch/ChatGPT-in-Slack/issues/102
SUMMARY: Final = 4000
#: The words of one message without its parts; more is cut. As JSON they may take twice this.
WORDS: Final = 5000

STYLES: Final = {"yes": "primary", "post": "primary", "accept": "primary"}
#: What cannot be undone by pressing again, and what is said before it is done.
SURE: Final = {
    "end_tie": ("house.ties.end", "house.ties.end.about"),
    "withdraw": ("house.notices.withdraw", "slack.sure.withdraw"),
    "leave": ("house.privacy.leave", "house.leave.notices"),
}


def rendered(said: Said, words: Catalogue) -> Json:
    """The `text` and `blocks` of a message. Parts that would not fit are counted in a last line.

    Returns: {"text": str, "blocks": list}; text of 1 to 4,000 characters, 1 to 50 blocks.
    """
    head, foot = paragraphs(said.text, words), buttons(said, words)
    parts = [[divider(), *body(part, words)] for part in said.parts]
    shown: list[Json] = []
    for at, part in enumerate(parts):
        rest = more(len(parts) - at - 1, words)
        if not fits([*head, *shown, *part, *rest, *foot]):
            foot = more(len(parts) - at, words) + foot
            break
        shown += part
    return {"text": summary(said, words), "blocks": [*head, *shown, *foot] or [section(ELLIPSIS)]}


def together(messages: Sequence[Json]) -> Json:
    """Several rendered messages as one, such as an opening in the languages of both; what is said alike is said once.

    Each should be far from the limits: of what is too long together, the blocks of the first are kept.
    """
    apart = [one for at, one in enumerate(messages) if one not in messages[:at]]
    joined = [block for one in apart for block in (divider(), *one["blocks"])][1:]
    text = cut("\n\n".join(one["text"] for one in apart), SUMMARY)
    return {"text": text, "blocks": joined if fits(joined) else apart[0]["blocks"]}


def body(said: Said, words: Catalogue) -> list[Json]:
    """The blocks of a message with all its parts, however many."""
    parts = [block for part in said.parts for block in (divider(), *body(part, words))]
    return paragraphs(said.text, words) + parts + buttons(said, words)


def paragraphs(text: str, words: Catalogue) -> list[Json]:
    """A text in as few sections as hold it; of a very long one the beginning, and where the rest is."""
    whole = quiet(text)
    shown = [section(piece) for piece in pieces(cut(whole, WORDS))]
    return shown + ([context(words.say(Phrase("slack.rest")))] if size(whole) > WORDS else [])


def buttons(said: Said, words: Catalogue) -> list[Json]:
    """What can be pressed. A button carries the message's token and nothing else."""
    return actions(
        [
            button(
                one.label,
                f"press:{one.choice}",
                said.token,
                style=STYLES.get(one.choice, ""),
                confirm=sure(one.choice, one.label, words),
            )
            for one in said.buttons
        ]
    )


def sure(choice: str, label: str, words: Catalogue) -> Json | None:
    """The question before what cannot be undone; None before all else."""
    if choice not in SURE:
        return None
    title, text = (words.say(Phrase(key)) for key in SURE[choice])
    return confirm(title, text, label, words.say(Phrase("house.cancel")))


def more(count: int, words: Catalogue) -> list[Json]:
    """How many parts are not shown; nothing for none."""
    return [divider(), context(_counted(count, words))] if count else []


def fits(blocks: Sequence[Json], most: int = BLOCKS) -> bool:
    """Whether Slack takes so much in one message."""
    return len(blocks) <= most and size(json.dumps(blocks, ensure_ascii=False)) <= BODY


# --- the same without blocks, for notifications and screen readers ---------------------------------------------------


def summary(said: Said, words: Catalogue) -> str:
    """All of a message in one text, buttons named, escaped. Parts that would not fit are counted.

    Source: https://docs.slack.dev/changelog/2026/07/13/notification-changes (mobile notifications show `text`).
    """
    foot, parts = _named(said, words), [calm(_without_buttons(part)) for part in said.parts]
    text = _joined(calm(said.text), *parts, foot)
    if size(text) > SUMMARY:
        text = _shortened(calm(said.text), parts, foot, words)
    return escaped(text or ELLIPSIS)


def _without_buttons(said: Said) -> str:
    return _joined(said.text, *map(_without_buttons, said.parts))


def _shortened(head: str, parts: Sequence[str], foot: str, words: Catalogue) -> str:
    foot = cut(foot, SUMMARY // 4)
    text = cut(head, SUMMARY // 2 if parts else SUMMARY - size(foot) - len("\n\n"))
    for at, part in enumerate(parts):
        longer, left = _joined(text, part), len(parts) - at
        if size(_joined(longer, _counted(left, words), foot)) > SUMMARY:
            return _joined(text, _counted(left, words), foot)
        text = longer
    return _joined(text, foot)


def _counted(count: int, words: Catalogue) -> str:
    return words.say(Phrase("slack.more", {"count": count}))


def _named(said: Said, words: Catalogue) -> str:
    """What can be pressed anywhere in it, each named once, in the order in which it is shown."""
    labels = " · ".join(dict.fromkeys(_labels(said)))
    return words.say(Phrase("slack.buttons", {"labels": labels})) if labels else ""


def _labels(said: Said) -> list[str]:
    return [label for part in said.parts for label in _labels(part)] + [one.label for one in said.buttons]


def _joined(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text.strip())
