"""Look at what is due. The rows say what; a scheduler only says when to look (every replica may)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

import structlog

from bot import commands
from bot.context import Context
from bot.dispatch import Dispatch
from bot.domain.ids import IntroductionId, NoticeId, NudgeId
from bot.domain.introductions import State
from bot.domain.notices import Notice
from bot.ports import Candidates
from bot.runner import Runner
from bot.usecases.expire import expire
from bot.usecases.follow_up import follow_up
from bot.usecases.introduce import introduce
from bot.usecases.lapse import lapse
from bot.usecases.nudge import nudge
from bot.usecases.propose import LOOK_AT, question, refused, send_wave, wanted
from matching.constraints import Constraints
from matching.model import Candidate

#: Rows of each kind looked at in one go.
BATCH = 200
#: Of a page of candidates, so many must be allowed before the next page is not asked for.
ENOUGH = 10
#: An arrival that is still undone after this belongs to a process that died.
ABANDONED = timedelta(minutes=1)
#: How long arrivals that are done, and dead buttons, are remembered.
KEEP_ARRIVALS = timedelta(days=3)

T = TypeVar("T")
log = structlog.get_logger()


@dataclass(frozen=True)
class Tick:
    """Moves forward whatever time moves: cards, introductions, follow-ups, nudges, notices, abandoned arrivals."""

    runner: Runner
    dispatch: Dispatch
    candidates: Candidates

    async def introductions(self) -> int:
        """Move the introductions that are due. Returns: how many; one that fails is left for the next look.

        Apart from the rest and before it: what two people are told must not wait for what is searched for others.
        """
        due = await self.runner.read(lambda ctx: ctx.uow.introductions.due(ctx.now, BATCH))
        return await self._each(due, self._introduction)

    async def look(self) -> int:
        """Do everything else that is due now. Returns: how many rows moved."""
        notices, nudges = await self.runner.read(_due)
        return await self._each(notices, self._notice) + await self._each(
            nudges, lambda id: self._row(lambda ctx: nudge(id, ctx))
        )

    async def arrivals(self) -> int:
        """Do what was noted in the inbox by a process that died before doing it. Returns: how many were done."""
        left = await self.runner.read(lambda ctx: ctx.uow.inbox.unfinished(ctx.now - ABANDONED, BATCH))
        return await self._each(left, lambda one: self.dispatch.finish(one[0], commands.from_json(one[1])))

    async def tidy(self) -> None:
        """Forget what nobody needs any more."""

        async def step(ctx: Context) -> None:
            await ctx.uow.tokens.prune(ctx.now)
            await ctx.uow.inbox.prune(ctx.now - KEEP_ARRIVALS)

        await self.runner.run(step)

    async def _introduction(self, id: IntroductionId) -> None:
        if await self._row(lambda ctx: _is_agreed(id, ctx)):
            await self.runner.run(lambda ctx: introduce(id, ctx))

    async def _notice(self, id: NoticeId) -> None:
        now = self.runner.clock.now()
        notice, constraints = await self.runner.read(lambda ctx: question(id, ctx))
        if notice and constraints:
            found = await self._found(notice, constraints)
            await self._row(lambda ctx: send_wave(id, found, ctx))
        if notice and (notice.expires_at is None or notice.expires_at - self.runner.rules.expiry_warning <= now):
            await self._row(lambda ctx: expire(id, ctx))

    async def _row(self, step: Callable[[Context], Awaitable[T]]) -> T:
        """Move one row that names nobody.

        What it has to say leaves after a claim that is flushed, and lost, it would be due again: so it waits for no
        disk itself.
        """
        return await self.runner.run(step, flushed=False)

    async def _found(self, notice: Notice, constraints: Constraints) -> Sequence[Candidate]:
        """Candidates for a notice: a page of which enough may be asked, or all that there are."""
        while True:
            found = await self.candidates.search(notice, wanted(notice), limit=LOOK_AT, constraints=constraints)
            if len(found) < LOOK_AT:
                return found
            out = await self.runner.read(partial(refused, notice, found))
            if len(out) <= LOOK_AT - ENOUGH:
                return found
            constraints = replace(constraints, excluded=constraints.excluded | out)

    async def _each(self, rows: Sequence[T], do: Callable[[T], Awaitable[object]]) -> int:
        """One row that cannot be moved must not stop the others; it stays due. Returns: how many were moved."""
        moved = 0
        for row in rows:
            try:
                await do(row)
                moved += 1
            except Exception:
                log.exception("row_failed")
        return moved


async def _due(ctx: Context) -> tuple[Sequence[NoticeId], Sequence[NudgeId]]:
    return await ctx.uow.notices.due(ctx.now, BATCH), await ctx.uow.nudges.due(ctx.now, BATCH)


async def _is_agreed(id: IntroductionId, ctx: Context) -> bool:
    """Whether two are to be introduced, which is another's affair; whatever else is due is done."""
    intro = await ctx.uow.introductions.get(id)
    match intro.state:
        case State.ASKED:
            await lapse(id, ctx)
        case State.INTRODUCED:
            await follow_up(id, ctx)
        case _:
            pass
    return intro.state is State.AGREED
