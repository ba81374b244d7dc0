"""When the consultant's calendars block times, and how reading them went."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "calendar_sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.Column("whole_at", sa.DateTime(timezone=True)),
        sa.Column("listed_at", sa.DateTime(timezone=True)),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_sources"),
        sa.UniqueConstraint("key", name="uq_calendar_sources_key"),
    )
    op.create_table(
        "calendar_entries",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("href", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("busy", sa.JSON(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "href", name="pk_calendar_entries"),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["calendar_sources.id"],
            name="fk_calendar_entries_source_id_calendar_sources",
        ),
    )
    op.create_table(
        "calendar_busy",
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("start_at", "source_id", name="pk_calendar_busy"),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["calendar_sources.id"],
            name="fk_calendar_busy_source_id_calendar_sources",
        ),
    )
