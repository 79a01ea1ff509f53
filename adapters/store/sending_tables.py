"""The tables of what was handed to chat services that are not ours."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, text

from adapters.store.tables import METADATA
from adapters.store.types import Moment, Sealed

_CHANGED: Final = "unshown > 0"

SENDINGS = Table(
    "sendings",
    METADATA,
    #: Keyed hash of the key of the parcel.
    Column("mark", String(32), primary_key=True),
    Column("begun_at", Moment(), nullable=False),
    #: Messages, place and ref.
    Column("sealed", Sealed(), nullable=False),
    #: Changes that nobody has confirmed to be shown yet.
    Column("unshown", Integer, nullable=False, server_default="0"),
    Index("ix_sendings_unshown", "begun_at", postgresql_where=text(_CHANGED), sqlite_where=text(_CHANGED)),
)


def _part_of_sendings(name: str, column: "Column[str]") -> Table:
    return Table(
        name,
        METADATA,
        Column("sending", String(32), ForeignKey("sendings.mark", ondelete="CASCADE"), primary_key=True),
        column,
        Index(f"ix_{name}_{column.name}", column.name),
    )


SENDING_READERS = _part_of_sendings("sending_readers", Column("member", String(200), primary_key=True))
SENDING_ABOUT = _part_of_sendings("sending_about", Column("member", String(200), primary_key=True))
SENDING_TOKENS = _part_of_sendings("sending_tokens", Column("hash", String(64), primary_key=True))
