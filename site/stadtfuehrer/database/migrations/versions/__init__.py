"""The schema, one step after another; run by Alembic."""
