"""Anonymous counters of the quiz, and which forms were counted already."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("quiz_version", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("option", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "quiz_version", "what", "question", "option", "day", name="pk_tally"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "counted_forms",
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name="pk_counted_forms"),
    )
