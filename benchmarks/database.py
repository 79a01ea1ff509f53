"""`Candidates` answered by PostgreSQL among many open offers: how long a search takes, and how well it finds.

Made-up offers of one community (`corpus.py`), a server of our own (or that of TEST_DATABASE_URL), through the product's
store: offers are copied in, read and hashed by `SearchUpkeep`, then needs are searched for, one after the other. Prints
one JSON line: seconds to read the offers, milliseconds of a search (by the clock, of this process on the processor, and
of the server's, where it is ours), bytes, and with `--compare` how much is found of what the index in memory finds by
words alone; then how PostgreSQL looks for terms.

    python -m benchmarks.database --offers 100000 --needs 200
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Iterator
from typing import Any, Final

import asyncpg
import psutil
from cryptography.fernet import Fernet
from sqlalchemy import text

from adapters.chance import SeededRandom
from adapters.index.in_process import InProcessCandidates
from adapters.store.candidates import DatabaseCandidates
from adapters.store.keys import Sealer
from adapters.store.search_upkeep import SearchUpkeep
from adapters.store.sql import SqlStore
from benchmarks.agreement import notice
from benchmarks.corpus import Corpus, make
from bot.domain.notices import Kind, Notice
from bot.ports import Candidates
from tests.postgres import Server, server

COLUMNS: Final = (
    "id", "community", "member", "person", "kind", "state", "language", "created_at", "since", "reach", "standing",
    "waves", "sealed", "version",
)  # fmt: skip
SEARCH: Final = """
EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) SELECT notice FROM notice_terms
WHERE terms && (SELECT array_agg(term) FROM (SELECT term FROM terms WHERE holders BETWEEN 100 AND 2000 LIMIT 4) AS few)
"""


def _language(number: int) -> str:
    """Three of five are French."""
    return "fr" if number % 5 < 3 else "en"


def offers(corpus: Corpus) -> Iterator[Notice]:
    """Every offer of the corpus."""
    for number, words in enumerate(corpus.offer_texts):
        yield notice(f"o{number:08}", Kind.OFFER, words, _language(number), f"p{corpus.members[number]}")


def needs(corpus: Corpus) -> Iterator[Notice]:
    """Every need of the corpus."""
    for number in range(len(corpus.needs)):
        yield notice(f"n{number}", Kind.NEED, corpus.text(corpus.needs[number]), _language(number), f"asker{number}")


async def copy(address: str, sealer: Sealer, notices: Iterator[Notice]) -> None:
    """Put notices in as fast as can be, past the store."""

    def row(notice: Notice) -> tuple[Any, ...]:
        private = {"text": notice.text, "card": notice.card, "topics": (), "place": ""}
        values = vars(notice) | {"sealed": sealer.seal(private), "reach": notice.reach.value, "kind": notice.kind.value}
        return tuple(values[name] for name in COLUMNS)

    connection = await asyncpg.connect(address)
    try:
        await connection.copy_records_to_table("notices", records=map(row, notices), columns=COLUMNS)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def timed(candidates: Candidates, asked: list[Notice]) -> tuple[list[list[str]], list[float], list[float]]:
    """What each need finds, and how many milliseconds it took: by the clock, and of this process on the processor."""
    found, walls, ours = [], [], []
    for need in asked:
        wall, processor = time.perf_counter(), time.process_time()
        found.append([c.notice for c in await candidates.search(need, [Kind.OFFER], limit=10)])
        walls.append(1000 * (time.perf_counter() - wall))
        ours.append(1000 * (time.process_time() - processor))
    return found, walls, ours


def _spread(name: str, times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=20)
    return {f"{name}_p50": round(statistics.median(times), 1), f"{name}_p95": round(cuts[-1], 1)}


async def measure(postgres: Server, count: int, asked: int, *, compare: bool) -> tuple[dict[str, Any], list[str]]:
    """Everything, once."""
    corpus = make(count, needs=asked, later=1)
    address, sealer = postgres.address(postgres.make()), Sealer([Fernet.generate_key().decode()])
    store = await SqlStore.open(address, sealer, searched=True)
    await copy(address, sealer, offers(corpus))
    begin = time.perf_counter()
    read = await SearchUpkeep(store).refresh()
    took = time.perf_counter() - begin
    await _vacuumed(address)
    questions = list(needs(corpus))
    here = DatabaseCandidates(store, SeededRandom(1))
    await timed(here, questions[:20])
    backend = await _backend(store)
    before = sum(backend.cpu_times()[:2]) if backend else 0.0
    found, walls, ours = await timed(here, questions)
    figures: dict[str, Any] = {"offers": read, "read_s": round(took, 1), "needs": asked}
    if backend:
        figures["server_cpu_ms_mean"] = round(1000 * (sum(backend.cpu_times()[:2]) - before) / len(questions), 1)
    figures |= _spread("wall_ms", walls) | _spread("our_cpu_ms", ours) | {"answered": sum(map(bool, found))}
    async with store.looking() as session:
        plan = (await session.run(text(SEARCH))).scalars()
        sizes = text("SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relname = ANY(:names)")
        names = ["notice_terms", "readings", "terms", "notices", "ix_notice_terms_terms"]
        figures["bytes_per_offer"] = {n: size // read for n, size in await session.run(sizes, {"names": names})}
    if compare:
        memory, walls, _ = await timed(InProcessCandidates(store, SeededRandom(1)), questions)
        figures |= _spread("memory_wall_ms", walls[1:]) | {"memory_answered": sum(map(bool, memory))}
        best = [there[0] in mine for mine, there in zip(found, memory, strict=True) if there]
        figures["same_best"] = round(sum(best) / max(1, len(best)), 4)
        figures["same_ten"] = round(_overlap(found, memory), 4)
    await store.close()
    return figures, plan


def _overlap(found: list[list[str]], expected: list[list[str]]) -> float:
    """How much of what is expected is found."""
    return sum(len(set(a) & set(b)) for a, b in zip(found, expected, strict=True)) / max(1, sum(map(len, expected)))


async def _backend(store: SqlStore) -> psutil.Process | None:
    """The server's process that serves us, which is always the same as long as one question follows another."""
    async with store.looking() as session:
        number = (await session.run(text("SELECT pg_backend_pid()"))).scalar_one()
    try:
        process = psutil.Process(number)
        return process if "postgres" in process.name() else None
    except psutil.Error:
        return None


async def _vacuumed(address: str) -> None:
    connection = await asyncpg.connect(address)
    try:
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--offers", type=int, default=20_000)
    parser.add_argument("--needs", type=int, default=100)
    parser.add_argument("--compare", action="store_true", help="with the index in memory, which must read everything")
    given = parser.parse_args()
    with server() as postgres:
        figures, plan = asyncio.run(measure(postgres, given.offers, given.needs, compare=given.compare))
    print(json.dumps(figures))
    print(*plan, sep="\n")


if __name__ == "__main__":
    main()
