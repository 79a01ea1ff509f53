"""Everything, put together on an open store."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.chance import SystemRandom
from adapters.clock import MovedClock, SystemClock
from adapters.discord.chosen import chosen as chosen_discord
from adapters.encoders.fallback import Following
from adapters.house.bell import Bell
from adapters.house.platform import House
from adapters.slack.chosen import chosen as chosen_slack
from adapters.slack.service import SlackService
from adapters.store.keys import Sealer, key_from, load_or_make_key
from adapters.store.search_upkeep import SearchUpkeep
from adapters.store.sql import SqlStore
from bot.bootstrap.houses import HOUSE, Moving, demonstration, found, furnished, moved
from bot.bootstrap.searching import candidates_of, encoder_of
from bot.config import Settings
from bot.delivery import Courier
from bot.dispatch import Dispatch
from bot.domain.ids import CommunityId
from bot.engine import Engine
from bot.ports import ChatPlatform, Clock, Random
from bot.runner import Runner
from bot.tick import Tick
from bot.usecases.unsaid import opening_lost
from matching.encoder import built_in

if TYPE_CHECKING:
    from adapters.discord.service import DiscordService


def _sealer(settings: Settings) -> Sealer:
    return key_from(settings.key.get_secret_value()) if settings.key else load_or_make_key(settings.key_path)


async def open_store(settings: Settings, *, alone: bool = True) -> SqlStore:
    """The database of these settings, brought to this version. Raises: ConfigError."""
    if settings.database_url is None:
        settings.data_dir.expanduser().mkdir(parents=True, exist_ok=True)
    searched = settings.search == "database"
    return await SqlStore.open(settings.database, _sealer(settings), alone=alone, searched=searched)


@dataclass(frozen=True)
class Comptoir:
    """Everything, put together."""

    settings: Settings
    store: SqlStore
    clock: Clock
    random: Random
    dispatch: Dispatch
    engine: Engine
    bell: Bell
    community: CommunityId
    demonstration: Moving | None
    upkeep: SearchUpkeep
    #: What follows the store in memory; None where PostgreSQL alone is asked.
    index: Following | None
    #: What an index calls the encoder; empty where words are compared alone.
    encoder: str
    #: None where the settings say nothing of it.
    slack: SlackService | None
    discord: "DiscordService | None"

    @property
    def services(self) -> "Sequence[SlackService | DiscordService]":
        """The chat services that are not ours."""
        return [service for service in (self.slack, self.discord) if service]

    async def close(self) -> None:
        """Let go of everything."""
        for service in self.services:
            await service.close()
        await self.store.close()


@asynccontextmanager
async def opened(settings: Settings, *, alone: bool = False) -> AsyncIterator[Comptoir]:
    """Put everything together on an open store, and let go of it at the end.

    Only who serves must be `alone` on an SQLite file; a command may look and write beside.
    """
    store = await open_store(settings, alone=alone)
    try:
        comptoir = await _compose(settings, store)
    except BaseException:
        await store.close()
        raise
    try:
        yield comptoir
    finally:
        await comptoir.close()


async def _compose(settings: Settings, store: SqlStore) -> Comptoir:
    random = SystemRandom()
    people = demonstration() if settings.demonstration else None
    clock: SystemClock | MovedClock = MovedClock(await moved(store, people)) if people else SystemClock()
    moving = Moving(people, store, clock) if people and isinstance(clock, MovedClock) else None
    runner = Runner(store, clock, random, settings.rules(), built_in() if settings.engine == "meaning" else None)
    dispatch = Dispatch(runner)
    bell = Bell()
    upkeep = SearchUpkeep(store)
    chosen = await encoder_of(settings, store)
    candidates, index = candidates_of(settings, store, random, upkeep, chosen)
    tick = Tick(runner, dispatch, candidates)
    platforms: dict[str, ChatPlatform] = {"house": House(store.rooms, clock, bell)}
    slack = _slack(settings, store, dispatch, clock, random)
    if slack:
        platforms["slack"] = slack.platform
    discord = _discord(settings, store, dispatch, clock, random)
    if discord:
        platforms["discord"] = discord.platform
    courier = Courier(store, platforms, clock, lost=lambda key: runner.run(lambda ctx: opening_lost(key, ctx)))
    engine = Engine(tick, courier)
    if people and moving:
        moving.engine = engine
        await furnished(people, runner, store, clock)
    elif settings.has_house:
        await found(settings, runner)
    community = people.community if people else HOUSE
    return Comptoir(
        settings,
        store,
        clock,
        random,
        dispatch,
        engine,
        bell,
        community,
        moving,
        upkeep,
        index,
        chosen[1],
        slack,
        discord,
    )


def _slack(
    settings: Settings, store: SqlStore, dispatch: Dispatch, clock: Clock, random: Random
) -> SlackService | None:
    said = chosen_slack(settings)
    if said is None:
        return None
    return SlackService(
        said,
        dispatch=dispatch,
        sendings=store.sendings,
        installations=store.installations,
        clock=clock,
        random=random,
        secret=store.secret("slack"),
        address=settings.address,
        language=settings.house_language,
        zone=settings.house_zone,
    )


def _discord(
    settings: Settings, store: SqlStore, dispatch: Dispatch, clock: Clock, random: Random
) -> "DiscordService | None":
    said = chosen_discord(settings)
    if said is None:
        return None
    from adapters.discord.service import DiscordService  # half a second and 34 MB, for who needs it alone

    return DiscordService(
        said,
        dispatch=dispatch,
        sendings=store.sendings,
        places=store.places,
        leases=store.leases,
        clock=clock,
        random=random,
        secret=store.secret("discord"),
        language=settings.house_language,
        zone=settings.house_zone,
        holder="alone" if store.alone else None,  # who comes back after a crash need not wait for who died
    )
