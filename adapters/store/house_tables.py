"""The tables of the house, a chat service of our own."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text, text

from adapters.store.tables import METADATA, SERIAL
from adapters.store.types import Moment, Sealed

ROOMS = Table(
    "rooms",
    METADATA,
    Column("number", SERIAL, primary_key=True),
    Column("id", String(400), nullable=False, unique=True),
    sqlite_autoincrement=True,  # a number never comes back
)
ROOM_MEMBERS = Table(
    "room_members",
    METADATA,
    Column("room", String(400), ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True),
    Column("member", String(200), primary_key=True),
    Index("ix_room_members_member", "member"),
)
POSTS = Table(
    "posts",
    METADATA,
    Column("seq", SERIAL, primary_key=True),
    Column("room", String(400), nullable=False),
    Column("public", Boolean, nullable=False),
    Column("at", Moment(), nullable=False),
    Column("author", String(200)),
    Column("reader", String(200)),
    #: Keyed hash of room, author, reader and key.
    Column("mark", String(64), nullable=False, unique=True),
    Column("sealed", Sealed(), nullable=False),
    Index("ix_posts_room_seq", "room", "seq"),
    Index("ix_posts_author", "author"),
    Index("ix_posts_reader", "reader"),
    Index("ix_posts_public", "seq", postgresql_where=text("public"), sqlite_where=text("public")),
    sqlite_autoincrement=True,  # a number never comes back
)


def _part_of_posts(name: str, column: "Column[str]") -> Table:
    return Table(
        name,
        METADATA,
        Column("post", SERIAL, ForeignKey("posts.seq", ondelete="CASCADE"), primary_key=True),
        column,
        Index(f"ix_{name}_{column.name}", column.name),
    )


POST_ABOUT = _part_of_posts("post_about", Column("member", String(200), primary_key=True))
POST_TOKENS = _part_of_posts("post_tokens", Column("hash", String(64), primary_key=True))
SESSIONS = Table(
    "sessions",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("whose", String(200), nullable=False, index=True),
    Column("expires_at", Moment(), nullable=False),
)
INVITATIONS = Table(
    "invitations",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("whose", String(200), nullable=False),
    Column("expires_at", Moment(), nullable=False),
)
WAYS_BACK = Table(
    "ways_back",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("whose", String(200), nullable=False, index=True),
    Column("expires_at", Moment(), nullable=False),
)
HOUSE_SETTINGS = Table(
    "house_settings",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
