from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from adapters.web.metrics import Metrics
from bot.bootstrap import opened, serving
from bot.config import Settings

ONE: dict[str, Any] = {"slack_bot_token": "xoxb-1-hunter2", "slack_app_token": "xapp-1-hunter2"}
SEVERAL: dict[str, Any] = {
    "slack_client_id": "1.2", "slack_client_secret": "c" * 32, "slack_signing_secret": "s" * 32,
    "public_url": "https://bar.example.org",
}  # fmt: skip


async def front(given: dict[str, Any], folder: Path, accepted: str) -> str:
    settings = Settings(_env_file=None, data_dir=folder, engine="words", **given)
    async with opened(settings) as comptoir:
        answer = TestClient(serving._app(comptoir, Metrics("1"))).get("/", headers={"Accept-Language": accepted})
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    ("accepted", "part"), [("fr-CH, en;q=0.5", "Comptoir est ouvert"), ("de", "Comptoir is open"), ("", "Comptoir is")]
)
async def test_the_address_says_that_it_is_in_slack(tmp_path: Path, accepted: str, part: str) -> None:
    page = await front(ONE, tmp_path, accepted)

    assert part in page
    assert "/comptoir" in page
    assert "/slack/install" not in page


async def test_where_workspaces_install_it_the_way_is_shown(tmp_path: Path) -> None:
    assert 'href="/slack/install"' in await front(SEVERAL, tmp_path, "en")
