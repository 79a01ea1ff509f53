"""One door for everything that is asked of us: command → use case → reply."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot import commands
from bot.commands import Command
from bot.context import Context
from bot.domain.charters import Charter
from bot.domain.ids import CommunityId, MemberId, NoticeId
from bot.domain.members import Community, Member, Membership, Person
from bot.domain.notices import Notice
from bot.domain.rules import Rules, rules_of
from bot.errors import Refusal
from bot.messages import Message, Refused, Reply, pack_reply, unpack_reply
from bot.runner import Runner
from bot.usecases.charter import accept_charter, set_charter
from bot.usecases.community import close, found
from bot.usecases.draft import draft_notice, edit_notice, preview_edit
from bot.usecases.erase import erase
from bot.usecases.export import export
from bot.usecases.gate import to_accept_first
from bot.usecases.join import join, leave, rename
from bot.usecases.me import me, my_notice, names
from bot.usecases.notices import change_notice
from bot.usecases.press import press
from bot.usecases.reports import close_report, read_reports
from bot.usecases.reword import reword, unsay
from bot.usecases.settings import change_settings, pause, resume
from bot.usecases.stewards import pause_community, set_listening, set_meeting
from bot.usecases.talk import hear, say
from bot.usecases.tell import tell
from bot.usecases.ties import block, end_tie, may_be_joined, note_tie, report
from bot.views import Me

UseCase = Callable[[Any, Context], Awaitable[Reply | None]]
USE_CASES: Final[Mapping[type[Command], UseCase]] = {
    commands.Join: join,
    commands.Leave: leave,
    commands.Rename: rename,
    commands.Say: say,
    commands.Hear: hear,
    commands.Reword: reword,
    commands.Unsay: unsay,
    commands.DraftNotice: draft_notice,
    commands.EditNotice: edit_notice,
    commands.ChangeNotice: change_notice,
    commands.Press: press,
    commands.ChangeSettings: change_settings,
    commands.Pause: pause,
    commands.Resume: resume,
    commands.AcceptCharter: accept_charter,
    commands.EndTie: end_tie,
    commands.NoteTie: note_tie,
    commands.Block: block,
    commands.Report: report,
    commands.Erase: erase,
    commands.SetListening: set_listening,
    commands.PauseCommunity: pause_community,
    commands.SetCharter: set_charter,
    commands.SetMeeting: set_meeting,
    commands.ReadReports: read_reports,
    commands.CloseReport: close_report,
}


class _DoneAlready(Exception):
    """Somebody else did it while we were at it: undo ours."""


@dataclass(frozen=True)
class _Arrival:
    """One thing that arrives at `Dispatch.receive`."""

    source: str
    external_id: str
    attempt: str
    told: bool

    @property
    def name(self) -> str:
        """By which it would arrive again: as it is, not tried anew."""
        return f"{self.external_id}:{self.attempt}" if self.attempt else self.external_id

    async def keep(self, reply: Reply | None, command: Command, ctx: Context) -> Reply | None:
        """Note that it is done, with its reply. Returns: what of it is not told otherwise. Raises: _DoneAlready."""
        names = [self.name]
        if not isinstance(reply, Refused):
            names = list(dict.fromkeys([self.name, self.external_id]))
        elif self.attempt and await ctx.uow.inbox.replied(self.source, self.external_id) is not None:
            raise _DoneAlready
        if self.told and isinstance(reply, Message):
            key = f"{self.source}:{self.name}:reply"
            await tell(ctx, MemberId(command.member), reply, key=key, about=reply.about)
            reply = None
        for name in names:
            if not await ctx.uow.inbox.done(self.source, name, ctx.now, pack_reply(reply)):
                raise _DoneAlready
        return reply

    async def replied(self, ctx: Context) -> Mapping[str, Any] | None:
        """What was replied to it, or else to another attempt at the same thing."""
        own = await ctx.uow.inbox.replied(self.source, self.name)
        return own if own is not None else await ctx.uow.inbox.replied(self.source, self.external_id)


class Dispatch:
    """Runs use cases, once for each arrival, and turns a Refusal into a reply."""

    def __init__(self, runner: Runner, changed: Callable[[], None] = lambda: None) -> None:
        """Args: `changed` is called after each commit, so that what is due now need not wait for the next look."""
        self.runner = runner
        self.changed = changed

    async def receive(
        self, source: str, external_id: str, command: Command, *, told: bool = False, attempt: str = ""
    ) -> Reply | None:
        """Take in what arrived and do it, once, in one transaction. Returns: the reply; None when there is none.

        What arrives again gets the reply that it got. For an edge whose acknowledgement is the reply itself; one that
        must acknowledge sooner uses `note` and `finish`. A member who is `told` finds the reply among their private
        messages, through the outbox, and only a Form is returned.

        Where somebody can send the same thing again themselves, as with a form that stayed open, `attempt` is another
        each time that they do: what was refused is tried again, and what was granted is not done twice.
        """
        arrival = _Arrival(source, external_id, attempt, told)

        async def step(ctx: Context) -> Reply | None:
            return await arrival.keep(await _done(command, ctx), command, ctx)

        try:
            reply = await self.runner.run(step)
        except _DoneAlready:
            return await self._replied(arrival)
        except Refusal as refusal:
            refused = _refused(refusal)
            try:
                reply = await self.runner.run(lambda ctx: arrival.keep(refused, command, ctx))
            except _DoneAlready:
                return await self._replied(arrival)
            if not told:
                return reply
        self.changed()
        return reply

    async def is_new(self, source: str, external_id: str) -> bool:
        """Take note of what asks for nothing but a word in passing. Returns: whether it came for the first time."""
        return await self.runner.run(lambda ctx: ctx.uow.inbox.done(source, external_id, ctx.now))

    async def keep(self, source: str, external_id: str, what: Mapping[str, Any]) -> None:
        """Keep for a while what an edge must know again: as what was replied to this, sealed, and gone with replies."""
        await self.runner.run(lambda ctx: ctx.uow.inbox.done(source, external_id, ctx.now, what))

    async def kept(self, source: str, external_id: str) -> Mapping[str, Any] | None:
        """What is kept under this name; None when nothing is, or not any more."""

        async def look(ctx: Context) -> Mapping[str, Any] | None:
            if await ctx.uow.inbox.done(source, external_id, ctx.now):  # what never was shall not wait to be done
                return None
            return (await ctx.uow.inbox.receive(source, external_id, {}, ctx.now)).reply

        return await self.runner.run(look)

    async def note(self, source: str, external_id: str, command: Command) -> str | None:
        """Only take in what arrived, so that it can be acknowledged. Returns: its id; None when it was done before.

        Follow with `finish`; if this process dies first, another takes it up (`Engine.beat`).
        """
        packed = commands.to_json(command)
        arrival = await self.runner.run(lambda ctx: ctx.uow.inbox.receive(source, external_id, packed, ctx.now))
        return None if arrival.done else arrival.id

    async def finish(self, arrival: str, command: Command) -> Reply | None:
        """Do what was noted. Returns: the reply; None when somebody else did it meanwhile."""
        try:
            reply = await self.runner.run(lambda ctx: self._do(arrival, command, ctx))
        except _DoneAlready:
            return None
        except Refusal as refusal:
            return await self._refuse(arrival, refusal)
        self.changed()
        return reply

    async def _do(self, arrival: str, command: Command, ctx: Context) -> Reply | None:
        """In the transaction that marks what was noted as done and keeps the reply."""
        reply = await _done(command, ctx)
        if not await ctx.uow.inbox.finish(arrival, ctx.now, pack_reply(reply)):
            raise _DoneAlready
        return reply

    async def _replied(self, arrival: "_Arrival") -> Reply | None:
        """What was replied to something that was done before."""
        packed = await self.runner.read(arrival.replied)
        return unpack_reply(packed or {})

    async def _refuse(self, arrival: str, refusal: Refusal) -> Refused:
        refused = _refused(refusal)
        await self.runner.run(lambda ctx: ctx.uow.inbox.finish(arrival, ctx.now, pack_reply(refused)))
        return refused

    async def known(self, member: MemberId) -> tuple[Member, Person] | None:
        """Somebody who is here, and how they wish to be spoken to; None for anybody else."""

        async def look(ctx: Context) -> tuple[Member, Person] | None:
            try:
                return await ctx.joined(member)
            except Refusal:
                return None

        return await self.runner.read(look)

    async def person(self, member: MemberId) -> Person | None:
        """How somebody who is here, or was, wishes to be spoken to: what they were told may yet have to be changed."""

        async def look(ctx: Context) -> Person | None:
            found = await ctx.uow.members.find(member)
            return await ctx.uow.persons.get(found.person) if found else None

        return await self.runner.read(look)

    async def has_left(self, member: MemberId) -> bool:
        """Whether they were here, and something is kept of them: what is kept they may have erased (I9)."""

        async def look(ctx: Context) -> bool:
            found = await ctx.uow.members.find(member)
            return found is not None and found.state is Membership.LEFT

        return await self.runner.read(look)

    async def community(self, id: CommunityId) -> Community | None:
        """A community that is served here."""
        return await self.runner.read(lambda ctx: ctx.uow.communities.find(id))

    async def rules(self, id: CommunityId) -> Rules:
        """How people meet in a community: the operator's rules, with what its stewards decided."""
        community = await self.community(id)
        return rules_of(community, self.runner.rules) if community else self.runner.rules

    async def charter(self, id: CommunityId) -> Charter | None:
        """The charter in force in a community, for whoever is about to join it; None without one."""

        async def look(ctx: Context) -> Charter | None:
            community = await ctx.uow.communities.find(id)
            return await ctx.uow.charters.find(id, community.charter) if community else None

        return await self.runner.read(look)

    async def found(self, id: CommunityId, name: str, language: str, zone: str) -> None:
        """Serve a community from now on, or again: at its installation, and at each start."""
        await self.runner.run(lambda ctx: found(id, name, language, zone, ctx))
        self.changed()

    async def close(self, id: CommunityId) -> None:
        """A community has let us go: nothing is sent there until it is founded again."""
        await self.runner.run(lambda ctx: close(id, ctx))

    async def me(self, member: MemberId) -> Me:
        """What this member sees of themselves. Raises: Refusal for somebody who is not here."""
        return await self.runner.read(lambda ctx: me(member, ctx))

    async def may_be_joined(self, member: MemberId, other: MemberId) -> bool:
        """Whether two who were introduced can still be put in one place when one of them asks."""
        return await self.runner.read(lambda ctx: may_be_joined(member, other, ctx))

    async def names(self, members: Sequence[MemberId]) -> Mapping[MemberId, str]:
        """What members are called, those who are here."""
        return await self.runner.read(lambda ctx: names(members, ctx)) if members else {}

    async def notice(self, member: MemberId, id: NoticeId) -> Notice:
        """One of this member's notices, a draft included. Raises: Refusal for one that is not theirs."""
        return await self.runner.read(lambda ctx: my_notice(member, id, ctx))

    async def preview_edit(self, command: commands.EditNotice) -> tuple[Notice, tuple[str, ...]]:
        """What a notice would become, and the kinds of contacts that it would leave out. Raises: Refusal."""
        return await self.runner.read(lambda ctx: preview_edit(command, ctx))

    async def tell(self, member: MemberId, messages: Sequence[Message], *, key: str) -> None:
        """Put something into the outbox that a member asked their edge for; the same key once more does nothing."""

        async def step(ctx: Context) -> None:
            for number, message in enumerate(messages):
                await tell(ctx, member, message, key=f"{key}:{number}")

        await self.runner.run(step)
        self.changed()

    async def export(self, member: MemberId) -> dict[str, Any]:
        """Everything that we hold about a member and that they may see (I9), as plain JSON."""
        return await self.runner.read(lambda ctx: export(member, ctx))


async def _done(command: Command, ctx: Context) -> Reply | None:
    """What became of a command, unless something must be accepted first."""
    return await to_accept_first(command, ctx) or await USE_CASES[type(command)](command, ctx)


def _refused(refusal: Refusal) -> Refused:
    return Refused(f"refusal.{refusal.code}", refusal.fields)
