"""Comptoir as Slack reaches it by HTTP: the same bar without sockets, at whose door tests may knock themselves."""

import json
from datetime import datetime, timedelta
from typing import Any, Self

import httpx2
from starlette.applications import Starlette

from adapters.slack.chosen import Slack as Chosen
from adapters.slack.manifest import EVENTS_PATH
from adapters.slack.service import SlackService
from adapters.store.memory import MemoryStore
from bot.delivery import Courier
from bot.engine import Engine
from tests.adapters.slack.bar import COMMANDS, COMMUNITY, SECRET, TOKEN, Bar
from tests.platforms.slack import signed
from tests.platforms.slack.delivery import Delivery, Unanswered
from tests.platforms.slack.roads import written


class HttpBar(Bar):
    """`async with HttpBar() as bar:` and `bar.knock(kind, payload)`; Slack comes by the same door."""

    async def start(self) -> None:
        chosen = Chosen(
            bot_token=TOKEN, app_token=None, signing_secret=SECRET, client_id="", client_secret=None,
            api_url=self.slack.api_url, commands=COMMANDS, stewards=self.stewards, language=None, zone=None,  # type: ignore[arg-type] # meanings
            listening=True,
        )  # fmt: skip
        self.world.start()
        store = self.world.store
        assert isinstance(store, MemoryStore)
        self.service = SlackService(
            chosen, dispatch=self.world.dispatch, sendings=store.sendings, installations=store.installations,
            clock=self.world.clock, random=self.world.random, secret="a secret of tests", address="https://bar.test",
            language="en", zone="Europe/Paris", apart=timedelta(0),
        )  # fmt: skip
        self.counter = self.service.counter
        self.engine = Engine(self.world.engine.tick, Courier(store, {"slack": self.service.platform}, self.world.clock))
        await self.world.dispatch.found(COMMUNITY, "The Counter", "en", "Europe/Paris")
        transport = httpx2.ASGITransport(app=Starlette(routes=self.service.routes), raise_app_exceptions=True)
        self.slack.courier._road = self
        self.client = httpx2.AsyncClient(transport=transport, base_url="https://bar.test")

    async def stop(self) -> None:
        await self.client.aclose()
        await super().stop()

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        return self

    def stamp(self, late: float = 0) -> str:
        """The time that Slack would sign with, so many seconds ago."""
        moment: datetime = self.world.clock.now()
        return str(int(moment.timestamp() - late))

    async def knock(self, kind: str, payload: dict[str, Any], *, secret: str = SECRET, late: float = 0) -> int:
        """Bring a payload, signed. Returns: what was answered."""
        body, content_type = written(kind, payload)
        return await self.post(body.encode(), content_type, secret=secret, late=late)

    async def post(self, body: bytes, content_type: str, *, secret: str = SECRET, late: float = 0) -> int:
        """Bring a body, signed. Returns: what was answered."""
        return (await self._come(body, content_type, secret, late)).status_code

    async def _come(self, body: bytes, content_type: str, secret: str, late: float) -> httpx2.Response:
        text = body.decode("utf-8", "replace")
        headers = {"content-type": content_type, **signed(secret, text, timestamp=self.stamp(late))}
        answer = await self.client.post(EVENTS_PATH, content=body, headers=headers)
        assert b"Traceback" not in answer.content
        return answer

    async def bring(self, delivery: Delivery, number: int, reason: str) -> dict[str, Any] | None:
        """A Road: what Slack itself brings."""
        body, content_type = written(delivery.kind, delivery.payload)
        answer = await self._come(body.encode(), content_type, SECRET, 0)
        if not answer.is_success:
            raise Unanswered("http_error")
        said = json.loads(answer.content) if answer.content.strip() else None
        return said if isinstance(said, dict) else None

    def payloads(self) -> list[tuple[str, dict[str, Any]]]:
        """What Slack would have brought so far, a copy of each."""
        return [(one.kind, json.loads(json.dumps(one.payload))) for one in self.slack.courier.deliveries]
