"""Words after the root command: what opens a window or asks whether one is sure, and what only members have."""

from typing import Final

from adapters.slack.counter import Visit
from adapters.slack.exporting import hand_over
from adapters.slack.home import erase_button, leave_button
from adapters.slack.inert import calm, escaped
from adapters.slack.modals import settings
from adapters.slack.widgets import Json, actions, button, section
from adapters.slack.windows import open_window
from bot.messages import Message
from bot.usecases.wishes import Wish, wish_of

#: In both languages, and what it means.
OWN: Final = {
    "settings": "settings", "reglages": "settings", "réglages": "settings",
    "copy": "copy", "export": "copy", "copie": "copy",
    "leave": "leave", "partir": "leave", "quitter": "leave",
    "erase": "erase", "effacer": "erase",
    "block": "block", "bloquer": "block", "report": "block", "signaler": "block",
}  # fmt: skip

#: What is wished for in a sentence, which asks first.
WISHED: Final = {Wish.LEAVE: "leave", Wish.FORGET: "erase"}
#: What only a member has, or does, besides: whoever else asks for it is told that they are none.
OF_MEMBERS: Final = {"ties", "liens", "why", "pourquoi", "pause", "stop", "resume", "reprise", *OWN}


def own(text: str) -> str:
    """What is asked for; nothing where it is not one of these words. After "block" one may write whom."""
    word, _, rest = text.partition(" ")
    what = OWN.get(word.casefold(), "")
    return what if what == "block" or (what and not rest.strip()) else wished(text)


def wished(text: str) -> str:
    """The same, of a sentence that wishes to leave or to be forgotten, and says nothing else."""
    return WISHED.get(wish, "") if (wish := wish_of(text)) else ""


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
        case "leave" | "erase":
            return aside(*sure_of(visit, what))
        case _:
            return Message("slack.block")


def is_of_members(text: str) -> bool:
    """Whether who is no member writes as if they were one, or asks us to be quiet: they wish for no greeting."""
    return wish_of(text) not in (None, Wish.WHO) or text.strip().removeprefix("/").casefold() in OF_MEMBERS


async def no_member(visit: Visit) -> tuple[str, list[Json]]:
    """That they are no member, and not written to; with a way in, no praise of it, and what is kept if they left."""
    words, steps = visit.say("no_member"), [button(visit.say("slack.join"), "join", style="primary")]
    if await visit.counter.dispatch.has_left(visit.member):
        words += f"\n\n{visit.say('left.kept')}"
        steps.append(erase_button(visit.words))
    return words, [section(words), *actions(steps)]


def sure_of(visit: Visit, what: str) -> tuple[str, list[Json]]:
    """What would become of who leaves, or is forgotten ("erase"), and the button, which asks once more."""
    if what == "erase":
        words, press = visit.say("slack.sure.erase"), erase_button(visit.words)
    else:
        words = f"{visit.say('house.leave.silent')} {visit.say('house.leave.notices')}"
        press = leave_button(visit.words)
    return words, [section(words), *actions([press])]


def aside(words: str, blocks: list[Json]) -> Json:
    """What a command is answered, seen by whoever typed it alone."""
    return {"text": escaped(calm(words)), "blocks": blocks, "response_type": "ephemeral"}
