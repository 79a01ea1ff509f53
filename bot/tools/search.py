"""The engine tried on a community's own notices: every offer ranked for every need."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from bot.tools.lines import Complain, Line, read_lines, write_text
from matching.encoder import Encoder
from matching.index import Index
from matching.model import Notice
from matching.text import LANGUAGES, language_of

#: The last column of a run: who ranked.
TAG: Final = "comptoir"
#: Offers taken in between two words of progress.
STEP: Final = 256

Progress = Callable[[int, int], None]


def search(
    offers: Path,
    needs: Path,
    *,
    top: int,
    run: Path,
    encoder: Encoder | None,
    cut: bool = False,
    complain: Complain | None = None,
    progress: Progress | None = None,
) -> int:
    """Write the best offers for each need as a TREC run: `need Q0 offer rank score comptoir`.

    Both files hold `{"id", "text", "lang"?}` a line. A score is the calibrated share; equal ones are ordered by id.

    Args:
        top: offers for a need, at most.
        encoder: None ranks by words alone.
        cut: apply threshold and knee, so that a need that nobody can meet has no line.
        progress: told how many of how many texts are done.

    Returns: how many lines were written. Raises: BadInput.
    """
    offered = list(_notices(offers, "offer", complain))
    needed = list(_notices(needs, "need", complain))
    return write_text(run, _ranked(offered, needed, top, encoder, cut=cut, progress=progress or _quietly))


def _ranked(
    offers: Sequence[Notice],
    needs: Sequence[Notice],
    top: int,
    encoder: Encoder | None,
    *,
    cut: bool,
    progress: Progress,
) -> Iterator[str]:
    index = Index(encoder=encoder)
    # Needs are taken in, too: the engine learns from them how needs are put here.
    notices = [*offers, *needs]
    total = len(notices) + len(needs)
    for at in range(0, len(notices), STEP):
        index.add_all(notices[at : at + STEP])
        progress(min(at + STEP, len(notices)), total)
    for done, need in enumerate(needs, start=len(notices) + 1):
        found = index.search(need, ("offer",), limit=top, seed=0) if cut else index.rank(need, ("offer",), limit=top)
        best_first = sorted(((round(c.score, 9), _own(c.notice)) for c in found), key=lambda pair: (-pair[0], pair[1]))
        for rank, (score, offer) in enumerate(best_first, start=1):
            yield f"{_own(need.id)} Q0 {offer} {rank} {score:.9f} {TAG}\n"
        progress(done, total)


def _notices(path: Path, kind: str, complain: Complain | None) -> Iterator[Notice]:
    for line in read_lines(path, texts=("id", "text"), complain=complain):
        # Files may use the same id for a need and an offer.
        yield Notice(f"{kind} {line['id']}", f"{kind} {line['id']}", kind, line["text"], _language(line))


def _own(id: str) -> str:
    """The id that the file gives."""
    return id.partition(" ")[2]


def _language(line: Line) -> str:
    """The language that is given, if it is one of ours; else the one that the text seems to be in."""
    given = str(line.get("lang") or "").lower()[:2]
    return given if given in LANGUAGES else language_of(line["text"], "en")


def _quietly(done: int, total: int) -> None:
    """Nobody is watching."""
