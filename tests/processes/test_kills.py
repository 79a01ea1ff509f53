"""The real program, killed at random while pairs are introduced in a real house over real sockets (I6).

Fifty pairs each time; two hundred in the campaign.
"""

import asyncio
import random
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2
import pytest

from adapters.house.rooms import private_room
from adapters.store.keys import load_or_make_key
from adapters.store.sql import SqlStore
from bot.domain.ids import MemberId
from tests.processes.program import Program, killed_now_and_then

MEMBERS = 40
pytestmark = pytest.mark.timeout(1800)


class Member:
    """Somebody with a browser who does not give up: sends the same form again until it is answered."""

    def __init__(self, program: Program, number: int) -> None:
        self.name = f"Member {number}"
        url = f"http://127.0.0.1:{program.port}"
        self.client = httpx2.AsyncClient(base_url=url, timeout=10, follow_redirects=True)
        self.page = ""

    async def open(self, path: str) -> str:
        self.page = (await self._insist("GET", path)).text
        return self.page

    async def send(self, path: str, **fields: Any) -> None:
        form = {name: self._hidden(name) for name in ("proof", "submission")} | fields
        self.page = (await self._insist("POST", path, data=form)).text

    async def _insist(self, method: str, path: str, **more: Any) -> httpx2.Response:
        while True:
            try:
                response = await self.client.request(method, path, **more)
            except httpx2.TransportError:
                await asyncio.sleep(0.2)
                continue
            assert response.status_code < 500, response.text
            return response

    def _hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found, self.page[:2000]
        return found[1]

    async def enter(self, path: str) -> None:
        await self.open(path)
        await self.send(path, name=self.name, language="en", zone="Europe/Paris")
        await self.open("/settings")
        await self.send("/settings", language="en", zone="Europe/Paris", quiet_from="00:00", quiet_until="00:00",
                        delivery="single", monthly_budget="30")  # fmt: skip

    async def post(self, text: str) -> None:
        await self.open("/?at=private")
        await self.send("/say/private", text=text)
        await self.press("post")

    async def press(self, choice: str) -> bool:
        """Press the newest such button. Returns: whether there was one."""
        await self.open("/?at=private")
        forms = re.findall(r"<form[^>]*data-press[^>]*>.*?</form>", self.page, re.DOTALL)
        tokens = [found[1] for form in forms if f'value="{choice}"' in form and (found := _token(form))]
        if not tokens:
            return False
        await self.send("/press", token=tokens[-1], choice=choice)
        return True


def _token(form: str) -> re.Match[str] | None:
    return re.search(r'name="token" value="([^"]*)"', form)


async def live(member: Member, notices: list[str], introductions: int, deadline: float) -> None:
    """Post everything, then say yes to every card until all introductions are there."""
    for text in notices:
        await member.post(text)
    while time.monotonic() < deadline:
        if not await member.press("yes"):
            if len(set(re.findall(r"/rooms/(\w+)", await member.open("/conversations?at=private")))) >= introductions:
                return
            await asyncio.sleep(3)


@pytest.mark.parametrize("pairs", [50, pytest.param(200, marks=pytest.mark.campaign)])
async def test_each_pair_gets_one_opening_and_nobody_two_cards(tmp_path: Path, pairs: int) -> None:
    program, chance = Program(tmp_path), random.Random(7)
    invitation = program.command("invite").stdout.split()[-1]
    path = invitation[invitation.index("/enter/") :]
    members = [Member(program, number) for number in range(MEMBERS)]
    notices: dict[int, list[str]] = {number: [] for number in range(MEMBERS)}
    couples = [(a, b) for a in range(MEMBERS) for b in range(a + 1, MEMBERS) if (a + b) % 2]
    for a, b in chance.sample(couples, pairs):
        word = "".join(chance.choices("bcdfghjklmnpqrstvwxyz", k=12)).capitalize()  # like no other word
        notices[a].append(f"I can offer some {word}")
        notices[b].append(f"I am looking for some {word}")
    program.start()
    for member in members:
        await member.enter(path)

    async with killed_now_and_then(program, chance):
        deadline = time.monotonic() + 900
        await asyncio.gather(*(live(member, notices[n], len(notices[n]), deadline) for n, member in enumerate(members)))
    await program.answers()
    program.stop()

    for member in members:
        await member.client.aclose()
    assert program.command("doctor").returncode == 0
    assert program.kills  # how often is a matter of how quick the machine is
    openings, cards = await counted(tmp_path)
    assert openings == {1: 2 * pairs}
    assert set(cards) == {1}


async def counted(folder: Path) -> tuple[Counter[int], Counter[int]]:
    """How many openings each side of each pair saw, and how many cards each side of each introduction got."""
    store = await SqlStore.open(f"sqlite:///{folder}/comptoir.db", load_or_make_key(folder / "key"))
    openings, cards = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    async with store.reading() as uow:
        [community] = await uow.communities.all()
        everybody = await uow.members.in_community(community.id)
    for member in everybody:
        id = MemberId(member.id)
        for room, _ in await store.rooms.rooms_of(id):
            for post in await store.rooms.lines(room, id, limit=1000):
                openings[room, id] += bool(post.message and post.message.key.startswith("opening."))
        for post in await store.rooms.lines(private_room(id), id, limit=100_000):
            if post.message and post.message.key.startswith("card."):
                cards[id, str(post.message.params["theirs"])] += 1
    await store.close()
    return Counter(openings.values()), Counter(cards.values())
