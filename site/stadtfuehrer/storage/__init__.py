"""Rows and statements: what is kept, on SQLite and on PostgreSQL alike. Nothing here commits."""
