"""Tokens of workspaces, and renewing those that end, against the fake Slack."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.clock import MovedClock
from adapters.slack.tokens import EARLY, SOON, TURN, GrantedTokens
from adapters.store.memory import MemoryStore
from bot.bootstrap.serving import TIDY_EVERY
from bot.domain.ids import CommunityId
from bot.errors import TryLater
from bot.installations import Installation
from tests.adapters.slack.test_installations import chosen
from tests.platforms.slack import NO_LIMITS, FakeSlack, drop_after, drop_before, hooked, refused
from tests.platforms.slack.faults import Call
from tests.world import StoppedClock

#: slack_sdk 3.47 authenticates `oauth.v2.access` in a way that aiohttp 4 will not have; we require aiohttp < 4.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

HERE = CommunityId("slack:T1")
LIFE = timedelta(hours=12)


class Renewing:
    """A workspace whose tokens live for twelve hours."""

    def __init__(self, theirs: FakeSlack) -> None:
        self.theirs = theirs
        self.clock = MovedClock(clock=StoppedClock())
        self.installations = MemoryStore().installations
        client = AsyncWebClient(base_url=theirs.api_url, retry_handlers=[])
        self.tokens = GrantedTokens(chosen(theirs), self.installations, client=client, clock=self.clock)
        self.client = client

    async def install(self) -> str:
        granted = await self.client.oauth_v2_access(
            client_id=self.theirs.app.client_id,
            client_secret=self.theirs.app.client_secret,
            code=self.theirs.grant("T1", "U1"),
        )
        now = self.clock.now()
        renewal = str(granted.get("refresh_token") or "")
        expires_at = now + LIFE if renewal else None
        await self.installations.keep(
            Installation(HERE, str(granted["access_token"]), now, renewal=renewal, expires_at=expires_at)
        )
        return str(granted["access_token"])

    def renewals(self) -> int:
        return self.theirs.counted("oauth.v2.access") - 1


@pytest.fixture
async def bar() -> AsyncIterator[Renewing]:
    async with FakeSlack(limits=NO_LIMITS) as slack:
        slack.app.token_rotation = True
        slack.team("T1").person("U1", "Amina")
        yield Renewing(slack)


async def test_a_workspace_without_us_has_no_token(bar: Renewing) -> None:
    assert await bar.tokens.of("T1") is None
    assert bar.theirs.counted("oauth.v2.access") == 0


async def test_a_token_that_does_not_end_is_never_renewed(bar: Renewing) -> None:
    bar.theirs.app.token_rotation = False
    first = await bar.install()
    bar.clock.offset += 1000 * LIFE

    assert await bar.tokens.of("T1") == first
    assert bar.renewals() == 0


async def test_a_token_is_renewed_before_its_end(bar: Renewing) -> None:
    first = await bar.install()
    bar.clock.offset += LIFE - EARLY - timedelta(seconds=1)
    assert await bar.tokens.of("T1") == first

    bar.clock.offset += timedelta(seconds=1)
    second = await bar.tokens.of("T1")

    assert second not in (None, first)
    assert await bar.tokens.of("T1") == second
    assert bar.renewals() == 1
    assert (await bar.client.auth_test(token=second))["team_id"] == "T1"


async def test_many_who_need_it_at_the_same_time_renew_it_once(bar: Renewing) -> None:
    first = await bar.install()
    bar.clock.offset += LIFE - EARLY

    got = await asyncio.gather(*(bar.tokens.of("T1") for _ in range(20)))

    assert bar.renewals() == 1
    assert len(set(got) - {first}) == 1


async def test_who_needs_an_ended_token_waits_for_whoever_renews_it(bar: Renewing) -> None:
    await bar.install()
    bar.clock.offset += LIFE
    waiting: list[timedelta] = []

    async def meanwhile(call: Call) -> None:
        with pytest.raises(TryLater) as told:
            await bar.tokens.of("T1")
        waiting.append(told.value.after)

    bar.theirs.faults.plan("oauth.v2.access", hooked(meanwhile))

    assert await bar.tokens.of("T1")
    assert waiting == [SOON]
    assert bar.renewals() == 1


@pytest.mark.parametrize(
    "fault", [drop_before(), refused("internal_error"), refused("ratelimited"), refused("invalid_refresh_token")]
)
async def test_while_a_token_lasts_a_failure_to_renew_it_stops_nobody(bar: Renewing, fault: object) -> None:
    first = await bar.install()
    bar.clock.offset += LIFE - EARLY
    bar.theirs.faults.plan("oauth.v2.access", fault)  # type: ignore[arg-type]  # each is a Fault

    assert await bar.tokens.of("T1") == first
    assert await bar.tokens.of("T1") != first


async def test_an_ended_token_that_cannot_be_renewed_makes_everything_wait(bar: Renewing) -> None:
    await bar.install()
    bar.clock.offset += LIFE
    # Slack renewed it, and we never heard: what we hold for the next time is used up.
    bar.theirs.faults.plan("oauth.v2.access", drop_after())

    for _ in range(2):
        with pytest.raises(TryLater):
            await bar.tokens.of("T1")
        await bar.tokens.renew_all()


async def test_who_died_while_renewing_holds_nobody_up_for_long(bar: Renewing) -> None:
    first = await bar.install()
    bar.clock.offset += LIFE - EARLY
    now = bar.clock.now()
    assert await bar.installations.take_turn(HERE, now, until=now + TURN)

    assert await bar.tokens.of("T1") == first
    bar.clock.offset += TURN
    assert await bar.tokens.of("T1") != first


async def test_a_workspace_that_uninstalls_in_the_middle_stays_uninstalled(bar: Renewing) -> None:
    await bar.install()
    bar.clock.offset += LIFE

    async def uninstall(call: Call) -> None:
        await bar.installations.close(HERE, ended_at=bar.clock.now())

    bar.theirs.faults.plan("oauth.v2.access", hooked(uninstall))

    with pytest.raises(TryLater):
        await bar.tokens.of("T1")
    assert await bar.tokens.of("T1") is None


async def test_an_idle_workspace_is_renewed_as_well(bar: Renewing) -> None:
    first = await bar.install()
    await bar.tokens.renew_all()
    assert bar.renewals() == 0
    bar.clock.offset += LIFE - EARLY

    await bar.tokens.renew_all()

    found = await bar.installations.find(HERE)
    assert found is not None
    assert found.token != first
    assert found.expires_at == bar.clock.now() + LIFE


async def test_a_quiet_workspace_never_has_a_token_that_ended(bar: Renewing) -> None:
    await bar.install()

    for _ in range(3 * (LIFE // TIDY_EVERY)):
        await bar.tokens.renew_all()
        bar.clock.offset += TIDY_EVERY
        found = await bar.installations.find(HERE)
        assert found is not None
        assert found.expires_at is not None
        assert bar.clock.now() < found.expires_at - TIDY_EVERY / 2  # time for another try, should one fail

    assert bar.renewals() > 1
