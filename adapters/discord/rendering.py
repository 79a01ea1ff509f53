"""A message in the reader's words, as Discord shows it: a text, and rows of buttons below it, within every limit.

Not Components V2: such a message has no `content`, so that a phone announces it without a word, and it can never become
another kind of message again. Source: https://github.com/discord/discord-api-docs/issues/7854
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from adapters.chat.texts import ELLIPSIS
from adapters.discord.inert import cut, inert, is_visible, pieces, plain, size
from adapters.discord.widgets import ROW, ROWS, Json, Style, button, press, rows
from bot.messages import Phrase
from bot.text import Catalogue
from bot.text.said import Said

#: Longest texts of a message, of one frame below it, and of all frames together.
#: Source: https://docs.discord.com/developers/resources/message#embed-object-embed-limits
CONTENT: Final = 2000
FRAME: Final = 4096
FRAMES: Final = 6000
#: Longest title of a page.
TITLE: Final = 100
#: No pictures of links below a message. It would hide frames as well.
BARE: Final = 1 << 2

STYLES: Final = {"yes": Style.PRIMARY, "post": Style.PRIMARY, "accept": Style.PRIMARY, "join": Style.PRIMARY}
#: What cannot be undone by pressing again, and what is said before it is done: the label of the button, and why.
SURE: Final = {
    "end_tie": ("house.ties.end", "house.ties.end.about"),
    "withdraw": ("house.notices.withdraw", "discord.sure.withdraw"),
    "leave": ("house.privacy.leave", "discord.sure.leave"),
    "erase": ("house.privacy.erase.do", "discord.sure.erase"),
    "my.withdraw": ("house.notices.withdraw", "discord.sure.withdraw"),
    "tie.end": ("house.ties.end", "house.ties.end.about"),
    "tie.block": ("house.ties.block", "house.ties.block.about"),
}
#: What ends all messages that nobody asked for, on whichever of them it is pressed.
STOP: Final = "stop"
#: How the choice begins of who is sure.
CERTAIN: Final = "sure."


def rendered(said: Said, words: Catalogue, *, foot: Sequence[Json] = ()) -> Json:
    """What is posted for a message. Parts that would not fit are counted in a last line.

    Several parts that can each be answered are numbered, and so are their buttons. The buttons of `foot` come last.

    Returns: {"content", "embeds", "components", "flags"}; what is too long for the content goes on in frames.
    """
    numbered = sum(any(_buttons(part)) for part in said.parts) > 1
    last = [_named(replace(said, parts=()), ""), list(foot)]
    text, groups = said.text, last
    for at, part in enumerate(said.parts, 1):
        number = f"{at}. " if numbered else ""
        longer, more = _joined(text, _text(part, number)), [*groups[:-2], _named(part, number), *last]
        if not _fits(_joined(longer, _left(said, at, words)), more):
            text = _joined(text, _left(said, at - 1, words))
            break
        text, groups = longer, more
    return message(text, _with_one_stop(groups) if numbered else groups, rest=words.say(Phrase("discord.rest")))


def message(text: str, groups: Sequence[Sequence[Json]] = (), *, title: str = "", rest: str = "") -> Json:
    """What is posted for a text, with groups of buttons below it, each in a row of its own while there is room.

    Of more than 25 buttons, or of two that are called the same, the first stay. About 7,000 characters always fit.

    Args: title: of the whole, a line of a few words, for pages that somebody asked for. rest: said in the place of what
    is too long.
    """
    title = plain(title, TITLE) if is_visible(title) else ""
    above = f"**{inert(title)}**\n" if title else ""
    first, frames = _parted(text, CONTENT - size(title) - len("****\n"), rest)
    return {
        "content": above + first,
        "embeds": [{"description": frame} for frame in frames],
        "components": _rows(groups),
        "flags": 0 if frames else BARE,
    }


def together(messages: Sequence[Said], words: Catalogue) -> Json:
    """Several messages as one without buttons, such as an opening in the languages of both.

    What is said alike is said once.
    """
    whole = "\n\n".join(dict.fromkeys(_text(one, "") for one in messages))
    return message(whole, rest=words.say(Phrase("discord.rest")))


def sure(choice: str, token: str, words: Catalogue) -> Json:
    """The question before one of `SURE`, with one button: the same token, under `CERTAIN` and the choice."""
    label, about = (words.say(Phrase(key)) for key in SURE[choice])
    return message(about, [[button(label, press(f"{CERTAIN}{choice}", token), Style.DANGER)]])


# --- words -----------------------------------------------------------------------------------------------------------


def _text(said: Said, number: str) -> str:
    return _joined(f"{number}{said.text}", *(_text(part, "") for part in said.parts))


def _joined(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text.strip())


def _left(said: Said, shown: int, words: Catalogue) -> str:
    count = len(said.parts) - shown
    return words.say(Phrase("discord.more", {"count": count})) if count else ""


def _parted(text: str, room: int, rest: str) -> tuple[str, list[str]]:
    """The content, of at most `room`, and the frames. Where both are full, `rest` ends them."""
    first, more = _begun(text, room)
    if size(more) > FRAMES:
        more = _joined(cut(more, FRAMES - size(rest) - len("\n\n")), rest)
    shown = inert(first)
    frames = [one for one in map(inert, pieces(more, FRAME)) if is_visible(one)]
    return (shown if is_visible(shown) else ELLIPSIS), frames


def _begun(text: str, room: int) -> tuple[str, str]:
    """As much of a text as the content holds, and what goes on below it."""
    whole = text.strip("\n")
    first = next(iter(pieces(whole, room)), "")
    return first, whole[len(first) :].lstrip()


# --- buttons ---------------------------------------------------------------------------------------------------------


def _named(said: Said, number: str) -> list[Json]:
    return [
        button(label if choice == STOP else f"{number}{label}", press(choice, token), _style(choice))
        for choice, label, token in _buttons(said)
    ]


def _style(choice: str) -> Style:
    return STYLES.get(choice, Style.SECONDARY)


def _buttons(said: Said) -> Iterator[tuple[str, str, str]]:
    """All that can be pressed in a message and its parts: choice, label, token."""
    for part in said.parts:
        yield from _buttons(part)
    for one in said.buttons:
        yield one.choice, one.label, said.token


def _with_one_stop(groups: Sequence[Sequence[Json]]) -> list[list[Json]]:
    """To stop all messages, which is the same on each of several, is below them alone."""
    *parts, foot = groups
    stops = [one for group in parts for one in group if _is_stop(one)]
    *above, own = [[one for one in group if not _is_stop(one)] for group in parts]
    return [*above, stops[:1] + own, list(foot)]


def _is_stop(one: Json) -> bool:
    return str(one["custom_id"]).startswith(press(STOP, ""))


def _fits(text: str, groups: Sequence[Sequence[Json]]) -> bool:
    pressed = sum(not _is_stop(one) for group in groups for one in group)
    return size(_begun(text, CONTENT)[1]) <= FRAMES and pressed < ROW * ROWS


def _rows(groups: Sequence[Sequence[Json]]) -> list[Json]:
    known: set[str] = set()
    apart = [[one for one in group if _is_new(one, known)] for group in groups]
    spread = [made for group in apart for made in rows(group)]
    return spread if len(spread) <= ROWS else rows([one for group in apart for one in group][: ROW * ROWS])


def _is_new(one: Json, known: set[str]) -> bool:
    name = one["custom_id"]
    new = name not in known
    known.add(name)
    return new
