"""What a member asks for by a word after the root command, where it opens a window or asks whether they are sure."""

from typing import Final

from adapters.slack.counter import Visit
from adapters.slack.exporting import hand_over
from adapters.slack.home import erase_button, leave_button
from adapters.slack.inert import calm, escaped
from adapters.slack.modals import settings
from adapters.slack.widgets import Json, actions, section
from adapters.slack.windows import open_window
from bot.messages import Message

#: In both languages, and what it means.
OWN: Final = {
    "settings": "settings", "reglages": "settings", "réglages": "settings",
    "copy": "copy", "export": "copy", "copie": "copy",
    "leave": "leave", "partir": "leave", "quitter": "leave",
    "erase": "erase", "effacer": "erase",
    "block": "block", "bloquer": "block", "report": "block", "signaler": "block",
}  # fmt: skip


def own(text: str) -> str:
    """What is asked for; nothing where it is not one of these words. After "block" one may write whom."""
    word, _, rest = text.partition(" ")
    what = OWN.get(word.casefold(), "")
    return what if what == "block" or not rest.strip() else ""


async def ordered(visit: Visit, what: str) -> Message | Json | None:
    """Do it. Returns: what is said to whoever typed it; None where a window opened. Raises: Refusal."""
    match what:
        case "settings":
            me = await visit.counter.dispatch.me(visit.member)
            await open_window(visit, settings(me, visit.words, visit.now))
            return None
        case "copy":
            await hand_over(visit)
            return Message("slack.export.told")
        case "leave":
            words = f"{visit.say('house.leave.silent')} {visit.say('house.leave.notices')}"
            return _sure(words, leave_button(visit.words))
        case "erase":
            return _sure(visit.say("slack.sure.erase"), erase_button(visit.words))
        case _:
            return Message("slack.block")


def _sure(words: str, press: Json) -> Json:
    """What would become of it, and the button, which asks once more."""
    return {"text": escaped(calm(words)), "blocks": [section(words), *actions([press])], "response_type": "ephemeral"}
