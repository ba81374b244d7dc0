"""What is asked and said here, and answered; who may be asked again; how satisfied guests were."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "voices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("choice", sa.String(length=20), nullable=False),
        sa.Column("said_at", instant, nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("consent_version", sa.String(length=20), nullable=False),
        sa.Column("consent_wording", sa.Text(), nullable=False),
        sa.Column("consent_at", instant),
        sa.Column("with_name", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", instant),
        sa.Column("helped", sa.Boolean()),
        sa.Column("published_at", instant),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("heard_at", instant),
        sa.Column("closed_at", instant),
        sa.Column("changed_at", instant),
        sa.PrimaryKeyConstraint("id", name="pk_voices"),
        sa.UniqueConstraint("uid", name="uq_voices_uid"),
        # A number that was published must never stand for another one's words.
        sqlite_autoincrement=True,
    )
    op.create_index("ix_voices_published", "voices", ["kind", "published_at"])
    op.create_index("ix_voices_about", "voices", ["about", "kind", "published_at"])
    for column in ("heard_at", "answered_at", "said_at", "mailbox"):
        op.create_index(f"ix_voices_{column}", "voices", [column])
    op.create_table(
        "check_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("consent_version", sa.String(length=20), nullable=False),
        sa.Column("consent_wording", sa.Text(), nullable=False),
        sa.Column("consent_at", instant, nullable=False),
        sa.Column("asked_at", instant),
        sa.Column("answered_at", instant),
        sa.PrimaryKeyConstraint("id", name="pk_check_ins"),
        sa.UniqueConstraint("uid", name="uq_check_ins_uid"),
        sa.UniqueConstraint("mailbox", name="uq_check_ins_mailbox"),
    )
    op.create_table(
        "satisfied",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("choice", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "choice", name="pk_satisfied"),
    )
    # They were among the quiz's counters, with which they have nothing to do.
    op.execute(
        "INSERT INTO satisfied (day, choice, number) "
        "SELECT day, option, number FROM tally WHERE what = 'satisfied'"
    )
    op.execute("DELETE FROM tally WHERE what = 'satisfied'")
