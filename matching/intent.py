"""Whether a sentence overheard in a channel asks for something, offers something, or neither.

Precision first: a bot that takes a joke or a greeting for a need is a bot that people remove.
"""

import math
import re
from dataclasses import dataclass
from typing import Final

from matching.cues import cues
from matching.text import fold, language_of, sentences, terms_left

#: Below this, a sentence is neither.
SURE: Final = 0.5
#: Longer texts are announcements and stories; only their beginning is read.
LONGEST: Final = 2_000
#: What people repeat of others, and code.
QUOTED: Final = re.compile(
    r"^\s*>.*$|«[^»]*»|\"[^\"]{8,}\"|\u201c[^\u201d]*\u201d|```.*?```|`[^`]*`", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Intent:
    """What a text is, and how surely."""

    #: "need", "offer" or "none".
    kind: str
    #: In [0, 1]: how sure we are of `kind`.
    score: float


def classify(text: str, language: str | None = None) -> Intent:
    """What a text is; the surest of its sentences decides. `language` is taken from the text when not given."""
    said = QUOTED.sub(" ", text[:LONGEST])
    spoken = language or language_of(said, "fr")
    best = Intent("none", 1.0)
    strength = 0.0
    for sentence in sentences(said):
        kind, score = _judge(sentence, spoken)
        if score > strength:
            best, strength = Intent(kind, round(score, 2)), score
    return best if strength >= SURE else Intent("none", round(1 - strength, 2))


def _judge(sentence: str, language: str) -> tuple[str, float]:
    folded = fold(sentence)
    need, offer = _strongest("need", folded), _strongest("offer", folded)
    doubt = math.prod(c.weight for c in cues("doubt") if c.pattern.search(folded))
    if not terms_left(sentence, language):
        doubt *= 0.5
    # "If anyone needs a van, I can lend mine" holds both; the offer is what its author does.
    return ("offer", offer * doubt) if offer >= need else ("need", need * doubt)


def _strongest(kind: str, folded: str) -> float:
    return max((c.weight for c in cues(kind) if c.pattern.search(folded)), default=0.0)
