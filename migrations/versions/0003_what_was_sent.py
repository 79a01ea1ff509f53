"""What was handed to chat services that are not ours."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PARTS = {"sending_readers": ("member", 200), "sending_about": ("member", 200), "sending_tokens": ("hash", 64)}


def upgrade() -> None:
    op.create_table(
        "sendings",
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_sendings")),
    )
    for name, (column, length) in PARTS.items():
        op.create_table(
            name,
            sa.Column("sending", sa.String(length=32), nullable=False),
            sa.Column(column, sa.String(length=length), nullable=False),
            sa.ForeignKeyConstraint(
                ["sending"], ["sendings.mark"], name=op.f(f"fk_{name}_sending"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("sending", column, name=op.f(f"pk_{name}")),
        )
        op.create_index(f"ix_{name}_{column}", name, [column], unique=False)


def downgrade() -> None:
    for name in PARTS:
        op.drop_table(name)
    op.drop_table("sendings")
