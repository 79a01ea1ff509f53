"""Pages of one sentence: what somebody sees who comes back from installing Comptoir in their workspace."""

from collections.abc import Mapping, Sequence
from typing import Final

from slack_bolt.oauth.async_callback_options import AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.chat.pages import drawn, spoken_by
from adapters.slack.manifest import INSTALL_PATH
from bot.messages import Phrase
from bot.text import Catalogue

#: Why nothing was installed, as Bolt and Slack call it → what is said. Whatever else it is, starting again is right.
#: Source: https://docs.slack.dev/authentication/installing-with-oauth (`error=access_denied`).
WHY: Final[Mapping[str, str]] = {
    "access_denied": "command.slack.install.refused",
    "storage_error": "command.slack.install.broken",
}
#: What the error of our own that ends in "storage_error" is called where an organisation is refused.
ORGANISATION: Final = "org_wide"


async def on_success(arguments: AsyncSuccessArgs) -> BoltResponse:
    """It is installed."""
    granted = arguments.installation
    words = _words(arguments.request)
    said = Phrase("command.slack.install.done", {"name": granted.team_name or granted.team_id or ""})
    link = (f"slack://app?team={granted.team_id}&id={granted.app_id}", Phrase("command.slack.install.open"))
    return _page(arguments, words, said, link, status=200)


async def on_failure(arguments: AsyncFailureArgs) -> BoltResponse:
    """It is not, and what to do."""
    words = _words(arguments.request)
    if str(arguments.error or "") == ORGANISATION:
        return _page(arguments, words, Phrase("command.slack.install.organisation"), None, status=403)
    said = Phrase(WHY.get(arguments.reason, "command.slack.install.again"))
    link = (INSTALL_PATH, Phrase("command.slack.install.link"))
    return _page(arguments, words, said, link, status=arguments.suggested_status_code)


def _page(
    arguments: AsyncSuccessArgs | AsyncFailureArgs,
    words: Catalogue,
    said: Phrase,
    link: tuple[str, Phrase] | None,
    *,
    status: int,
) -> BoltResponse:
    headers: dict[str, str | Sequence[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Set-Cookie": arguments.settings.state_utils.build_set_cookie_for_deletion(),
    }
    return BoltResponse(status=status, headers=headers, body=drawn(words, said, link))


def _words(request: AsyncBoltRequest) -> Catalogue:
    return spoken_by(request.headers.get("accept-language", []))
