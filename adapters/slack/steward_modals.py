"""The forms that stewards fill in. What comes back of them is read in `filled.py`."""

from collections.abc import Sequence
from typing import Final

from adapters.slack.inert import pieces, size
from adapters.slack.modals import modal
from adapters.slack.widgets import INPUT_LIMIT, Json, context, field, number_input, section, select, text_input, tick
from bot.domain.charters import CHARTER_LIMIT
from bot.messages import Phrase
from bot.text import Catalogue

#: What stewards may choose between.
HELPERS: Final = range(1, 6)
DAYS: Final = range(3, 22)


def listen(channels: Sequence[str], words: Catalogue) -> Json:
    """In which channels Comptoir hears needs and offers, by Slack's ids."""
    menu: Json = {
        "type": "multi_conversations_select",
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if channels:
        menu["initial_conversations"] = sorted(channels)
    question, hint = words.say(Phrase("slack.listen.channels")), words.say(Phrase("slack.listen.hint"))
    blocks = [
        section(words.say(Phrase("slack.listen.about"))),
        field("channels", question, menu, hint=hint, optional=True),
    ]
    return modal("listen", "slack.listen.title", blocks, words, submit="slack.save", metadata="")


def charter(text: str, words: Catalogue) -> Json:
    """What members agree to when they join. Slack's fields are shorter than a charter may be: there are two."""
    first = text if size(text) <= INPUT_LIMIT else pieces(text, INPUT_LIMIT)[0]
    more = text[len(first) :]
    blocks = [
        context(words.say(Phrase("slack.charter.about"))),
        field(
            "text", words.say(Phrase("slack.charter")), text_input(first, most=INPUT_LIMIT, lines=True), optional=True
        ),
        field(
            "more",
            words.say(Phrase("slack.charter.more")),
            text_input(more, most=INPUT_LIMIT, lines=True),
            hint=words.say(Phrase("slack.charter.limit", {"limit": CHARTER_LIMIT})),
            optional=True,
        ),
    ]
    return modal("charter", "slack.charter", blocks, words, submit="slack.save", metadata="")


def rest(words: Catalogue, *, resting: bool) -> Json:
    """Whether to give everybody a rest, or to end it."""
    about, act = (
        ("slack.everybody.resume.about", "slack.everybody.resume")
        if resting
        else ("slack.everybody.pause.about", "slack.everybody.pause")
    )
    blocks = [section(words.say(Phrase(about)))]
    return modal("rest", "slack.everybody", blocks, words, submit=act, metadata="resume" if resting else "pause")


def meeting(words: Catalogue, *, helpers: int, days: int, nudges: bool) -> Json:
    """How people meet here."""
    numbers = {str(number): str(number) for number in HELPERS}
    box = tick("yes", words.say(Phrase("slack.meeting.nudges")), ticked=nudges)
    blocks = [
        field("helpers", words.say(Phrase("slack.meeting.helpers")), select(numbers, str(helpers))),
        field(
            "days",
            words.say(Phrase("slack.meeting.days")),
            number_input(days, least=DAYS.start, most=DAYS.stop - 1),
            hint=words.say(Phrase("slack.meeting.days.hint", {"least": DAYS.start, "most": DAYS.stop - 1})),
        ),
        field("nudges", words.say(Phrase("slack.meeting.after")), box, optional=True),
    ]
    return modal("meeting", "slack.meeting", blocks, words, submit="slack.save", metadata="")
