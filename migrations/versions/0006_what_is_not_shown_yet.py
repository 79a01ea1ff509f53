"""Which messages were changed and may not be shown so yet."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CHANGED = sa.text("unshown > 0")


def upgrade() -> None:
    op.add_column("sendings", sa.Column("unshown", sa.Integer(), server_default="0", nullable=False))
    op.create_index(
        "ix_sendings_unshown", "sendings", ["begun_at"], unique=False, postgresql_where=CHANGED, sqlite_where=CHANGED
    )


def downgrade() -> None:
    op.drop_index("ix_sendings_unshown", table_name="sendings")
    op.drop_column("sendings", "unshown")
