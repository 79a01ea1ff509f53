"""What we call of Slack's Web API works on a Slack that others wrote, from the same pages as ours.

`emulate` has the workspace, people, conversations, messages with their blocks and metadata, windows, the Home tab,
OAuth, and a table of its own of which scope each method needs; here a token has exactly those of our manifest.

It has no Socket Mode, no commands and no clicks: members come in through the door behind the adapter. It has no 429 and
no Retry-After; no look at blocks, so that a wrong one passes; no locale and no zone of people, no guests, no accounts
switched off; no header that says what a token may do; whoever it does not know is its administrator, without a scope.
It shows nobody what was whispered. Its history knows no `oldest`, and gives metadata unasked. All of that is tried on
the fake of ours in `tests/platforms/slack/`.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

import aiohttp
import httpx2
import pytest
from slack_sdk.errors import SlackApiError
from starlette.applications import Starlette

from adapters.slack.checks import findings
from adapters.slack.chosen import Meaning
from adapters.slack.chosen import Slack as Chosen
from adapters.slack.homes import publish_home
from adapters.slack.ids import community_of, member_of
from adapters.slack.incoming import Sender
from adapters.slack.pace import Pace
from adapters.slack.people import Profile
from adapters.slack.platform import Slack
from adapters.slack.scopes import METHODS, scopes
from adapters.slack.service import SlackService
from adapters.slack.windows import change_window, joining, open_window, saying
from bot.commands import ChangeSettings, Command, Erase, Join, Press, Say
from bot.delivery import Courier
from bot.domain.ids import MemberId
from bot.engine import Engine
from bot.errors import PlatformError, Refusal, TryLater, Unreachable
from bot.messages import Message, Reply
from tests.platforms.emulate import TEAM, Front, emulate, installed
from tests.world import START, World, in_memory

pytestmark = [pytest.mark.external, pytest.mark.timeout(240)]

TOKEN: Final = "xoxb-of-tests"
#: A bot that was granted nothing.
POOR: Final = "xoxb-without-scopes"
BOT: Final = {"app_id": "A0BAR", "bot_id": "B0BAR", "bot_user_id": "U0BAR"}
APP: Final = {"client_id": "1.2", "client_secret": "a secret of tests", "name": "Comptoir"}
BAR: Final = "https://bar.test"
COMMANDS: Final[Mapping[str, Meaning]] = {"/need": "need", "/offer": "offer", "/comptoir": "root"}
PEOPLE: Final = ("amina", "luc", "zoe")
#: What people themselves may do, whose tokens show us what they see.
THEIRS: Final = ["channels:history", "im:history", "im:read", "im:write", "mpim:history", "mpim:read", "users:read"]
OFFER: Final = "Je peux prêter une perceuse à percussion & des forets <neufs>"
NEED: Final = "I am looking for a hammer drill this weekend"
WORD: Final = Message("house.introduced")
SEED: Final[Mapping[str, Any]] = {
    "strict_scopes": True,
    "team": {"name": "The Counter", "domain": "counter"},
    "users": [
        {"name": name, "real_name": name.title(), "profile": {"display_name": name.title()}, "is_admin": name == "zoe"}
        for name in PEOPLE
    ],
    "oauth_apps": [{**APP, **BOT, "redirect_uris": [f"{BAR}/slack/oauth_redirect"]}],
    "tokens": [
        {"token": TOKEN, "type": "bot", "user_id": BOT["bot_user_id"], "scopes": scopes(listening=False), **BOT},
        {"token": POOR, "type": "bot", "user_id": BOT["bot_user_id"], "scopes": [], **BOT},
        *({"token": f"xoxp-{name}", "type": "user", "user": name, "scopes": THEIRS} for name in PEOPLE),
    ],
}


class Bar:
    """A Comptoir whose Slack is `emulate`, in HTTP mode, at which nothing knocks."""

    def __init__(self, front: Front, *, token: str | None = TOKEN) -> None:
        self.front = front
        self.world: World = in_memory()
        store: Any = self.world.store
        self.installations = store.installations
        self.chosen = Chosen(
            bot_token=token, app_token=None, signing_secret="a signing secret of tests", client_id=APP["client_id"],
            client_secret=None if token else APP["client_secret"], api_url=front.url, commands=COMMANDS,
            stewards=frozenset(), language=None, zone=None,
        )  # fmt: skip
        self.service = SlackService(
            self.chosen, dispatch=self.world.dispatch, sendings=store.sendings, installations=store.installations,
            clock=self.world.clock, random=self.world.random, secret="a secret of tests", address=BAR,
            language="en", zone="Europe/Paris",
        )  # fmt: skip
        self.counter = self.service.counter
        self.api = self.counter.api
        self.api._pace = Pace(now=lambda: self.world.clock.now().timestamp())
        self.slack: Slack = self.counter.platform
        self.engine = Engine(self.world.engine.tick, Courier(store, {"slack": self.slack}, self.world.clock))
        #: Each person's id in the workspace, by name.
        self.users: dict[str, str] = {}
        self.arrivals = 0

    async def __aenter__(self) -> Self:
        await self.service.open()
        for name in PEOPLE:
            self.users[name] = (await self.theirs(name, "auth.test"))["user_id"]
        async with asyncio.timeout(30):
            while self.chosen.bot_token and await self.world.dispatch.community(community_of(TEAM)) is None:  # noqa: ASYNC110 # nobody tells
                await asyncio.sleep(0.005)
        return self

    async def __aexit__(self, *ended: object) -> None:
        await self.service.leave()
        await self.service.close()

    async def theirs(self, name: str, method: str, **fields: Any) -> Mapping[str, Any]:
        """What somebody's own client is answered."""
        headers = {"Authorization": f"Bearer xoxp-{name}"}
        url = f"{self.front.behind}/api/{method}"
        async with aiohttp.ClientSession(headers=headers) as person, person.post(url, json=fields) as answer:
            said: Mapping[str, Any] = await answer.json()
        return said

    async def seen(self, name: str, kind: str = "im") -> list[Mapping[str, Any]]:
        """The messages in somebody's conversations of a kind (`im`, `mpim`), oldest first, one after the other."""
        rooms = (await self.theirs(name, "conversations.list", types=kind))["channels"]
        pages = [(await self.theirs(name, "conversations.history", channel=room["id"]))["messages"] for room in rooms]
        return [message for page in pages for message in reversed(page)]

    def member(self, name: str) -> MemberId:
        return member_of(TEAM, self.users[name])

    async def send(self, command: Command) -> Reply | None:
        self.arrivals += 1
        return await self.world.dispatch.receive("test", str(self.arrivals), command)

    async def comes(self, name: str, language: str = "en") -> MemberId:
        """Somebody joins who has no quiet hours."""
        member = self.member(name)
        await self.send(Join(member, community_of(TEAM), name.title(), language, "Europe/Paris"))
        await self.send(ChangeSettings(member, quiet_from=START.time(), quiet_until=START.time()))
        return member

    async def posts(self, name: str, text: str) -> None:
        """A need or an offer, approved."""
        preview = await self.send(Say(self.member(name), text))
        assert isinstance(preview, Message) and preview.token, preview
        await self.send(Press(self.member(name), preview.token, "post"))
        await self.engine.look()

    async def presses(self, name: str, choice: str) -> None:
        """The newest such button that somebody sees; what comes of it is shown in its place."""
        buttons = [value for action, value in pressable(await self.seen(name)) if action == f"press:{choice}"]
        assert buttons, f"{name} sees no button {choice}"
        reply = await self.send(Press(self.member(name), buttons[-1], choice))
        assert isinstance(reply, Message)
        changed = await self.slack.note_answer(self.member(name), buttons[-1], reply)
        assert changed
        await self.slack.show_answer(changed, otherwise=_impossible)
        await self.engine.look()

    async def travel(self, **delta: float) -> None:
        await self.engine.travel(self.world.clock, timedelta(**delta))


async def _impossible(words: Mapping[str, Any]) -> bool:
    raise AssertionError("there is no other way here")


def pressable(messages: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """(action, value) of each button, from the oldest."""
    for message in messages:
        for block in message.get("blocks", []):
            for element in block.get("elements", []):
                if element["type"] == "button":
                    yield element["action_id"], element.get("value", "")


def text_of(messages: Sequence[Mapping[str, Any]]) -> str:
    """Everything that is in messages, to look for words."""
    return "\n".join(str(message) for message in messages)


@pytest.fixture
def theirs() -> Iterator[str]:
    """The address of a new `emulate`."""
    with emulate(SEED) as url:
        yield url


@pytest.fixture
async def bar(theirs: str) -> AsyncIterator[Bar]:
    async with Front(theirs) as front, Bar(front) as bar:
        yield bar


async def story(bar: Bar) -> None:
    """Two who fit say yes, each in their conversation with us."""
    await bar.comes("luc", "fr")
    await bar.comes("amina")
    await bar.posts("luc", OFFER)
    await bar.posts("amina", NEED)
    await bar.travel(minutes=30)
    for name in ("luc", "amina"):
        await bar.presses(name, "yes")
    await bar.travel(minutes=30)


async def test_the_workspace_is_served_as_it_is_called(bar: Bar) -> None:
    community = await bar.world.dispatch.community(community_of(TEAM))

    assert community and community.name == "The Counter"


async def test_two_yeses_bring_two_people_together(bar: Bar) -> None:
    await story(bar)

    for name in ("luc", "amina"):
        (opening,) = await bar.seen(name, "mpim")
        assert opening["text"].startswith("Amina, Luc: you both said yes.")
        assert "&amp; des forets &lt;neufs&gt;" in opening["text"]
        assert not [action for action, _ in pressable(await bar.seen(name)) if action in ("press:yes", "press:no")]
    (room,) = (await bar.theirs("luc", "conversations.list", types="mpim"))["channels"]
    inside = await bar.theirs("luc", "conversations.members", channel=room["id"])
    assert set(inside["members"]) == {bar.users["luc"], bar.users["amina"], BOT["bot_user_id"]}
    assert not await bar.seen("zoe") and not await bar.seen("zoe", "mpim")


async def test_we_cannot_read_the_conversation_that_we_opened(bar: Bar) -> None:
    await story(bar)
    (room,) = (await bar.theirs("luc", "conversations.list", types="mpim"))["channels"]

    with pytest.raises(SlackApiError) as refused:
        await bar.api.client(TOKEN).conversations_history(channel=room["id"])

    assert (refused.value.response["error"], refused.value.response["needed"]) == ("missing_scope", "mpim:history")


async def test_whoever_is_erased_is_taken_out_of_what_was_sent(bar: Bar) -> None:
    await story(bar)
    before = len(await bar.seen("luc"))
    assert NEED in text_of(await bar.seen("luc")) and NEED in text_of(await bar.seen("luc", "mpim"))

    await bar.send(Erase(bar.member("amina")))
    await bar.travel(minutes=5)

    after = [*await bar.seen("luc"), *await bar.seen("luc", "mpim")]
    assert len(after) >= before
    assert NEED not in text_of(after) and "Amina" not in text_of(after)
    assert not [message for message in await bar.seen("amina") if "perceuse" in str(message)]


async def test_the_same_key_twice_is_one_message(bar: Bar) -> None:
    member = await bar.comes("amina")

    for key in ("k", "k", "another"):
        await bar.slack.tell(member, WORD, key=key)

    assert len(await bar.seen("amina")) == 2
    assert bar.front.counted("chat.postMessage") == 2


async def test_a_message_whose_answer_was_lost_is_found_again_far_down(bar: Bar) -> None:
    member = await bar.comes("amina")
    bar.front.answer_lost.append("chat.postMessage")
    with pytest.raises(TryLater):
        await bar.slack.tell(member, WORD, key="k")
    for number in range(20):  # no longer on the first page
        bar.world.clock.move(timedelta(seconds=1))
        await bar.slack.tell(member, WORD, key=f"later {number}")

    for _ in range(2):
        await bar.slack.tell(member, WORD, key="k")

    assert bar.front.counted("chat.postMessage") == len(await bar.seen("amina")) == 21
    assert bar.front.counted("conversations.history") == 2  # pages


async def test_a_message_that_was_lost_itself_is_sent_again(bar: Bar) -> None:
    member = await bar.comes("amina")
    bar.front.call_lost.append("chat.postMessage")

    for _ in range(2):
        with suppress(PlatformError):
            await bar.slack.tell(member, WORD, key="k")

    assert len(await bar.seen("amina")) == 1


async def test_the_same_two_meet_in_the_same_conversation(bar: Bar) -> None:
    openings = {await bar.comes(name): WORD for name in ("amina", "luc")}

    for key in ("k", "k", "another"):
        await bar.slack.bring_together(openings, key=key)

    assert len(await bar.seen("luc", "mpim")) == 2
    assert len((await bar.theirs("luc", "conversations.list", types="mpim"))["channels"]) == 1


async def test_nobody_is_out_of_reach(bar: Bar) -> None:
    here, gone = await bar.comes("amina"), member_of(TEAM, "U404")

    with pytest.raises(Unreachable):
        await bar.slack.tell(gone, WORD, key="k")
    with pytest.raises(Unreachable):
        await bar.slack.bring_together({here: WORD, gone: WORD}, key="l")

    assert not await bar.seen("amina", "mpim")


async def test_a_scope_that_is_missing_loses_nothing(theirs: str) -> None:
    async with Front(theirs) as front, Bar(front, token=POOR) as bar:
        member = await bar.comes("amina")

        with pytest.raises(TryLater):
            await bar.slack.tell(member, WORD, key="k")


async def test_people_are_as_the_workspace_says(bar: Bar) -> None:
    people = bar.counter.people

    amina, zoe = [await people.profile(TEAM, bar.users[name]) for name in ("amina", "zoe")]
    ours = await people.profile(TEAM, BOT["bot_user_id"])

    assert amina == Profile("Amina", "en", "UTC", runs=False, may_join=True)
    assert zoe.runs and not ours.may_join
    with pytest.raises(Unreachable):
        await people.profile(TEAM, "U404")


@pytest.mark.parametrize("method", METHODS)
async def test_each_method_needs_the_scopes_that_we_ask_for_and_no_other(bar: Bar, method: str) -> None:
    opened = await bar.api.call("conversations.open", team=TEAM, users=[bar.users["amina"]])
    fields = {"user": bar.users["amina"], "bot": BOT["bot_id"], "channel": opened["channel"]["id"], "users": ""}
    several = {"users": f"{bar.users['amina']},{bar.users['luc']}"}
    needed: set[str] = set()

    for asked in (fields, several):
        with suppress(SlackApiError):
            await bar.api.client(POOR).api_call(method, json=asked)
        code, answer = bar.front.calls[-1]
        assert code == method  # emulate knows it
        needed |= {scope for scope in str(answer.get("needed", "")).split(",") if scope}

    assert needed == METHODS[method].scopes


async def test_windows_and_the_home_tab_are_shown(bar: Bar) -> None:
    sender = Sender(TEAM, bar.users["amina"], outside=False)
    client = bar.api.client(TOKEN)
    trigger = await client.api_call("views.generateTriggerId", json={"user_id": bar.users["amina"]})
    visit = await bar.counter.visit(sender, {"trigger_id": trigger["trigger_id"]})

    await publish_home(bar.counter, sender, {})
    await open_window(visit, await joining(visit))
    opened = bar.front.calls[-1][1]["view"]
    with pytest.raises(Refusal):  # each trigger opens one window
        await open_window(visit, await joining(visit))
    await bar.comes("amina")
    visit = await bar.counter.visit(sender, {"view": {"id": opened["id"]}})
    await change_window(visit, saying(visit, WORD))
    await publish_home(bar.counter, sender, {})

    done = [(method, answer["view"]) for method, answer in bar.front.calls if answer["ok"] and "view" in answer]
    assert [method for method, _ in done] == ["views.publish", "views.open", "views.update", "views.publish"]
    assert done[1][1]["callback_id"] == "join" and done[2][1]["callback_id"] == "said"
    assert done[0][1]["id"] == done[3][1]["id"] and done[0][1]["blocks"] != done[3][1]["blocks"]


async def test_a_check_finds_nothing_wrong(bar: Bar) -> None:
    found = await findings(bar.chosen, bar.installations, public_url=BAR)

    assert found and all(finding.ok for finding in found), found


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
async def test_a_workspace_installs_us_and_is_served(theirs: str) -> None:
    async with Front(theirs) as front, Bar(front, token=None) as bar:
        site = Starlette(routes=bar.service.routes)
        async with (
            httpx2.AsyncClient(transport=httpx2.ASGITransport(app=site), base_url=BAR) as browser,
            aiohttp.ClientSession() as elsewhere,
        ):
            to_slack = urlsplit((await browser.get("/slack/install")).headers["location"])
            asked = {name: values[0] for name, values in parse_qs(to_slack.query).items()}
            agreed = {**asked, "user_id": bar.users["zoe"]}
            page = f"{front.behind}{to_slack.path}/callback"
            async with elsewhere.post(page, data=agreed, allow_redirects=False) as led:
                back = led.headers["location"]
            shown = await browser.get(back)

        community = await bar.world.dispatch.community(community_of(TEAM))
        await bar.slack.tell(await bar.comes("amina"), WORD, key="k")

        assert shown.status_code == 200, shown.text
        assert community and community.name == "The Counter"
        assert set(asked["scope"].split(",")) == set(scopes(listening=False))
        assert len(await bar.seen("amina")) == 1


@pytest.mark.parametrize(("where", "ends"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_where_it_cannot_be_fetched_only_continuous_integration_fails(
    where: str, ends: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"CI": where, "XDG_CACHE_HOME": tmp_path, "npm_config_cache": tmp_path, "npm_config_offline": "true"}
    for name, value in settings.items():
        monkeypatch.setenv(name, str(value))

    with pytest.raises(ends, match="NO EMULATE HERE"):
        installed()

    assert not list(tmp_path.glob("comptoir-tests/*"))
