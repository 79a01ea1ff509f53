"""Turns: so many at once, then steadily, and the more urgent first."""

import pytest

from adapters.slack.pace import IN_CHANNEL, IN_TEAM, Pace
from bot.ports import Priority
from tests.platforms.slack.limits import DOCUMENTED, Gauge


class Hours:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def gone(pace: Pace, clock: Hours, waiting: list[tuple[str, Priority]], *, until: float) -> list[tuple[float, str]]:
    """Everybody comes when they are told to, the more urgent first. Returns: who went when."""
    due = [(clock.seconds, priority, channel) for channel, priority in waiting]
    went: list[tuple[float, str]] = []
    while due and min(due)[0] <= until:
        clock.seconds = max(clock.seconds, min(due)[0])
        now = sorted((one for one in due if one[0] <= clock.seconds), key=lambda one: (one[1], one[0]))
        due = [one for one in due if one[0] > clock.seconds]
        for _, priority, channel in now:
            if wait := pace.wait("T1", channel, priority):
                due.append((clock.seconds + wait, priority, channel))
            else:
                went.append((clock.seconds, channel))
    return went


def test_a_few_go_at_once_and_the_others_one_by_one() -> None:
    clock = Hours()
    pace = Pace(clock)

    went = gone(pace, clock, [(f"D{n}", Priority.CARD) for n in range(100)], until=2000)

    assert sum(at == 1000 for at, _ in went) == IN_TEAM[1]
    assert len(went) == 100
    assert went[-1][0] - 1000 == pytest.approx(80 * IN_TEAM[0])


def test_nobody_is_asked_to_come_again_for_nothing() -> None:
    clock = Hours()
    pace, asked = Pace(clock), 0

    def counted(channel: str) -> float:
        nonlocal asked
        asked += 1
        return pace.wait("T1", channel, Priority.CARD)

    for number in range(200):
        while wait := counted(f"D{number}"):
            clock.seconds += wait

    assert asked == 200 + 200 - IN_TEAM[1]


def test_an_opening_does_not_stand_in_the_line_of_nudges() -> None:
    clock = Hours()
    pace = Pace(clock)
    nudges = [(f"nudge {n}", Priority.NUDGE) for n in range(100)]
    for channel, priority in nudges:
        pace.wait("T1", channel, priority)

    openings = [(f"opening {n}", Priority.OPENING) for n in range(10)]
    went = gone(pace, clock, [*nudges, *openings], until=2000)

    assert [who.split()[0] for _, who in went[:10]] == ["opening"] * 10
    assert len(went) == 110


def test_one_conversation_gets_one_a_second() -> None:
    clock = Hours()
    pace = Pace(clock)

    went = gone(pace, clock, [("D1", Priority.REPLY)] * 20, until=2000)

    assert [at - 1000 for at, _ in went] == pytest.approx([0.0] * IN_CHANNEL[1] + [float(n) for n in range(1, 18)])


def test_conversations_wait_for_themselves_alone() -> None:
    clock = Hours()
    pace = Pace(clock)
    for _ in range(10):
        pace.wait("T1", "D1")

    assert pace.wait("T1", "D2") == 0
    assert pace.wait("T2", "D1") == 0


def test_what_goes_by_these_turns_slack_takes() -> None:
    clock = Hours()
    pace, gauge = Pace(clock), Gauge(DOCUMENTED)

    went = gone(pace, clock, [(f"D{n % 40}", Priority.CARD) for n in range(1000)], until=3000)

    assert len(went) == 1000
    assert not any(gauge.wait("chat.postMessage", "T1", channel, at) for at, channel in went)


def test_conversations_are_opened_as_fast_as_slack_lets_us() -> None:
    clock = Hours()
    pace, gauge, opened = Pace(clock), Gauge(DOCUMENTED), 0

    while opened < 500:
        if wait := pace.held("T1", "conversations.open"):
            clock.seconds += wait
        else:
            assert not gauge.wait("conversations.open", "T1", "", clock.seconds)
            opened += 1

    assert clock.seconds - 1000 < 11 * 60


def test_what_slack_asks_to_wait_with_waits_there_alone() -> None:
    clock = Hours()
    pace = Pace(clock)

    pace.hold("T1", "users.info", 30)

    assert pace.held("T1", "users.info") == 30
    assert pace.held("T2", "users.info") == pace.held("T1", "chat.postMessage") == 0
    clock.seconds += 30
    assert pace.held("T1", "users.info") == 0
