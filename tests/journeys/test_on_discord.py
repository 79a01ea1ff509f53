"""Whole random histories in Discord: what nobody may see there is looked for in Discord's own list."""

import os
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from adapters.discord.ids import user_of
from bot.commands import Press
from bot.domain.ids import MemberId
from bot.messages import Refused
from tests.adapters.discord.bar import COMMUNITY
from tests.adapters.discord.world import DiscordWorld, shown
from tests.journeys.test_histories import NAMES, Histories, members

pytestmark = pytest.mark.timeout(1800)


class HistoriesInDiscord(Histories):
    """The same community, in a server."""

    #: How many calls were looked at.
    read = 0

    def __init__(self) -> None:
        #: Who was ever introduced to whom. Whoever is erased goes from the other's messages, not from their memory.
        self.met = Counter[frozenset[MemberId]]()
        super().__init__()

    async def _opened(self) -> Any:
        world = await DiscordWorld().__aenter__()
        for name in (*NAMES, "steward"):
            world.lives(name)
        return world

    def teardown(self) -> None:
        fake = self.world.bar.fake
        assert fake.pings == []
        assert fake.careless() == []
        self.do(self.world.__aexit__(None, None, None))
        super().teardown()

    def id(self, name: str) -> MemberId:
        member: MemberId = self.world.id_of(name)
        return member

    @rule()
    def restart(self) -> None:
        self.do(self.world.restart())

    @precondition(lambda self: self.tokens)
    @rule(name=members, pick=st.randoms(use_true_random=False))
    def press_somebody_elses(self, name: str, pick: Any) -> None:
        """Whoever presses what was never shown to them is told what everybody is told; no use case hears of it."""
        owner, token, choice = pick.choice(self.tokens)
        if owner != self.id(name):
            reply = self.do(self.send(Press(self.id(name), token, choice)))
            assert reply in (None, Refused("refusal.dead_button"))

    async def _nobody_is_named(self) -> None:
        """Not in what they see, nor in anything that Discord is given to show them: ids, values, links."""
        await super()._nobody_is_named()
        calls = self.world.bar.fake.calls[self.read :]
        self.read += len(calls)
        pairs = await self._pairs()
        for people, said in shown(self.world, calls):
            for name in NAMES:
                here = any(self._knows(user, name, pairs) for user in people)
                assert here or not (name in said or user_of(self.id(name)) in said), (people, name, said)

    def _knows(self, user: str, name: str, pairs: Counter[frozenset[MemberId]]) -> bool:
        """Whether somebody is this person, or was introduced to them."""
        me, other = MemberId(f"{COMMUNITY}:{user}"), self.id(name)
        return me == other or any({me, other} <= pair for pair in pairs)

    async def _pairs(self) -> Counter[frozenset[MemberId]]:
        pairs = Counter[frozenset[MemberId]]()
        for name in NAMES:
            for pair in await self.world.meetings(self.id(name)):
                pairs[pair] += 1
        self.met |= pairs
        return self.met


TestHistoriesInDiscord = HistoriesInDiscord.TestCase
TestHistoriesInDiscord.settings = settings(
    max_examples=max(2, int(os.environ.get("HISTORIES", "0")) // 50),
    stateful_step_count=int(os.environ.get("HISTORY_STEPS", "30")),
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
