"""Somebody with a browser, without the browser: keeps cookies, fills in the forms of the page that they look at."""

import html
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx2
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from adapters.chance import SystemRandom
from adapters.house import create_app
from bot.domain.ids import MemberId
from bot.domain.tokens import hashed
from tests.world import COMMUNITY, World

ADDRESS = "http://bar.test"
INVITATION = "an-invitation-of-tests"


@dataclass
class Play:
    """A demonstration's powers, over a world of tests."""

    world: World
    people: list[tuple[MemberId, str, tuple[str, ...]]] = field(default_factory=list)

    def members(self) -> list[tuple[MemberId, str, tuple[str, ...]]]:
        return self.people

    async def move_clock(self, by: timedelta) -> None:
        await self.world.engine.travel(self.world.clock, by)


async def demonstration(world: World, **languages: str) -> tuple[Starlette, Play]:
    """A demonstration with these people in it."""
    play = Play(world)
    for name, language in languages.items():
        member = await world.join(name.capitalize(), language)
        play.people.append((member, name.capitalize(), ("garden",)))
    return app_of(world, play), play


async def real_house(world: World) -> Starlette:
    """A real house, with an invitation to it."""
    await world.rooms.invite(hashed(INVITATION), COMMUNITY, world.clock.now() + timedelta(days=7))
    return app_of(world, None)


def app_of(world: World, play: Play | None, url: str = ADDRESS, extra: tuple[BaseRoute, ...] = ()) -> Starlette:
    return create_app(
        dispatch=world.dispatch,
        rooms=world.rooms,
        clock=world.clock,
        random=SystemRandom(),
        community=COMMUNITY,
        secret=b"a secret of tests, long enough for HMAC",
        public_url=url,
        demonstration=play,
        extra_routes=extra,
    )


class Visitor:
    """One browser."""

    def __init__(self, app: Starlette, language: str = "en", url: str = ADDRESS) -> None:
        self.app = app
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        self.client = httpx2.AsyncClient(transport=transport, base_url=url, headers={"accept-language": language})
        self.page = ""

    async def open(self, path: str) -> httpx2.Response:
        response = await self.client.get(path, follow_redirects=True)
        self.page = response.text
        return response

    async def send(self, path: str, headers: dict[str, str] | None = None, **fields: Any) -> httpx2.Response:
        """Send a form of the page that is open, and follow where it leads."""
        proof, submission = self.hidden("proof"), self.hidden("submission")
        form = {"proof": proof, "submission": submission, **fields}
        response = await self.client.post(path, data=form, headers=headers, follow_redirects=True)
        if "hx-request" not in (headers or {}):
            self.page = response.text
        return response

    async def become(self, member: MemberId) -> httpx2.Response:
        await self.open("/")
        return await self.send("/demonstration/become", member=member)

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found, f"no field {name} on this page"
        return found[1]

    @property
    def words(self) -> str:
        """What the page says, without its tags."""
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", self.page)))
