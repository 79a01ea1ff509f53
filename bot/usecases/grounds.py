"""What is kept of why two people are proposed to each other, so that it can be said again from the store alone (B8)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from unicodedata import normalize

from bot.domain.introductions import Ground
from bot.domain.notices import Notice
from bot.seen import seen_by_engine
from matching.choice import Balance, in_turn
from matching.model import Candidate, Reason
from matching.reading import read
from matching.score import shared

#: What may stand between the words of one thing: "machine à coudre", "porte-vélo", "cours de la danse".
BETWEEN: Final = r"[ '’-]+(?:\w+[ '’-]+){0,2}?"


def grounds_of(candidate: Candidate, asker: Notice, helper: Notice, *, bridging: bool) -> tuple[Ground, ...]:
    """The engine's reasons; shared words as each side wrote them, and what the thesaurus calls them.

    Args: asker, helper: the notices of sides "a" and "b". bridging: whether distance decided among equals.
    """
    found: list[Ground] = []
    for reason in candidate.reasons:
        found += _terms(reason, asker, helper) if reason.kind == "terms" else [Ground(reason.kind, reason.values)]
    return (*found, Ground("bridging", ())) if bridging else tuple(found)


def brought_forward(owned: Sequence[tuple[Candidate, str]], balance: Balance, seed: int) -> frozenset[str]:
    """The notices that stand before another only because their owners are further from the asker (B6).

    Args: as `in_turn` takes them.
    """
    without = [candidate.notice for candidate in in_turn(owned, replace(balance, bridging={}), seed)]
    places = {notice: place for place, notice in enumerate(without)}
    ordered = in_turn(owned, balance, seed)
    return frozenset(c.notice for place, c in enumerate(ordered) if place < places[c.notice])


def as_written(term: str, text: str) -> str:
    """A term with what its author put between its words; the term itself where the text does not hold it."""
    spelled = BETWEEN.join(map(re.escape, term.split()))
    found = re.search(rf"\b{spelled}\b", normalize("NFKC", text))
    return found[0] if found else term


def _terms(reason: Reason, asker: Notice, helper: Notice) -> list[Ground]:
    mine, theirs = read(seen_by_engine(asker)), read(seen_by_engine(helper))
    spelled = {other.written: own.written for own, other, _ in shared(mine, theirs)}
    return [
        Ground("terms", tuple(as_written(word, helper.card) for word in reason.values)),
        Ground("terms.a", tuple(as_written(spelled.get(word, word), asker.card) for word in reason.values)),
        Ground("concepts", reason.keys or ("",) * len(reason.values)),
        Ground("languages", (asker.language, helper.language)),
    ]
