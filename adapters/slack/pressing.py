"""Buttons. Source: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from adapters.chat.errors import Unanswered
from adapters.slack.blocks import rendered
from adapters.slack.commanding import Ack
from adapters.slack.counter import Counter, Visit
from adapters.slack.exporting import hand_over
from adapters.slack.home_lists import read_pages
from adapters.slack.homes import publish_home, tie_of
from adapters.slack.incoming import first_of, part_of, sender_of, text_at
from adapters.slack.modals import block_tie, end_tie, note_tie, report_tie, settings
from adapters.slack.stewarding import may_steward, steward
from adapters.slack.widgets import Json
from adapters.slack.windows import change_window, form_of, joining, open_window, saying
from bot.commands import ChangeNotice, Command, Erase, Leave, Pause, Press, Resume
from bot.domain.ids import MemberId
from bot.errors import Refusal
from bot.messages import Form, Message, Refused, Reply
from bot.sendings import Sending

#: What is done at once from the Home tab.
ACTS: Final[Mapping[str, Callable[[MemberId], Command]]] = {
    "stop": lambda member: Pause(member, None), "resume": Resume, "leave": Leave, "erase": Erase,
}  # fmt: skip
#: What only stewards are shown, and who no longer is one may not press.
STEWARDS_ALONE: Final = frozenset({"close_report"})
#: Longest token that is looked at.
LIMIT: Final = 64
#: The window of each action on a tie.
TIES: Final[Mapping[str, Callable[..., Json]]] = {
    "note": note_tie, "report": report_tie, "end": end_tie, "block": block_tie,
}  # fmt: skip


async def on_action(counter: Counter, body: Mapping[str, Any], ack: Ack) -> None:
    """Somebody presses a button of ours. What it does is done before Slack is answered; what is seen of it follows."""
    sender, action = sender_of(body), first_of(body, "actions")
    if sender is None or sender.outside:
        await ack()
        return
    visit = await counter.visit(sender, body)
    what, _, which = text_at(action, "action_id").partition(":")
    value = text_at(action, "value") or text_at(action, "selected_option", "value")
    try:
        await _do(visit, what, which, value)
    except Refusal as refusal:
        counter.later.do(_show(visit, Refused(f"refusal.{refusal.code}", refusal.fields)))
    await ack()


async def _do(visit: Visit, what: str, which: str, value: str) -> None:
    if visit.known is None and not (what == "erase" and await visit.counter.dispatch.has_left(visit.member)):
        await open_window(visit, await joining(visit))
        return
    match what:
        case "press" if which in STEWARDS_ALONE and not await may_steward(visit):
            raise Refusal("not_steward")
        case "press":
            await _answer(visit, value[:LIMIT], await visit.ask(Press(visit.member, value[:LIMIT], which)))
        case "need" | "offer":
            await open_window(visit, await form_of(visit, Form(what)))
        case "notice":
            await _notice(visit, which, visit.counter.veil.lifted(visit.member, value))
        case "tie":
            window, _, name = value.partition(":")
            tie = await tie_of(visit, visit.counter.veil.lifted(visit.member, name))
            await open_window(visit, TIES.get(window, note_tie)(tie, visit.words, metadata=name))
        case "page":
            visit.counter.later.do(publish_home(visit.counter, visit.sender, visit.body, pages=read_pages(value)))
        case "settings":
            me = await visit.counter.dispatch.me(visit.member)
            await open_window(visit, settings(me, visit.words, visit.now))
        case "steward":
            reply = await steward(visit, which)
            if isinstance(reply, Message):  # reports can be longer than the Home tab has room for
                await open_window(visit, saying(visit, reply))
        case "export":
            await hand_over(visit)
            await _answer(visit, "", Message("slack.export.told"))
        case _ if what in ACTS:
            await _answer(visit, "", await visit.ask(ACTS[what](visit.member)))
        case _:
            raise Refusal("dead_button")


async def _notice(visit: Visit, to: str, notice: str) -> None:
    if to == "edit":
        await open_window(visit, await form_of(visit, Form("", notice)))
    else:
        await _answer(visit, "", await visit.ask(ChangeNotice(visit.member, notice, to)))


async def _answer(visit: Visit, token: str, reply: Reply | None) -> None:
    if isinstance(reply, Form):
        view = await form_of(visit, reply)
        await (change_window(visit, view) if _in_window(visit) else open_window(visit, view))
    elif isinstance(reply, Message) and reply.key:
        platform, granted = visit.counter.platform, not isinstance(reply, Refused)
        changed = await platform.note_answer(visit.member, token, reply) if token and granted else ()
        visit.counter.later.do(_show(visit, reply, changed))


async def _show(visit: Visit, reply: Message, changed: Sequence[Sending] = ()) -> None:
    """What a press led to, where it was pressed: in the place of its message, in its window, or over the Home tab."""
    platform = visit.counter.platform
    if not await platform.show_answer(changed, otherwise=lambda words: _replace(visit, words)):
        visit.counter.later.insist(platform.catch_up)
    replaced, granted = bool(changed), not isinstance(reply, Refused)
    where = text_at(visit.body, "view", "type")
    if where == "modal":
        await change_window(visit, saying(visit, reply))
    elif where == "home":
        await publish_home(visit.counter, visit.sender, visit.body, said=None if replaced else reply)
    elif not replaced:
        in_place = granted and part_of(visit.body, "container").get("is_ephemeral") is True
        words = rendered(visit.put(reply), visit.words)
        await _respond(visit, words, replace_original=in_place, response_type="ephemeral")


async def _replace(visit: Visit, words: Mapping[str, Any]) -> bool:
    """Show it over what was pressed. Returns: whether it could be: the Home tab and windows have no address for it."""
    if not text_at(visit.body, "response_url"):
        return False
    try:
        await _respond(visit, words, replace_original=True)
    except Unanswered:
        return False
    return True


async def _respond(visit: Visit, words: Mapping[str, Any], **how: Any) -> None:
    """Where there is no message of ours to be changed by its name, or no leave to change one."""
    await visit.counter.api.respond(text_at(visit.body, "response_url"), {**words, **how})


def _in_window(visit: Visit) -> bool:
    return text_at(visit.body, "view", "type") == "modal"
