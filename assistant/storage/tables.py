"""The tables. A change here needs a migration beside it: a test compares the two."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Sequence,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.types import TypeDecorator

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def as_number(moment: datetime) -> int:
    """A moment as it stands in the tables; ValueError when it does not say its time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def as_moment(number: int) -> datetime:
    """What `as_number` made a number of, in UTC."""
    return _EPOCH + timedelta(microseconds=number)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, kept as whole microseconds since 1970.

    SQLite has no time zones: a number cannot be read back in the wrong one, and it sorts.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """The moment as a number; ValueError when it does not say its time zone."""
        if value is None:
            return None
        return as_number(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """The number as a moment in UTC."""
        return None if value is None else as_moment(value)


metadata = MetaData(
    # Named constraints, so that a later migration can drop or change them.
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "ix": "%(table_name)s_by_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_once",
    }
)

# Telegram's ids fill up to 52 bits; SQLite's INTEGER holds 64, other databases need BigInteger for that.
_Id = BigInteger().with_variant(Integer, "sqlite")

people = Table(
    "people",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    # What the conversation wants to remember, as it gave it. NULL: nothing yet.
    Column("state", JSON(none_as_null=True)),
    # Has blocked the bot or left Telegram, so that nothing can be sent.
    Column("gone", Boolean, nullable=False, default=False),
)

bookmarks = Table(
    "bookmarks",
    metadata,
    Column("person", _Id, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("topic", String, primary_key=True),
    Column("entry", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("saved_at", Moment, nullable=False),
    # Set on the one bookmark that a person removed last, so that it can be put back in its old place.
    Column("removed_at", Moment),
    Index(None, "person", "saved_at"),
)

recordings = Table(
    "recordings",
    metadata,
    Column("key", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("file_id", String, nullable=False),
)

# What was asked, of people alone who agreed that it is kept; never in a backup.
questions = Table(
    "questions",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("person", _Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("words", Text, nullable=False),
    # Whether a recogniser wrote the words down: then they may not be what was said.
    Column("spoken", Boolean, nullable=False),
    Column("outcome", String(11), nullable=False),
    # The answer that was given, or the first of those offered, as topic/answer.
    Column("answer", String),
    Column("asked_at", Moment, nullable=False),
    Index(None, "person", "id"),
    Index(None, "asked_at"),
)

WAITING: Final = "waiting"
RUNNING: Final = "running"
DONE: Final = "done"
DEAD: Final = "dead"
"""The states of an update in the inbox."""

# On SQLite a partial index needs the same words in the query; there all rows are in it, with the state first.
_UNSETTLED: Final = text("state IN ('waiting', 'running')")

inbox = Table(
    "inbox",
    metadata,
    # Ours, in the order of arrival: Telegram's own ids start again at random after an idle week.
    Column("id", _Id, primary_key=True, autoincrement=True),
    # The bot that it is for: another token on the same database has numbers of its own. 0: not known.
    Column("source", BigInteger, nullable=False, default=0, server_default="0"),
    Column("update_id", BigInteger, nullable=False),
    # Whose turn it is: one update of a chat, and one of a person, runs at a time. NULL: nobody's, or settled.
    Column("chat", BigInteger),
    Column("person", BigInteger),
    Column("state", String(8), nullable=False),
    # Whether it has to be listened to, which takes far longer than reading: text gets workers of its own.
    Column("spoken", Boolean, nullable=False, default=False, server_default=false()),
    # Whether it has been put off, and its sender told so: what they type meanwhile does not wait behind it.
    Column("late", Boolean, nullable=False, default=False, server_default=false()),
    Column("body", Text),
    # What to send, written with all that the update changes: after a crash nothing is worked out twice.
    Column("answer", JSON(none_as_null=True)),
    # How often it was begun, and how often its handler failed. They differ when the process dies meanwhile.
    Column("starts", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("received_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("settled_at", Moment),
    # The machine that it runs on, by its number in the session that has it; NULL where there is one machine.
    Column("worker", BigInteger),
    # Covers all that the choice of the next update looks at.
    UniqueConstraint("source", "update_id"),
    Index(
        "inbox_by_turn",
        *("state", "source", "id", "due_at", "chat", "person", "spoken", "late"),
        postgresql_where=_UNSETTLED,
    ),
    Index(None, "chat", "state", "id", postgresql_where=_UNSETTLED),
    Index(None, "person", "state", "id", postgresql_where=_UNSETTLED),
    Index(None, "settled_at"),
    sqlite_autoincrement=True,
)

# Where several machines claim at once, the server sees to it that one update of a chat and of a person runs.
for _key in ("chat", "person"):
    Index(
        f"inbox_one_runs_of_{_key}",
        inbox.c[_key],
        unique=True,
        postgresql_where=text("state = 'running'"),
    ).ddl_if(dialect="postgresql")

# The numbers of machines. None is given twice: whoever held one and is gone is gone for good.
workers = Sequence("workers", metadata=metadata)

# How much of a limit is used up, of one person or (0) of the whole bot: when it is free again. Several
# machines share it; after a crash of their server it is empty, and everybody is forgiven.
pace = Table(
    "pace",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("person", _Id, primary_key=True, autoincrement=False),
    Column("free_at", Moment, nullable=False),
)

# Whom the backups are to forget, before anybody is told so, where they lie on another machine than the one
# that was asked. No backup is made while a row is here.
erasures = Table(
    "erasures",
    metadata,
    Column("person", _Id, primary_key=True, autoincrement=False),
    Column("questions_only", Boolean, nullable=False),
    Column("asked_at", Moment, nullable=False),
    # When they were erased from every copy; NULL: not yet.
    Column("erased_at", Moment),
)
