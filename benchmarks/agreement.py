"""How far candidates from PostgreSQL agree with those from memory, both with the built-in encoder.

A community of its own for each file of notices: the demonstration's, and, with `--folder`, `needs.jsonl` and
`offers.jsonl` as `comptoir search` reads them. Everything is put into a PostgreSQL of our own (or that of
TEST_DATABASE_URL). Each need is asked of both; then again with only a part of the notices among the newest, and with
words alone. Prints, of what memory finds: how often the best one is found, and the part of the ten best.

    python -m benchmarks.agreement --folder chat
    python -m benchmarks.agreement --folder chat --crowd skills_fr_fr/offers.jsonl
"""

import argparse
import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet

from adapters.chance import SeededRandom
from adapters.index.in_process import InProcessCandidates
from adapters.store.candidates import DatabaseCandidates
from adapters.store.keys import Sealer
from adapters.store.search_meaning import MeaningCandidates
from adapters.store.sql import SqlStore
from bot.domain.ids import CommunityId, MemberId, NoticeId, PersonId
from bot.domain.notices import Kind, Notice, NoticeState
from bot.ports import Candidates
from matching.encoder import built_in
from tests.postgres import Server, server

HOME: Final = CommunityId("house:benchmark")
NOON: Final = datetime(2026, 5, 4, 12, tzinfo=UTC)
#: The parts of a community that are among the newest.
PARTS: Final = (1.0, 0.5, 0.25, 0.1)


def notice(id: str, kind: Kind, words: str, language: str, person: str) -> Notice:
    """An open notice."""
    return Notice(
        id=NoticeId(id),
        community=HOME,
        member=MemberId(f"{HOME}:{person}"),
        person=PersonId(person),
        kind=kind,
        state=NoticeState.OPEN,
        text=words,
        card=words,
        language=language,
        created_at=NOON,
        since=NOON,
    )


def demonstration() -> Iterator[Notice]:
    """The notices of the demonstration."""
    content = json.loads(files("adapters.house").joinpath("demonstration.json").read_text(encoding="utf-8"))
    language = {member["id"]: member["language"] for member in content["members"]}
    for number, one in enumerate(content["notices"]):
        yield notice(f"n{number:04}", Kind(one["kind"]), one["text"], language[one["member"]], one["member"])


def listed(folder: Path) -> Iterator[Notice]:
    """The notices of a folder."""
    for kind in (Kind.OFFER, Kind.NEED):
        lines = (folder / f"{kind}s.jsonl").read_text(encoding="utf-8").splitlines()
        for line in map(json.loads, lines):
            id = f"{kind} {line['id']}"
            yield notice(id, kind, line["text"], line["lang"], id)


def crowd(path: Path, most: int) -> Iterator[Notice]:
    """Offers that nobody asks for, to be told from the others."""
    for line in map(json.loads, path.read_text(encoding="utf-8").splitlines()[:most]):
        id = f"crowd {line['id']}"
        yield notice(id, Kind.OFFER, line["text"], line["lang"], id)


async def answers(candidates: Candidates, needs: Sequence[Notice]) -> list[list[str]]:
    """What each need finds, at most ten."""
    return [[c.notice for c in await candidates.search(need, [Kind.OFFER], limit=10)] for need in needs]


async def compare(postgres: Server, name: str, notices: Sequence[Notice]) -> None:
    """Print how far the ways agree."""
    encoder = built_in()
    assert encoder is not None, "pip install 'comptoir[semantic]'"
    address, sealer = postgres.address(postgres.make()), Sealer([Fernet.generate_key().decode()])
    store = await SqlStore.open(address, sealer, searched=True)
    async with store.unit_of_work() as uow:
        for number, one in enumerate(notices):
            await uow.notices.add(replace(one, created_at=NOON + timedelta(minutes=(number * 7919) % 1_000_000)))
        await uow.commit()
    needs = [one for one in notices if one.kind is Kind.NEED]
    expected = await answers(InProcessCandidates(store, SeededRandom(1), encoder), needs)
    words = DatabaseCandidates(store, SeededRandom(1))
    ways: dict[str, Candidates] = {
        f"newest {part:.0%}": MeaningCandidates(
            words, store, SeededRandom(1), encoder, newest=max(1, round(part * len(notices)))
        )
        for part in PARTS
    }
    ways["words alone"] = words
    found_any = sum(map(bool, expected))
    print(f"{name}: {len(notices)} notices, {len(needs)} needs, memory finds somebody for {found_any}")
    for way, candidates in ways.items():
        found = await answers(candidates, needs)
        pairs = [(mine, theirs) for mine, theirs in zip(found, expected, strict=True) if theirs]
        best = sum(theirs[0] in mine for mine, theirs in pairs) / max(1, len(pairs))
        ten = sum(len({*mine} & {*theirs}) for mine, theirs in pairs) / max(1, sum(len(t) for _, t in pairs))
        more = sum(len({*mine} - {*theirs}) for mine, theirs in zip(found, expected, strict=True))
        print(f"  {way:12} best {best:.2f}  ten best {ten:.2f}  found besides {more}")
    await store.close()


async def main() -> None:
    """Read the arguments, and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, action="append", default=[], help="needs.jsonl and offers.jsonl")
    parser.add_argument("--crowd", type=Path, help="offers.jsonl of other things, among which all this happens")
    parser.add_argument("--most", type=int, default=3_000, help="of which so many are taken")
    given = parser.parse_args()
    others = list(crowd(given.crowd, given.most)) if given.crowd else []
    with server() as postgres:
        await compare(postgres, "demonstration", [*demonstration(), *others])
        for folder in given.folder:
            await compare(postgres, folder.name, [*listed(folder), *others])


if __name__ == "__main__":
    asyncio.run(main())
