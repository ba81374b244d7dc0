"""Letters know with which settings they were composed, bookings who organises their UID."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_EMPTY = sa.text("''")


def upgrade() -> None:
    for table, column, kind in (
        ("letters", "composed_with", sa.String(length=64)),
        ("bookings", "organizer", sa.Text()),
    ):
        op.add_column(table, sa.Column(column, kind, nullable=False, server_default=_EMPTY))
    op.execute(
        "UPDATE bookings SET organizer = COALESCE((SELECT sender FROM letters"
        " WHERE booking_id = bookings.id AND method = 'REQUEST' AND sent_at IS NOT NULL"
        " ORDER BY id LIMIT 1), '')"
    )
    # One letter told a second time to another address of the consultant would be one too many.
    op.execute(
        "DELETE FROM letters WHERE booking_id IS NOT NULL AND id NOT IN (SELECT MIN(id)"
        " FROM letters WHERE booking_id IS NOT NULL GROUP BY booking_id, kind, sequence)"
    )
    with op.batch_alter_table("letters") as letters:
        letters.drop_constraint("uq_letters_booking_id_kind_sequence_recipient", type_="unique")
        letters.create_unique_constraint(
            "uq_letters_booking_id_kind_sequence", ["booking_id", "kind", "sequence"]
        )
