"""The words in which a visitor saw the questions and answers that they booked with."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("bookings", sa.Column("wording", sa.JSON(), nullable=True))
