"""The command that tells needs, offers and neither apart in a file of sentences."""

from collections.abc import Iterator
from pathlib import Path

from bot.tools.lines import STANDARD, Complain, Line, read_lines, write_lines
from matching import intent as reading
from matching.intent_model import Encoder


def classify(
    source: Path = STANDARD,
    target: Path = STANDARD,
    *,
    complain: Complain | None = None,
    encoder: Encoder | None = None,
) -> int:
    """Add "intent" and "score" to each {"id", "text"} of a file; other keys are kept.

    Args:
        complain: told of each line that cannot be read, which is then left out; without it the first one ends all.
        encoder: of sentences, if one is loaded; it makes the answers better.

    Returns: how many lines were written.
    Raises: BadInput naming file and line.
    """
    return write_lines(target, _classified(source, complain, encoder))


def _classified(source: Path, complain: Complain | None, encoder: Encoder | None) -> Iterator[Line]:
    for line in read_lines(source, texts=("id", "text"), complain=complain):
        intent = reading.classify(line["text"], encoder=encoder)
        yield {**line, "intent": intent.kind, "score": intent.score}
