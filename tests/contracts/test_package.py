"""What a clone has, and what an installation has, is all that the program reads."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

if not (ROOT / ".git").exists():
    pytest.skip("git knows nothing of this copy", allow_module_level=True)


def test_nothing_that_belongs_to_the_program_is_hidden_by_an_ignore_rule() -> None:
    """A folder named like one that is ignored would work here and be missing in every clone."""
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--ignored", "--exclude-standard", "assistant", "handlers", "content", "docs"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()

    assert [path for path in listed if "__pycache__" not in path] == []
