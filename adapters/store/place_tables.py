"""The table of where chat services reach people."""

from sqlalchemy import Column, String, Table

from adapters.store.tables import METADATA
from adapters.store.types import Sealed

PLACES = Table(
    "places",
    METADATA,
    Column("member", String(200), primary_key=True),
    Column("account", String(200), nullable=False, index=True),
    #: Conversation, channel and thread, and since when they cannot be used.
    Column("sealed", Sealed(), nullable=False),
)
