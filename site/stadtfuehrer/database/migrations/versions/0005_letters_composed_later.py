"""Letters are kept as what they say until they are composed; who holds one is told by its lease."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("letters", sa.Column("facts", sa.JSON()))
    op.drop_column("letters", "held_by")
