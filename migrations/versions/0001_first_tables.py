"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = [
    "blocks",
    "changes",
    "communities",
    "facts",
    "feed",
    "house_settings",
    "inbox",
    "introductions",
    "invitations",
    "members",
    "notices",
    "nudges",
    "outbox",
    "persons",
    "posts",
    "reports",
    "rooms",
    "sessions",
    "tie_notes",
    "ties",
    "tokens",
    "ways_back",
    "outbox_about",
    "outbox_receivers",
    "post_about",
    "post_tokens",
    "room_members",
    "sides",
]


def upgrade() -> None:
    op.create_table(
        "blocks",
        sa.Column("blocker", sa.String(length=64), nullable=False),
        sa.Column("blocked", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("blocker", "blocked", name=op.f("pk_blocks")),
    )
    op.create_index("ix_blocks_blocked", "blocks", ["blocked"], unique=False)
    op.create_table(
        "changes",
        sa.Column("number", SERIAL, autoincrement=False, nullable=False),
        sa.Column("notice", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_changes")),
    )
    op.create_table(
        "communities",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("listening", sa.Text(), nullable=False),
        sa.Column("stewards", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communities")),
    )
    op.create_table(
        "facts",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
    )
    op.create_table(
        "feed",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
    )
    op.create_table(
        "house_settings",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_house_settings")),
    )
    op.create_table(
        "inbox",
        sa.Column("number", SERIAL, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_inbox")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_inbox_source_external_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_inbox_unfinished",
        "inbox",
        ["received_at"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
        sqlite_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "introductions",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("community", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("relation", sa.String(16), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("reminded_at", MOMENT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("pair_low", sa.String(length=200), nullable=True),
        sa.Column("pair_high", sa.String(length=200), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("pair_low < pair_high", name=op.f("ck_introductions_pair_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introductions")),
    )
    op.create_index(
        "ix_introductions_due",
        "introductions",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
        sqlite_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "uq_introductions_being_asked",
        "introductions",
        ["pair_low", "pair_high"],
        unique=True,
        postgresql_where=sa.text("state IN ('asked', 'agreed')"),
        sqlite_where=sa.text("state IN ('asked', 'agreed')"),
    )
    op.create_table(
        "invitations",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("whose", sa.String(length=200), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_invitations")),
    )
    op.create_table(
        "members",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("community", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("joined_at", MOMENT, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
    )
    op.create_index(op.f("ix_members_community"), "members", ["community"], unique=False)
    op.create_index(op.f("ix_members_person"), "members", ["person"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("community", sa.String(length=200), nullable=False),
        sa.Column("member", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("reach", sa.String(16), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("warned_at", MOMENT, nullable=True),
        sa.Column("waves", sa.Integer(), nullable=False),
        sa.Column("next_wave_at", MOMENT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(
        "ix_notices_due",
        "notices",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
        sqlite_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_notices_member"), "notices", ["member"], unique=False)
    op.create_index(
        "ix_notices_open",
        "notices",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "nudges",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("tie", sa.String(length=200), nullable=False),
        sa.Column("to", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudges")),
    )
    op.create_index(
        "ix_nudges_due",
        "nudges",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
        sqlite_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_nudges_tie"), "nudges", ["tie"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("number", SERIAL, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("unasked", sa.Boolean(), nullable=False),
        sa.Column("not_after", MOMENT, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_outbox")),
        sa.UniqueConstraint("mark", name=op.f("uq_outbox_mark")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_pending",
        "outbox",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
        sqlite_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "persons",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("speaks", sa.Text(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=False),
        sa.Column("quiet_until", sa.Time(), nullable=False),
        sa.Column("paused_until", MOMENT, nullable=True),
        sa.Column("stopped_at", MOMENT, nullable=True),
        sa.Column("delivery", sa.String(16), nullable=False),
        sa.Column("monthly_budget", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
    )
    op.create_table(
        "posts",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("room", sa.String(length=400), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("author", sa.String(length=200), nullable=True),
        sa.Column("reader", sa.String(length=200), nullable=True),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_posts")),
        sa.UniqueConstraint("mark", name=op.f("uq_posts_mark")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_posts_author", "posts", ["author"], unique=False)
    op.create_index(
        "ix_posts_public",
        "posts",
        ["seq"],
        unique=False,
        postgresql_where=sa.text("public"),
        sqlite_where=sa.text("public"),
    )
    op.create_index("ix_posts_reader", "posts", ["reader"], unique=False)
    op.create_index("ix_posts_room_seq", "posts", ["room", "seq"], unique=False)
    op.create_table(
        "reports",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("community", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=True),
        sa.Column("tie", sa.String(length=200), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    op.create_index(op.f("ix_reports_by"), "reports", ["by"], unique=False)
    op.create_table(
        "rooms",
        sa.Column("number", SERIAL, nullable=False),
        sa.Column("id", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_rooms")),
        sa.UniqueConstraint("id", name=op.f("uq_rooms_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sessions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("whose", sa.String(length=200), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_whose"), "sessions", ["whose"], unique=False)
    op.create_table(
        "tie_notes",
        sa.Column("tie", sa.String(length=200), nullable=False),
        sa.Column("member", sa.String(length=200), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tie", "member", name=op.f("pk_tie_notes")),
    )
    op.create_table(
        "ties",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("community", sa.String(length=200), nullable=False),
        sa.Column("introduction", sa.String(length=200), nullable=False),
        sa.Column("one", sa.String(length=200), nullable=True),
        sa.Column("other", sa.String(length=200), nullable=True),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ties")),
        sa.UniqueConstraint("introduction", name=op.f("uq_ties_introduction")),
    )
    op.create_index(op.f("ix_ties_one"), "ties", ["one"], unique=False)
    op.create_index(op.f("ix_ties_other"), "ties", ["other"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("member", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_tokens")),
    )
    op.create_index("ix_tokens_expires_at", "tokens", ["expires_at"], unique=False)
    op.create_index(op.f("ix_tokens_member"), "tokens", ["member"], unique=False)
    op.create_table(
        "ways_back",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("whose", sa.String(length=200), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_ways_back")),
    )
    op.create_index(op.f("ix_ways_back_whose"), "ways_back", ["whose"], unique=False)
    op.create_table(
        "outbox_about",
        sa.Column("outbox", SERIAL, nullable=False),
        sa.Column("member", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["outbox"], ["outbox.number"], name=op.f("fk_outbox_about_outbox"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("outbox", "member", name=op.f("pk_outbox_about")),
    )
    op.create_index("ix_outbox_about_member", "outbox_about", ["member"], unique=False)
    op.create_table(
        "outbox_receivers",
        sa.Column("outbox", SERIAL, nullable=False),
        sa.Column("member", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["outbox"], ["outbox.number"], name=op.f("fk_outbox_receivers_outbox"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("outbox", "member", name=op.f("pk_outbox_receivers")),
    )
    op.create_index("ix_outbox_receivers_member", "outbox_receivers", ["member"], unique=False)
    op.create_table(
        "post_about",
        sa.Column("post", SERIAL, nullable=False),
        sa.Column("member", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["post"], ["posts.seq"], name=op.f("fk_post_about_post"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post", "member", name=op.f("pk_post_about")),
    )
    op.create_index("ix_post_about_member", "post_about", ["member"], unique=False)
    op.create_table(
        "post_tokens",
        sa.Column("post", SERIAL, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["post"], ["posts.seq"], name=op.f("fk_post_tokens_post"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post", "hash", name=op.f("pk_post_tokens")),
    )
    op.create_index("ix_post_tokens_hash", "post_tokens", ["hash"], unique=False)
    op.create_table(
        "room_members",
        sa.Column("room", sa.String(length=400), nullable=False),
        sa.Column("member", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["room"], ["rooms.id"], name=op.f("fk_room_members_room"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("room", "member", name=op.f("pk_room_members")),
    )
    op.create_index("ix_room_members_member", "room_members", ["member"], unique=False)
    op.create_table(
        "sides",
        sa.Column("introduction", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=1), nullable=False),
        sa.Column("member", sa.String(length=200), nullable=True),
        sa.Column("person", sa.String(length=200), nullable=True),
        sa.Column("notice", sa.String(length=200), nullable=True),
        sa.Column("answer", sa.String(16), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("refusal", sa.String(16), nullable=True),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.CheckConstraint("key IN ('a', 'b')", name=op.f("ck_sides_two_sides")),
        sa.ForeignKeyConstraint(
            ["introduction"], ["introductions.id"], name=op.f("fk_sides_introduction"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("introduction", "key", name=op.f("pk_sides")),
    )
    op.create_index(op.f("ix_sides_member"), "sides", ["member"], unique=False)
    op.create_index(op.f("ix_sides_notice"), "sides", ["notice"], unique=False)
    op.create_index(op.f("ix_sides_person"), "sides", ["person"], unique=False)
    op.execute("INSERT INTO feed (id, number) VALUES (1, 0)")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
