"""Answer a card: yes, not now, no, and change one's mind until the deadline (C1–C3).

Whatever the other side did, the same press gets the same reply, and a no moves nothing (I2).
"""

from collections.abc import Mapping
from typing import Final

from bot.context import Context
from bot.domain.ids import IntroductionId, MemberId
from bot.domain.introductions import Answer, Introduction, Why, answered, refused
from bot.domain.notices import Notice
from bot.messages import Message
from bot.usecases.cards import as_asked, card, words_of

ANSWERS: Final[Mapping[str, Answer]] = {"yes": Answer.YES, "not_now": Answer.NOT_NOW, "no": Answer.NO}
#: The reasons that may follow a no, one tap each.
REASONS: Final[Mapping[str, Why]] = {f"no_{why.value}": why for why in Why}


async def answer_card(intro_id: IntroductionId, by: MemberId, choice: str, token: str, ctx: Context) -> Message:
    """Write one side's answer; the reply takes the place of the card."""
    intro = await ctx.uow.introductions.get(intro_id)
    answer = ANSWERS[choice]
    after = answered(intro, by, answer, at=ctx.now, rules=ctx.rules)
    await ctx.uow.introductions.save(after)
    await _unblock(intro, by, ctx)
    _, theirs = await _notices(after, by, ctx)
    across = after.other(after.side_of(by))
    reasons = tuple(REASONS) if answer is Answer.NO else ()
    return Message(
        f"card.answered.{choice}",
        {"theirs": words_of(across, theirs), "until": after.expires_at},
        (*reasons, "take_back"), token, closes_at=intro.expires_at,
    )  # fmt: skip


async def take_back(intro_id: IntroductionId, by: MemberId, token: str, ctx: Context) -> Message:
    """Undo my answer: the card is as it was (C3)."""
    intro = await ctx.uow.introductions.get(intro_id)
    after = answered(intro, by, None, at=ctx.now, rules=ctx.rules)
    await ctx.uow.introductions.save(after)
    await _unblock(intro, by, ctx)
    mine, theirs = await _notices(after, by, ctx)
    if mine is None:
        return Message("card.taken_back", closes_at=intro.expires_at)
    return card(after, mine=mine, theirs=theirs, token=token)


async def say_why_not(intro_id: IntroductionId, by: MemberId, choice: str, token: str, ctx: Context) -> Message:
    """Add the private reason to a no. «Not this person» is remembered as a block, silently."""
    intro = await ctx.uow.introductions.get(intro_id)
    why = REASONS[choice]
    after = refused(intro, by, why)
    await ctx.uow.introductions.save(after)
    await _unblock(intro, by, ctx)
    other = after.other(after.side_of(by)).member
    if why is Why.PERSON and other is not None:
        await ctx.uow.blocks.add(by, other, ctx.now)
    _, theirs = await _notices(after, by, ctx)
    about = {"theirs": words_of(after.other(after.side_of(by)), theirs)}
    return Message(f"card.refused.{why}", about, ("take_back",), token, closes_at=intro.expires_at)


async def _unblock(before: Introduction, by: MemberId, ctx: Context) -> None:
    """Whoever changes their mind about «not this person» takes the block back with it."""
    side = before.side_of(by)
    other = before.other(side).member
    if side.refusal is Why.PERSON and other is not None:
        await ctx.uow.blocks.remove(by, other)


async def _notices(intro: Introduction, by: MemberId, ctx: Context) -> tuple[Notice | None, Notice | None]:
    mine = intro.side_of(by)
    ids = [side.notice for side in (mine, intro.other(mine)) if side.notice]
    found = await ctx.uow.notices.among(ids)
    return as_asked(mine, found), as_asked(intro.other(mine), found)
