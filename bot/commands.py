"""What can be asked of us: frozen, imperative, made by an edge from what its platform sent.

Every command names the member who asks. Commands are kept in the inbox as JSON until they are done, so their fields
are plain values.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, time
from typing import Any, Final, TypeAlias

from bot.domain.ids import CommunityId, MemberId


@dataclass(frozen=True)
class Join:
    """Enter a community: the consent to be spoken to. Joining again after leaving is allowed."""

    member: MemberId
    community: CommunityId
    name: str
    language: str
    zone: str
    circles: tuple[str, ...] = ()
    speaks: tuple[str, ...] = ()
    #: Number of the charter that was shown and accepted on the way in; 0 for none.
    charter: int = 0
    #: In which of our languages the platform itself speaks to this account; empty where it does not say.
    spoken: str = ""


@dataclass(frozen=True)
class Leave:
    """Leave a community. Nobody is told."""

    member: MemberId


@dataclass(frozen=True)
class Rename:
    """The platform calls this account something else now, or speaks another language to it."""

    member: MemberId
    name: str
    #: One of ours; empty where it does not say.
    spoken: str = ""


@dataclass(frozen=True)
class Say:
    """Anything typed to the bot in private, commands with a slash included ("/need …", "bonjour").

    `source` is the platform's own name for the message, where it can be changed or deleted later.
    """

    member: MemberId
    text: str
    source: str = ""


@dataclass(frozen=True)
class Hear:
    """A sentence posted in a channel; only looked at where stewards switched listening on. `source` as for `Say`."""

    member: MemberId
    channel: str
    text: str
    source: str = ""


@dataclass(frozen=True)
class Reword:
    """I changed a message of mine. `channel` is where it stands; empty for one to the bot in private."""

    member: MemberId
    source: str
    text: str
    channel: str = ""


@dataclass(frozen=True)
class Unsay:
    """I deleted a message of mine."""

    member: MemberId
    source: str


@dataclass(frozen=True)
class DraftNotice:
    """Prepare a need or an offer; the reply is the preview that its author approves."""

    member: MemberId
    kind: str
    text: str
    place: str = ""
    reach: str = "community"
    standing: bool = False
    #: None lets the bot suggest them.
    topics: tuple[str, ...] | None = None
    #: None lets the bot detect it.
    language: str | None = None
    #: The platform's own name for the message that it is made from.
    source: str = ""


@dataclass(frozen=True)
class EditNotice:
    """Rewrite one of my notices. It is approved by this very act; the edge shows a preview before."""

    member: MemberId
    notice: str
    text: str
    place: str = ""
    reach: str = "community"
    standing: bool = False
    topics: tuple[str, ...] | None = None
    language: str | None = None


@dataclass(frozen=True)
class ChangeNotice:
    """Change one of my notices: `to` is post, discard, pause, resume, withdraw, met or renew."""

    member: MemberId
    notice: str
    to: str


@dataclass(frozen=True)
class Press:
    """A button: the random token of its message, and the choice."""

    member: MemberId
    token: str
    choice: str


@dataclass(frozen=True)
class ChangeSettings:
    """How I wish to be spoken to. None leaves a setting as it is."""

    member: MemberId
    language: str | None = None
    zone: str | None = None
    speaks: tuple[str, ...] | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    delivery: str | None = None
    monthly_budget: int | None = None
    #: Which of my circles may be named to whoever I am introduced to.
    shown_circles: tuple[str, ...] | None = None
    #: The same as `Pause` until then, all or nothing with the rest.
    pause_until: date | None = None


@dataclass(frozen=True)
class Pause:
    """Send me nothing unasked until that morning; None for no end ("stop everything")."""

    member: MemberId
    until: date | None


@dataclass(frozen=True)
class Resume:
    """Speak to me again."""

    member: MemberId


@dataclass(frozen=True)
class AcceptCharter:
    """Agree to the charter of that number, which I was shown."""

    member: MemberId
    number: int


@dataclass(frozen=True)
class EndTie:
    """End a tie, for both, silently."""

    member: MemberId
    tie: str


@dataclass(frozen=True)
class NoteTie:
    """Keep a private note to myself about a tie; an empty text removes it."""

    member: MemberId
    tie: str
    text: str


@dataclass(frozen=True)
class Block:
    """Never again with this person: ends the tie, and no route ever joins the two again."""

    member: MemberId
    tie: str


@dataclass(frozen=True)
class Report:
    """Say that something went wrong with somebody I was introduced to; blocks them as well.

    `share` says whether stewards may read `text`; they learn that there is a report either way.
    """

    member: MemberId
    tie: str
    text: str
    share: bool = False


@dataclass(frozen=True)
class Erase:
    """Forget me: rows, texts, index, messages."""

    member: MemberId


# --- what stewards ask: `admin` says that the platform calls this account one who runs the community, now -------------


@dataclass(frozen=True)
class SetListening:
    """Listen in a channel, or no more."""

    member: MemberId
    admin: bool
    channel: str
    on: bool


@dataclass(frozen=True)
class PauseCommunity:
    """Give everybody a rest, or end it."""

    member: MemberId
    admin: bool
    on: bool


@dataclass(frozen=True)
class SetCharter:
    """Put a charter in force; each member sees what changed before they next ask for something."""

    member: MemberId
    admin: bool
    text: str


@dataclass(frozen=True)
class SetMeeting:
    """How people meet here: helpers asked at a time, days to answer a card, nudges. None leaves it as it is."""

    member: MemberId
    admin: bool
    helpers: int | None = None
    days: int | None = None
    nudges: bool | None = None


@dataclass(frozen=True)
class ReadReports:
    """What was reported and nobody has closed yet."""

    member: MemberId
    admin: bool


@dataclass(frozen=True)
class CloseReport:
    """A report has been looked after."""

    member: MemberId
    admin: bool
    report: str


Command: TypeAlias = (
    Join
    | Leave
    | Rename
    | Say
    | Hear
    | Reword
    | Unsay
    | DraftNotice
    | EditNotice
    | ChangeNotice
    | Press
    | ChangeSettings
    | Pause
    | Resume
    | AcceptCharter
    | EndTie
    | NoteTie
    | Block
    | Report
    | Erase
    | SetListening
    | PauseCommunity
    | SetCharter
    | SetMeeting
    | ReadReports
    | CloseReport
)

_ALL: Final[Mapping[str, type[Command]]] = {
    kind.__name__: kind
    for kind in (
        Join, Leave, Rename, Say, Hear, Reword, Unsay, DraftNotice, EditNotice, ChangeNotice, Press,
        ChangeSettings, Pause, Resume, AcceptCharter, EndTie, NoteTie, Block, Report, Erase,
        SetListening, PauseCommunity, SetCharter, SetMeeting, ReadReports, CloseReport,
    )
}  # fmt: skip


def to_json(command: Command) -> dict[str, Any]:
    """As plain JSON, for the inbox."""
    fields = {
        name: {"time": value.isoformat()} if isinstance(value, time)
        else {"date": value.isoformat()} if isinstance(value, date)
        else value
        for name, value in asdict(command).items()
    }  # fmt: skip
    return {"command": type(command).__name__, "fields": fields}


def from_json(packed: Mapping[str, Any]) -> Command:
    """The inverse of `to_json`."""
    return _ALL[packed["command"]](**{name: _unpack(value) for name, value in packed["fields"].items()})


def _unpack(value: Any) -> Any:
    match value:
        case {"time": str(moment)}:
            return time.fromisoformat(moment)
        case {"date": str(day)}:
            return date.fromisoformat(day)
        case list():
            return tuple(value)
        case _:
            return value
