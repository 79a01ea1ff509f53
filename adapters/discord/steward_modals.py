"""The forms that stewards fill in. What comes back of them is read in `filled.py`."""

from collections.abc import Sequence
from typing import Final

from adapters.discord.modals import NO, YES
from adapters.discord.rendering import message
from adapters.discord.widgets import (
    Json,
    Style,
    button,
    channels,
    display,
    field,
    form,
    modal,
    press,
    select,
    text_input,
)
from bot.domain.charters import CHARTER_LIMIT
from bot.messages import Phrase
from bot.text import Catalogue

#: What stewards may choose between.
HELPERS: Final = range(1, 6)
DAYS: Final = range(3, 22)


def listen(chosen: Sequence[str], words: Catalogue) -> Json:
    """In which channels Comptoir hears needs and offers, by Discord's ids."""
    about = display(words.say(Phrase("discord.listen.about")))
    menu = field(words.say(Phrase("discord.listen.channels")), channels("channels", chosen))
    return modal(form("listen"), words.say(Phrase("discord.listen")), [about, menu])


def charter(text: str, words: Catalogue) -> Json:
    """What members agree to when they join."""
    typed = text_input("text", text, most=CHARTER_LIMIT, lines=True)
    hint = words.say(Phrase("discord.charter.hint"))
    asked = field(words.say(Phrase("discord.charter")), typed, hint=hint)
    return modal(form("charter"), words.say(Phrase("discord.charter")), [asked])


def rest(words: Catalogue, *, resting: bool) -> Json:
    """Whether to give everybody a rest, or to end it: a message with one button."""
    step = "resume" if resting else "pause"
    about = {"pause": "discord.everybody.pause.about", "resume": "discord.everybody.resume.about"}[step]
    label = {"pause": "discord.everybody.pause", "resume": "discord.everybody.resume"}[step]
    act = button(words.say(Phrase(label)), press(f"rest.{step}"), Style.PRIMARY)
    return message(words.say(Phrase(about)), [[act]])


def meeting(words: Catalogue, *, helpers: int, days: int, nudges: bool) -> Json:
    """How people meet here."""

    def say(key: str) -> str:
        return words.say(Phrase(key))

    numbers = {str(number): str(number) for number in HELPERS}
    lengths = {str(number): str(number) for number in DAYS}
    ways = {YES: say("discord.meeting.nudges.yes"), NO: say("discord.meeting.nudges.no")}
    questions = [
        field(say("discord.meeting.helpers"), select("helpers", numbers, str(helpers))),
        field(say("discord.meeting.days"), select("days", lengths, str(days)), hint=say("discord.meeting.days.hint")),
        field(say("discord.meeting.after"), select("nudges", ways, YES if nudges else NO)),
    ]
    return modal(form("meeting"), say("discord.meeting"), questions)
