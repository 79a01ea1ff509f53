"""From the text of a need to its candidates with reasons, among 100,000 or 1,000,000 open offers: time and memory.

Everything is in it: language, terms, the encoder, words and meaning, constraints, threshold and knee. One thread, at
most 50 candidates, CPU time. Offers are made up (`benchmarks/corpus.py`); since reading a million texts with the
encoder takes an hour, offers get mixtures of vectors that were read once (`--vectors FILE.npy`, rows of the real
encoder; without it they are drawn), and the needs alone are read with the real one while the clock runs.

    python -m benchmarks.whole --sizes 100000,1000000 --vectors FILE.npy
"""

import argparse
import gc
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpus import COMMUNITIES, Corpus, make
from benchmarks.retrieval import ONE, in_turns, machine, percentile, rss, shown
from matching.constraints import Constraints
from matching.encoder import Encoder, built_in, unit
from matching.index import Index
from matching.model import Notice
from matching.text import language_of

K: Final = 50
NEEDS: Final = 200
DRAWN: Final = 20_000
BATCH: Final = 4096


class Mixing:
    """An encoder that gives mixtures of two known vectors by the letters of a text; or asks the real one."""

    dimension: Final = 512

    def __init__(self, real: Encoder | None, vectors: Path | None) -> None:
        self._real = real
        drawn = (
            np.random.default_rng(9).standard_normal((DRAWN, self.dimension)) if vectors is None else np.load(vectors)
        )
        self._known = unit(drawn)
        #: Whether texts are read; seconds of CPU that it took.
        self.reading = False
        self.seconds = 0.0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A direction for each text."""
        if not self.reading or self._real is None:
            hashed = np.array([crc32(text.encode()) for text in texts], np.int64)
            return unit(
                0.8 * self._known[hashed % len(self._known)] + 0.2 * self._known[hashed // 7 % len(self._known)]
            )
        begin = time.thread_time()
        found = self._real.encode(texts)
        self.seconds += time.thread_time() - begin
        return found


def offers(corpus: Corpus, begin: int, end: int) -> list[Notice]:
    """Offers as notices; in which community each is stands for a circle."""
    texts = corpus.offer_texts
    return [
        Notice(f"offer-{i:08x}", f"member-{corpus.members[i]:08x}", "offer", texts[i], language_of(texts[i], "fr"),
               circles=frozenset({str(corpus.communities[i])}))
        for i in range(begin, end)
    ]  # fmt: skip


def asked(corpus: Corpus) -> list[tuple[Notice, Constraints]]:
    """Needs that are not in the index, each with whom it may find."""
    chance, found = np.random.default_rng(3), []
    for i in range(NEEDS):
        text = corpus.text(corpus.needs[i])
        circles = chance.choice(COMMUNITIES, chance.integers(25, 31), replace=False).tolist()
        shut = chance.choice(int(corpus.members.max()) + 1, 170, replace=False).tolist()
        need = Notice(f"need-{i}", f"asker {i}", "need", text, language_of(text, "fr"))
        limits = Constraints(
            excluded=frozenset(f"member-{m:08x}" for m in shut), circles=frozenset(map(str, circles)), reach="circle"
        )
        found.append((need, limits))
    return found


def measure(size: int, encoder: Mixing, rounds: int) -> Index:
    """Fill an index, search it, change it."""
    print(f"\n## {size:,} offers\n", flush=True)
    corpus = make(size)
    corpus.offer_texts  # noqa: B018  # made once, and not counted as the index's
    index = Index(encoder=encoder)
    index.add(replace(offers(corpus, 0, 1)[0], id="first"))
    before, begin = rss(), time.process_time()
    for at in range(0, size, BATCH):
        index.add_all(offers(corpus, at, min(size, at + BATCH)))
    filled = time.process_time() - begin
    print(f"filled in {filled:.0f} s of CPU ({shown(filled / size)} each, without the encoder's); bytes an offer: "
          f"{(rss() - before) / size:.0f} by the process's memory, {index.nbytes / size:.0f} by sizes of arrays",
          flush=True)  # fmt: skip
    questions = asked(corpus)
    search(index, questions, encoder, rounds)
    change(index, corpus, size)
    return index


def search(index: Index, questions: Sequence[tuple[Notice, Constraints]], encoder: Mixing, rounds: int) -> None:
    """How long a search takes, and how much of it is the encoder's."""
    took: dict[str, list[float]] = {"constraints": [], "no constraints": []}
    of_encoder: list[float] = []
    found: list[int] = []

    def ask(i: int, limits: Constraints | None) -> Any:
        encoder.seconds = 0.0
        candidates = index.search(questions[i][0], ("offer",), limit=K, seed=1, constraints=limits)
        of_encoder.append(encoder.seconds)
        found.append(len(candidates))
        return candidates

    encoder.reading = True
    took = in_turns(
        {"constraints": lambda i: ask(i, questions[i][1]), "no constraints": lambda i: ask(i, None)},
        len(questions), rounds, 5.0,
    )  # fmt: skip
    encoder.reading = False
    print("\n| whole need → candidates | CPU p50 | CPU p99 | searches |\n|---|---|---|---|")
    for name, times in took.items():
        print(f"| {name} | {shown(percentile(times, 0.5))} | {shown(percentile(times, 0.99))} | {len(times)} |")
    print(f"\nof which the encoder {shown(percentile(of_encoder, 0.5))} at the median; "
          f"{np.mean(found):.0f} candidates on average\n", flush=True)  # fmt: skip


def change(index: Index, corpus: Corpus, size: int) -> None:
    """How long an offer takes to come and to go, beside the encoder."""
    coming, going = [], []
    later = [corpus.text(corpus.later[i]) for i in range(500)]
    new = [Notice(f"later-{i}", f"newcomer {i}", "offer", t, language_of(t, "fr")) for i, t in enumerate(later)]
    for notice in new:
        begin = time.thread_time()
        index.add(notice)
        coming.append(time.thread_time() - begin)
    for notice in new:
        begin = time.thread_time()
        index.remove(notice.id)
        going.append(time.thread_time() - begin)
    print(f"insert {shown(percentile(coming, 0.5))} (p99 {shown(percentile(coming, 0.99))}), "
          f"withdraw {shown(percentile(going, 0.5))} (p99 {shown(percentile(going, 0.99))})", flush=True)  # fmt: skip


def main() -> None:
    """What to measure, from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--vectors", type=Path, help="rows of a real encoder, as .npy")
    chosen = parser.parse_args()
    if os.environ.get("OMP_NUM_THREADS") != "1":
        os.execve(sys.executable, [sys.executable, "-m", "benchmarks.whole", *sys.argv[1:]], os.environ | ONE)
    print(f"{machine()}; {', '.join(f'{n:.1f}' for n in os.getloadavg())} load")
    encoder = Mixing(built_in(), chosen.vectors)
    for size in map(int, chosen.sizes.split(",")):
        measure(size, encoder, chosen.rounds)
        gc.collect()


if __name__ == "__main__":
    main()
