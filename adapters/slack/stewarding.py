"""What stewards ask for, by a word after the root command, and in windows. Whether they may is asked each time."""

import asyncio
from typing import Final

from adapters.chat.errors import Rejected, Unanswered
from adapters.chat.fields import STEWARDS
from adapters.slack.counter import Visit
from adapters.slack.errors import translated
from adapters.slack.filled import Values, read_channels, read_meeting, read_text
from adapters.slack.identity import identify
from adapters.slack.incoming import text_at
from adapters.slack.scopes import scopes
from adapters.slack.steward_modals import charter, listen, meeting, rest
from adapters.slack.widgets import Json
from adapters.slack.windows import open_window
from bot.commands import PauseCommunity, ReadReports, SetCharter, SetListening, SetMeeting
from bot.errors import PlatformError, Refusal
from bot.messages import Message, Refused, Reply

#: With either of these an app hears something.
EARS: Final = frozenset(scopes(listening=True)) - frozenset(scopes(listening=False))
#: Seconds in which Slack says whether it was given them.
SOON: Final = 1.0
#: The forms that are a steward's.
FORMS: Final = ("listen", "rest", "charter", "meeting")


async def steward(visit: Visit, what: str) -> Reply | None:
    """What a steward asks for: a window opens, or there is a reply."""
    if what not in STEWARDS.values():
        raise Refusal("dead_button")
    if not await may_steward(visit):
        raise Refusal("not_steward")
    if what == "reports":
        return await visit.ask(ReadReports(visit.member, True))
    if what == "listen" and not visit.counter.chosen.listening:
        raise Refusal("slack_deaf")
    await open_window(visit, await _window(visit, what))
    return None


async def may_steward(visit: Visit) -> bool:
    """Whether they look after Comptoir here: named by the community or the settings, or else who runs the workspace."""
    community = await visit.counter.dispatch.community(visit.community)
    return bool(community and visit.member in community.stewards) or await visit.is_admin()


async def _window(visit: Visit, what: str) -> Json:
    community = await visit.counter.dispatch.community(visit.community)
    if community is None:
        raise Refusal("gone")
    match what:
        case "listen":
            return listen(community.listening, visit.words)
        case "rest":
            return rest(visit.words, resting=community.paused_at is not None)
        case "charter":
            known = await visit.counter.dispatch.charter(visit.community)
            return charter(known.text if known else "", visit.words)
        case _:
            rules = await visit.counter.dispatch.rules(visit.community)
            return meeting(visit.words, helpers=rules.wave_size, days=rules.card_life.days, nudges=rules.nudges)


async def filled_by_steward(visit: Visit, callback: str, values: Values) -> Message:
    """A steward's form came back. Returns: what is said about it."""
    admin = await visit.is_admin()
    if callback == "listen":
        return await _listen(visit, admin, read_channels(values))
    if callback == "rest":
        on = text_at(visit.body, "view", "private_metadata") == "pause"
        return _said(await visit.ask(PauseCommunity(visit.member, admin, on)))
    if callback == "charter":
        return _said(await visit.ask(SetCharter(visit.member, admin, read_text(values))))
    fields = read_meeting(values)
    return _said(await visit.ask(SetMeeting(visit.member, admin, fields.helpers, fields.days, fields.nudges)))


async def _listen(visit: Visit, admin: bool, wanted: frozenset[str] | None) -> Message:
    community = await visit.counter.dispatch.community(visit.community)
    before = frozenset(community.listening if community else ())
    after = before if wanted is None else wanted
    if after - before and not await _can_hear(visit):
        raise Refusal("slack_deaf")
    reply: Reply | None = None
    for channel in sorted(before ^ after):
        command = SetListening(visit.member, admin, channel, on=channel not in before)
        reply = await visit.ask(command, step=f":{channel}")
        if isinstance(reply, Refused):
            return reply
    return _said(reply)


async def _can_hear(visit: Visit) -> bool:
    """Whether the app may read channels there; true where Slack does not say soon enough, for its form waits."""
    try:
        async with asyncio.timeout(SOON):
            with translated():
                identity = await identify(visit.counter.api.client(await visit.counter.tokens.of(visit.team)))
    except (PlatformError, Rejected, Unanswered, TimeoutError):
        return True
    return identity.scopes is None or not EARS.isdisjoint(identity.scopes)


def _said(reply: Reply | None) -> Message:
    return reply if isinstance(reply, Message) else Message("slack.saved")
