"""A button: find what its token stands for and do it. Whatever is wrong gets one constant reply (R1, I7)."""

from bot.commands import AcceptCharter, ChangeNotice, CloseReport, EndTie, Leave, Pause, Press
from bot.context import Context
from bot.domain.ids import IntroductionId, TieId
from bot.domain.introductions import Outcome
from bot.domain.tokens import Purpose, Token, hashed
from bot.errors import Refusal
from bot.messages import Message, Reply
from bot.usecases.answer import ANSWERS, REASONS, answer_card, say_why_not, take_back
from bot.usecases.charter import accept_charter
from bot.usecases.follow_up import tell_outcome
from bot.usecases.join import leave
from bot.usecases.notices import change_notice
from bot.usecases.reports import close_report
from bot.usecases.settings import pause
from bot.usecases.ties import end_tie


async def press(command: Press, ctx: Context) -> Reply:
    """Do what a button says. Raises: Refusal("dead_button") for any press that is not valid, whatever the reason."""
    token = await ctx.uow.tokens.find(hashed(command.token))
    try:
        await ctx.joined(command.member)
        if token is None or token.member != command.member or token.expires_at <= ctx.now:
            raise Refusal("dead_button")
        return await _meant(token, command, ctx)
    except Refusal as refusal:
        if token is not None and token.purpose in (Purpose.DRAFT, Purpose.NOTICE) and _own(token, command):
            raise
        raise Refusal("dead_button") from refusal


def _own(token: Token, command: Press) -> bool:
    return token.member == command.member


async def _meant(token: Token, command: Press, ctx: Context) -> Reply:
    me, choice = command.member, command.choice
    if choice == "stop":
        return await pause(Pause(me, None), ctx)
    match token.purpose:
        case Purpose.CARD if choice in ANSWERS:
            return await answer_card(IntroductionId(token.subject), me, choice, command.token, ctx)
        case Purpose.CARD if choice in REASONS:
            return await say_why_not(IntroductionId(token.subject), me, choice, command.token, ctx)
        case Purpose.CARD if choice == "take_back":
            return await take_back(IntroductionId(token.subject), me, command.token, ctx)
        case Purpose.FOLLOW_UP if choice in set(Outcome):
            return await tell_outcome(IntroductionId(token.subject), me, Outcome(choice), ctx)
        case Purpose.NUDGE if choice == "end_tie":
            return await end_tie(EndTie(me, TieId(token.subject)), ctx)
        case Purpose.CHARTER if choice == "accept":
            return await accept_charter(AcceptCharter(me, int(token.subject)), ctx)
        case Purpose.CHARTER if choice == "leave":
            return await leave(Leave(me), ctx)
        case Purpose.REPORT if choice == "close_report":
            # Only a steward was given this button, and for a short while.
            return await close_report(CloseReport(me, True, token.subject), ctx)
        case Purpose.NOTICE if choice == "keep":
            return Message("notice.keep")
        case Purpose.DRAFT | Purpose.NOTICE:
            return await change_notice(ChangeNotice(me, token.subject, choice), ctx)
        case _:
            raise Refusal("dead_button")
