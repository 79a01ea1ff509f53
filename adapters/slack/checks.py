"""What `comptoir check` says of Slack: what is wrong, and how to mend it."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.chosen import Slack
from adapters.slack.identity import Identity, identify
from adapters.slack.incoming import text_at
from adapters.slack.manifest import EVENTS_PATH, INSTALL_PATH
from adapters.slack.scopes import scopes
from bot.findings import Finding
from bot.installations import Installation, Installations
from bot.messages import Param, Phrase

#: Seconds for one question.
PATIENCE: Final = 10
#: With these the conversations that we open for two people could be read.
PRYING: Final = frozenset({"mpim:history", "mpim:read"})
LISTENING: Final = frozenset(scopes(listening=True)) - frozenset(scopes(listening=False))
#: How the token of an app names its app; not promised by Slack, and so believed only where it fits.
_APP: Final = re.compile(r"xapp-[0-9]+-(A[A-Z0-9]+)-")
#: The token itself is wrong. Source: the errors that every method of the Web API has, such as
#: https://docs.slack.dev/reference/methods/auth.test
_TOKEN: Final = frozenset({
    "account_inactive", "invalid_auth", "not_allowed_token_type", "not_authed", "token_expired", "token_revoked",
})  # fmt: skip


async def findings(slack: Slack, installations: Installations, *, public_url: str) -> Sequence[Finding]:
    """Everything about Slack, asked of Slack itself. `public_url` is empty where there is none."""
    found = [finding async for finding in _workspaces(slack, installations, public_url)]
    return [*found, *([] if slack.socket else [_http(public_url)])]


async def _workspaces(slack: Slack, installations: Installations, public_url: str) -> AsyncIterator[Finding]:
    bot = ""
    if slack.bot_token is not None:
        who = await _asked(slack, slack.bot_token)
        for finding in _own(slack, who):
            yield finding
        bot = who.bot if isinstance(who, Identity) else ""
    else:
        everywhere = await installations.everywhere()
        yield _good("command.slack.check.several", address=public_url + INSTALL_PATH, count=len(everywhere))
        for installation in everywhere:
            for finding in _granted(slack, installation, await _asked(slack, installation.token)):
                yield finding
    if slack.app_token is not None:
        yield await _socket(slack, slack.app_token)
        if bot and (other := await _other_app(slack, slack.app_token, bot)):
            yield other


async def _asked(slack: Slack, token: str) -> Identity | str:
    """Who a token is, or why Slack does not say."""
    try:
        return await identify(_client(slack, token))
    except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
        return _code(error)


def _own(slack: Slack, who: Identity | str) -> Sequence[Finding]:
    if isinstance(who, Identity):
        return [_good("command.slack.check.workspace", name=who.name), *_allowed(slack, who, who.name)]
    if who in _TOKEN:
        return [_bad("command.slack.check.bot_token", error=who)]
    return [_unanswered(slack, who)]


def _granted(slack: Slack, installation: Installation, who: Identity | str) -> Sequence[Finding]:
    name = installation.name or installation.community
    if isinstance(who, Identity):
        return _allowed(slack, who, name)
    if who in _TOKEN:
        return [_bad("command.slack.check.installation", name=name, error=who)]
    return [_unanswered(slack, who)]


def _allowed(slack: Slack, who: Identity, name: str) -> Sequence[Finding]:
    if who.organisation:
        return [_bad("command.slack.check.organisation")]
    if who.scopes is None:
        return []
    missing = set(scopes(listening=slack.listening)) - who.scopes
    prying = PRYING & who.scopes
    able = bool(who.scopes & LISTENING)
    return [
        *([_bad("command.slack.check.scopes", name=name, scopes=", ".join(sorted(missing)))] if missing else []),
        *([_bad("command.slack.check.prying", name=name, scopes=", ".join(sorted(prying)))] if prying else []),
        *([_good(_EARS[able, slack.listening], name=name)] if able or not slack.listening else []),
    ]


#: Whether it could listen, and whether it would. What it lacks to listen as it would is among the missing.
_EARS: Final[Mapping[tuple[bool, bool], str]] = {
    (True, True): "command.slack.check.listening",
    (True, False): "command.slack.check.unused",
    (False, False): "command.slack.check.deaf",
}


async def _socket(slack: Slack, token: str) -> Finding:
    """Whether a connection could be opened; none is."""
    try:
        await _client(slack, None).apps_connections_open(app_token=token)
    except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
        code = _code(error)
        if code == type(error).__name__:  # no word of Slack's
            return _unanswered(slack, code)
        said = "app_token" if code in _TOKEN else "app_scope" if code == "missing_scope" else "socket_off"
        return _bad(_SOCKET[said], error=code)
    return _good("command.slack.check.socket")


_SOCKET: Final[Mapping[str, str]] = {
    "app_token": "command.slack.check.app_token",
    "app_scope": "command.slack.check.app_scope",
    "socket_off": "command.slack.check.socket_off",
}


async def _other_app(slack: Slack, token: str, bot: str) -> Finding | None:
    """What is wrong where the two tokens are of two apps; None where they are of one, or nobody can say."""
    named = _APP.match(token)
    try:
        answer = await _client(slack, slack.bot_token).bots_info(bot=bot)
    except (SlackClientError, aiohttp.ClientError, TimeoutError):
        return None
    app = text_at(answer.data, "bot", "app_id")
    if not named or not app or named[1] == app:
        return None
    return _bad("command.slack.check.other_app", one=named[1], other=app)


def _http(public_url: str) -> Finding:
    if public_url.startswith("https://"):
        return Finding(Phrase("command.slack.check.http", {"address": public_url + EVENTS_PATH}), True, seen=False)
    return _bad("command.slack.check.no_address")


def _client(slack: Slack, token: str | None) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=slack.api_url, timeout=PATIENCE, retry_handlers=[])


def _code(error: Exception) -> str:
    """Slack's own code for what is wrong, or the kind of what kept us from asking."""
    code = text_at(getattr(error.response, "data", None), "error") if isinstance(error, SlackApiError) else ""
    return code or type(error).__name__


def _unanswered(slack: Slack, error: str) -> Finding:
    return _bad("command.slack.check.unanswered", address=slack.api_url.rstrip("/"), error=error)


def _good(key: str, **fields: Param) -> Finding:
    return Finding(Phrase(key, fields), True)


def _bad(key: str, **fields: Param) -> Finding:
    return Finding(Phrase(key, fields), False)
