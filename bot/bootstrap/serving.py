"""Serving: the heartbeat, the web server, and what is tidied now and then."""

import asyncio
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Final

import structlog
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from adapters.discord.front import front as discord_front
from adapters.house.app import create_app
from adapters.logs import set_up_logs
from adapters.schedule.metronome import Metronome
from adapters.slack.chosen import chosen
from adapters.slack.front import front as slack_front
from adapters.web.health import health_routes
from adapters.web.metrics import CountedCarrier, Metrics, metrics_routes
from adapters.web.server import Server
from bot.bootstrap.composing import Comptoir, opened
from bot.config import Settings
from bot.messages import Phrase
from bot.text import LANGUAGES
from matching.intent import likelihoods
from matching.reading import suggest

TIDY_EVERY: Final = timedelta(hours=1)

log = structlog.get_logger()


async def run(
    settings: Settings,
    ready: Callable[[str], None] = lambda address: None,
    told: Callable[[Phrase], None] = lambda news: None,
) -> None:
    """Serve until somebody stops us.

    `ready` is told the address once it answers, `told` what the operator should know besides, once.
    """
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
        await asyncio.to_thread(_warm_up)
        await server.start()
        metronome.start()
        for service in comptoir.services:
            await service.open()
        tidying = asyncio.create_task(_tidy(comptoir))
        ready(settings.address)
        if comptoir.slack:
            comptoir.slack.greet(told)
        try:
            await server.until(stop)
        finally:
            tidying.cancel()
            for service in comptoir.services:
                await service.leave()
            comptoir.bell.close()  # an open page would keep the server waiting
            await server.stop()
            await metronome.stop()
            if comptoir.index:
                await comptoir.index.close()


def _warm_up() -> None:
    """Read what the first sentence would have to wait for: whoever types a command gets an answer within a second."""
    for language in LANGUAGES:
        suggest("bonjour", language)
    likelihoods("bonjour")


async def _beat(comptoir: Comptoir, metrics: Metrics) -> timedelta | None:
    """Returns: after how long there is more to do."""
    due, began = await comptoir.store.next_due(), comptoir.clock.now()
    metrics.note_lateness(began - due if due else timedelta(0))
    due = await comptoir.engine.beat()
    if comptoir.index:  # nobody who was erased stays in it until somebody asks
        await comptoir.index.refresh()
    return wait_for(due, began, comptoir.clock.now())


def wait_for(due: datetime | None, began: datetime, now: datetime) -> timedelta | None:
    """After how long to look again, when a look that began then left this due.

    Returns: None for the next beat, as for what was due and could not be moved.
    """
    return None if due is None or due <= began else max(due - now, timedelta(0))


def _app(comptoir: Comptoir, metrics: Metrics) -> Starlette:
    store, settings = comptoir.store, comptoir.settings
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    probes = {"database": store.probe}
    probes |= {"slack": comptoir.slack.probe} if comptoir.slack else {}
    probes |= {"discord": comptoir.discord.probe} if comptoir.discord else {}
    routes: list[BaseRoute] = [*health_routes(probes), *metrics_routes(metrics, token=token)]
    for service in comptoir.services:
        routes += service.routes
    if not settings.has_house and not settings.demonstration:
        said = chosen(settings)
        return Starlette(routes=[*routes, slack_front(said) if said else discord_front()])
    return create_app(
        dispatch=comptoir.dispatch,
        rooms=store.rooms,
        clock=comptoir.clock,
        random=comptoir.random,
        community=comptoir.community,
        secret=store.secret("house").encode(),
        public_url=settings.address,
        demonstration=comptoir.demonstration,
        extra_routes=routes,
        bell=comptoir.bell,
    )


async def _tidy(comptoir: Comptoir) -> None:
    while True:
        try:
            await comptoir.engine.tick.tidy()
            await comptoir.store.rooms.prune(comptoir.clock.now())
            await comptoir.upkeep.tidy()
            for service in comptoir.services:
                await service.tidy()
        except Exception:
            log.exception("tidy_failed")
        await asyncio.sleep(TIDY_EVERY.total_seconds())
