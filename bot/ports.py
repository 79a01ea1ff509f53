"""The whole outside, as the application sees it. Everything behind these is an adapter, and can be exchanged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from bot.domain.charters import Charter
from bot.domain.ids import CommunityId, IntroductionId, MemberId, NoticeId, NudgeId, PersonId, ReportId, TieId
from bot.domain.introductions import Introduction
from bot.domain.members import Community, Member, Person
from bot.domain.notices import Kind, Notice
from bot.domain.reports import Report
from bot.domain.ties import Nudge, Tie
from bot.domain.tokens import Purpose, Token
from bot.messages import Message
from matching.constraints import Constraints
from matching.model import Candidate

K = TypeVar("K", contravariant=True)
T = TypeVar("T")


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """Aware, in UTC."""
        ...


class Random(Protocol):
    """Where what nobody may guess comes from, and what must differ each time."""

    def token(self) -> str:
        """A fresh token of 128 random bits, 22 characters of URL-safe base64."""
        ...

    def id(self) -> str:
        """A fresh identifier; sorts about by time, says nothing."""
        ...

    def seed(self) -> int:
        """A fresh seed for a pure decision."""
        ...


# --- sending ---------------------------------------------------------------------------------------------------------


class Act(StrEnum):
    """What an outbox row asks of a platform: the three verbs of ChatPlatform."""

    TELL = "tell"
    BRING_TOGETHER = "bring_together"
    FORGET = "forget"


class Priority(IntEnum):
    """Who goes first when much is due: smaller first."""

    FORGET = 0
    OPENING = 1
    REPLY = 2
    CARD = 3
    REMINDER = 4
    FOLLOW_UP = 5
    NOTICE = 6
    NUDGE = 7


class ChatPlatform(Protocol):
    """One chat service. Implementations translate; they never decide.

    `key` names the sending: the same key twice must show one message. All raise Unreachable (give up) and TryLater.
    """

    async def tell(
        self,
        member: MemberId,
        message: Message,
        *,
        key: str,
        about: Sequence[MemberId] = (),
        priority: Priority = Priority.REPLY,
    ) -> None:
        """Deliver privately.

        `about` says whose words or names are in it, for a service that keeps what it showed; `priority` who goes first,
        for one that lets only so many through.
        """
        ...

    async def bring_together(self, openings: Mapping[MemberId, Message], *, key: str) -> None:
        """Open one conversation of these members, give each their opening in the same moment, and step aside."""
        ...

    async def forget(self, member: MemberId, *, key: str) -> None:
        """Remove what the service lets us remove of one who asked to be forgotten: their messages, names and words."""
        ...


@dataclass(frozen=True)
class Parcel:
    """Something to be sent, committed with the change that causes it. A repeated key does nothing."""

    #: Names what it announces, e.g. "<introduction id>:card:a".
    key: str
    act: Act
    #: One message per receiver; a FORGET carries None.
    to: Mapping[MemberId, Message | None]
    due_at: datetime
    priority: Priority
    #: Counts against the receiver's budget and waits for their hours (I8).
    unasked: bool = False
    #: Whose words or names are in it, besides the receiver's (I9).
    about: tuple[MemberId, ...] = ()
    #: Not worth sending after this.
    not_after: datetime | None = None


@dataclass(frozen=True)
class Leased:
    """A parcel that this process alone may send until its lease ends."""

    id: str
    parcel: Parcel
    #: Fencing token: only its holder can settle the row.
    lease: str
    attempts: int
    #: When it was first claimed; from then on its payload is frozen.
    claimed_at: datetime


class Fate(StrEnum):
    """What became of a parcel."""

    SENT = "sent"
    UNREACHABLE = "unreachable"
    DEAD = "dead"  #: failed too often
    DROPPED = "dropped"  #: too late, or its receiver is gone


class Outbox(Protocol):
    """What waits to be said, in the unit of work that it belongs to."""

    async def put(self, parcel: Parcel) -> None:
        """Queue it; nothing happens when its key was ever used."""
        ...

    async def cancel(self, key: str) -> bool:
        """Take back what has not been claimed yet, as if it had never been put. Returns: whether it was there."""
        ...

    async def drop(self, key: str) -> bool:
        """Say it no more: what waits under this key is settled as dropped, whether it was claimed before or not.

        Returns: whether it waited.
        """
        ...

    async def forget(self, member: MemberId) -> None:
        """Drop what waits to be sent to this member or speaks of them (I9), a FORGET excepted."""
        ...

    async def count_unasked(self, person: PersonId, since: datetime) -> int:
        """How many unasked messages left or will leave to all accounts of a person, by due date, since then (I8).

        What has the priority REMINDER goes with its card, which counted for both: were it counted, what somebody may
        still be asked would tell what they answered (I2).
        """
        ...

    async def count_nudges(self, person: PersonId, since: datetime) -> int:
        """The same, nudges alone."""
        ...


class Carrier(Protocol):
    """The sending side of the outbox; each call is a transaction of its own, and every replica may call."""

    async def claim(self, now: datetime, *, limit: int, lease: timedelta) -> Sequence[Leased]:
        """Take what is due, most urgent first; nobody else gets it until the lease ends."""
        ...

    async def settle(self, parcels: Sequence[Leased], fate: Fate, now: datetime) -> None:
        """Write what became of them and clear their payloads. Leaves alone any whose lease was lost."""
        ...

    async def postpone(self, leased: Leased, until: datetime, *, failed: bool, error: str = "") -> None:
        """Try again then. `failed` counts an attempt; waiting for somebody's hours does not."""
        ...

    async def next_due(self) -> datetime | None:
        """When the next pending row is due."""
        ...

    async def bundle(self, parcels: Sequence[Leased], digest: Parcel, now: datetime) -> None:
        """Replace several claimed parcels by one digest, in one transaction."""
        ...


# --- keeping ---------------------------------------------------------------------------------------------------------


class Repository(Protocol[K, T]):
    """Where one kind of thing is kept. Things are frozen and carry a `version`."""

    async def find(self, id: K) -> T | None:
        """The thing, or None."""
        ...

    async def get(self, id: K) -> T:
        """The thing. Raises: Refusal("gone") when there is none."""
        ...

    async def add(self, thing: T) -> None:
        """Keep a new thing, with `version` 0."""
        ...

    async def save(self, thing: T) -> T:
        """Write a change. Returns it with its new version. Raises: Stale when `version` is not the stored one."""
        ...


class Communities(Repository[CommunityId, Community], Protocol):
    """The communities served here."""

    async def all(self) -> Sequence[Community]:
        """Every one, by id."""
        ...


class Persons(Repository[PersonId, Person], Protocol):
    """Who is behind the accounts."""

    async def among(self, ids: Sequence[PersonId]) -> Mapping[PersonId, Person]:
        """Those of these persons who exist, in one question."""
        ...

    async def remove(self, id: PersonId) -> None:
        """Forget a person (I9)."""
        ...


class Members(Repository[MemberId, Member], Protocol):
    """The accounts."""

    async def among(self, ids: Sequence[MemberId]) -> Mapping[MemberId, Member]:
        """Those of these members who exist, in one question."""
        ...

    async def in_community(self, community: CommunityId) -> Sequence[Member]:
        """All accounts of a community, by id, those who left included."""
        ...

    async def accounts(self, person: PersonId) -> Sequence[MemberId]:
        """All accounts of one person, by id."""
        ...

    async def remove(self, id: MemberId) -> None:
        """Forget an account (I9)."""
        ...


class Notices(Repository[NoticeId, Notice], Protocol):
    """Needs and offers. Adding, saving and removing write the change feed that indexes follow."""

    async def among(self, ids: Sequence[NoticeId]) -> Mapping[NoticeId, Notice]:
        """Those of these notices that exist, in one question."""
        ...

    async def of_member(self, member: MemberId) -> Sequence[Notice]:
        """One member's, newest first, drafts included."""
        ...

    async def made_from(self, member: MemberId, source: str) -> Sequence[Notice]:
        """This member's notices that were made from one message of theirs, by id, drafts included."""
        ...

    async def makers(self, community: CommunityId, source: str) -> Sequence[MemberId]:
        """Members there who have notices that were made from that message, in very few questions, by id."""
        ...

    async def due(self, now: datetime, limit: int) -> Sequence[NoticeId]:
        """Those whose `due_at` has come, oldest first."""
        ...

    async def remove(self, id: NoticeId) -> None:
        """Forget a notice."""
        ...

    async def forget(self, member: MemberId) -> None:
        """Forget all of one member's (I9), those that cannot be read any more, too."""
        ...


class Introductions(Repository[IntroductionId, Introduction], Protocol):
    """Introductions with their two sides. `get` locks the row for the rest of a writing unit of work."""

    async def of_member(self, member: MemberId) -> Sequence[Introduction]:
        """All of one member's, newest first."""
        ...

    async def of_notice(self, notice: NoticeId) -> Sequence[Introduction]:
        """All in which this notice is one of the two, newest first."""
        ...

    async def of_person(self, person: PersonId) -> Sequence[Introduction]:
        """All of one person's, whatever the account, newest first."""
        ...

    async def open_asks(self, persons: Sequence[PersonId]) -> Mapping[PersonId, int]:
        """How many cards are open for each of these persons, in one question; those with none may be left out.

        An answer changes nothing, only the deadline does (R2).
        """
        ...

    async def due(self, now: datetime, limit: int) -> Sequence[IntroductionId]:
        """Those whose `due_at` has come, oldest first."""
        ...


class Ties(Repository[TieId, Tie], Protocol):
    """Ties, and the private notes that people keep about theirs."""

    async def of_member(self, member: MemberId) -> Sequence[Tie]:
        """All of one member's, newest first."""
        ...

    async def of_introduction(self, introduction: IntroductionId) -> Tie | None:
        """The tie that an introduction left."""
        ...

    async def partners(self, members: Sequence[MemberId]) -> Mapping[MemberId, frozenset[MemberId]]:
        """With whom each of these has a tie that is alive; whoever has none is left out."""
        ...

    async def note(self, tie: TieId, member: MemberId) -> str:
        """What this member noted to themselves; empty when nothing."""
        ...

    async def write_note(self, tie: TieId, member: MemberId, text: str) -> None:
        """Replace it; an empty text removes it."""
        ...

    async def remove(self, id: TieId) -> None:
        """Forget a tie that nobody knows of."""
        ...


class Nudges(Repository[NudgeId, Nudge], Protocol):
    """Planned and past nudges."""

    async def of_tie(self, tie: TieId) -> Sequence[Nudge]:
        """All of one tie, newest first."""
        ...

    async def due(self, now: datetime, limit: int) -> Sequence[NudgeId]:
        """Those whose `due_at` has come, oldest first."""
        ...


class Blocks(Protocol):
    """Who must never meet whom. Kept by account as keyed hashes, so that they outlive leaving and erasure."""

    async def add(self, blocker: MemberId, blocked: MemberId, at: datetime) -> None:
        """Block; once more does nothing."""
        ...

    async def remove(self, blocker: MemberId, blocked: MemberId) -> None:
        """Take back one's own block."""
        ...

    async def between(self, members: Sequence[MemberId], others: Sequence[MemberId]) -> frozenset[MemberId]:
        """Those of `others` who block, or are blocked by, one of `members`."""
        ...


class Tokens(Protocol):
    """What the buttons of past messages stand for."""

    async def find(self, token_hash: str) -> Token | None:
        """What a press means, or None."""
        ...

    async def add(self, token: Token) -> None:
        """Remember a message's token."""
        ...

    async def about(self, member: MemberId, purpose: Purpose, subject: str) -> Sequence[str]:
        """Hashes of this member's tokens of one purpose for one thing, such as the cards of one introduction."""
        ...

    async def forget(self, member: MemberId) -> None:
        """Remove all of a member's tokens."""
        ...

    async def prune(self, before: datetime) -> None:
        """Remove those that expired before then."""
        ...


class Reports(Repository[ReportId, Report], Protocol):
    """What members reported."""

    async def by_member(self, member: MemberId) -> Sequence[Report]:
        """One member's own reports, newest first."""
        ...

    async def open_in(self, community: CommunityId) -> Sequence[Report]:
        """Those of a community that no steward has closed yet, oldest first."""
        ...


class Charters(Protocol):
    """What communities agreed on, each version for ever."""

    async def find(self, community: CommunityId, number: int) -> Charter | None:
        """The charter of that number, or None."""
        ...

    async def add(self, charter: Charter) -> None:
        """Keep a new version. Raises: Stale when its number is taken."""
        ...


@dataclass(frozen=True)
class Arrival:
    """Something that arrived, perhaps not for the first time."""

    id: str
    #: Whether it was done before.
    done: bool
    #: What was replied then; None when nothing was, or when it is no longer kept.
    reply: Mapping[str, Any] | None = None


class Inbox(Protocol):
    """What arrived, each thing once."""

    async def receive(self, source: str, external_id: str, payload: Mapping[str, Any], now: datetime) -> Arrival:
        """Note an arrival. The same once more changes nothing."""
        ...

    async def finish(self, id: str, now: datetime, reply: Mapping[str, Any] | None = None) -> bool:
        """Mark as done, in the transaction of its effect; the reply takes the place of the payload.

        Returns: False if it already was.
        """
        ...

    async def replied(self, source: str, external_id: str) -> Mapping[str, Any] | None:
        """What was replied to an arrival that is done; None when nothing was, or when it is no longer kept."""
        ...

    async def done(self, source: str, external_id: str, now: datetime, reply: Mapping[str, Any] | None = None) -> bool:
        """`receive` and `finish` in one, after the effect. Returns: False if it was done before: undo the effect."""
        ...

    async def forget_replies(self) -> None:
        """Keep no reply any more: one of them may speak of somebody who asked to be forgotten (I9)."""
        ...

    async def unfinished(self, before: datetime, limit: int) -> Sequence[tuple[str, Mapping[str, Any]]]:
        """Arrivals from before then that were not done: a process died in the middle."""
        ...

    async def prune(self, before: datetime) -> None:
        """Remove those done before then."""
        ...


class UnitOfWork(Protocol):
    """One transaction: all of it or nothing. Leaving without `commit` undoes everything."""

    communities: Communities
    persons: Persons
    members: Members
    notices: Notices
    introductions: Introductions
    ties: Ties
    nudges: Nudges
    blocks: Blocks
    tokens: Tokens
    reports: Reports
    charters: Charters
    inbox: Inbox
    outbox: Outbox

    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    async def commit(self) -> None:
        """Make it true. Raises: Stale when the database saw a conflict."""
        ...


class Store(Protocol):
    """Where everything is kept."""

    carrier: Carrier

    def unit_of_work(self, *, flushed: bool = True) -> UnitOfWork:
        """A transaction that may write.

        Not `flushed`, it need not wait for the disk and reaches it with the next one that does: for what would be done
        again, were it lost with the machine, and names nobody to anybody.
        """
        ...

    def reading(self) -> UnitOfWork:
        """A transaction that only reads; it never waits for writers. Committing it is an error."""
        ...

    async def changes(self, after: int, limit: int) -> Sequence[tuple[int, NoticeId]]:
        """The change feed after that number: (number, notice), in order, gapless once committed."""
        ...

    async def next_due(self) -> datetime | None:
        """When something must next be looked at or sent; None when nothing ever will by itself."""
        ...

    async def open_notices(self) -> tuple[int, Sequence[Notice]]:
        """Every open notice, and the number of the last change that this picture holds."""
        ...


class Candidates(Protocol):
    """Who could meet whom: the engine, wherever its index lives."""

    async def search(
        self, notice: Notice, kinds: Sequence[Kind], *, limit: int, constraints: Constraints | None = None
    ) -> Sequence[Candidate]:
        """The best open notices of these kinds for `notice`, in its community, not its person's own, best first.

        Threshold and knee are applied: an empty answer means that nobody fits. Whom `constraints` rule out takes
        nobody's place; what else may keep two people apart is `may_meet`'s affair. `notice` need not be stored.
        """
        ...
