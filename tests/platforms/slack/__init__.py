"""A fake Slack for tests: see README.md beside this file."""

from tests.platforms.slack.faults import broken, drop_after, drop_before, hooked, limited, refused, slow
from tests.platforms.slack.limits import DOCUMENTED, NO_LIMITS, Limits, Rate
from tests.platforms.slack.people import Outcome, Workspace
from tests.platforms.slack.roads import signed
from tests.platforms.slack.server import FakeSlack
from tests.platforms.slack.state import App, Kind

__all__ = [
    "DOCUMENTED",
    "NO_LIMITS",
    "App",
    "FakeSlack",
    "Kind",
    "Limits",
    "Outcome",
    "Rate",
    "Workspace",
    "broken",
    "drop_after",
    "drop_before",
    "hooked",
    "limited",
    "refused",
    "signed",
    "slow",
]
