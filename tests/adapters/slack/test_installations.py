"""Installing, uninstalling and coming back, with Slack's own library, over sockets, against the fake Slack."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette

from adapters.chance import SystemRandom
from adapters.clock import SystemClock
from adapters.slack.chosen import Slack
from adapters.slack.installations import authorize_url, ended, install_flow
from adapters.slack.manifest import Wish, manifest
from adapters.slack.scopes import scopes
from adapters.slack.web import install_routes
from adapters.store.memory import MemoryStore
from bot.domain.ids import CommunityId
from bot.installations import Installation
from bot.text import catalogue
from tests.platforms.slack import NO_LIMITS, FakeSlack, drop_after
from tests.platforms.slack.manifest import configured

#: slack_sdk 3.47 authenticates `oauth.v2.access` in a way that aiohttp 4 will not have; we require aiohttp < 4.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

BAR = "https://bar.example.org"
HERE = CommunityId("slack:T1")
CLOCK = SystemClock()


class Bar:
    """A Comptoir that workspaces can install, as far as that goes."""

    def __init__(self, theirs: FakeSlack, client: AsyncWebClient) -> None:
        self.theirs = theirs
        self.installations = MemoryStore().installations
        self.welcomed: list[Installation] = []
        self.fault: Exception | None = None
        self.flow = install_flow(
            chosen(theirs),
            self.installations,
            client=client,
            clock=CLOCK,
            random=SystemRandom(),
            address=BAR,
            welcome=self.welcome,
        )
        self.site = Starlette(routes=install_routes(self.flow))

    async def welcome(self, installation: Installation) -> None:
        if self.fault:
            raise self.fault
        self.welcomed.append(installation)

    def browser(self, language: str = "en") -> httpx2.AsyncClient:
        """Somebody's browser: it keeps cookies, and shows where it is led instead of going there."""
        transport = httpx2.ASGITransport(app=self.site)
        return httpx2.AsyncClient(transport=transport, base_url=BAR, headers={"accept-language": language})

    async def set_out(self, browser: httpx2.AsyncClient) -> str:
        """Open the page of the installation, and agree at Slack. Returns: where Slack leads."""
        to_slack = await browser.get("/slack/install")
        assert to_slack.status_code == 302
        async with httpx2.AsyncClient() as elsewhere:
            agreed = await elsewhere.get(to_slack.headers["location"])
        return str(agreed.headers["location"])

    async def install(self) -> httpx2.Response:
        async with self.browser() as browser:
            return await browser.get(await self.set_out(browser))


def chosen(theirs: FakeSlack) -> Slack:
    return Slack(
        bot_token=None,
        app_token=None,
        signing_secret=theirs.app.signing_secret,
        client_id=theirs.app.client_id,
        client_secret=theirs.app.client_secret,
        api_url=theirs.api_url,
        commands={"/need": "need", "/offer": "offer", "/comptoir": "root"},
        stewards=frozenset(),
        language=None,
        zone=None,
    )


@pytest.fixture
async def theirs() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(speed=1000, limits=NO_LIMITS) as slack:
        wish = Wish({"/need": "need", "/offer": "offer", "/comptoir": "root"}, http=BAR, several=BAR)
        configured(slack.app, manifest(wish, catalogue("en")))
        slack.team("T1", name="Chez Nous").person("U1", "Amina", is_admin=True)
        slack.agree("T1", "U1")
        yield slack


@pytest.fixture
async def bar(theirs: FakeSlack) -> Bar:
    return Bar(theirs, AsyncWebClient(base_url=theirs.api_url, retry_handlers=[]))


async def test_a_workspace_installs_it_and_is_welcomed(bar: Bar) -> None:
    answer = await bar.install()

    assert answer.status_code == 200
    assert "Comptoir is in Chez Nous now" in answer.text
    assert "slack://app?team=T1&amp;id=A0COMPTOIR" in answer.text
    (kept,) = await bar.installations.everywhere()
    assert bar.welcomed == [kept]
    assert (kept.community, kept.name, kept.installer, kept.account) == (HERE, "Chez Nous", "U1", "UBOTT1")
    assert kept.token in bar.theirs.core.world.tokens
    assert set(kept.scopes) == set(scopes(listening=False))
    assert kept.expires_at is None


async def test_the_browser_is_led_to_slack_with_what_is_asked_and_nothing_is_loaded_on_the_way(bar: Bar) -> None:
    async with bar.browser() as browser:
        answer = await browser.get("/slack/install")

    query = httpx2.URL(answer.headers["location"]).params
    assert query["scope"] == ",".join(scopes(listening=False))
    assert (query["user_scope"], query["redirect_uri"]) == ("", f"{BAR}/slack/oauth_redirect")
    assert answer.text == ""
    cookie = answer.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "secure", "samesite=lax", "max-age=600"))


async def test_channels_are_asked_for_where_the_settings_say_so(bar: Bar) -> None:
    flow = install_flow(
        replace(chosen(bar.theirs), listening=True),
        bar.installations,
        client=AsyncWebClient(),
        clock=CLOCK,
        random=SystemRandom(),
        address=BAR,
        welcome=bar.welcome,
    )

    assert set(flow.settings.scopes or ()) == set(scopes(listening=True))


async def test_what_comes_back_twice_is_let_in_once(bar: Bar) -> None:
    async with bar.browser() as browser:
        back = await bar.set_out(browser)
        cookies = dict(browser.cookies)
        answers = await asyncio.gather(
            *(
                browser.get(back, headers={"cookie": f"{name}={value}"})
                for name, value in cookies.items()
                for _ in range(4)
            )
        )

    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]
    assert len(bar.welcomed) == 1
    assert bar.theirs.counted("oauth.v2.access") == 1


async def test_another_browser_is_not_let_in(bar: Bar) -> None:
    async with bar.browser() as mine, bar.browser() as other:
        back = await bar.set_out(mine)
        await other.get("/slack/install")

        answer = await other.get(back)

    assert answer.status_code == 400
    assert "nothing was installed" in answer.text
    assert bar.theirs.counted("oauth.v2.access") == 0


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("code=x", 400),
        ("code=x&state=y", 400),
        ("state=%00&code=%3Cscript%3E", 400),
        ("error=access_denied", 200),
        ("error=%3Cscript%3E", 200),
    ],
)
async def test_odd_ways_back_install_nothing(bar: Bar, query: str, status: int) -> None:
    async with bar.browser() as browser:
        await browser.get("/slack/install")
        answer = await browser.get(f"/slack/oauth_redirect?{query}")

    assert answer.status_code == status
    assert "script" not in answer.text
    assert await bar.installations.everywhere() == []


ODD = (
    "",
    "x",
    "x" * 5000,
    "\x00",
    "<script>",
    "%",
    "é",
    "🏕" * 100,
    "null",
    "[]",
    "T1:U1",
    "../..",
    "\r\nset-cookie: a=b",
    "\ud800",
)


def spoilt(back: httpx2.URL, chance: Random) -> str:
    """The address with which Slack leads back, without what matters in it, or with something odd in its place."""
    asked = [(name, value) for name, value in back.params.multi_items()]
    key = chance.choice(["code", "state"])
    asked = [(name, value) for name, value in asked if name != key]
    if chance.random() < 0.8:
        asked.append((key, chance.choice(ODD)))
    for _ in range(chance.choice([0, 0, 1, 3])):
        name = chance.choice(["code", "state", "error", "redirect_uri", chance.choice(ODD)])
        asked.append((name, chance.choice(ODD)))
    chance.shuffle(asked)
    query = urlencode([(name.encode("utf-8", "replace"), value.encode("utf-8", "replace")) for name, value in asked])
    return f"{chance.choice(['/slack/oauth_redirect', '/slack/oauth_redirect', '/slack/install'])}?{query}"


async def test_no_spoilt_way_back_installs_anything_or_breaks(bar: Bar, caplog: pytest.LogCaptureFixture) -> None:
    chance = Random(int(os.environ.get("SEED", "1")))
    found = Counter[int]()
    async with bar.browser() as browser:
        for number in range(int(os.environ.get("MUTATIONS", "200"))):
            if number % 20 == 0:
                back = httpx2.URL(await bar.set_out(browser))
            answer = await browser.get(spoilt(back, chance))
            found[answer.status_code] += 1
            assert "<script>" not in answer.text
            assert "set-cookie: a=b" not in str(answer.headers)

    assert set(found) <= {200, 302, 400, 401}, found
    assert found[400] > 20
    assert await bar.installations.everywhere() == []
    assert not [record for record in caplog.records if record.exc_info]


async def test_a_whole_organisation_is_refused_clearly(bar: Bar) -> None:
    async with bar.browser("fr-FR,fr;q=0.9,en;q=0.5") as browser:
        back = httpx2.URL(await bar.set_out(browser))
        code = bar.theirs.grant("T1", "U1", redirect=f"{BAR}/slack/oauth_redirect", org=True)
        answer = await browser.get(back.copy_set_param("code", code))

    assert answer.status_code == 403
    assert '<html lang="fr">' in answer.text
    assert "un par un" in answer.text
    assert await bar.installations.everywhere() == bar.welcomed == []


async def test_a_lost_answer_of_slack_installs_nothing_and_says_so(bar: Bar) -> None:
    bar.theirs.faults.plan("oauth.v2.access", drop_after())

    answer = await bar.install()

    assert answer.status_code == 401
    assert "Start again" in answer.text
    assert await bar.installations.everywhere() == []
    assert (await bar.install()).status_code == 200


async def test_a_welcome_that_fails_is_told_and_made_good_by_starting_again(bar: Bar) -> None:
    bar.fault = ConnectionError("database")

    answer = await bar.install()

    assert answer.status_code == 500
    assert "Start again in a minute" in answer.text
    bar.fault = None
    assert (await bar.install()).status_code == 200
    assert len(bar.welcomed) == 1


def event(type: str, at: datetime, **more: Any) -> dict[str, Any]:
    """The outer event. Source: https://docs.slack.dev/reference/events/app_uninstalled and tokens_revoked."""
    return {
        "type": "event_callback",
        "team_id": "T1",
        "api_app_id": "A0COMPTOIR",
        "event": {"type": type, **more},
        "event_id": "Ev1",
        "event_time": int(at.timestamp()),
    }


def ends(at: datetime) -> list[dict[str, Any]]:
    return [event("app_uninstalled", at), event("tokens_revoked", at, tokens={"oauth": [], "bot": ["UBOTT1"]})]


@pytest.mark.parametrize("order", [(0, 1, 0, 1), (1, 0, 1, 0), (0, 0, 1, 1), (1, 1, 0, 0)])
async def test_uninstalled_and_revoked_in_any_order_twice_close_it_and_it_can_be_installed_again(
    bar: Bar, order: tuple[int, ...]
) -> None:
    await bar.install()
    now = CLOCK.now()

    told = [await ended(bar.installations, ends(now)[number], now) for number in order]

    assert told == [HERE] * 4
    assert await bar.installations.find(HERE) is None
    assert (await bar.install()).status_code == 200
    late = [await ended(bar.installations, body, now) for body in ends(now - timedelta(hours=1))]
    assert late == [None, None]
    assert await bar.installations.find(HERE) is not None


@pytest.mark.parametrize(
    "body",
    [
        event("tokens_revoked", CLOCK.now(), tokens={"oauth": ["U1"]}),
        event("tokens_revoked", CLOCK.now(), tokens={"oauth": ["U1"], "bot": []}),
        event("tokens_revoked", CLOCK.now(), tokens=None),
        event("app_uninstalled", CLOCK.now()) | {"team_id": None},
        event("app_uninstalled", CLOCK.now()) | {"event": None},
        {},
    ],
)
async def test_what_does_not_end_it_leaves_it(bar: Bar, body: dict[str, Any]) -> None:
    await bar.install()

    assert await ended(bar.installations, body, CLOCK.now()) is None
    assert await bar.installations.find(HERE) is not None


@pytest.mark.parametrize("stamp", [None, -1, 10**30, "now", True])
async def test_an_end_without_a_moment_is_now(bar: Bar, stamp: Any) -> None:
    await bar.install()
    now = CLOCK.now() + timedelta(seconds=2)
    body = event("app_uninstalled", now) | {"event_time": stamp}

    expected = None if stamp is True else HERE  # a moment in 1970: before it was installed
    assert await ended(bar.installations, body, now) == expected


def test_people_agree_beside_the_api() -> None:
    assert authorize_url("https://slack.com/api/") == "https://slack.com/oauth/v2/authorize"
    assert authorize_url("https://slack-gov.com/api/") == "https://slack-gov.com/oauth/v2/authorize"
