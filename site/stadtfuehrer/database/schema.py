"""The schema's migrations, run by Alembic from files inside the package."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from stadtfuehrer.database import Database
from stadtfuehrer.database.base import advisory_lock

MIGRATIONS = Path(__file__).with_name("migrations")


def upgrade(database: Database) -> None:
    """Bring the schema to the newest revision; a new database gets every table.

    One transaction: a migration that fails leaves the schema as it was.
    """
    with database.begin() as session:
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


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
