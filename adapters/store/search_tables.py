"""What PostgreSQL searches: of each open notice the hashes of its terms, of each term how many notices hold it.

Hashes are keyed with a secret of the community (`search_keys.py`): without the key they say that two notices of one
community share a word, and how common it is there, never which. SQLite has no such tables: its index is in memory.
"""

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Index, Integer, MetaData, String, Table
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.store.tables import METADATA, NOTICES
from adapters.store.types import Choice, Sealed
from bot.domain.notices import Kind

SEARCH = MetaData(naming_convention=METADATA.naming_convention)
#: A GIN index that is searched at once, not after a list of what is new.
_AT_ONCE = {"fastupdate": "off"}


def _of_notice() -> "Column[str]":
    return Column("notice", String(200), ForeignKey(NOTICES.c.id, ondelete="CASCADE"), primary_key=True)


NOTICE_TERMS = Table(
    "notice_terms",
    SEARCH,
    _of_notice(),
    Column("community", String(200), nullable=False),
    Column("person", String(200), nullable=False),
    Column("kind", Choice(Kind), nullable=False),
    #: Which engine read it, under which key; another number is read again.
    Column("engine", BigInteger, nullable=False),
    #: Keyed hash of what was read: as long as it is the same, the row stays as it is.
    Column("mark", BigInteger, nullable=False),
    #: Hashes of the reading's terms, in its order, then of its topics, then of what all notices of a community hold.
    Column("terms", ARRAY(BigInteger), nullable=False),
    #: The weights of the terms together.
    Column("weight", Double, nullable=False),
    Index("ix_notice_terms_terms", "terms", postgresql_using="gin", postgresql_with=_AT_ONCE),
    Index("ix_notice_terms_engine", "engine"),
)
#: Beside, so that more rows of hashes lie on a page: what is drawn is opened, what is looked at is not.
READINGS = Table(
    "readings",
    SEARCH,
    _of_notice(),
    #: What the engine read, so that a search need not read the words again.
    Column("sealed", Sealed(), nullable=False),
)
TERMS = Table(
    "terms",
    SEARCH,
    Column("term", BigInteger, primary_key=True, autoincrement=False),
    #: How many open notices hold it.
    Column("holders", Integer, nullable=False),
    #: Hashes of what slips of the pen can leave of it; empty for a short word.
    Column("slips", ARRAY(BigInteger), nullable=False),
    Index("ix_terms_slips", "slips", postgresql_using="gin", postgresql_with=_AT_ONCE),
)
