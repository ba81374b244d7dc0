"""What the form said that a booking was made with, so that another content is told apart."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("bookings", sa.Column("content", sa.LargeBinary(length=32)))
