"""The wheel is the whole product: content, migrations and the page travel in it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

_ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run("-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(_ROOT), cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    _run(
        *("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"),
        *("--no-compile", "--target", str(target), str(wheel)),
        cwd=target,
    )
    return target


def test_every_file_of_the_content_the_migrations_and_the_page_is_in_it(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        f"assistant/_content/{path.relative_to(_ROOT / 'content').as_posix()}"
        for path in (_ROOT / "content").rglob("*")
        if path.is_file()
    }
    for folder in ("assistant/storage/migrations", "assistant/preview/static", "assistant/editing/static"):
        files = [path for path in (_ROOT / folder).rglob("*") if path.is_file() and path.suffix != ".pyc"]
        assert files != []
        expected |= {path.relative_to(_ROOT).as_posix() for path in files}
    assert expected - packed == set()


def test_nothing_but_the_product_is_in_it(wheel: Path) -> None:
    packed = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in packed}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"assistant", "handlers"}
    assert [name for name in packed if name.endswith((".pyc", ".env", ".db"))] == []


def test_it_works_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = _run("-c", "import assistant; print(assistant.__file__)", cwd=tmp_path, path=installed)
    assert Path(where.strip()).is_relative_to(installed)
    checked = _run("-m", "assistant", "check", cwd=tmp_path, path=installed)
    assert "23 answers, no problems." in checked


def test_its_database_is_migrated_from_its_own_files(installed: Path, tmp_path: Path) -> None:
    code = (
        "import asyncio\n"
        "from assistant.queue.table import queue_in\n"
        "from assistant.storage.store import Store\n"
        "async def main():\n"
        "    store = await Store.open('sqlite+aiosqlite:///kept.db')\n"
        "    async with store.read() as unit:\n"
        "        print(await queue_in(unit).depth())\n"
        "    await store.close()\n"
        "asyncio.run(main())\n"
    )
    assert _run("-c", code, cwd=tmp_path, path=installed).strip() == "0"


def _run(*words: str, cwd: Path, path: Path | None = None) -> str:
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
