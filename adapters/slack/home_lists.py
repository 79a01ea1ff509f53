"""The two lists of the Home tab, needs and offers, and ties: a page of each, with what can be done about each thing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from adapters.chat.mine import STEPS, TIE_STEPS, facts, name_of, offered, topics
from adapters.slack.blocks import sure
from adapters.slack.inert import cut
from adapters.slack.widgets import Json, actions, button, context, divider, header, option, section
from bot.domain.notices import Notice
from bot.messages import Param, Phrase
from bot.text import Catalogue
from bot.views import Me, TieView

#: How many of each are on one page. With everything else they stay below the 100 blocks of a view.
NOTICES: Final = 5
TIES: Final = 8
#: Longest note shown; the form has all of it.
NOTE: Final = 300


PAGING: Final = {"page:before": "slack.home.before", "page:after": "slack.home.after"}


@dataclass(frozen=True)
class Pages:
    """Which page of one's notices and of one's ties is shown, from 0."""

    notices: int = 0
    ties: int = 0


def read_pages(value: str) -> Pages:
    """What a paging button carries; the first pages for anything else."""
    numbers = [int(part) if part.isascii() and part.isdecimal() and len(part) < 5 else 0 for part in value.split(":")]
    return Pages(*numbers) if len(numbers) == 2 else Pages()


@dataclass(frozen=True)
class Reader:
    """Who looks at their Home tab, when, and which pages of it."""

    me: Me
    words: Catalogue
    now: datetime
    #: What the buttons of each notice and tie carry, by id.
    names: Mapping[str, str]
    pages: Pages

    def say(self, key: str, **params: Param) -> str:
        """A sentence in their words."""
        return self.words.say(Phrase(key, params), self.me.person.zone, self.now)


def notices(reader: Reader) -> list[Json]:
    """My needs and offers, newest first, and what can be done about each."""
    mine = reader.me.notices
    first = _first(reader.pages.notices, NOTICES, len(mine))
    shown = mine[first : first + NOTICES]
    blocks = [divider(), header(reader.say("house.notices.title"))]
    if not mine:
        empty = reader.say("house.notices.empty"), reader.say("house.notices.empty.next")
        return [*blocks, section("\n".join(empty))]
    blocks.append(context(reader.say("house.notices.lead")))
    for notice in shown:
        blocks += [divider()] if notice is not shown[0] else []
        blocks += [
            section(reader.say("slack.quoted", text=notice.text)),
            context(" · ".join(facts(notice, reader.words, reader.now))),
        ]
        blocks += actions([_step(reader, notice, step) for step in offered(notice, reader.now)])
    return [*blocks, *_paging(reader, first // NOTICES, NOTICES, len(mine), "notices")]


def _step(reader: Reader, notice: Notice, step: str) -> Json:
    label = reader.say(STEPS[step])
    return button(label, f"notice:{step}", reader.names[notice.id], confirm=sure(step, label, reader.words))


def ties(reader: Reader) -> list[Json]:
    """Those that are alive, each with a menu of windows."""
    alive = [tie for tie in reader.me.ties if tie.alive]
    first = _first(reader.pages.ties, TIES, len(alive))
    blocks = [divider(), header(reader.say("house.ties.title"))]
    if not alive:
        empty = reader.say("house.ties.empty"), reader.say("slack.home.ties.next")
        return [*blocks, section("\n".join(empty))]
    for tie in alive[first : first + TIES]:
        blocks.append(section(_tie(reader, tie), _menu(reader, tie)))
        blocks += [context(reader.say("slack.home.note", note=cut(tie.note, NOTE)))] if tie.note else []
    return [*blocks, *_paging(reader, first // TIES, TIES, len(alive), "ties")]


def _tie(reader: Reader, tie: TieView) -> str:
    since = reader.say("slack.home.since", since=tie.since)
    return f"{name_of(tie, reader.words)}\n{' · '.join([since, *topics(tie.topics, reader.words)])}"


def _menu(reader: Reader, tie: TieView) -> Json:
    steps = [step for step in TIE_STEPS if tie.name or step != "block"]
    options = [option(f"{step}:{reader.names[tie.id]}", reader.say(TIE_STEPS[step])) for step in steps]
    return {"type": "overflow", "action_id": "tie:menu", "options": options}


def _first(page: int, most: int, count: int) -> int:
    """Where a page begins; that of the last one, if the page asked for is gone."""
    return min(page, max(0, count - 1) // most) * most


def _paging(reader: Reader, page: int, most: int, count: int, what: str) -> list[Json]:
    """Buttons to the pages around, and how much is left. They carry which page of each list to show."""
    left = count - (page + 1) * most
    steps = {"page:before": (page > 0, page - 1), "page:after": (left > 0, page + 1)}
    row = [
        button(reader.say(PAGING[action]), action, _turned(reader.pages, what, to))
        for action, (there, to) in steps.items()
        if there
    ]
    return ([context(reader.say("slack.home.more", count=left))] if left > 0 else []) + actions(row)


def _turned(pages: Pages, what: str, to: int) -> str:
    after = replace(pages, **{what: to})
    return f"{after.notices}:{after.ties}"
