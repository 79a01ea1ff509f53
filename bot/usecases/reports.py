"""What was reported, for the stewards: how much, and the words that their authors shared; never who (E9, I7)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.commands import CloseReport, ReadReports
from bot.context import Context
from bot.domain.ids import MemberId, ReportId
from bot.domain.members import Community, Membership
from bot.domain.reports import Report
from bot.domain.tokens import Purpose
from bot.errors import Refusal
from bot.messages import Message
from bot.usecases.stewards import looked_after

CHOICES = ("close_report",)
#: How long the buttons beside a report work: whoever is no steward any more must not keep them.
WHILE: Final = timedelta(hours=1)
#: Reports in one message.
MOST: Final = 20


async def read_reports(command: ReadReports, ctx: Context) -> Message:
    """Count the open reports and show their words where these were shared, oldest first.

    A steward learns nothing of matters that they are a party to, not even that there are any.
    """
    community = await looked_after(command.member, admin=command.admin, ctx=ctx)
    open_ones = await _open_to(command.member, community, ctx)
    if not open_ones:
        return Message("steward.no_reports")
    member = await ctx.uow.members.find(command.member)
    here = member is not None and member.state is Membership.JOINED
    parts = [await _part(report, command.member, ctx, closes=here) for report in open_ones[:MOST]]
    about = tuple(report.by for report in open_ones[:MOST] if report.by and report.shared)
    return Message("steward.reports", {"count": len(open_ones)}, parts=tuple(parts), about=about)


async def close_report(command: CloseReport, ctx: Context) -> Message:
    """Put a report away once it was looked after. Its author sees no difference."""
    community = await looked_after(command.member, admin=command.admin, ctx=ctx)
    for report in await _open_to(command.member, community, ctx):
        if report.id == ReportId(command.report):
            await ctx.uow.reports.save(replace(report, closed_at=ctx.now))
            return Message("steward.report.closed")
    raise Refusal("gone")


async def _open_to(steward: MemberId, community: Community, ctx: Context) -> Sequence[Report]:
    """The open reports that this steward may know of."""
    found = []
    for report in await ctx.uow.reports.open_in(community.id):
        tie = await ctx.uow.ties.find(report.tie)
        if tie is not None and steward not in tie.members:
            found.append(report)
    return found


async def _part(report: Report, steward: MemberId, ctx: Context, *, closes: bool) -> Message:
    until = ctx.now + WHILE
    token = await ctx.token(steward, Purpose.REPORT, report.id, until) if closes else None
    choices = CHOICES if closes else ()
    if report.shared and report.text:
        return Message(
            "steward.report.shared", {"when": report.at, "text": report.text}, choices, token, closes_at=until
        )  # fmt: skip
    return Message("steward.report.private", {"when": report.at}, choices, token, closes_at=until)
