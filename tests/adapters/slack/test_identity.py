"""Whose token it is, asked now and then, keeps nobody waiting."""

import asyncio

from tests.adapters.slack.bar import Bar
from tests.platforms.slack.faults import Call, hooked


async def test_while_slack_takes_its_time_to_say_who_we_are_everybody_is_answered() -> None:
    async with Bar() as bar:
        await bar.enters("U1", "Ada")
        asked, said = asyncio.Event(), asyncio.Event()

        async def late(call: Call) -> None:
            asked.set()
            await said.wait()

        bar.slack.faults.plan("auth.test", hooked(late))
        assert bar.service._one
        looking = asyncio.create_task(bar.service._one.who_now())
        await asked.wait()

        outcome = await bar.team.command("U1", "/comptoir", "me")

        assert outcome.acked
        assert not looking.done()
        said.set()
        await looking
