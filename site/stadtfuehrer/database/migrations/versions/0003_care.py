"""Consent to be asked, the consultant's own link, until when a letter is of use, who holds it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("bookings", sa.Column("consultant_hash", sa.LargeBinary(length=32)))
    for name, kind in (("consent_version", sa.String(length=20)), ("consent_wording", sa.Text())):
        op.add_column(
            "bookings", sa.Column(name, kind, nullable=False, server_default=sa.text("''"))
        )
    op.add_column("bookings", sa.Column("consent_at", sa.DateTime(timezone=True)))
    op.create_index("ix_bookings_consultant_hash", "bookings", ["consultant_hash"], unique=True)
    op.add_column("letters", sa.Column("use_until", sa.DateTime(timezone=True)))
    op.add_column(
        "letters",
        sa.Column("held_by", sa.String(length=64), nullable=False, server_default=sa.text("''")),
    )
