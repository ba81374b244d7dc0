"""Which bookings the consultant entered by hand, and to which nobody came."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column(
        "bookings", sa.Column("by_hand", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("bookings", sa.Column("missed_at", sa.DateTime(timezone=True)))
