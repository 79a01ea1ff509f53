"""Candidates among 10,000, 100,000, 1,000,000 open offers: how long, how much memory, and what else one could use.

One thread, the 50 best, CPU time; everything is measured in turns in one run, so compare ratios. Constraints are those
of a day: 25 to 30 of 200 communities open, 170 members blocked or met before. Prints tables in Markdown.

    python -m benchmarks.retrieval --sizes 10000,100000,1000000

The floor is `benchmarks/floor.c`, compiled at the start (left out without a C compiler, as is a peer that is not
installed: rapidfuzz, tantivy, bm25s with numba). Peers have no constraints. With `--vectors FILE.npy` (rows of a real
encoder) the share of the nearest 50 that a search finds is measured too.
"""

import argparse
import gc
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpus import make
from benchmarks.peers import Search, compiled_floor, peers
from benchmarks.workload import Constraints, K, Weighted
from matching.postings import Postings
from matching.snapshot import Header, load, save
from matching.vectors import Vectors

CHECKED: Final = 300
DIMENSION: Final = 512
#: Vectors drawn at a time, and around how many subjects when there is no encoder.
BATCH: Final = 4096
SUBJECTS: Final = 2000
ONE: Final = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS"), "1"
)


def ours(weighted: Weighted, postings: Postings, constraints: Constraints) -> dict[str, Search]:
    """Comptoir's own lists, asked the same."""
    words = weighted.corpus.words

    def search(all_words: bool, constrained: bool) -> Search:
        asked = [
            {words[t]: int(weighted.weights[t]) for t in weighted.need(i, all_words=all_words)}
            for i in range(len(weighted.corpus.needs))
        ]

        def free(i: int) -> Any:
            return postings.search(asked[i], K)

        def bound(i: int) -> Any:
            with constraints.shutting(i) as allowed:
                return postings.search(asked[i], K, allowed)

        return bound if constrained else free

    return {
        "Comptoir": search(False, False),
        "Comptoir, constraints": search(False, True),
        "Comptoir, all words": search(True, False),
        "Comptoir, all words, constraints": search(True, True),
    }


# --- how it is measured ----------------------------------------------------------------------------------------------


def in_turns(engines: dict[str, Search], needs: int, rounds: int, slice_seconds: float) -> dict[str, list[float]]:
    """CPU seconds of each search: A B C A B C …, a quarter of a second at a time."""
    taken: dict[str, list[float]] = {name: [] for name in engines}
    for search in engines.values():
        search(0)
    for _ in range(rounds):
        for name, search in engines.items():
            begin, times = time.perf_counter(), taken[name]
            for _ in range(60):
                need = len(times) % needs
                start = time.thread_time()
                search(need)
                times.append(time.thread_time() - start)
                if time.perf_counter() - begin > slice_seconds:
                    break
    return taken


def rss() -> int:
    """Bytes of memory that the process has."""
    gc.collect()
    pages = Path("/proc/self/statm")
    return int(pages.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if pages.exists() else 0


def percentile(times: list[float], share: float) -> float:
    """The time that this share of the searches stays under."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def shown(seconds: float) -> str:
    """A time as people write it."""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1e3:.1f} ms" if seconds >= 1e-2 else f"{seconds * 1e6:.0f} µs"


def machine() -> str:
    """Where it runs."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, numpy {np.__version__}"


# --- the parts -------------------------------------------------------------------------------------------------------


def lexical(size: int, wanted: set[str], rounds: int) -> None:
    """Everything about words."""
    print(f"\n## {size:,} offers, words\n", flush=True)
    weighted = Weighted(make(size))
    corpus = weighted.corpus
    needs = len(corpus.needs)
    constraints = Constraints(corpus, needs)
    before = rss()
    postings = Postings()
    begin = time.thread_time()
    for row in range(size):
        postings.add(row, weighted.offer(row))
    filled = time.thread_time() - begin
    grown = rss() - before
    print(f"filled in {filled:.1f} s of CPU, {postings.nbytes / size:.0f} bytes an offer by sizes of arrays, "
          f"{grown / size:.0f} by the process's memory")  # fmt: skip
    check(weighted, postings, constraints)
    change(weighted, postings)

    engines = compiled_floor(weighted, constraints) | ours(weighted, postings, constraints)
    notes: dict[str, tuple[float, float | None]] = {}
    for name, search, built, insert in peers(weighted, wanted):
        engines[name], notes[name] = search, (built, insert)
    taken = in_turns(engines, needs, rounds, 0.25)
    base = taken.get("compiled floor") or taken["Comptoir"]
    our = percentile(taken["Comptoir, constraints"], 0.5)
    print("\n| engine | CPU p50 | CPU p99 | × floor p50 | × floor p99 | × Comptoir with constraints, p50 | built in "
          "| insert until found | searches |\n|---|---|---|---|---|---|---|---|---|")  # fmt: skip
    for name, times in taken.items():
        median, tail = percentile(times, 0.5), percentile(times, 0.99)
        floor = taken.get(name.replace("Comptoir", "compiled floor").replace(", constraints", ""), base)
        cost, late = notes.get(name, (None, None))
        print(f"| {name} | {shown(median)} | {shown(tail)} | {median / percentile(floor, 0.5):.1f} "
              f"| {tail / percentile(floor, 0.99):.1f} | {median / our:,.1f} | {shown(cost) if cost else '–'} "
              f"| {shown(late) if late else '–'} | {len(times)} |")  # fmt: skip
    sys.stdout.flush()
    with tempfile.TemporaryDirectory() as folder:
        snapshot(Path(folder), {"words": postings.state()}, lambda state: Postings.of(state["words"]))


def check(weighted: Weighted, postings: Postings, constraints: Constraints) -> None:
    """Whether what is found is what adding everything up finds."""
    words, every = weighted.corpus.words, np.arange(len(weighted.corpus.offers), dtype=np.uint32)
    same = fewer = 0
    for i in range(CHECKED):
        terms = weighted.need(i, all_words=i % 2 == 1)
        with constraints.shutting(i) as allowed:
            rows, scores = postings.search({words[t]: int(weighted.weights[t]) for t in terms}, K, allowed)
            expected = weighted.exhaustively(terms, allowed(every))
        same += list(zip(rows.tolist(), scores.tolist(), strict=True)) == expected
        fewer += len(rows) < len(expected)
    print(f"\n{same} of {CHECKED} answers under constraints are those of exhaustive scoring, row by row; "
          f"fewer than {K} where {K} are allowed: {fewer}")  # fmt: skip


def change(weighted: Weighted, postings: Postings) -> None:
    """How long an offer takes to come and to go; it is looked for in between, outside the time."""
    corpus, size = weighted.corpus, len(weighted.corpus.offers)
    chance = np.random.default_rng(4)
    coming, going, found = [], [], 0
    for i in range(len(corpus.later)):
        offer = {corpus.words[t]: int(chance.integers(1, 256)) for t in set(corpus.later[i].tolist())}
        begin = time.thread_time()
        postings.add(size + i, offer)
        coming.append(time.thread_time() - begin)
        if i % 20 == 0:
            found += size + i in postings.search(dict.fromkeys(offer, 1), K, lambda rows: rows >= size)[0]
    for i in range(len(corpus.later)):
        begin = time.thread_time()
        postings.remove(size + i)
        going.append(time.thread_time() - begin)
    print(f"insert {shown(percentile(coming, 0.5))} (p99 {shown(percentile(coming, 0.99))}), "
          f"withdraw {shown(percentile(going, 0.5))} (p99 {shown(percentile(going, 0.99))}); "
          f"{found} of {len(range(0, len(corpus.later), 20))} found by the next search")  # fmt: skip


def snapshot(folder: Path, parts: dict[str, dict[str, NDArray[Any]]], read: Callable[[Any], Any]) -> None:
    """How long an index takes to be written, and to be there again."""
    header = Header(made_by="benchmark", store="none", change=1)
    begin = time.perf_counter()
    save(folder / "snapshot", header, parts)
    written = time.perf_counter() - begin
    size = (folder / "snapshot").stat().st_size
    del parts
    begin, cpu = time.perf_counter(), time.process_time()
    read(load(folder / "snapshot", made_by="benchmark", store="none")[1])
    print(f"\nsnapshot: {size / 2**20:.0f} MiB, written in {written:.1f} s, "
          f"ready again in {time.perf_counter() - begin:.2f} s ({time.process_time() - cpu:.2f} s of CPU)")  # fmt: skip


def semantic(size: int, real: Path | None, rounds: int) -> None:
    """The nearest of vectors: mixtures of two of a real encoder's, or some around made-up subjects."""
    print(f"\n## {size:,} offers, vectors\n", flush=True)
    vectors = Vectors(DIMENSION)
    filled = 0.0
    for begin, batch in zip(range(0, size, BATCH), drawn(size, real), strict=True):
        start = time.thread_time()
        for row, vector in enumerate(batch, start=begin):
            vectors.add(row, vector)
        filled += time.thread_time() - start
    queries = next(drawn(100, real, seed=11))
    corpus = make(size, needs=100, later=1)
    constraints = Constraints(corpus, 100)
    every = np.arange(size, dtype=np.uint32)

    def bound(i: int) -> Any:
        with constraints.shutting(i) as allowed:
            return vectors.search(queries[i], K, np.flatnonzero(allowed(every)))

    taken = in_turns({"all": lambda i: vectors.search(queries[i], K), "constraints": bound}, 100, rounds, 2.0)
    recall = {"all": 0.0, "constraints": 0.0}
    for i in range(60):
        cosines = vectors.cosines(queries[i], every)
        with constraints.shutting(i) as allowed:
            for name, may in (("all", np.ones(size, np.bool_)), ("constraints", allowed(every))):
                fit = np.where(may, cosines, -2)
                best = np.argpartition(-fit, K)[:K]
                near = vectors.search(queries[i], K, np.flatnonzero(may))[0]
                recall[name] += len(set(best.tolist()) & set(near.tolist())) / K / 60
    print(f"add {shown(filled / size)}, {vectors.nbytes / size:.0f} bytes an offer\n")
    print("| search | CPU p50 | CPU p99 | of the nearest 50 |\n|---|---|---|---|")
    for name, times in taken.items():
        print(f"| {name} | {shown(percentile(times, 0.5))} | {shown(percentile(times, 0.99))} | {recall[name]:.4f} |")
    with tempfile.TemporaryDirectory() as folder:
        snapshot(Path(folder), {"vectors": vectors.state()}, lambda state: Vectors.of(state["vectors"]))


def drawn(count: int, real: Path | None, seed: int = 10) -> Iterator[NDArray[np.float32]]:
    """Vectors, some thousand at a time."""
    chance = np.random.default_rng(seed)
    given = np.load(real) if real else None
    if given is None:
        given = np.random.default_rng(9).standard_normal((SUBJECTS, DIMENSION)).astype(np.float32)
    given /= np.linalg.norm(given, axis=1, keepdims=True)
    noise = 0.0 if real else 1.0 / np.sqrt(DIMENSION)
    for begin in range(0, count, BATCH):
        size = min(BATCH, count - begin)
        a, b = chance.integers(0, len(given), (2, size))
        share = chance.uniform(0.6, 1, (size, 1))
        mixed = share * given[a] + (1 - share) * given[b] + noise * chance.standard_normal((size, DIMENSION))
        yield mixed.astype(np.float32)


def whole(search: Callable[[str], Any], needs: list[str], rounds: int = 3) -> list[float]:
    """CPU seconds from the text of a need to its candidates with reasons, for an engine that is already filled."""
    taken = in_turns({"whole": lambda i: search(needs[i])}, len(needs), rounds, 5.0)
    return taken["whole"]


def main() -> None:
    """What to measure, from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--peers", default="rapidfuzz,tantivy,bm25s")
    parser.add_argument("--vectors", type=Path, help="rows of a real encoder, as .npy, to measure recall on")
    parser.add_argument("--only", choices=("words", "vectors"))
    chosen = parser.parse_args()
    if os.environ.get("OMP_NUM_THREADS") != "1":
        # Libraries read these when they are loaded, so begin again.
        os.execve(sys.executable, [sys.executable, "-m", "benchmarks.retrieval", *sys.argv[1:]], os.environ | ONE)
    print(f"{machine()}; {', '.join(f'{n:.1f}' for n in os.getloadavg())} load")
    for size in map(int, chosen.sizes.split(",")):
        if chosen.only != "vectors":
            lexical(size, set(chosen.peers.split(",")), chosen.rounds)
        gc.collect()
        if chosen.only != "words":
            semantic(size, chosen.vectors, max(3, chosen.rounds // 2))


if __name__ == "__main__":
    main()
