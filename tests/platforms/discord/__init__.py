"""A fake Discord for tests: see README.md beside this file."""

from tests.platforms.discord.asking import Outcome
from tests.platforms.discord.core import Sight
from tests.platforms.discord.faults import broken, drop_after, drop_before, hooked, limited, refused, slow
from tests.platforms.discord.guilds import Server
from tests.platforms.discord.interactions import Modal
from tests.platforms.discord.limits import DOCUMENTED, NO_LIMITS, Limits, Rate
from tests.platforms.discord.people import Person
from tests.platforms.discord.permissions import Permission
from tests.platforms.discord.redirect import redirect
from tests.platforms.discord.server import FakeDiscord
from tests.platforms.discord.state import Channel, Message

__all__ = [
    "DOCUMENTED",
    "NO_LIMITS",
    "Channel",
    "FakeDiscord",
    "Limits",
    "Message",
    "Modal",
    "Outcome",
    "Permission",
    "Person",
    "Rate",
    "Server",
    "Sight",
    "broken",
    "drop_after",
    "drop_before",
    "hooked",
    "limited",
    "redirect",
    "refused",
    "slow",
]
