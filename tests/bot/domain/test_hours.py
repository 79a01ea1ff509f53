from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hours import at_local, is_quiet, next_at, suitable
from bot.domain.ids import PersonId
from bot.domain.members import Delivery, Person


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


ZONES = [
    "Europe/Paris",
    "Europe/Helsinki",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
]
PERSON = Person(PersonId("p"), "en", "Europe/Paris", quiet_from=time(21), quiet_until=time(8))
ANY_MOMENT = st.integers(0, 14 * 366 * 24 * 60).map(lambda minutes: utc("2016-01-01") + timedelta(minutes=minutes))
ANY_CLOCK = st.times().map(lambda t: t.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("day", "clock", "zone", "instant"),
    [
        ("2026-01-15 12:00", time(8), "Europe/Paris", "2026-01-15 07:00"),
        ("2026-07-15 12:00", time(8), "Europe/Paris", "2026-07-15 06:00"),
        ("2026-01-15 23:30", time(8), "Europe/Helsinki", "2026-01-16 06:00"),
        # Spring: from two to three in Paris, from three to four in Helsinki, there is no such hour.
        ("2026-03-29 12:00", time(2, 30), "Europe/Paris", "2026-03-29 01:00"),
        ("2026-03-29 12:00", time(2), "Europe/Paris", "2026-03-29 01:00"),
        ("2026-03-29 12:00", time(3), "Europe/Paris", "2026-03-29 01:00"),
        ("2026-03-29 12:00", time(1, 59), "Europe/Paris", "2026-03-29 00:59"),
        ("2026-03-29 12:00", time(3, 30), "Europe/Helsinki", "2026-03-29 01:00"),
        # Autumn: the hour that comes twice is its first.
        ("2026-10-25 12:00", time(2, 30), "Europe/Paris", "2026-10-25 00:30"),
        ("2026-10-25 12:00", time(3), "Europe/Paris", "2026-10-25 02:00"),
        ("2026-10-25 12:00", time(3, 30), "Europe/Helsinki", "2026-10-25 00:30"),
        # In Sao Paulo the clocks jumped at midnight, and came back at midnight, until 2019.
        ("2018-11-04 12:00", time(0), "America/Sao_Paulo", "2018-11-04 03:00"),
        ("2018-11-04 12:00", time(0, 30), "America/Sao_Paulo", "2018-11-04 03:00"),
        ("2018-02-17 12:00", time(23, 30), "America/Sao_Paulo", "2018-02-18 01:30"),
        ("2026-03-02 12:00", time(8), "America/Sao_Paulo", "2026-03-02 11:00"),
    ],
)
def test_a_local_time_is_found_on_days_of_twenty_three_and_twenty_five_hours(
    day: str, clock: time, zone: str, instant: str
) -> None:
    assert at_local(utc(day), clock, ZoneInfo(zone)) == utc(instant)


@given(now=ANY_MOMENT, clocks=st.lists(ANY_CLOCK, min_size=1, max_size=3), zone=st.sampled_from(ZONES))
def test_the_next_of_some_hours_is_later_and_soon(now: datetime, clocks: list[time], zone: str) -> None:
    moment = next_at(now, clocks, zone)

    assert now < moment <= now + timedelta(hours=48)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (time(21), time(8), {21, 22, 23, 0, 1, 2, 3, 4, 5, 6, 7}),
        (time(9), time(17), set(range(9, 17))),
        (time(0), time(6), set(range(6))),
        (time(22), time(0), {22, 23}),
        (time(8), time(8), set()),
    ],
)
def test_quiet_hours_may_go_around_midnight(start: time, end: time, hours: set[int]) -> None:
    person = replace(PERSON, zone="UTC", quiet_from=start, quiet_until=end)

    assert {hour for hour in range(24) if is_quiet(utc(f"2026-03-02 {hour:02}:00"), person)} == hours
    if hours:
        end_of_them = datetime.combine(utc("2026-03-02").date(), end, tzinfo=UTC)
        assert is_quiet(end_of_them - timedelta(seconds=1), person)
        assert not is_quiet(end_of_them, person)


@pytest.mark.parametrize(
    ("now", "zone", "moment"),
    [
        ("2026-03-02 12:00", "Europe/Paris", "2026-03-02 12:00"),
        ("2026-03-02 22:00", "Europe/Paris", "2026-03-03 07:00"),
        ("2026-03-28 22:00", "Europe/Paris", "2026-03-29 06:00"),
        ("2026-10-24 22:00", "Europe/Paris", "2026-10-25 07:00"),
        ("2026-03-28 22:00", "Europe/Helsinki", "2026-03-29 05:00"),
        ("2026-10-24 22:00", "Europe/Helsinki", "2026-10-25 06:00"),
        ("2018-11-04 02:00", "America/Sao_Paulo", "2018-11-04 10:00"),
        ("2026-03-03 02:00", "America/Sao_Paulo", "2026-03-03 11:00"),
    ],
)
def test_something_unasked_waits_for_the_end_of_quiet_hours(now: str, zone: str, moment: str) -> None:
    assert suitable(utc(now), replace(PERSON, zone=zone)) == utc(moment)


@pytest.mark.parametrize(
    ("paused_until", "moment"),
    [
        ("2026-03-01 12:00", "2026-03-02 12:00"),
        ("2026-03-05 13:00", "2026-03-05 13:00"),
        ("2026-03-05 23:00", "2026-03-06 07:00"),
    ],
)
def test_a_pause_is_waited_for_and_then_the_hours(paused_until: str, moment: str) -> None:
    assert suitable(utc("2026-03-02 12:00"), replace(PERSON, paused_until=utc(paused_until))) == utc(moment)


@pytest.mark.parametrize(
    ("now", "quiet_until", "moment"),
    [
        ("2026-03-02 07:59", time(8), "2026-03-02 08:00"),
        ("2026-03-02 08:00", time(8), "2026-03-03 08:00"),
        ("2026-03-28 12:00", time(8), "2026-03-29 07:00"),
        ("2026-03-02 12:00", time(10), "2026-03-03 09:00"),
    ],
)
def test_one_message_a_day_comes_at_nine_or_when_quiet_hours_end(now: str, quiet_until: time, moment: str) -> None:
    person = replace(PERSON, delivery=Delivery.DAILY, quiet_until=quiet_until)

    assert suitable(utc(now), person) == utc(moment)


@given(
    now=ANY_MOMENT, start=ANY_CLOCK, end=ANY_CLOCK, zone=st.sampled_from(ZONES), daily=st.booleans(),
    pause=st.none() | ANY_MOMENT,
)  # fmt: skip
def test_a_suitable_moment_is_never_early_quiet_or_in_a_pause(
    now: datetime, start: time, end: time, zone: str, daily: bool, pause: datetime | None
) -> None:
    person = replace(
        PERSON, zone=zone, quiet_from=start, quiet_until=end, paused_until=pause,
        delivery=Delivery.DAILY if daily else Delivery.SINGLE,
    )  # fmt: skip
    moment = suitable(now, person)

    assert moment >= now
    assert not person.is_away(moment)
    assert not is_quiet(moment, person)
    assert daily or suitable(moment, person) == moment
