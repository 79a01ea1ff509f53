"""When a person may be spoken to: zones, quiet hours, slots."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.members import Delivery, Person

#: When a person who wants one message a day gets it, local time; moved to the end of their quiet hours if inside them.
DIGEST_AT = time(9)
NOON = time(12)


def at_local(day: datetime, clock: time, zone: ZoneInfo) -> datetime:
    """That local time on the local day of `day`, in UTC.

    A time that does not exist on that day (spring) becomes the first instant after the gap; one that exists twice
    (autumn) is its first occurrence.
    """
    local = datetime.combine(day.astimezone(zone).date(), clock, tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    instant, after = local.replace(fold=1).astimezone(UTC), local.replace(fold=1).utcoffset()
    while instant.astimezone(zone).utcoffset() != after:
        instant += timedelta(minutes=1)
    return instant


def next_at(now: datetime, clocks: Sequence[time], zone_name: str) -> datetime:
    """The first of these local times that is after `now`, in UTC."""
    zone = ZoneInfo(zone_name)
    # Days are counted where the person lives: a day later in UTC skips one on the eve of a day of twenty-three hours.
    today = now.astimezone(zone).date()
    days = [datetime.combine(today + timedelta(days=ahead), NOON, tzinfo=zone) for ahead in range(3)]
    return min(moment for day in days for clock in clocks if (moment := at_local(day, clock, zone)) > now)


def is_quiet(now: datetime, person: Person) -> bool:
    """Whether it is in this person's quiet hours."""
    local = now.astimezone(ZoneInfo(person.zone)).time()
    start, end = person.quiet_from, person.quiet_until
    if start == end:
        return False
    return start <= local < end if start < end else local >= start or local < end


def suitable(now: datetime, person: Person) -> datetime:
    """The first moment from `now` on that suits a person for something unasked.

    After their pause, outside their quiet hours and, for somebody who wants one message a day, at its hour. Somebody
    who stopped everything has no such moment: ask `Person.is_away` first.
    """
    start = max(now, person.paused_until or now)
    if person.delivery is Delivery.DAILY:
        start = next_at(start, (DIGEST_AT,), person.zone)
    return next_at(start, (person.quiet_until,), person.zone) if is_quiet(start, person) else start
