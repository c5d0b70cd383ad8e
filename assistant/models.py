"""The models that come with the program, held against the digests of those it was built and measured with.

The digests stand in `models.sha256`, as `sha256sum` writes them, with paths from the folder that the packages
are installed in: `sha256sum --check` run there reads the same file. A damaged or exchanged model does not
fail: it mishears, or answers wrong. So it is not loaded. A model that the operator brings is not held against
anything.
"""

import hashlib
import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from assistant.errors import SettingsError

DIGESTS: Final = Path(__file__).with_name("models.sha256")


@cache
def require_as_shipped(package: str, root: Path | None = None) -> Path:
    """The folder of `package`, every listed file of which is as it was shipped. Reads all of them, once in a
    process. Blocks.

    `root` is where packages are installed, by default wherever this one is. Raises SettingsError naming the
    file that is missing or differs.
    """
    folder = _folder_of(package) if root is None else root / package
    for digest, name in _listed(package):
        if _digest_of(folder / name) != digest:
            raise SettingsError(
                f"The file {package}/{name} of a model that comes with the program is missing, damaged or "
                "exchanged. Install the program again: `pip install --force-reinstall --require-hashes "
                "-r requirements.txt`."
            )
    return folder


def _listed(package: str) -> Iterator[tuple[str, str]]:
    """Digest and path within the package, for each of its files. KeyError for a package that has none."""
    found = False
    for line in DIGESTS.read_text(encoding="ascii").splitlines():
        digest, _, path = line.partition("  ")
        owner, _, name = path.partition("/")
        if owner == package:
            found = True
            yield digest, name
    if not found:
        raise KeyError(package)


def _folder_of(package: str) -> Path:
    """Found without importing the package, which may be slow."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(f"package {package} is not installed", name=package)
    return Path(found.origin).parent


def _digest_of(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
