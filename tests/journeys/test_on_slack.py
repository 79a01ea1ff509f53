"""Whole random histories in Slack: what nobody may see there is looked for in Slack's own list."""

import os
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from adapters.slack.ids import member_of, user_of
from bot.commands import Press
from bot.domain.ids import MemberId
from bot.messages import Refused
from tests.adapters.slack.bar import TEAM
from tests.adapters.slack.world import SlackWorld, answers, shown
from tests.journeys.test_histories import NAMES, Histories, members

pytestmark = pytest.mark.timeout(1800)


class HistoriesInSlack(Histories):
    """The same community, in a workspace."""

    #: How many calls and deliveries were looked at.
    read = (0, 0)

    async def _opened(self) -> Any:
        world = await SlackWorld().__aenter__()
        for name in (*NAMES, "steward"):
            world.lives(name)
        return world

    def teardown(self) -> None:
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
        """Who has not joined is asked in, whatever they press."""
        owner, token, choice = pick.choice(self.tokens)
        if owner != self.id(name):
            reply = self.do(self.send(Press(self.id(name), token, choice)))
            joined = self.do(self.world.dispatch.known(self.id(name)))
            assert reply == (Refused("refusal.dead_button") if joined else None)

    async def _nobody_is_named(self) -> None:
        """Not in what they see, nor in anything that Slack is given to show them: ids, values, metadata."""
        await super()._nobody_is_named()
        world = self.world
        core = world.bar.slack.core
        calls, brought = core.calls[self.read[0] :], core.courier.deliveries[self.read[1] :]
        self.read = (len(core.calls), len(core.courier.deliveries))
        pairs = await self._pairs()
        for people, said in (*shown(world, calls), *answers(brought)):
            for name in NAMES:
                here = any(self._knows(user, name, pairs) for user in people)
                assert here or not (name in said or user_of(self.id(name)) in said), (people, name, said)

    def _knows(self, user: str, name: str, pairs: Counter[frozenset[MemberId]]) -> bool:
        """Whether somebody is this person, or was introduced to them."""
        me, other = member_of(TEAM, user), self.id(name)
        return me == other or any({me, other} <= pair for pair in pairs)

    async def _pairs(self) -> Counter[frozenset[MemberId]]:
        pairs = Counter[frozenset[MemberId]]()
        for name in NAMES:
            for pair in await self.world.meetings(self.id(name)):
                pairs[pair] += 1
        return Counter({pair: count // 2 for pair, count in pairs.items()})


TestHistoriesInSlack = HistoriesInSlack.TestCase
TestHistoriesInSlack.settings = settings(
    max_examples=max(2, int(os.environ.get("HISTORIES", "0")) // 50),
    stateful_step_count=int(os.environ.get("HISTORY_STEPS", "30")),
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
