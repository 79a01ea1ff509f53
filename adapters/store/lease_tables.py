"""The tables of what one process alone may do at a time, and of what may be done only so often."""

from sqlalchemy import Column, String, Table

from adapters.store.tables import METADATA
from adapters.store.types import Moment

LEASES = Table(
    "leases",
    METADATA,
    Column("name", String(100), primary_key=True),
    #: A process, by a name that it gave itself when it started.
    Column("holder", String(64), nullable=False),
    Column("until", Moment(), nullable=False),
)
RATIONS = Table(
    "rations",
    METADATA,
    Column("name", String(100), primary_key=True),
    #: Until when what was done is paid for; None before it was ever done.
    Column("paid_until", Moment()),
    Column("last", Moment()),
)
