"""Everything put together, on a real PostgreSQL and on a file: whoever answers, a need finds its offer."""

from datetime import time
from itertools import count
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import func, select

from adapters.encoders import chosen
from adapters.house.rooms import private_room
from adapters.index.snapshots import NAME
from adapters.store.search_tables import NOTICE_TERMS, SEARCH
from bot import bootstrap
from bot.bootstrap import HOUSE, Comptoir, opened
from bot.commands import ChangeSettings, Command, Erase, Join, Press, Say
from bot.config import Settings
from bot.domain.ids import MemberId
from bot.errors import ConfigError
from bot.messages import Message, Reply
from matching.encoder import built_in
from tests.adapters.encoders.service import Service, served
from tests.matching.encoders import TinyEncoder

ARRIVALS = count()
SUBJECTS = ("piano lessons", "a bicycle trailer", "sourdough bread", "chess boards")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, house="Chez Nous", house_zone="UTC", engine="words", load_cap=9, common_hours=0)


def searching(settings: Settings, url: str, search: str) -> Settings:
    return settings.model_copy(update={"database_url": Settings(database_url=url).database_url, "search": search})


async def send(bar: Comptoir, command: Command) -> Reply | None:
    return await bar.dispatch.receive("test", f"arrival-{next(ARRIVALS)}", command)


async def join(bar: Comptoir, name: str) -> MemberId:
    member = MemberId(f"{HOUSE}:{name}")
    await send(bar, Join(member, HOUSE, name.title(), "en", "UTC"))
    await send(bar, ChangeSettings(member, quiet_from=time(0), quiet_until=time(0)))
    return member


async def post(bar: Comptoir, member: MemberId, text: str) -> None:
    preview = await send(bar, Say(member, text))
    assert isinstance(preview, Message)
    assert preview.token, preview
    await send(bar, Press(member, preview.token, "post"))
    await bar.engine.beat()


async def cards(bar: Comptoir, member: MemberId) -> int:
    """How many cards a member has seen."""
    posts = await bar.store.rooms.lines(private_room(member), member, limit=1_000)
    return sum(bool(post.message and post.message.key.startswith("card.")) for post in posts)


async def hashed(bar: Comptoir) -> int:
    """How many notices can be searched for in the database."""
    async with bar.store.looking() as session:
        found: int = (await session.run(select(func.count()).select_from(NOTICE_TERMS))).scalar_one()
        return found


@pytest.mark.external
async def test_a_need_finds_an_offer_wherever_is_searched_before_and_after_a_switch(
    settings: Settings, postgres_url: str
) -> None:
    memory, database = (searching(settings, postgres_url, where) for where in ("memory", "database"))
    async with opened(memory) as bar:
        luc = await join(bar, "luc")
        for subject in SUBJECTS:
            await post(bar, luc, f"I offer {subject}")
        assert await hashed(bar) == 0

    for number, (search, kept) in enumerate([(database, 5), (database, 6), (memory, 0), (database, 8)]):
        async with opened(search) as bar:
            if search is memory:
                await bar.upkeep.tidy()
            asker = await join(bar, f"asker{number}")
            await post(bar, asker, f"I am looking for {SUBJECTS[number]}")

            assert (await cards(bar, asker), await cards(bar, luc)) == (1, 1 + number)
            assert await hashed(bar) == kept


@pytest.mark.external
async def test_migrating_prepares_the_search_and_going_back_leaves_nothing(
    settings: Settings, postgres_url: str
) -> None:
    memory, database = (searching(settings, postgres_url, where) for where in ("memory", "database"))
    async with opened(memory) as bar:
        await post(bar, await join(bar, "luc"), "I offer piano lessons for beginners")

    await bootstrap.migrate(database)

    async with opened(memory) as bar:
        assert await hashed(bar) == 1
        await bar.upkeep.tidy()
        async with bar.store.looking() as session:
            left = [(await session.run(select(func.count()).select_from(t))).scalar_one() for t in SEARCH.sorted_tables]
    assert left == [0, 0, 0]


async def test_on_a_file_memory_is_searched(settings: Settings) -> None:
    async with opened(settings, alone=True) as bar:
        await bar.upkeep.tidy()
        luc, ada = await join(bar, "luc"), await join(bar, "ada")
        await post(bar, luc, "I offer piano lessons for beginners")
        await post(bar, ada, "I am looking for piano lessons")

        assert (await cards(bar, luc), await cards(bar, ada)) == (1, 1)


async def found(settings: Settings) -> dict[str, bool]:
    """What `comptoir check` finds, by its key."""
    return {finding.phrase.key: finding.ok for finding in await bootstrap.check(settings)}


async def test_the_check_says_how_notices_are_compared(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    meaning = settings.model_copy(update={"engine": "meaning"})
    assert (await found(settings))["command.check.words_chosen"] is True

    monkeypatch.setattr(chosen, "built_in", TinyEncoder)
    assert (await found(meaning))["command.check.meaning"] is True

    monkeypatch.setattr(chosen, "built_in", lambda: None)
    assert (await found(meaning))["command.check.words_only"] is True


@pytest.mark.external
async def test_the_check_says_that_the_database_searches(settings: Settings, postgres_url: str) -> None:
    assert (await found(searching(settings, postgres_url, "database")))["command.check.search_database"] is True


async def test_only_an_encoder_elsewhere_is_calibrated(settings: Settings) -> None:
    with pytest.raises(ConfigError) as wrong:
        await bootstrap.calibrate(settings)

    assert [fault.key for fault in wrong.value.faults] == ["command.fault.no_encoder"]


async def test_an_encoder_elsewhere_is_used_once_calibrated_and_missed_by_nobody_when_it_is_gone(
    settings: Settings,
) -> None:
    model = built_in()
    assert model is not None
    service = Service()
    service.answer = served(model)
    remote = {"engine": "meaning", "encoder_url": service.address.rstrip("/"), "encoder_model": "use"}
    settings = settings.model_copy(update=remote)

    async with opened(settings) as bar:
        luc = await join(bar, "luc")
        await post(bar, luc, "I can look after children in the evening")
        await post(bar, luc, "I offer a bicycle trailer")
        ada = await join(bar, "ada")
        await post(bar, ada, "Je cherche une baby-sitter pour vendredi soir")
        assert await cards(bar, luc) == 0  # by words alone
    assert service.asked == []
    assert (await found(settings))["command.check.encoder_uncalibrated"] is False

    assert (await bootstrap.calibrate(settings)).key == "command.calibrate.done"

    assert (await found(settings))["command.check.encoder"] is True
    async with opened(settings) as bar:
        bea = await join(bar, "bea")
        await post(bar, bea, "Je cherche une baby-sitter pour vendredi soir")
        assert await cards(bar, luc) == 1
        service.close()
        cid = await join(bar, "cid")
        await post(bar, cid, "I am looking for a bicycle trailer")
        assert (await cards(bar, cid), await cards(bar, luc)) == (1, 2)
    assert (await found(settings))["command.check.encoder_silent"] is False


async def test_an_index_is_read_from_disk_at_the_next_start_and_kept_by_whoever_may_read_it(settings: Settings) -> None:
    async with opened(settings, alone=True) as bar:
        luc = await join(bar, "luc")
        await post(bar, luc, "I offer piano lessons for beginners")
    kept = settings.data_dir / NAME
    assert kept.stat().st_mode & 0o777 == 0o600

    async with opened(settings, alone=True) as bar:
        assert bar.index is not None
        ada = await join(bar, "ada")
        await post(bar, ada, "I am looking for piano lessons")
        assert await cards(bar, ada) == 1
        await bar.index.close()
        before = kept.read_bytes()
        await send(bar, Erase(luc))
        await bar.index.refresh()
        assert not kept.exists()

    assert b"piano" not in before


async def test_erasing_by_command_takes_the_index_away(settings: Settings) -> None:
    async with opened(settings, alone=True) as bar:
        luc = await join(bar, "luc")
        await post(bar, luc, "I offer piano lessons for beginners")
    assert (settings.data_dir / NAME).exists()

    await bootstrap.erase(settings, luc)

    assert not (settings.data_dir / NAME).exists()


@pytest.mark.external
async def test_where_there_is_no_folder_the_index_is_not_kept(
    settings: Settings, postgres_url: str, tmp_path: Path
) -> None:
    nowhere = {"data_dir": tmp_path / "nowhere", "key": SecretStr(Fernet.generate_key().decode())}

    async with opened(searching(settings, postgres_url, "memory").model_copy(update=nowhere)) as bar:
        luc, ada = await join(bar, "luc"), await join(bar, "ada")
        await post(bar, luc, "I offer piano lessons for beginners")
        await post(bar, ada, "I am looking for piano lessons")
        assert await cards(bar, ada) == 1

    assert not (tmp_path / "nowhere").exists()


@pytest.mark.external
async def test_meaning_counts_beside_a_database_that_is_searched(settings: Settings, postgres_url: str) -> None:
    assert built_in() is not None
    searched = searching(settings, postgres_url, "database").model_copy(update={"engine": "meaning"})

    async with opened(searched) as bar:
        luc, ada = await join(bar, "luc"), await join(bar, "ada")
        await post(bar, luc, "I can look after children in the evening")
        await post(bar, ada, "Je cherche une baby-sitter pour vendredi soir")

        assert await cards(bar, ada) == 1
