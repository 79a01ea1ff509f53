"""Hashed terms of open notices, where PostgreSQL searches. SQLite stays as it is."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

HASHES = sa.ARRAY(sa.BigInteger())


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.create_table(
        "notice_terms",
        sa.Column("notice", sa.String(length=200), nullable=False),
        sa.Column("community", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("engine", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.Column("terms", HASHES, nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["notice"], ["notices.id"], name=op.f("fk_notice_terms_notice"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("notice", name=op.f("pk_notice_terms")),
    )
    op.create_index(
        "ix_notice_terms_terms",
        "notice_terms",
        ["terms"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index("ix_notice_terms_engine", "notice_terms", ["engine"], unique=False)
    op.create_table(
        "readings",
        sa.Column("notice", sa.String(length=200), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["notice"], ["notices.id"], name=op.f("fk_readings_notice"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("notice", name=op.f("pk_readings")),
    )
    op.create_table(
        "terms",
        sa.Column("term", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("holders", sa.Integer(), nullable=False),
        sa.Column("slips", HASHES, nullable=False),
        sa.PrimaryKeyConstraint("term", name=op.f("pk_terms")),
    )
    op.create_index(
        "ix_terms_slips",
        "terms",
        ["slips"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_table("terms")
        op.drop_table("readings")
        op.drop_table("notice_terms")
