"""The tables. A column is named as the field that it holds; the private fields of a row share its `sealed` envelope.

Only parts refer to their whole by foreign key. Things do not refer to each other, so that they can come and go in any
order, exactly as in memory.
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    text,
    true,
)

from adapters.store.types import Choice, Moment, Sealed, Words
from bot.domain.introductions import Answer, Outcome, Relation, State, Why
from bot.domain.members import Delivery, Membership
from bot.domain.notices import Kind, NoticeState, Reach
from bot.domain.ties import NudgeState, TieState
from bot.domain.tokens import Purpose
from bot.ports import Act

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
#: Numbers that the database gives out.
SERIAL = BigInteger().with_variant(Integer(), "sqlite")


class Waiting(StrEnum):
    """The states of an outbox row that are not a Fate."""

    PENDING = "pending"
    BUNDLED = "bundled"


def _id(name: str = "id", *more: Any, **options: Any) -> "Column[Any]":
    return Column(name, String(200), *more, primary_key=True, **options)


def _key(name: str, *more: Any, null: bool = False, **options: Any) -> "Column[Any]":
    return Column(name, String(200), *more, nullable=null, **options)


def _due() -> "Column[Any]":
    return Column("due_at", Moment())


def _is_due() -> Any:
    return text("due_at IS NOT NULL")


def _sealed(*, null: bool = False) -> "Column[Any]":
    return Column("sealed", Sealed(), nullable=null)


def _version() -> "Column[Any]":
    return Column("version", Integer, nullable=False)


def _at(name: str, *, null: bool = False) -> "Column[Any]":
    return Column(name, Moment(), nullable=null)


def _one_of(name: str, choices: type[StrEnum], *, null: bool = False) -> "Column[Any]":
    return Column(name, Choice(choices), nullable=null)


def _due_index(table: str) -> Index:
    return Index(f"ix_{table}_due", "due_at", "id", postgresql_where=_is_due(), sqlite_where=_is_due())


COMMUNITIES = Table(
    "communities",
    METADATA,
    _id(),
    Column("name", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("zone", String(64), nullable=False),
    _at("created_at"),
    Column("listening", Words(), nullable=False),
    Column("stewards", Words(), nullable=False),
    _at("closed_at", null=True),
    _at("paused_at", null=True),
    Column("charter", Integer, nullable=False, server_default="0"),
    Column("wave_size", Integer),
    Column("card_days", Integer),
    Column("nudges", Boolean, nullable=False, server_default=true()),
    _version(),
)
CHARTERS = Table(
    "charters",
    METADATA,
    _id("community"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _at("at"),
    _sealed(),
)
PERSONS = Table(
    "persons",
    METADATA,
    _id(),
    Column("language", String(8), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("speaks", Words(), nullable=False),
    Column("quiet_from", Time, nullable=False),
    Column("quiet_until", Time, nullable=False),
    _at("paused_until", null=True),
    _at("stopped_at", null=True),
    _one_of("delivery", Delivery),
    Column("monthly_budget", Integer, nullable=False),
    _version(),
)
MEMBERS = Table(
    "members",
    METADATA,
    _id(),
    _key("community", index=True),
    _key("person", index=True),
    _one_of("state", Membership),
    _at("joined_at"),
    Column("charter", Integer, nullable=False, server_default="0"),
    _sealed(),
    _version(),
)
NOTICES = Table(
    "notices",
    METADATA,
    _id(),
    _key("community"),
    _key("member", index=True),
    _key("person"),
    _one_of("kind", Kind),
    _one_of("state", NoticeState),
    Column("language", String(8), nullable=False),
    _at("created_at"),
    _at("since"),
    _one_of("reach", Reach),
    Column("standing", Boolean, nullable=False),
    _at("expires_at", null=True),
    _at("warned_at", null=True),
    Column("waves", Integer, nullable=False),
    _at("next_wave_at", null=True),
    _due(),
    _key("replaces", null=True),
    #: Keyed hash of the message that it was made from; which one it was is sealed.
    Column("mark", String(64), index=True),
    _sealed(),
    _version(),
    _due_index("notices"),
    Index("ix_notices_open", "id", postgresql_where=text("state = 'open'"), sqlite_where=text("state = 'open'")),
)
_BEING_ASKED = text("state IN ('asked', 'agreed')")
INTRODUCTIONS = Table(
    "introductions",
    METADATA,
    _id(),
    _key("community"),
    _one_of("state", State),
    _one_of("relation", Relation),
    Column("score", Double, nullable=False),
    _at("asked_at"),
    _at("expires_at"),
    _at("since"),
    _at("reminded_at", null=True),
    _due(),
    #: The two persons in alphabetical order, while both are there.
    _key("pair_low", null=True),
    _key("pair_high", null=True),
    _sealed(),
    _version(),
    CheckConstraint("pair_low < pair_high", name="pair_in_order"),
    Index(
        "uq_introductions_being_asked",
        "pair_low",
        "pair_high",
        unique=True,
        postgresql_where=_BEING_ASKED,
        sqlite_where=_BEING_ASKED,
    ),
    _due_index("introductions"),
)
SIDES = Table(
    "sides",
    METADATA,
    _id("introduction", ForeignKey("introductions.id", ondelete="CASCADE")),
    Column("key", String(1), primary_key=True),
    _key("member", null=True, index=True),
    _key("person", null=True, index=True),
    _key("notice", null=True, index=True),
    _one_of("answer", Answer, null=True),
    _at("answered_at", null=True),
    _one_of("refusal", Why, null=True),
    _one_of("outcome", Outcome, null=True),
    CheckConstraint("key IN ('a', 'b')", name="two_sides"),
)
TIES = Table(
    "ties",
    METADATA,
    _id(),
    _key("community"),
    _key("introduction", unique=True),
    _key("one", null=True, index=True),
    _key("other", null=True, index=True),
    Column("topics", Words(), nullable=False),
    _one_of("state", TieState),
    _at("since"),
    Column("step", Integer, nullable=False),
    _version(),
)
TIE_NOTES = Table("tie_notes", METADATA, _id("tie"), _id("member"), _sealed())
NUDGES = Table(
    "nudges",
    METADATA,
    _id(),
    _key("tie", index=True),
    _key("to"),
    _one_of("state", NudgeState),
    _due(),
    _version(),
    _due_index("nudges"),
)
BLOCKS = Table(
    "blocks",
    METADATA,
    #: Keyed hashes: a block outlives leaving and erasure, a name does not.
    Column("blocker", String(64), primary_key=True),
    Column("blocked", String(64), primary_key=True),
    _at("at"),
    Index("ix_blocks_blocked", "blocked"),
)
TOKENS = Table(
    "tokens",
    METADATA,
    Column("hash", String(64), primary_key=True),
    _key("member", index=True),
    _one_of("purpose", Purpose),
    _key("subject"),
    _at("expires_at"),
    Index("ix_tokens_expires_at", "expires_at"),
)
REPORTS = Table(
    "reports",
    METADATA,
    _id(),
    _key("community", index=True),
    _key("by", null=True, index=True),
    _key("tie"),
    Column("shared", Boolean, nullable=False),
    _at("at"),
    _at("closed_at", null=True),
    _sealed(),
    _version(),
)
INBOX = Table(
    "inbox",
    METADATA,
    Column("number", SERIAL, primary_key=True),
    Column("source", String(64), nullable=False),
    Column("external_id", String(255), nullable=False),
    _at("received_at"),
    _at("done_at", null=True),
    _sealed(null=True),
    UniqueConstraint("source", "external_id"),
    Index(
        "ix_inbox_unfinished",
        "received_at",
        postgresql_where=text("done_at IS NULL"),
        sqlite_where=text("done_at IS NULL"),
    ),
    sqlite_autoincrement=True,  # a number never comes back
)
_PENDING = text("state = 'pending'")
OUTBOX = Table(
    "outbox",
    METADATA,
    Column("number", SERIAL, primary_key=True),
    #: Keyed hash of the parcel's key, which can name people; the key itself is sealed.
    Column("mark", String(64), nullable=False, unique=True),
    _one_of("act", Act),
    Column("priority", SmallInteger, nullable=False),
    Column("due_at", Moment(), nullable=False),
    Column("unasked", Boolean, nullable=False),
    _at("not_after", null=True),
    Column("state", String(16), nullable=False),
    Column("lease", String(32)),
    _at("lease_until", null=True),
    _at("claimed_at", null=True),
    _at("settled_at", null=True),
    Column("attempts", Integer, nullable=False),
    Column("error", Sealed()),
    _sealed(null=True),
    Index("ix_outbox_pending", "due_at", postgresql_where=_PENDING, sqlite_where=_PENDING),
    sqlite_autoincrement=True,  # a number never comes back
)


def _part_of_outbox(name: str) -> Table:
    return Table(
        name,
        METADATA,
        Column("outbox", SERIAL, ForeignKey("outbox.number", ondelete="CASCADE"), primary_key=True),
        _id("member"),
        Index(f"ix_{name}_member", "member"),
    )


OUTBOX_RECEIVERS = _part_of_outbox("outbox_receivers")
OUTBOX_ABOUT = _part_of_outbox("outbox_about")
#: One row, whose number grows by what a transaction changes, in the order in which transactions end.
FEED = Table(
    "feed",
    METADATA,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
)
CHANGES = Table("changes", METADATA, Column("number", SERIAL, primary_key=True, autoincrement=False), _key("notice"))
#: What the store knows of itself.
FACTS = Table("facts", METADATA, Column("name", String(64), primary_key=True), Column("value", Text, nullable=False))
