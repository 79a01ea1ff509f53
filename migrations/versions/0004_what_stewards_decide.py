"""What stewards decide: a charter, a pause, how people meet. And which message a notice was made from."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "charters",
        sa.Column("community", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community", "number", name=op.f("pk_charters")),
    )
    op.add_column("communities", sa.Column("closed_at", MOMENT, nullable=True))
    op.add_column("communities", sa.Column("paused_at", MOMENT, nullable=True))
    op.add_column("communities", sa.Column("charter", sa.Integer(), server_default="0", nullable=False))
    op.add_column("communities", sa.Column("wave_size", sa.Integer(), nullable=True))
    op.add_column("communities", sa.Column("card_days", sa.Integer(), nullable=True))
    op.add_column("communities", sa.Column("nudges", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("members", sa.Column("charter", sa.Integer(), server_default="0", nullable=False))
    op.add_column("notices", sa.Column("replaces", sa.String(length=200), nullable=True))
    op.add_column("notices", sa.Column("mark", sa.String(length=64), nullable=True))
    op.create_index("ix_notices_mark", "notices", ["mark"], unique=False)
    op.add_column("reports", sa.Column("closed_at", MOMENT, nullable=True))
    op.create_index("ix_reports_community", "reports", ["community"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_reports_community", table_name="reports")
    op.drop_column("reports", "closed_at")
    op.drop_index("ix_notices_mark", table_name="notices")
    for table, columns in (
        ("notices", ("mark", "replaces")),
        ("members", ("charter",)),
        ("communities", ("nudges", "card_days", "wave_size", "charter", "paused_at", "closed_at")),
    ):
        for column in columns:
            op.drop_column(table, column)
    op.drop_table("charters")
