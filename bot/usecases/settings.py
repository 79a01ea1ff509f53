"""How a person wishes to be spoken to: language, zone, hours, rhythm, pause, stop (D2)."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale

from bot.commands import ChangeSettings, Pause, Resume
from bot.context import Context
from bot.domain.hours import at_local, next_at
from bot.domain.members import Delivery, Person
from bot.domain.notices import Kind, NoticeState, scheduled
from bot.domain.rules import DAY
from bot.errors import Refusal
from bot.messages import Message

#: Those that we speak ourselves.
LANGUAGES = ("en", "fr")
#: In letters; longer codes are of scripts and countries as well, such as "zh_Hant".
LONGEST_CODE = 3
#: The budgets that a person may choose, in unasked messages a month.
BUDGET_RANGE = range(1, 31)
#: A pause without an hour ends in the morning.
MORNING = time(8)
#: A pause that is longer than this has no end.
LONGEST_PAUSE = timedelta(days=3650)


async def change_settings(command: ChangeSettings, ctx: Context) -> Message:
    """Change what was given, leave the rest. Raises: Refusal naming the first value that cannot be."""
    member, person = await ctx.joined(command.member)
    if command.language is not None and command.language not in LANGUAGES:
        raise Refusal("unknown_language")
    zone = zones().get(command.zone.casefold()) if command.zone is not None else person.zone
    if zone is None:
        raise Refusal("unknown_zone", zone=(command.zone or "")[:60])
    if command.monthly_budget is not None and command.monthly_budget not in BUDGET_RANGE:
        raise Refusal("budget_range", least=BUDGET_RANGE.start, most=BUDGET_RANGE.stop - 1)
    if command.delivery is not None and command.delivery not in set(Delivery):
        raise Refusal("unreadable")
    after = replace(
        person,
        language=command.language or person.language,
        zone=zone,
        speaks=person.speaks if command.speaks is None else known_languages(command.speaks),
        quiet_from=person.quiet_from if command.quiet_from is None else command.quiet_from,
        quiet_until=person.quiet_until if command.quiet_until is None else command.quiet_until,
        delivery=Delivery(command.delivery) if command.delivery else person.delivery,
        monthly_budget=command.monthly_budget or person.monthly_budget,
    )
    said = Message("settings.saved")
    if command.pause_until is not None:
        after, said = _paused(after, command.pause_until, ctx.now)
    await ctx.uow.persons.save(after)
    if command.shown_circles is not None:
        shown = tuple(circle for circle in member.circles if circle in command.shown_circles)
        await ctx.uow.members.save(replace(member, shown_circles=shown))
    return said


@cache
def zones() -> Mapping[str, str]:
    """All time zones by their names in small letters."""
    return {zone.casefold(): zone for zone in available_timezones()}


def known_languages(codes: Collection[str]) -> tuple[str, ...]:
    """Those of these codes that are languages, each once: ours first, then the others by code."""
    others = {code for code in codes if len(code) <= LONGEST_CODE and code in Locale("en").languages}
    return tuple(x for x in LANGUAGES if x in codes) + tuple(sorted(others - set(LANGUAGES)))


async def pause(command: Pause, ctx: Context) -> Message:
    """Nothing unasked until that morning in the person's zone; without a date, or for years, until they come back."""
    _, person = await ctx.joined(command.member)
    after, said = _paused(person, command.until, ctx.now)
    await ctx.uow.persons.save(after)
    return said


def _paused(person: Person, day: date | None, now: datetime) -> tuple[Person, Message]:
    """Somebody who rests, and what they are told. Raises: Refusal."""
    if day is None or day > (now + LONGEST_PAUSE).date():
        return replace(person, stopped_at=now), Message("settings.stopped")
    if day < (now - DAY).date():
        raise Refusal("pause_in_the_past")
    zone = ZoneInfo(person.zone)
    until = at_local(datetime.combine(day, time(12), tzinfo=zone), MORNING, zone)
    if until <= now:
        raise Refusal("pause_in_the_past")
    return replace(person, paused_until=until, stopped_at=None), Message("settings.paused", {"until": until})


async def resume(command: Resume, ctx: Context) -> Message:
    """Speak to me again."""
    _, person = await ctx.joined(command.member)
    await ctx.uow.persons.save(replace(person, paused_until=None, stopped_at=None))
    await _wake_needs(person, ctx)
    return Message("settings.resumed")


async def _wake_needs(person: Person, ctx: Context) -> None:
    """What waited while its author was away is looked at again: at once if never before, else at the next slot."""
    for account in await ctx.uow.members.accounts(person.id):
        for notice in await ctx.uow.notices.of_member(account):
            most = ctx.rules.waves if notice.kind is Kind.NEED else 1
            if notice.state is NoticeState.OPEN and notice.next_wave_at is None and notice.waves < most:
                community = await ctx.uow.communities.get(notice.community)
                slot = next_at(ctx.now, ctx.rules.wave_slots, community.zone) if notice.waves else ctx.now
                await ctx.uow.notices.save(scheduled(replace(notice, next_wave_at=slot), ctx.rules))
