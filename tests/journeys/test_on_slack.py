"""Whole random histories in Slack: what nobody may see there is looked for in Slack's own list."""

import os
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import rule

from bot.domain.ids import MemberId
from tests.adapters.slack.world import SlackWorld
from tests.journeys.test_histories import NAMES, Histories

pytestmark = pytest.mark.timeout(1800)


class HistoriesInSlack(Histories):
    """The same community, in a workspace."""

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
    suppress_health_check=list(HealthCheck),
)
