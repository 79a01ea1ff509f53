"""What the retrieval benchmark compares with: a floor in C, and what one would install instead."""

import ctypes
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpus import Corpus
from benchmarks.workload import Constraints, K, Weighted

#: Looks for the need of that number.
Search = Callable[[int], Any]
#: Its search, its search under constraints, and what one more offer costs, given what building did.
Peer = tuple[Search, Search | None, Callable[[float], float | None]]


def compiled_floor(weighted: Weighted, constraints: Constraints) -> dict[str, Search]:
    """The least that this machine can do: `floor.c`, on content words and on all, with constraints and without."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        print("no C compiler: the floor is left out\n")
        return {}
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "floor.so"
        source = Path(__file__).with_name("floor.c")
        subprocess.run([compiler, "-O3", "-march=native", "-shared", "-fPIC", source, "-o", built], check=True)
        library = ctypes.CDLL(str(built))
    library.floor_new.restype = ctypes.c_void_p
    corpus = weighted.corpus
    kept = [
        np.ascontiguousarray(array, dtype)
        for array, dtype in (
            (weighted.ends, np.int64), (weighted.terms, np.uint32), (weighted.impacts, np.uint8),
            (corpus.communities, np.uint8), (corpus.members, np.uint32),
        )
    ]  # fmt: skip
    floor = ctypes.c_void_p(
        library.floor_new(len(corpus.words), len(corpus.offers), constraints.count, *(_pointer(a) for a in kept))
    )
    rows, scores = np.empty(K, np.uint32), np.empty(K, np.uint32)

    def search(all_words: bool, constrained: bool) -> Search:
        asked = [np.array(weighted.need(i, all_words=all_words), np.uint32) for i in range(len(corpus.needs))]
        parts = [(terms, weighted.weights[terms].astype(np.uint32)) for terms in asked]

        def one(i: int) -> None:
            terms, weights = parts[i]
            shut = constraints.shut[i]
            library.floor_search(
                floor, len(terms), _pointer(terms), _pointer(weights), K,
                _pointer(constraints.open[i]) if constrained else None, _pointer(shut), len(shut) if constrained else 0,
                _pointer(rows), _pointer(scores),
            )  # fmt: skip

        return one

    return {
        "compiled floor": search(False, False),
        "compiled floor, constraints": search(False, True),
        "compiled floor, all words": search(True, False),
        "compiled floor, all words, constraints": search(True, True),
    }


def _pointer(array: NDArray[Any]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def peers(weighted: Weighted, wanted: set[str]) -> Iterator[tuple[str, Search, float, float | None]]:
    """(name and version, search, seconds to build, seconds until one more offer is found).

    Those that can leave out rows come a second time, under the same constraints as Comptoir.
    """
    corpus = weighted.corpus
    asked = [corpus.text(np.array(corpus.content(corpus.needs[i]), np.int32)) for i in range(len(corpus.needs))]
    constraints = Constraints(corpus, len(asked))
    for package, build in (("rapidfuzz", _rapidfuzz), ("tantivy", _tantivy), ("bm25s", _bm25s)):
        if package not in wanted:
            continue
        try:
            begin = time.process_time()
            search, bound, insert = build(corpus, asked, constraints)
        except ImportError:
            print(f"{package} is not installed: left out\n")
            continue
        built = time.process_time() - begin
        name, late = f"{package} {metadata.version(package)}", insert(built)
        yield name, search, built, late
        if bound is not None:
            yield f"{name}, constraints", bound, built, late


def _rapidfuzz(corpus: Corpus, asked: list[str], _: Constraints) -> Peer:
    from rapidfuzz import fuzz, process

    texts = corpus.offer_texts
    needs = [corpus.text(corpus.needs[i]) for i in range(len(corpus.needs))]
    return lambda i: process.extract(needs[i], texts, scorer=fuzz.WRatio, limit=K), None, lambda _: None


def _tantivy(corpus: Corpus, asked: list[str], constraints: Constraints) -> Peer:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text", stored=False)
    builder.add_unsigned_field("row", stored=True)
    builder.add_unsigned_field("community", indexed=True)
    builder.add_unsigned_field("member", indexed=True)
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(300_000_000, 1)

    def document(text: str, row: int, community: int, member: int) -> Any:
        made = tantivy.Document(text=text, row=row)
        made.add_unsigned("community", community)
        made.add_unsigned("member", member)
        return made

    homes, members = corpus.communities.tolist(), corpus.members.tolist()
    for row, text in enumerate(corpus.offer_texts):
        writer.add_document(document(text, row, homes[row], members[row]))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    queries = [index.parse_query(text.replace("'", " ").replace("-", " ") or "x", ["text"]) for text in asked]
    # The quickest of seven ways of asking: sets of terms, one by one or together, cost it one and a half to four times.
    must, may, never = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
    query_of = tantivy.Query

    def any_of(field: str, values: NDArray[Any]) -> Any:
        return query_of.boolean_query([(may, query_of.term_query(schema, field, int(value))) for value in values])

    bound = []
    for i, query in enumerate(queries):
        # A constant of 0, so that the order is that of the words alone.
        reach = query_of.const_score_query(any_of("community", np.flatnonzero(constraints.open[i])), 0.0)
        shut = any_of("member", constraints.shut[i])
        bound.append(query_of.boolean_query([(must, query), (must, reach), (never, shut)]))

    def insert(_: float) -> float:
        writer = index.writer(50_000_000, 1)
        taken = []
        for i in range(7):
            begin = time.perf_counter()
            writer.add_document(document(corpus.text(corpus.later[i]), len(corpus.offers) + i, 0, 0))
            writer.commit()
            index.reload()
            index.searcher().search(queries[0], 1)
            taken.append(time.perf_counter() - begin)
        writer.wait_merging_threads()
        return statistics.median(taken)

    return lambda i: searcher.search(queries[i], K), lambda i: searcher.search(bound[i], K), insert


def _bm25s(corpus: Corpus, asked: list[str], constraints: Constraints) -> Peer:
    import bm25s  # type: ignore[import-untyped]  # has none
    import numba  # noqa: F401  # bm25s does without, more slowly: then it is not the peer that was meant

    retriever = bm25s.BM25(backend="numba")
    content = [[corpus.words[t] for t in corpus.content(corpus.offers[i])] for i in range(len(corpus.offers))]
    retriever.index(content, show_progress=False)
    needs = [[text.split() or ["x"]] for text in asked]
    k, every = min(K, len(corpus.offers)), np.arange(len(corpus.offers))

    def search(i: int, mask: NDArray[Any] | None = None) -> Any:
        return retriever.retrieve(needs[i], k=k, show_progress=False, n_threads=1, weight_mask=mask)

    def bound(i: int) -> Any:
        with constraints.shutting(i) as allowed:
            return search(i, allowed(every))

    return search, bound, lambda built: built  # it is built again
