"""Where our apps were installed, and who set out to install one."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "installations",
        sa.Column("community", sa.String(length=200), nullable=False),
        sa.Column("installed_at", MOMENT, nullable=False),
        sa.Column("turn", sa.String(length=16), nullable=True),
        sa.Column("turn_until", MOMENT, nullable=True),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community", name=op.f("pk_installations")),
    )
    op.create_table(
        "installation_states",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_installation_states")),
    )


def downgrade() -> None:
    op.drop_table("installation_states")
    op.drop_table("installations")
