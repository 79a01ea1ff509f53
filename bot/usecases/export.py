"""Everything that we hold about a member and that they may see (I9): their own words and answers, nobody else's.

What the other side answered is never in it, nor anything that would differ with it (P12 of the privacy tests).
"""

from dataclasses import asdict
from typing import Any

from bot.context import Context
from bot.domain.ids import MemberId
from bot.domain.introductions import MET_STATES, OPEN_STATES, Introduction, State
from bot.errors import Refusal
from bot.usecases.me import view_of


async def export(member_id: MemberId, ctx: Context) -> dict[str, Any]:
    """As plain values that `json` can write, times in ISO 8601. Also for somebody who left. Raises: Refusal."""
    member = await ctx.uow.members.find(member_id)
    if member is None:
        raise Refusal("not_joined")
    view = await view_of(member, await ctx.uow.persons.get(member.person), ctx)
    intros = await ctx.uow.introductions.of_member(member_id)
    reports = await ctx.uow.reports.by_member(member_id)
    person = asdict(view.person)
    return {
        "exported_at": ctx.now.isoformat(),
        "community": view.community.name,
        "account": _plain({"id": view.member.id, "name": view.member.name, "circles": view.member.circles,
                           "shown_circles": view.member.shown_circles, "charter": view.member.charter,
                           "joined_at": view.member.joined_at, "state": view.member.state,
                           "spoken": view.member.spoken}),
        "settings": _plain({key: value for key, value in person.items() if key not in ("id", "version")}),
        "notices": [_plain({key: getattr(n, key) for key in _NOTICE}) for n in view.notices],
        "introductions": [_introduction(intro, member_id) for intro in intros],
        "ties": [_plain({key: value for key, value in asdict(tie).items() if key != "other"}) for tie in view.ties],
        "reports": [_plain({"text": r.text, "shared": r.shared, "at": r.at}) for r in reports],
    }  # fmt: skip


_NOTICE = (
    "id", "kind", "state", "text", "card", "language", "topics", "place", "reach", "standing", "created_at",
    "expires_at",
)  # fmt: skip


def _introduction(intro: Introduction, member: MemberId) -> dict[str, Any]:
    side = intro.side_of(member)
    return {
        "state": _seen(intro),
        "my_notice": side.notice,
        "asked_at": _plain(intro.asked_at),
        "my_answer": side.answer,
        "answered_at": _plain(side.answered_at),
        "my_reason": side.refusal,
        "my_outcome": side.outcome,
    }


def _seen(intro: Introduction) -> str:
    """The state as one side can know it: an agreement is not told apart from waiting."""
    if intro.state in OPEN_STATES:
        return State.ASKED
    return State.INTRODUCED if intro.state in MET_STATES else intro.state


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
        case tuple() | list():
            return [_plain(inner) for inner in value]
        case _ if hasattr(value, "isoformat"):
            return value.isoformat()
        case _:
            return value
