"""The schema's migrations, run by Alembic from files inside the package; and backups put back."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from stadtfuehrer.database import Database, NotSqliteError
from stadtfuehrer.database.base import advisory_lock

_UPGRADE_SECONDS = 60

MIGRATIONS = Path(__file__).with_name("migrations")


def upgrade(database: Database) -> None:
    """Bring the schema to the newest revision; a new database gets every table.

    One transaction: a migration that fails leaves the schema as it was.
    """
    if database.file is not None:
        # Readable by the owner only; what SQLite makes beside it follows suit.
        database.file.touch(mode=0o600)
    with database.begin(patience=_UPGRADE_SECONDS) as session:
        # Several machines that start at once bring one PostgreSQL database up to date in turn.
        advisory_lock(session, "schema")
        config = _config()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "head")


def is_current(database: Database) -> bool:
    """Whether the database has the schema that this code expects."""
    with database.read() as session:
        context = MigrationContext.configure(session.connection())
        return context.get_current_heads() == tuple(
            ScriptDirectory.from_config(_config()).get_heads()
        )


class NotOurs(Exception):  # noqa: N818 - it names what happened
    """A file is no database of this program, or damaged, or of a newer version."""


def restore(database: Database, backup: Path, *, kept: Path) -> None:
    """Put an SQLite backup in the database's place, and bring its schema up to date.

    Only what stands in that one file counts, whatever logs lie beside it or beside the database.

    Raises NotOurs, NotSqliteError, InUse, DatabaseUnavailable, OSError.
    """
    if database.file is None:
        raise NotSqliteError
    draft = database.file.with_name(f".{database.file.name}.draft")
    try:
        draft.touch(mode=0o600)
        shutil.copyfile(backup, draft)
        _check_ours(draft)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        database.replace_file(draft, kept=kept)
    finally:
        draft.unlink(missing_ok=True)
    upgrade(database)


def _check_ours(file: Path) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    try:
        with closing(sqlite3.connect(file)) as connection:
            # Nothing is made beside it, and no reader of a log is waited for.
            connection.execute("PRAGMA journal_mode=DELETE")
            sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            revisions = {row[0] for row in connection.execute("SELECT * FROM alembic_version")}
            connection.execute("SELECT count(*) FROM bookings")
    except sqlite3.Error as error:
        raise NotOurs(str(error)) from error
    if not sound:
        raise NotOurs("integrity_check")
    if not revisions or not revisions <= known:
        raise NotOurs(", ".join(revisions))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
