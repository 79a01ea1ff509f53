"""Forms that come back filled in. Source: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from adapters.chat.fields import JoinFields
from adapters.slack.commanding import Ack
from adapters.slack.counter import Counter, Visit
from adapters.slack.filled import (
    Values,
    read_checked,
    read_join,
    read_joining,
    read_notice,
    read_report,
    read_settings,
    read_text,
)
from adapters.slack.homes import publish_home
from adapters.slack.incoming import part_of, sender_of, text_at
from adapters.slack.modals import check_notice, fingerprint
from adapters.slack.stewarding import FORMS as STEWARDS
from adapters.slack.stewarding import filled_by_steward
from adapters.slack.windows import answered
from bot.commands import (
    Block,
    ChangeSettings,
    DraftNotice,
    EditNotice,
    EndTie,
    Join,
    NoteTie,
    Report,
    Say,
)
from bot.domain.notices import NoticeState
from bot.errors import Refusal
from bot.messages import Message, Refused, Reply
from bot.usecases.join import NAME_LIMIT


async def on_view(counter: Counter, body: Mapping[str, Any], ack: Ack) -> None:
    """Somebody sends a form. It stays open with what is wrong, or says what came of it."""
    sender = sender_of(body)
    if sender is None or sender.outside:
        await ack()
        return
    visit = await counter.visit(sender, body)
    view = part_of(body, "view")
    callback, values = text_at(view, "callback_id"), part_of(part_of(view, "state"), "values")
    try:
        answer = await _filled(visit, callback, values, text_at(view, "private_metadata"))
    except Refusal as refusal:
        answer = Refused(f"refusal.{refusal.code}", refusal.fields)
    visit = await visit.anew()
    if isinstance(answer, Message):
        for retired in await counter.platform.note_retired(visit.member, answer):
            counter.later.do(counter.platform.show_anew(retired))
    await ack(**(answered(visit, callback, answer) if isinstance(answer, Message) else answer))
    counter.later.do(publish_home(counter, sender, body))


async def _filled(visit: Visit, callback: str, values: Values, metadata: str) -> Message | Mapping[str, Any]:
    match callback:
        case "join":
            return await _join(visit, values, metadata)
        case "need" | "offer":
            source = visit.counter.veil.lifted(visit.member, metadata) if metadata else ""
            return _said(
                await visit.ask(DraftNotice(visit.member, callback, **asdict(read_notice(values)), source=source))
            )
        case "edit" | "keep":
            return await _edit(visit, callback, values, metadata)
        case "settings":
            return await _settings(visit, values)
        case "note" | "report" | "end" | "block":
            return await _tie(visit, callback, values, metadata)
        case _ if callback in STEWARDS:
            return await filled_by_steward(visit, callback, values)
        case _:
            raise Refusal("gone")


async def _join(visit: Visit, values: Values, metadata: str) -> Message:
    """What they had typed before is said for them now; the replies follow in private."""
    profile = await visit.profile()
    if not profile.may_join:
        raise Refusal("not_here")
    number, text = read_joining(metadata)
    fields = read_join(values, profile.language)
    name = profile.name[:NAME_LIMIT]  # Slack's are longer, and cannot be corrected here
    command = Join(
        visit.member, visit.community, name, fields.language, profile.zone, speaks=fields.speaks, charter=number,
        spoken=profile.language,
    )  # fmt: skip
    reply = await visit.ask(command)
    if not isinstance(reply, Refused):
        await _speak_as_chosen(visit, fields)
    if isinstance(reply, Refused) or not text:
        return _said(reply)
    return _said(await visit.ask(Say(visit.member, text), step=":said"))


async def _speak_as_chosen(visit: Visit, fields: JoinFields) -> None:
    """Who was here before is still known as they were then, and may have chosen otherwise now."""
    known = (await visit.anew()).known
    if known is None:
        return
    speaks = fields.speaks if fields.speaks not in ((), known[1].speaks) else None
    if speaks is not None or known[1].language != fields.language:
        await visit.ask(ChangeSettings(visit.member, language=fields.language, speaks=speaks), step=":settings")


async def _edit(visit: Visit, callback: str, values: Values, metadata: str) -> Message | Mapping[str, Any]:
    """A notice is shown as others would read it before its new words are kept; a draft shows itself."""
    name, shown = read_checked(metadata)
    typed = read_notice(values)
    id = visit.counter.veil.lifted(visit.member, name)
    command = EditNotice(visit.member, id, **asdict(typed))
    if callback == "edit" or shown != fingerprint(typed):
        after, left_out = await visit.counter.dispatch.preview_edit(command)
        if after.state is not NoticeState.DRAFT:
            circles = bool(visit.known and visit.known[0].circles)
            checking = check_notice(after, left_out, typed, visit.words, circles=circles, token=name)
            return {"response_action": "update", "view": checking}
    return _said(await visit.ask(command))


async def _settings(visit: Visit, values: Values) -> Message:
    fields, until = read_settings(values)
    return _said(await visit.ask(ChangeSettings(visit.member, **asdict(fields), pause_until=until)))


async def _tie(visit: Visit, callback: str, values: Values, metadata: str) -> Message:
    tie = visit.counter.veil.lifted(visit.member, metadata)
    match callback:
        case "note":
            return _said(await visit.ask(NoteTie(visit.member, tie, read_text(values))))
        case "report":
            return _said(await visit.ask(Report(visit.member, tie, **asdict(read_report(values)))))
        case "block":
            return _said(await visit.ask(Block(visit.member, tie)))
        case _:
            return _said(await visit.ask(EndTie(visit.member, tie)))


def _said(reply: Reply | None) -> Message:
    return reply if isinstance(reply, Message) else Message("slack.saved")
