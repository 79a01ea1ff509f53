"""What Slack answers when it does not do what we ask, in our words.

Source: the tables of errors on the page of each method, https://docs.slack.dev/reference/methods/chat.postMessage and
others; https://docs.slack.dev/apis/web-api/rate-limits for `Retry-After`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from adapters.chat.errors import DOWN, MENDED, Forbidden, Rejected, Unanswered
from bot.errors import PlatformError, Refusal, TryLater, Unreachable

#: This person, or this conversation, cannot be written to.
GONE: Final = frozenset({
    "account_inactive", "app_uninstalled", "cannot_dm_bot", "channel_not_found", "im_disabled",
    "invalid_user_combination", "is_archived", "messages_tab_disabled", "method_not_supported_for_channel_type",
    "not_in_channel", "restricted_action", "team_access_not_granted", "team_not_found", "token_revoked",
    "user_disabled", "user_is_bot", "user_is_restricted", "user_is_ultra_restricted", "user_not_found",
    "user_not_in_channel", "user_not_visible", "users_not_found",
})  # fmt: skip
#: The operator has something to mend first; nothing that waits is lost until then.
OURS: Final = frozenset({
    "access_denied", "ekm_access_denied", "invalid_auth", "missing_scope", "no_permission", "not_allowed_token_type",
    "not_authed", "org_login_required", "token_expired", "two_factor_setup_required",
})  # fmt: skip
#: The workspace moves into an organisation. Source: https://docs.slack.dev/reference/methods/chat.postMessage
MOVING: Final = frozenset({"team_added_to_org"})
#: It may have been done all the same.
UNSURE: Final = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
BUSY: Final = frozenset({"message_limit_exceeded", "rate_limited", "ratelimited"})


@contextmanager
def translated() -> Iterator[None]:
    """Slack's errors as ours, without a word of what was sent.

    Raises: Unreachable, TryLater, Forbidden among it, Unanswered, Rejected.
    """
    try:
        yield
    except SlackApiError as error:
        raise _meant(error) from None
    except (aiohttp.ClientConnectorError, aiohttp.ClientProxyConnectionError) as error:
        raise TryLater(DOWN) from error
    except (TimeoutError, aiohttp.ClientError, SlackClientError) as error:
        raise Unanswered(type(error).__name__) from None


@contextmanager
def said_kindly() -> Iterator[None]:
    """Where somebody waits for an answer: whatever Slack did not do for us becomes a sentence. Raises: Refusal."""
    try:
        yield
    except (PlatformError, Unanswered, Rejected) as error:
        raise Refusal("slack_busy") from error


def _meant(error: SlackApiError) -> Exception:
    response: Any = error.response
    status, code = getattr(response, "status_code", 200), _code(response)
    if status == 429 or code in BUSY:
        return TryLater(retry_after(response.headers))
    if code in GONE:
        return Unreachable(code)
    if code in OURS:
        return Forbidden(code)
    if code in MOVING:
        return TryLater(MENDED)
    if status >= 500 or code in UNSURE:
        return Unanswered(code or str(status))
    return Rejected(code or str(status))


def _code(response: Any) -> str:
    code = response.get("error") if isinstance(response.data, Mapping) else None
    return code if isinstance(code, str) else ""


def retry_after(headers: Mapping[str, str]) -> timedelta:
    """How long Slack asks us to wait; half a minute where it does not say."""
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return timedelta(seconds=int(said) if said.isascii() and said.isdigit() else 30)
