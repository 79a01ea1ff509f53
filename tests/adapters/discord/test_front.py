from pathlib import Path

import pytest
from starlette.testclient import TestClient

from adapters.web.metrics import Metrics
from bot.bootstrap import opened, serving
from bot.config import Settings


@pytest.mark.parametrize(
    ("accepted", "part"), [("fr-CH, en;q=0.5", "Comptoir est ouvert"), ("de", "Comptoir is open"), ("", "/join")]
)
async def test_the_address_says_that_it_is_in_discord(tmp_path: Path, accepted: str, part: str) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, engine="words", discord_token="a.b.c")

    async with opened(settings) as comptoir:
        answer = TestClient(serving._app(comptoir, Metrics("1"))).get("/", headers={"Accept-Language": accepted})

    assert answer.status_code == 200
    assert part in answer.text
