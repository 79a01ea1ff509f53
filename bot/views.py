"""What a member may see of themselves, the same on every platform: pages, home tabs and private summaries."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import MemberId, TieId
from bot.domain.members import Community, Member, Person
from bot.domain.notices import Notice


@dataclass(frozen=True)
class TieView:
    """One of my ties."""

    id: TieId
    #: Who is across; None when they have left.
    name: str | None
    since: datetime
    topics: tuple[str, ...]
    #: What I noted to myself.
    note: str
    alive: bool
    #: By which an edge finds what it told of them; None as for the name. Nobody is shown it.
    other: MemberId | None = None


@dataclass(frozen=True)
class Me:
    """Everything about one member that this member sees: notices, ties, settings."""

    member: Member
    person: Person
    community: Community
    #: Drafts left out; open ones first, then the newest.
    notices: tuple[Notice, ...]
    ties: tuple[TieView, ...]
