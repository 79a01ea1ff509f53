"""The tables of where our apps were installed."""

from sqlalchemy import Column, String, Table

from adapters.store.tables import METADATA
from adapters.store.types import Moment, Sealed

INSTALLATIONS = Table(
    "installations",
    METADATA,
    Column("community", String(200), primary_key=True),
    Column("installed_at", Moment(), nullable=False),
    #: Who renews the token, and until when nobody else may.
    Column("turn", String(16)),
    Column("turn_until", Moment()),
    #: Tokens, names and ids.
    Column("sealed", Sealed(), nullable=False),
)
#: What somebody was given to come back with.
INSTALLATION_STATES = Table(
    "installation_states",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("expires_at", Moment(), nullable=False),
)
