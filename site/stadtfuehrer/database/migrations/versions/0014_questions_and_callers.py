"""Who calls whom, and the answers to the questions that a kind of consultation asks of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("bookings", sa.Column("own_answers", sa.JSON(), nullable=True))
    # Rows that are older: whoever gave a number was to be called.
    op.add_column(
        "bookings",
        sa.Column(
            "caller", sa.String(length=20), nullable=False, server_default=sa.text("'consultant'")
        ),
    )
