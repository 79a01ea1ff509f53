"""From the text of a need to its candidates with reasons, among 100,000 or 1,000,000 open offers: time and memory.

Everything is in it: language, terms, the encoder, words and meaning, constraints, threshold and knee. One thread, at
most 50 candidates, CPU time. Offers are made up (`benchmarks/corpus.py`); since reading a million texts with the
encoder takes an hour, offers get mixtures of vectors that were read once (`--vectors FILE.npy`, rows of the real
encoder; without it they are drawn), and the needs alone are read with the real one while the clock runs.

    python -m benchmarks.whole --sizes 100000,1000000 --vectors FILE.npy

With `--copies 10` a tenth of the offers are read, and each of them stands for ten: other ids, owners and vectors, the
same words. What is measured is measured in a process that has just read the snapshot, sealed as in the house.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from adapters.index.snapshots import Kept, Snapshots
from benchmarks.corpus import COMMUNITIES, Corpus, make
from benchmarks.retrieval import ONE, in_turns, machine, percentile, rss, shown
from bot.domain.ids import CommunityId, NoticeId
from matching.arrays import split
from matching.constraints import Constraints
from matching.encoder import Encoder, built_in, unit
from matching.index import Index
from matching.model import Notice
from matching.postings import Postings
from matching.strings import Strings
from matching.text import language_of
from matching.vectors import Vectors

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
        begin = time.thread_time()
        if self.reading and self._real is not None:
            found = self._real.encode(texts)
        else:
            hashed = np.array([crc32(text.encode()) for text in texts], np.int64)
            one, other = self._known[hashed % len(self._known)], self._known[hashed // 7 % len(self._known)]
            found = unit(0.8 * one + 0.2 * other)
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


def filled(size: int, copies: int, encoder: Mixing) -> Index:
    """An index of `size` offers."""
    base = size // copies
    corpus = make(base)
    index = Index(encoder=encoder)
    encoder.seconds, begin = 0.0, time.process_time()
    for at in range(0, base, BATCH):
        index.add_all(offers(corpus, at, min(base, at + BATCH)))
    took = time.process_time() - begin - encoder.seconds
    print(f"filled in {took:.0f} s of CPU, {shown(took / base)} an offer without the encoder's", flush=True)
    return index if copies == 1 else grown(index, copies, encoder)


def grown(index: Index, copies: int, encoder: Mixing) -> Index:
    """An index with copies of each offer, under other ids, of other owners, and with other vectors."""
    state = index.state()
    size, owners = len(index), len(state["owners"]["hashes"])
    for part in ("texts", "named"):
        items, lengths = state[part]["items"], state[part]["lengths"][:size]
        state[part] = {"items": np.tile(items, copies), "lengths": np.tile(lengths, copies)}
    state["notices"] = {name: np.tile(column, copies) for name, column in state["notices"].items()}
    state["notices"]["owner"] += np.repeat(np.arange(copies, dtype=np.int32) * owners, size)
    state["ids"] = _names(f"offer-{i:08x}" for i in range(size * copies))
    held = np.tile(state["owners"]["holders"], copies)
    state["owners"] = _names(f"member-{i:08x}" for i in range(owners * copies)) | {"holders": held}
    for part, name in (("form names", "holders"), ("keys", "holders"), ("holders", "of words"), ("means", "counts")):
        state[part][name] = state[part][name] * copies
    state["means"]["sums"] = state["means"]["sums"] * copies
    vectors, postings = Vectors(encoder.dimension), Postings()
    for begin in range(0, size * copies, BATCH):
        rows = range(begin, min(size * copies, begin + BATCH))
        for row, vector in zip(rows, encoder.encode([f"{row} {row * 7}" for row in rows]), strict=True):
            vectors.add(row, vector)
    for row, terms in enumerate(_rows_of(state["postings"])):
        for copy in range(copies):
            postings.add(row + copy * size, terms)
    return Index.of(state | {"vectors": vectors.state(), "postings": postings.state()}, encoder)


def _rows_of(state: Mapping[str, NDArray[Any]]) -> list[dict[str, int]]:
    """The terms of each row of some lists; what each weighs is of no importance here."""
    lists, found = Postings.of(state), [dict[str, int]() for _ in state["rows"]]
    for term in split(state):
        for row in lists.search({term: 1}, len(found))[0].tolist():
            found[row][term] = 200
    return found


def _names(texts: Iterable[str]) -> dict[str, NDArray[Any]]:
    strings = Strings()
    for text in texts:
        strings.take(text)
    return strings.state()


def written(index: Index, path: Path) -> None:
    """Write a snapshot as the house does."""
    begin = time.perf_counter()
    Snapshots(path, secret="benchmark", encoder="mixed").save(Kept(1, NoticeId("x"), {CommunityId("x"): index}))
    size = sum(file.stat().st_size for file in path.iterdir())
    print(f"snapshot: {size / 2**20:.0f} MiB, written in {time.perf_counter() - begin:.1f} s", flush=True)


def measure(path: Path, base: int, encoder: Mixing, rounds: int) -> None:
    """Read the snapshot, search it, change it."""
    corpus = make(base)
    questions = asked(corpus)
    later = [corpus.text(corpus.later[i]) for i in range(500)]
    Index(offers(corpus, 0, 1), encoder).search(questions[0][0], ("offer",), limit=K, seed=1)
    before, begin, cpu = rss(), time.perf_counter(), time.process_time()
    kept = Snapshots(path, secret="benchmark", encoder="mixed").load(lambda state: Index.of(state, encoder))
    assert kept is not None
    index = kept.indexes[CommunityId("x")]
    print(f"ready in {time.perf_counter() - begin:.1f} s ({time.process_time() - cpu:.1f} s of CPU); bytes an offer: "
          f"{(rss() - before) / len(index):.0f} by the process's memory, {index.nbytes / len(index):.0f} by sizes of "
          "arrays", flush=True)  # fmt: skip
    search(index, questions, encoder, rounds)
    change(index, later, encoder)


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


def change(index: Index, later: Sequence[str], encoder: Mixing) -> None:
    """How long an offer takes to come and to go, beside the encoder."""
    coming, going = [], []
    new = [Notice(f"later-{i}", f"newcomer {i}", "offer", t, language_of(t, "fr")) for i, t in enumerate(later)]
    for notice in new:
        encoder.seconds, begin = 0.0, time.thread_time()
        index.add(notice)
        coming.append(time.thread_time() - begin - encoder.seconds)
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
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if os.environ.get("OMP_NUM_THREADS") != "1":
        os.execve(sys.executable, [sys.executable, "-m", "benchmarks.whole", *sys.argv[1:]], os.environ | ONE)
    encoder = Mixing(built_in(), chosen.vectors)
    if chosen.read:
        measure(chosen.read, int(chosen.sizes) // chosen.copies, encoder, chosen.rounds)
        return
    print(f"{machine()}; {', '.join(f'{n:.1f}' for n in os.getloadavg())} load")
    for size in chosen.sizes.split(","):
        print(f"\n## {int(size):,} offers\n", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            written(filled(int(size), chosen.copies, encoder), Path(folder))
            again = ["--sizes", size, "--copies", str(chosen.copies), "--rounds", str(chosen.rounds), "--read", folder]
            vectors = ["--vectors", str(chosen.vectors)] if chosen.vectors else []
            subprocess.run([sys.executable, "-m", "benchmarks.whole", *again, *vectors], check=True)


if __name__ == "__main__":
    main()
