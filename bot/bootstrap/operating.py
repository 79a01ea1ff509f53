"""What operators ask for by command."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from adapters.clock import SystemClock
from adapters.discord.chosen import chosen as chosen_discord
from adapters.discord.ids import PLATFORM as DISCORD
from adapters.discord.ids import guild_of
from adapters.encoders import calibrations
from adapters.encoders.chosen import calibrated, how_compared
from adapters.house.privacy import everything
from adapters.house.returning import WAY_BACK_LIFE
from adapters.slack.checks import findings
from adapters.slack.chosen import chosen as chosen_slack
from adapters.store.audit import audit
from adapters.store.search_meaning import NEWEST
from adapters.store.search_upkeep import SearchUpkeep
from adapters.web.server import who_is_at
from bot.bootstrap.composing import Comptoir, open_store, opened
from bot.bootstrap.searching import kept_calibration, snapshots_of
from bot.commands import Erase
from bot.config import Settings
from bot.domain.ids import MemberId
from bot.domain.tokens import hashed
from bot.errors import ConfigError, Refusal
from bot.findings import Finding
from bot.messages import Phrase, Refused

#: How far the database's clock may be from ours.
CLOCK_SKEW: Final = timedelta(seconds=5)


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
        if snapshots := snapshots_of(settings, comptoir.store):
            snapshots.drop()
        if comptoir.store.alone:  # else whoever serves does it at the next beat
            await comptoir.engine.courier.deliver()


async def invite(settings: Settings, days: int) -> str:
    """A fresh invitation to a real house, good for so many days. Raises: ConfigError in a demonstration."""
    if not settings.has_house:
        raise ConfigError(Phrase("command.fault.no_house"))
    async with opened(settings) as comptoir:
        token = comptoir.random.token()
        expires_at = comptoir.clock.now() + timedelta(days=days)
        await comptoir.store.rooms.invite(hashed(token), comptoir.community, expires_at)
        return f"{settings.address}/enter/{token}"


async def way_back(settings: Settings, member: str) -> str:
    """A link that lets one browser in as this member, once, even if they had left. Raises: ConfigError, Refusal."""
    if not settings.has_house:
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
        said, public = chosen_slack(settings), settings.public_url
        slack = await findings(said, comptoir.store.installations, public_url=public) if said else []
        discord = await _of_discord(settings, comptoir)
        compared = await asyncio.to_thread(how_compared, settings, await kept_calibration(settings, comptoir.store))
    return [
        Finding(Phrase("command.check.database"), True),
        Finding(Phrase("command.check.clock", {"seconds": int(skew.total_seconds())}), skew < CLOCK_SKEW),
        Finding(Phrase(f"command.check.{where}", {"address": settings.local_address}), where != "address_taken"),
        *([Finding(Phrase("command.check.public", {"address": public}), True, seen=False)] if public else []),
        *([Finding(Phrase("command.check.search_database", {"count": NEWEST}), True)] if searched else []),
        compared,
        *slack,
        *discord,
    ]


async def _of_discord(settings: Settings, comptoir: Comptoir) -> Sequence[Finding]:
    said = chosen_discord(settings)
    if said is None:
        return []
    from adapters.discord.checks import findings as found_in_discord  # as heavy as discord.py: for who needs it alone

    communities = await comptoir.dispatch.runner.read(lambda ctx: ctx.uow.communities.all())
    listened = {guild_of(one.id): one.listening for one in communities if one.id.startswith(f"{DISCORD}:")}
    return await found_in_discord(said, listened, now=comptoir.clock.now())


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
