"""Where chat services reach people."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "places",
        sa.Column("member", sa.String(length=200), nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("member", name=op.f("pk_places")),
    )
    op.create_index(op.f("ix_places_account"), "places", ["account"])


def downgrade() -> None:
    op.drop_table("places")
