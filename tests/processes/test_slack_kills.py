"""The real program in a Slack on real sockets, killed at random while people in it are introduced (F1)."""

import asyncio
import os
import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.slack.scopes import scopes
from tests.adapters.slack.crowd import values
from tests.platforms.slack import NO_LIMITS, FakeSlack, Workspace
from tests.platforms.slack.state import Post
from tests.processes.program import Program, killed_now_and_then

PAIRS = int(os.environ.get("SLACK_KILL_PAIRS", "40"))
#: So many pairs are about to meet at a time, as people come one after the other.
AT_ONCE = 60
#: Seconds within which a pair meets: what a process had claimed when it died waits for its lease to end.
MEET = 300 + 20 * PAIRS
BOT_TOKEN, APP_TOKEN = "xoxb-of-tests", "xapp-1-of-tests"
#: Where it is noon: nobody is asked anything in their quiet hours.
NOON = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
pytestmark = [pytest.mark.campaign, pytest.mark.timeout(600 + MEET)]


@dataclass
class InSlack(Program):
    """The program with an app in one workspace, by Socket Mode."""

    api_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        slack = {"BOT_TOKEN": BOT_TOKEN, "APP_TOKEN": APP_TOKEN, "API_URL": self.api_url.rstrip("/")}
        return super().environment | {f"COMPTOIR_SLACK_{name}": value for name, value in slack.items()}


class Person:
    """Somebody in Slack who does not give up: does it again until Slack says that it worked."""

    def __init__(self, team: Workspace, user: str) -> None:
        self.team, self.user = team, user
        team.person(user, user, zone=NOON)

    async def enter(self) -> None:
        while self.team.modal(self.user) is None:
            await self._insist("/comptoir", "")
            await asyncio.sleep(0.2)
        while self.team.modal(self.user):
            if (await self.team.submit(self.user)).acked and self.team.modal(self.user):
                await self.team.close(self.user)

    async def post(self, command: str, text: str) -> None:
        while not (preview := self._with("press:post", text)):
            await self._insist(command, text)
            await asyncio.sleep(1)
        while self._with("press:post", text):
            if not (await self.team.press(self.user, "post", where=preview[-1].ts)).acked:
                await asyncio.sleep(0.3)
            await asyncio.sleep(0.2)

    async def say_yes(self) -> None:
        while cards := self._with("press:yes", ""):
            await self.team.press(self.user, "yes", where=cards[-1].ts)
            await asyncio.sleep(0.5)

    async def _insist(self, command: str, text: str) -> None:
        while True:
            if (await self.team.command(self.user, command, text)).acked:
                return
            await asyncio.sleep(0.3)

    def _with(self, button: str, text: str) -> list[Post]:
        shown = [post for post in self.team.direct(self.user).posts if post.by_bot and not post.deleted]
        return [post for post in shown if button in str(post.blocks) and text in str(post.blocks)]


async def test_each_pair_gets_one_opening_and_nobody_two_cards(tmp_path: Path) -> None:
    chance = random.Random(11)
    async with FakeSlack(speed=20, limits=NO_LIMITS) as slack:
        team = slack.team("T1", bot_token=BOT_TOKEN, app_token=APP_TOKEN, scopes=set(scopes(listening=True)))
        program = InSlack(tmp_path, api_url=slack.api_url)
        pairs = [(Person(team, f"UA{n}"), Person(team, f"UB{n}")) for n in range(PAIRS)]
        program.start()
        for person in [person for pair in pairs for person in pair]:
            await person.enter()

        async with killed_now_and_then(program, chance):
            turn = asyncio.Semaphore(AT_ONCE)
            await asyncio.gather(*(_meet(team, giver, asker, chance, turn) for giver, asker in pairs))
        await program.answers()
        await asyncio.sleep(5)
        program.stop()

        cards = Counter(
            (user, token)
            for pair in pairs
            for user in (pair[0].user, pair[1].user)
            for sight in team.seen(user, "message")
            for token in values(sight.blocks, "press:yes")
        )
        openings = Counter(len(_openings(team, *pair)) for pair in pairs)

    assert program.command("doctor").returncode == 0
    assert program.kills >= 3
    assert set(cards.values()) == {1}
    assert len(cards) == 2 * PAIRS
    # An opening whose answer died with the process is said again, for nobody can look; so once for each kill at most.
    assert openings[1] + openings[2] == PAIRS
    assert openings[2] <= program.kills


async def _meet(team: Workspace, giver: Person, asker: Person, chance: random.Random, turn: asyncio.Semaphore) -> None:
    word = "".join(chance.choices("bcdfghjklmnpqrstvwxyz", k=12)).capitalize()  # like no other word
    async with turn:
        await giver.post("/offer", f"I can offer some {word}")
        await asker.post("/need", f"I am looking for some {word}")
        deadline = time.monotonic() + MEET
        while not _openings(team, giver, asker):
            assert time.monotonic() < deadline
            await giver.say_yes()
            await asker.say_yes()
            await asyncio.sleep(1)


def _openings(team: Workspace, giver: Person, asker: Person) -> list[Post]:
    together = team.together(giver.user, asker.user)
    return team.messages(together.id) if together else []
