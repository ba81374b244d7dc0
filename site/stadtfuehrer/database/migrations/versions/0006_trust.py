"""Held and requested bookings, what their form said; events in sliding windows; mailboxes."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("bookings", sa.Column("content", sa.LargeBinary(length=32)))
    op.add_column("bookings", sa.Column("confirmation_hash", sa.LargeBinary(length=32)))
    op.add_column("bookings", sa.Column("confirmed_at", sa.DateTime(timezone=True)))
    op.create_index("ix_bookings_confirmation_hash", "bookings", ["confirmation_hash"], unique=True)
    op.create_index("ix_bookings_status_booked", "bookings", ["status", "booked_at"])
    op.add_column("letters", sa.Column("mailbox", sa.LargeBinary(length=32)))
    op.add_column("letters", sa.Column("domain", sa.LargeBinary(length=32)))
    op.create_index("ix_letters_mailbox", "letters", ["mailbox", "sent_at"])
    op.create_index("ix_letters_domain", "letters", ["domain", "sent_at"])
    op.drop_table("posts")
    op.create_table(
        "rate_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rate_events"),
    )
    op.create_index("ix_rate_events_subject_what_at", "rate_events", ["subject", "what", "at"])
