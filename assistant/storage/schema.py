"""Brings a database to the tables of this version."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run every migration to `revision` that the database has not seen yet, in the caller's transaction.

    The steps travel in the package, so an installed wheel has them. Nothing is logged or printed beyond what
    the caller has set up. Raises what Alembic and SQLAlchemy raise; see `transaction.translated`.
    """
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def revisions() -> tuple[str, ...]:
    """Every schema that this version can bring up to date, the first one first."""
    return tuple(step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions())[::-1]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "assistant.storage:migrations")
    return config
