"""Whether a sentence overheard in a channel asks for something, offers something, or neither.

Precision first: a bot that takes a joke or a greeting for a need is a bot that people remove.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from matching.intent_model import Encoder, Likelihoods, Model, model
from matching.text import sentences

#: How likely a text must be a need or an offer to be called one; below, it is neither. Chosen on our own sentences,
#: each judged by a model that saw nothing of its persona, see docs/decisions/0014-intent-from-our-own-sentences.md.
SURE: Final = {"need": 0.75, "offer": 0.75}
#: The same for what reads like a message from a disaster, where a miss costs more than a question too many, and where
#: few offer anything.
SURE_IN_ALARM: Final = {"need": 0.4, "offer": 0.2}
#: A text that reads so much like one is judged as a whole only, as those were that the model learnt from.
ALARMING: Final = 0.5
#: Longer texts are announcements and stories; only their beginning is read.
LONGEST: Final = 2_000
#: A text of more sentences is judged as a whole only.
MOST_SENTENCES: Final = 6
#: What people repeat of others, and code.
QUOTED: Final = re.compile(
    r"^\s*>.*$|«[^»]*»|\"[^\"]{8,}\"|\u201c[^\u201d]*\u201d|```.*?```|`[^`]*`", re.MULTILINE | re.DOTALL
)
LETTER: Final = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Intent:
    """What a text is, and how surely."""

    #: "need", "offer" or "none".
    kind: str
    #: In [0, 1]: how likely it is of this kind; among texts that score 0.8, four in five are.
    score: float


def classify(text: str, language: str | None = None, *, encoder: Encoder | None = None) -> Intent:
    """What a text is, in French or English.

    Args:
        language: not needed; both languages are read by one model.
        encoder: of sentences, if one is loaded; it makes the answer better, and 3 to 5 ms later.
    """
    return judged(text, partial(likelihoods, encoder=encoder))


def judged(text: str, by: Callable[[str], Likelihoods]) -> Intent:
    """What a text is, by what somebody thinks of it and of its sentences."""
    shares = by(text)
    whole = decided(shares)
    parts = sentences(QUOTED.sub(" ", text[:LONGEST]))
    if whole.kind != "none" or shares.alarm > ALARMING or not 1 < len(parts) <= MOST_SENTENCES:
        return whole
    # A need behind a greeting: chatter around it makes the whole look like chatter.
    found = [decided(by(part)) for part in parts]
    return max((i for i in found if i.kind != "none"), key=lambda i: i.score, default=whole)


def likelihoods(text: str, *, encoder: Encoder | None = None, by: Model | None = None) -> Likelihoods:
    """How likely a text is a need, an offer or neither, for callers with a threshold of their own.

    Args: by: another model than the one that is shipped.
    """
    said = QUOTED.sub(" ", text[:LONGEST])
    if not LETTER.search(said):
        return Likelihoods(0.0, 0.0, 1.0, 0.0)
    return (by or model()).likelihoods(said, encoder)


def decided(shares: Likelihoods) -> Intent:
    """Of need and offer the one that is further above what it must reach; neither if none reaches it."""
    found = {"need": shares.need, "offer": shares.offer}
    enough = {kind: (1 - shares.alarm) * SURE[kind] + shares.alarm * SURE_IN_ALARM[kind] for kind in found}
    kind = max(found, key=lambda each: found[each] / enough[each])
    if found[kind] < enough[kind]:
        return Intent("none", round(shares.none, 3))
    return Intent(kind, round(found[kind], 3))
