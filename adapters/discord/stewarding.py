"""What stewards ask for. Whether they may is asked each time, whatever Discord let them type."""

from collections.abc import Mapping
from typing import Any, Final

from adapters.discord.counter import Visit
from adapters.discord.filled import Values, read_channels, read_meeting, read_text
from adapters.discord.incoming import Typed
from adapters.discord.replying import Pages, Shown
from adapters.discord.steward_modals import charter, listen, meeting, rest
from adapters.discord.windows import opened
from bot.commands import PauseCommunity, ReadReports, SetCharter, SetListening, SetMeeting
from bot.errors import Refusal
from bot.messages import Message, Refused, Reply

#: The forms that are a steward's.
FORMS: Final = frozenset({"listen", "charter", "meeting"})


async def steward(visit: Visit, asked: Typed) -> Shown:
    """What a steward asks for. Raises: Refusal for who is none."""
    await _must_steward(visit)
    match asked.within:
        case "listen":
            return await _listen(visit, asked.options)
        case "rest":
            return await _rest(visit, asked.options.get("on"))
        case "rules":
            known = await visit.counter.dispatch.charter(visit.community)
            return opened(charter(known.text if known else "", visit.words))
        case "meeting":
            rules = await visit.counter.dispatch.rules(visit.community)
            return opened(meeting(visit.words, helpers=rules.wave_size, days=rules.card_life.days, nudges=rules.nudges))
        case "reports":
            return _said(await visit.ask(ReadReports(visit.me, visit.is_admin)))
        case _:
            raise Refusal("discord_unknown")


async def rested(visit: Visit, step: str) -> Message:
    """A steward gives everybody a rest, or ends it. Raises: Refusal for who is none."""
    await _must_steward(visit)
    return _said(await visit.ask(PauseCommunity(visit.me, visit.is_admin, step == "pause")))


async def filled_by_steward(visit: Visit, name: str, values: Values) -> Message:
    """A steward's form came back. Returns: what is said about it. Raises: Refusal for who is none."""
    await _must_steward(visit)
    if name == "listen":
        return await _listening(visit, read_channels(values))
    if name == "charter":
        return _said(await visit.ask(SetCharter(visit.me, visit.is_admin, read_text(values))))
    fields = read_meeting(values)
    return _said(await visit.ask(SetMeeting(visit.me, visit.is_admin, fields.helpers, fields.days, fields.nudges)))


async def may_steward(visit: Visit) -> bool:
    """Whether they look after Comptoir here: named by the community or the settings, or else who manages the server."""
    community = await visit.counter.dispatch.community(visit.community)
    return bool(community and visit.member in community.stewards) or visit.is_admin


async def _must_steward(visit: Visit) -> None:
    if not await may_steward(visit):
        raise Refusal("not_steward")


async def _listen(visit: Visit, options: Mapping[str, Any]) -> Shown:
    """One channel, on or off; without any, all of them in a form."""
    if not visit.counter.chosen.listening:
        raise Refusal("discord_deaf")
    channel, on = options.get("channel"), options.get("on")
    if isinstance(channel, str) and channel.isdecimal():
        command = SetListening(visit.me, visit.is_admin, channel, on=on is not False)
        return _said(await visit.ask(command))
    return opened(listen(await _heard(visit), visit.words))


async def _listening(visit: Visit, wanted: frozenset[str] | None) -> Message:
    before = frozenset(await _heard(visit))
    after = before if wanted is None else wanted
    if after - before and not visit.counter.chosen.listening:
        raise Refusal("discord_deaf")
    answer: Reply | None = None
    for channel in sorted(before ^ after):
        command = SetListening(visit.me, visit.is_admin, channel, on=channel not in before)
        answer = await visit.ask(command, step=f":{channel}")
        if isinstance(answer, Refused):
            return answer
    return _said(answer)


async def _heard(visit: Visit) -> tuple[str, ...]:
    community = await visit.counter.dispatch.community(visit.community)
    return community.listening if community else ()


async def _rest(visit: Visit, on: object) -> Shown:
    if isinstance(on, bool):
        return _said(await visit.ask(PauseCommunity(visit.me, visit.is_admin, on)))
    community = await visit.counter.dispatch.community(visit.community)
    return Pages([rest(visit.words, resting=bool(community and community.paused_at))])


def _said(reply: Reply | None) -> Message:
    return reply if isinstance(reply, Message) else Message("discord.saved")
