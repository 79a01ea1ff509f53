"""`Candidates`, however they are answered: from memory over each store, and by PostgreSQL itself. One contract."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files

import pytest

from adapters.chance import SeededRandom
from adapters.index.in_process import InProcessCandidates
from adapters.store.candidates import DatabaseCandidates
from adapters.store.keys import Sealer
from adapters.store.memory import MemoryStore
from adapters.store.search_meaning import MeaningCandidates
from adapters.store.sql import SqlStore
from bot.domain.ids import CommunityId, MemberId, NoticeId, PersonId
from bot.domain.notices import Kind, Notice, NoticeState
from bot.ports import Candidates, Store
from matching.constraints import Constraints
from tests.adapters.store.notices import community
from tests.adapters.store.things import HOME, NOTICE
from tests.matching.encoders import TinyEncoder

ELSEWHERE = CommunityId("house:elsewhere")


def notice(
    id: str, kind: Kind, card: str, *, home: CommunityId = HOME, person: str = "", language: str = "en"
) -> Notice:
    return replace(
        NOTICE,
        id=NoticeId(id),
        community=home,
        member=MemberId(f"{home}:{person or id}"),
        person=PersonId(person or id),
        kind=kind,
        text="never searched: pianos",
        card=card,
        language=language,
        topics=(),
    )


NEED = notice("need", Kind.NEED, "looking for T-shirts")
OFFER = notice("offer", Kind.OFFER, "5,000 T-shirts left over")


class Searched:
    """A store, and who answers `Candidates` on it."""

    def __init__(self, store: Store, candidates: Candidates) -> None:
        self.store, self.candidates = store, candidates

    async def add(self, *notices: Notice) -> None:
        async with self.store.unit_of_work() as uow:
            for one in notices:
                await uow.notices.add(one)
            await uow.commit()

    async def save(self, one: Notice) -> None:
        async with self.store.unit_of_work() as uow:
            kept = await uow.notices.get(one.id)
            await uow.notices.save(replace(one, version=kept.version))
            await uow.commit()

    async def remove(self, id: NoticeId) -> None:
        async with self.store.unit_of_work() as uow:
            await uow.notices.remove(id)
            await uow.commit()

    async def found(self, need: Notice = NEED, *kinds: Kind) -> list[str]:
        return [c.notice for c in await self.candidates.search(need, kinds or [Kind.OFFER], limit=5)]


@pytest.fixture
async def postgres(postgres_url: str, sealer: Sealer) -> AsyncIterator[SqlStore]:
    store = await SqlStore.open(postgres_url, sealer, migrate=False, searched=True)
    yield store
    await store.close()


@pytest.fixture(
    params=[
        "in memory",
        "in memory over sqlite",
        "in memory, meant",
        *(
            pytest.param(p, marks=pytest.mark.external)
            for p in ("in memory over postgres", "in postgres", "in postgres, meant")
        ),
    ]
)
async def searched(request: pytest.FixtureRequest, sealer: Sealer) -> AsyncIterator[Searched]:
    store: MemoryStore | SqlStore = MemoryStore()
    if "sqlite" in request.param:
        store = await SqlStore.open(request.getfixturevalue("new_sqlite")(), sealer, migrate=False, searched=True)
    if "postgres" in request.param:
        url = request.getfixturevalue("postgres_url")
        searching = request.param.startswith("in postgres")
        store = await SqlStore.open(url, sealer, migrate=False, searched=searching)
    random = SeededRandom(1)
    if isinstance(store, SqlStore) and request.param == "in postgres":
        yield Searched(store, DatabaseCandidates(store, random))
    elif isinstance(store, SqlStore) and request.param == "in postgres, meant":
        words = DatabaseCandidates(store, random)
        yield Searched(store, MeaningCandidates(words, store, random, TinyEncoder()))
    else:
        encoder = TinyEncoder() if "meant" in request.param else None
        yield Searched(store, InProcessCandidates(store, random, encoder))
    await store.close()


async def test_an_offer_is_found_with_its_reasons(searched: Searched) -> None:
    await searched.add(OFFER)

    [found] = await searched.candidates.search(NEED, [Kind.OFFER], limit=5)

    assert (found.notice, found.relation, found.reasons[0].kind) == ("offer", "answers", "terms")
    assert found.reasons[0].values == ("T-shirts",)


async def test_an_empty_house_has_nobody(searched: Searched) -> None:
    assert await searched.found() == []


async def test_nobody_fits_what_nobody_speaks_of(searched: Searched) -> None:
    await searched.add(OFFER)

    assert await searched.found(replace(NEED, card="a lighthouse keeper")) == []
    assert await searched.found(replace(NEED, card="")) == []


async def test_no_kind_finds_nobody(searched: Searched) -> None:
    await searched.add(OFFER)

    assert list(await searched.candidates.search(NEED, [], limit=5)) == []


async def test_what_was_undone_is_not_found(searched: Searched) -> None:
    async with searched.store.unit_of_work() as uow:
        await uow.notices.add(OFFER)

    assert await searched.found() == []


@pytest.mark.parametrize("state", [NoticeState.PAUSED, NoticeState.WITHDRAWN, NoticeState.EXPIRED, NoticeState.DRAFT])
async def test_what_is_no_longer_open_is_not_found_until_it_is_again(searched: Searched, state: NoticeState) -> None:
    await searched.add(OFFER)
    assert await searched.found() == ["offer"]

    await searched.save(replace(OFFER, state=state))
    assert await searched.found() == []

    await searched.save(OFFER)
    assert await searched.found() == ["offer"]


async def test_what_was_erased_is_not_found(searched: Searched) -> None:
    await searched.add(OFFER)
    assert await searched.found() == ["offer"]

    await searched.remove(OFFER.id)

    assert await searched.found() == []


async def test_new_words_replace_the_old_ones(searched: Searched) -> None:
    await searched.add(OFFER)

    await searched.save(replace(OFFER, card="a piano"))

    assert await searched.found() == []
    assert await searched.found(replace(NEED, card="looking for a piano")) == ["offer"]


async def test_only_the_words_approved_for_cards_are_searched(searched: Searched) -> None:
    await searched.add(OFFER)

    assert await searched.found(replace(NEED, card="pianos")) == []


async def test_neither_other_communities_nor_ones_own_are_searched(searched: Searched) -> None:
    await searched.add(replace(OFFER, community=ELSEWHERE), replace(OFFER, id=NoticeId("own"), person=NEED.person))

    assert await searched.found() == []


async def test_only_the_kinds_asked_for_are_found(searched: Searched) -> None:
    await searched.add(notice("other", Kind.NEED, "looking for T-shirts, too"), OFFER)

    assert await searched.found(NEED, Kind.OFFER) == ["offer"]
    assert await searched.found(NEED, Kind.NEED) == ["other"]
    assert sorted(await searched.found(NEED, Kind.NEED, Kind.OFFER)) == ["offer", "other"]


async def test_one_language_finds_the_other_and_a_slip_the_right_word(searched: Searched) -> None:
    await searched.add(notice("fr", Kind.OFFER, "vieux vélo à donner", language="fr"))
    await searched.add(notice("slip", Kind.OFFER, "Kubrenetes"))

    assert await searched.found(replace(NEED, card="a bike")) == ["fr"]
    assert await searched.found(replace(NEED, card="Kubernetes")) == ["slip"]


async def test_no_more_than_the_limit(searched: Searched) -> None:
    await searched.add(*(replace(OFFER, id=NoticeId(f"o{n}"), person=PersonId(f"p{n}")) for n in range(9)))

    assert len(await searched.found()) == 5


async def test_searches_at_once(searched: Searched) -> None:
    await searched.add(OFFER)

    assert await asyncio.gather(*(searched.found() for _ in range(5))) == [["offer"]] * 5


# --- the database itself ----------------------------------------------------------------------------------------------


def demonstration() -> list[Notice]:
    """The notices of the demonstration community."""
    content = json.loads(files("adapters.house").joinpath("demonstration.json").read_text(encoding="utf-8"))
    language = {member["id"]: member["language"] for member in content["members"]}
    return [
        notice(f"d{n}", Kind(one["kind"]), one["text"], person=one["member"], language=language[one["member"]])
        for n, one in enumerate(content["notices"])
    ]


@pytest.mark.external
async def test_whoever_is_ruled_out_takes_nobodys_place(postgres: SqlStore) -> None:
    database = DatabaseCandidates(postgres, SeededRandom(1))
    both = [replace(OFFER, id=NoticeId(f"o{n}"), person=PersonId(f"p{n}")) for n in range(2)]
    await Searched(postgres, database).add(*both)

    found = await database.search(NEED, [Kind.OFFER], limit=5, constraints=Constraints(excluded=frozenset({"p0"})))

    assert [c.notice for c in found] == ["o1"]


@pytest.mark.external
async def test_a_book_is_read_as_far_as_memory_reads_it(postgres: SqlStore) -> None:
    database, memory = DatabaseCandidates(postgres, SeededRandom(1)), InProcessCandidates(postgres, SeededRandom(1))
    book = replace(OFFER, card="piano lessons. " * 1_000 + "a lighthouse")
    await Searched(postgres, database).add(book)

    for words in ("a lighthouse", "piano lessons", book.card):
        need = replace(NEED, card=words)
        here = await memory.search(need, [Kind.OFFER], limit=5)
        assert list(await database.search(need, [Kind.OFFER], limit=5)) == list(here)


@pytest.mark.external
async def test_the_database_finds_what_memory_finds(postgres: SqlStore) -> None:
    notices = [*community(200, 7, HOME), *demonstration()]
    everywhere = Searched(postgres, DatabaseCandidates(postgres, SeededRandom(1)))
    memory = InProcessCandidates(postgres, SeededRandom(1))
    await everywhere.add(*notices, *community(50, 8, ELSEWHERE))
    for gone in notices[:200:10]:
        await everywhere.remove(gone.id)
    answered = 0

    for one in notices[::4]:
        for kinds in ([Kind.OFFER, Kind.NEED], [Kind.OFFER]):
            there = await everywhere.candidates.search(one, kinds, limit=400)
            here = await memory.search(one, kinds, limit=400)
            assert [(c.notice, c.relation, c.reasons) for c in there] == [
                (c.notice, c.relation, c.reasons) for c in here
            ]
            assert [c.score for c in there] == pytest.approx([c.score for c in here], abs=1e-6)
            answered += bool(here)
    assert answered > 60


# --- what is meant, beside what the database draws --------------------------------------------------------------------


def meaning(store: SqlStore, *, newest: int = 5_000) -> Candidates:
    words = DatabaseCandidates(store, SeededRandom(1))
    return MeaningCandidates(words, store, SeededRandom(1), TinyEncoder(), newest=newest)


@pytest.mark.external
async def test_as_long_as_all_are_among_the_newest_meaning_finds_what_it_finds_in_memory(postgres: SqlStore) -> None:
    notices = [*community(60, 7, HOME), *demonstration()]
    there, here = meaning(postgres), InProcessCandidates(postgres, SeededRandom(1), TinyEncoder())
    await Searched(postgres, there).add(*notices, *community(20, 8, ELSEWHERE))
    answered = 0

    for number, one in enumerate(notices[::6]):
        if number == 5:
            await Searched(postgres, there).remove(notices[1].id)
            await Searched(postgres, there).save(replace(notices[2], card="a lighthouse"))
        found = await there.search(one, [Kind.OFFER, Kind.NEED], limit=50)
        expected = await here.search(one, [Kind.OFFER, Kind.NEED], limit=50)
        assert sorted((c.notice, c.relation) for c in found) == sorted((c.notice, c.relation) for c in expected)
        answered += bool(expected)
    assert answered > 8


@pytest.mark.external
async def test_what_is_not_among_the_newest_is_found_by_a_word(postgres: SqlStore) -> None:
    searched = Searched(postgres, meaning(postgres, newest=2))
    await searched.add(OFFER, notice("zorille", Kind.OFFER, "a zorille"))
    await searched.add(*(notice(f"~{n}", Kind.OFFER, f"a lighthouse {n}") for n in range(3)))

    assert await searched.found() == ["offer"]
    assert await searched.found(replace(NEED, card="a quagga")) == []

    await searched.save(notice("zorille", Kind.OFFER, "one zorille"))
    assert await searched.found(replace(NEED, card="a quagga")) == ["zorille"]


@pytest.mark.external
async def test_only_the_newest_are_read_at_first(postgres: SqlStore) -> None:
    start = NOTICE.created_at
    searched = Searched(postgres, meaning(postgres, newest=1))
    for days, id in enumerate(["old", "newest"]):
        one = replace(notice(id, Kind.OFFER, "a zorille"), created_at=start + timedelta(days=days))
        await searched.add(one)

    assert await searched.found(replace(NEED, card="a quagga")) == ["newest"]
