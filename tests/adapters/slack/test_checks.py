"""What is wrong with Slack is named, with how to mend it, asked of a server that answers as Slack's pages say."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from adapters.slack.checks import findings
from adapters.slack.chosen import Slack
from adapters.slack.scopes import scopes
from adapters.store.memory import MemoryStore
from bot.domain.ids import CommunityId
from bot.findings import Finding
from bot.installations import Installation, Installations
from bot.text import LANGUAGES, catalogue
from tests.world import START

BOT, APP = "xoxb-1-canary", "xapp-1-A0BAR-2-canary"
BAR = "https://bar.example.org"
ALL = ",".join(scopes(listening=False))
Answer = dict[str, Any]


class Answers:
    """Slack, as far as a check asks it: what each method answers, whoever asks."""

    def __init__(self) -> None:
        self.granted: str | None = ALL
        self.tokens: list[str] = []
        self.said: dict[str, Answer] = {
            "auth.test": {
                "ok": True,
                "url": "https://chez-nous.slack.com/",
                "team": "Chez Nous",
                "user": "comptoir",
                "team_id": "T1",
                "user_id": "U9",
                "bot_id": "B9",
                "is_enterprise_install": False,
            },
            "bots.info": {"ok": True, "bot": {"id": "B9", "deleted": False, "name": "comptoir", "app_id": "A0BAR"}},
            "apps.connections.open": {"ok": True, "url": "wss://wss.example.org/link/?ticket=1"},
        }
        self.url = ""

    def refuse(self, method: str, code: str) -> None:
        self.said[method] = {"ok": False, "error": code}

    async def answer(self, request: web.Request) -> web.Response:
        self.tokens.append(request.headers.get("authorization", ""))
        # https://docs.slack.dev/apis/web-api: what a token may do is in a header of every answer.
        headers = {} if self.granted is None else {"X-OAuth-Scopes": self.granted}
        return web.json_response(self.said[request.match_info["method"]], headers=headers)


@pytest.fixture
async def theirs() -> AsyncIterator[Answers]:
    answers = Answers()
    site = web.Application()
    site.router.add_route("*", "/api/{method}", answers.answer)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    listening = web.TCPSite(runner, "127.0.0.1", 0)
    await listening.start()
    host, port = runner.addresses[0][:2]
    answers.url = f"http://{host}:{port}/api/"
    yield answers
    await runner.cleanup()


@pytest.fixture
def one(theirs: Answers) -> Slack:
    """One workspace, by Socket Mode."""
    return Slack(
        bot_token=BOT,
        app_token=APP,
        signing_secret=None,
        client_id="",
        client_secret=None,
        api_url=theirs.url,
        commands={},
        stewards=frozenset(),
        language=None,
        zone=None,
    )


@pytest.fixture
def installations() -> Installations:
    return MemoryStore().installations


def said(found: Finding, language: str = "en") -> str:
    return catalogue(language).say(found.phrase)


async def wrong(slack: Slack, installations: Installations, *, public_url: str = "") -> list[str]:
    """What is not well, in words; none of which give a token away."""
    found = [one for one in await findings(slack, installations, public_url=public_url) if not one.ok]
    assert not [one for one in found for language in LANGUAGES if "canary" in said(one, language)]
    return [said(one) for one in found]


async def test_all_is_well_in_one_workspace(one: Slack, installations: Installations, theirs: Answers) -> None:
    found = await findings(one, installations, public_url="")

    assert all(finding.ok for finding in found)
    assert [said(finding) for finding in found] == [
        "Slack: the bot is in Chez Nous.",
        "In Chez Nous the app can read no channel. Should it listen in some, set COMPTOIR_SLACK_LISTENING=true; "
        "“comptoir slack manifest” then prints the manifest for that.",
        "Slack: Socket Mode is on.",
    ]
    assert theirs.tokens == [f"Bearer {BOT}", f"Bearer {APP}", f"Bearer {BOT}"]


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive", "token_expired"])
async def test_a_token_that_slack_refuses_is_named(
    one: Slack, installations: Installations, theirs: Answers, code: str
) -> None:
    theirs.refuse("auth.test", code)

    (told,) = await wrong(one, installations)

    assert code in told
    assert "COMPTOIR_SLACK_BOT_TOKEN" in told


async def test_each_missing_scope_is_named(one: Slack, installations: Installations, theirs: Answers) -> None:
    theirs.granted = "chat:write, commands,im:history,im:write,users:read"

    (told,) = await wrong(one, installations)

    assert "app_mentions:read, mpim:write" in told
    assert "comptoir slack manifest" in told


async def test_listening_that_is_wanted_and_not_allowed_is_named(
    one: Slack, installations: Installations, theirs: Answers
) -> None:
    theirs.granted = f"{ALL},channels:history"

    (told,) = await wrong(replace(one, listening=True), installations)

    assert "groups:history" in told


async def test_nobody_is_told_to_set_what_is_set(one: Slack, installations: Installations) -> None:
    found = await findings(replace(one, listening=True), installations, public_url="")

    (told,) = [
        said(finding) for finding in found if "LISTENING" in said(finding) or "channels:history" in said(finding)
    ]
    assert "comptoir slack manifest" in told
    assert "COMPTOIR_SLACK_LISTENING" not in told


@pytest.mark.parametrize(
    ("granted", "listening", "heard"),
    [
        (f"{ALL},channels:history,groups:history", True, "listens only where stewards"),
        (f"{ALL},channels:history,groups:history", False, "COMPTOIR_SLACK_LISTENING is not set"),
        (ALL, False, "can read no channel"),
    ],
)
async def test_whether_it_could_listen_and_would_is_told(
    one: Slack, installations: Installations, theirs: Answers, granted: str, listening: bool, heard: str
) -> None:
    theirs.granted = granted
    found = await findings(replace(one, listening=listening), installations, public_url="")

    assert any(heard in said(finding) for finding in found)
    assert all(finding.ok for finding in found)


@pytest.mark.parametrize("scope", ["mpim:history", "mpim:read"])
async def test_an_app_that_could_read_what_the_two_say_is_not_well(
    one: Slack, installations: Installations, theirs: Answers, scope: str
) -> None:
    theirs.granted = f"{ALL},{scope}"

    (told,) = await wrong(one, installations)

    assert scope in told


async def test_where_slack_does_not_say_what_is_allowed_nothing_is_guessed(
    one: Slack, installations: Installations, theirs: Answers
) -> None:
    theirs.granted = None

    assert await wrong(one, installations) == []


async def test_a_whole_organisation_is_not_served(one: Slack, installations: Installations, theirs: Answers) -> None:
    theirs.said["auth.test"]["is_enterprise_install"] = True

    (told,) = await wrong(one, installations)

    assert "organisation" in told


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("invalid_auth", "COMPTOIR_SLACK_APP_TOKEN"),
        ("not_allowed_token_type", "App-Level Tokens"),
        ("missing_scope", "connections:write"),
        ("forbidden_team", "Switch Socket Mode on"),
        ("socket_mode_is_off", "Switch Socket Mode on"),
    ],
)
async def test_what_keeps_socket_mode_from_working_is_named(
    one: Slack, installations: Installations, theirs: Answers, code: str, part: str
) -> None:
    theirs.refuse("apps.connections.open", code)

    (told,) = await wrong(one, installations)

    assert part in told


async def test_tokens_of_two_apps_are_told_apart(one: Slack, installations: Installations, theirs: Answers) -> None:
    theirs.said["bots.info"]["bot"]["app_id"] = "A0OTHER"

    (told,) = await wrong(one, installations)

    assert "A0BAR" in told
    assert "A0OTHER" in told


@pytest.mark.parametrize("change", ["no app id", "no such bot", "another form of token"])
async def test_where_nobody_can_say_of_which_app_a_token_is_nothing_is_said(
    one: Slack, installations: Installations, theirs: Answers, change: str
) -> None:
    theirs.said["bots.info"]["bot"]["app_id"] = "" if change == "no app id" else "A0OTHER"
    if change == "no such bot":
        theirs.refuse("bots.info", "bot_not_found")
    slack = replace(one, app_token="xapp-canary") if change == "another form of token" else one

    assert await wrong(slack, installations) == []


@pytest.mark.parametrize("odd", [lambda url: "http://127.0.0.1:1/api/", lambda url: url.replace("/api/", "/nothing/")])
async def test_a_slack_that_does_not_answer_is_told(
    one: Slack, installations: Installations, odd: Callable[[str], str]
) -> None:
    address = odd(one.api_url)

    first, *others = await wrong(replace(one, api_url=address), installations)

    assert first.startswith(address.rstrip("/"))
    assert "COMPTOIR_SLACK_API_URL" in first
    assert others == [first]


async def test_http_mode_needs_an_address(one: Slack, installations: Installations) -> None:
    slack = replace(one, app_token=None, signing_secret="s" * 32)

    assert await wrong(slack, installations, public_url=BAR) == []
    (unseen,) = [one for one in await findings(slack, installations, public_url=BAR) if not one.seen]
    assert "signing secret" in said(unseen)
    for near in ("", "http://localhost:8080"):
        (told,) = await wrong(slack, installations, public_url=near)
        assert "COMPTOIR_PUBLIC_URL" in told


async def test_several_workspaces_are_looked_at_one_by_one(
    one: Slack, installations: Installations, theirs: Answers
) -> None:
    slack = replace(one, bot_token=None, client_id="1.2", client_secret="c" * 32)
    assert await wrong(slack, installations, public_url=BAR) == []
    for team, name in (("T1", "Chez Nous"), ("T2", "")):
        await installations.keep(Installation(CommunityId(f"slack:{team}"), "xoxb-canary", START, name=name))
    theirs.refuse("auth.test", "token_revoked")

    told = await wrong(slack, installations, public_url=BAR)
    well = [said(finding) for finding in await findings(slack, installations, public_url=BAR) if finding.ok]

    assert [line.partition(" refuses")[0] for line in told] == ["Chez Nous", "slack:T2"]
    assert f"2 workspaces have installed the app. Others do at {BAR}/slack/install" in well


async def test_a_busy_slack_does_not_make_a_workspace_wrong(
    one: Slack, installations: Installations, theirs: Answers
) -> None:
    slack = replace(one, bot_token=None, client_id="1.2", client_secret="c" * 32)
    await installations.keep(Installation(CommunityId("slack:T1"), "xoxb-canary", START, name="Chez Nous"))
    theirs.refuse("auth.test", "service_unavailable")

    (told,) = await wrong(slack, installations, public_url=BAR)

    assert "try again in a minute" in told
