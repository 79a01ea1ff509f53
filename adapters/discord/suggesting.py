"""What somebody may be about to type: time zones, topics, their own notices.

Source: https://docs.discord.com/developers/interactions/application-commands#autocomplete
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Final, TypeAlias
from unicodedata import combining, normalize
from zoneinfo import available_timezones

from adapters.chat.texts import clipped, cut, fit
from bot.domain.notices import Notice, NoticeState
from bot.text import LANGUAGES
from matching.topics import labels

#: What is shown, and what is sent back when it is chosen.
Choice: TypeAlias = dict[str, str]

#: Choices, and characters of each, that Discord takes.
MOST: Final = 25
LONGEST: Final = 100
#: How the names of zones by place begin.
AREAS: Final = frozenset({
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
})  # fmt: skip
#: Topics of a notice.
TOPICS: Final = 3


def zones(begun: str, mine: str = "UTC") -> list[Choice]:
    """Time zones whose city or region begins so, the city first; one's own when nothing was typed."""
    words = _plain(begun.replace("_", " ").replace("/", " "))
    if not words:
        return [_choice(mine, mine)]
    known = _places().items()
    ranked = sorted(known, key=lambda one: (not one[1][1].startswith(words), not one[1][0].startswith(words), one[0]))
    return _few(_choice(_shown(name), name) for name, (plain, _) in ranked if f" {words}" in f" {plain}")


def topics(begun: str, language: str) -> list[Choice]:
    """Topics for the last word of a list such as «gardening, ti», after those that are there already."""
    before, _, last = begun.rpartition(",")
    there = [one.strip() for one in before.split(",") if one.strip()]
    if len(there) >= TOPICS:
        return []
    taken, words = {_plain(one) for one in there}, _plain(last)
    names = [name for name in labels(language).values() if _plain(name) not in taken]
    ranked = sorted(names, key=lambda name: (not _plain(name).startswith(words), _plain(name)))
    lists = (", ".join([*there, name]) for name in ranked if words in _plain(name))
    return _few(_choice(one, one) for one in lists if len(one) <= LONGEST)


def topics_named(typed: str, language: str) -> tuple[str, ...]:
    """The topics in a list that somebody typed, by their names in any language of ours; what is none is left out."""
    keys = {_plain(name): key for one in (*LANGUAGES, language) for key, name in labels(one).items()}
    found = [keys[name] for one in typed.split(",") if (name := _plain(one)) in keys]
    return tuple(dict.fromkeys(found))[:TOPICS]


def notices(begun: str, mine: Sequence[Notice], named: Callable[[Notice], str]) -> list[Choice]:
    """My notices in whose words this is, those that are open first; `named` gives what stands for one."""
    words = _plain(begun)
    ranked = sorted(mine, key=lambda notice: notice.state is not NoticeState.OPEN)
    return _few(_choice(notice.card, named(notice)) for notice in ranked if words in _plain(notice.card))


@cache
def _places() -> Mapping[str, tuple[str, str]]:
    """Zones by place, with what they and their cities are called; what is left of older times is left out."""
    names = [name for name in available_timezones() if name.partition("/")[0] in AREAS or name == "UTC"]
    spoken = {name: _plain(_shown(name).replace("/", " ")) for name in names}
    return {name: (plain, _plain(_shown(name).rpartition("/")[2])) for name, plain in spoken.items()}


def _shown(zone: str) -> str:
    return zone.replace("_", " ")


def _choice(name: str, value: str) -> Choice:
    return {"name": cut(fit(" ".join(name.split())), LONGEST) or "…", "value": clipped(value, LONGEST)}


def _few(choices: Iterable[Choice]) -> list[Choice]:
    found: list[Choice] = []
    for choice in choices:
        if len(found) == MOST:
            break
        found.append(choice)
    return found


def _plain(text: str) -> str:
    """Without case and accents."""
    return "".join(one for one in normalize("NFKD", text.casefold().strip()) if not combining(one))
