"""The files around the code: containers, lock files, documents."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

_ROOT = Path(__file__).parents[2]


def listed_by_git(*asked: str) -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--exclude-standard", *asked],  # noqa: S607 - git is wherever PATH says
        cwd=_ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("this is not a git checkout, so there is no list of the project's files")
    return [name for name in listed.stdout.decode().split("\0") if name]


def tracked_files() -> list[Path]:
    """Every file that git tracks, or would track."""
    return [path for name in listed_by_git("--cached", "--others") if (path := _ROOT / name).is_file()]


@pytest.mark.process
def test_nothing_that_belongs_to_the_program_is_hidden_by_an_ignore_rule() -> None:
    """A folder named like one that is ignored would work here and be missing in every clone."""
    hidden = listed_by_git("--others", "--ignored", "assistant", "handlers", "content", "docs", "tests")
    assert [name for name in hidden if "__pycache__" not in name] == []


@pytest.mark.process
def test_no_file_names_a_package_registry() -> None:
    registry = re.compile(rb"(pypi|files\.pythonhosted|registry\.npmjs|deb\.debian)\.(org|com)")
    naming = [str(path.relative_to(_ROOT)) for path in tracked_files() if registry.search(path.read_bytes())]
    assert naming == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-scale.txt"])
def test_every_locked_package_is_pinned_and_hashed(name: str) -> None:
    text = (_ROOT / name).read_text(encoding="utf-8")
    requirements = text.replace("\\\n", " ").splitlines()
    assert requirements
    for requirement in requirements:
        assert re.match(r"[a-z0-9.-]+(\[[a-z]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", requirement), (
            requirement
        )


def test_what_runs_is_locked_alike_in_all_lock_files() -> None:
    def pins(name: str) -> set[str]:
        text = (_ROOT / name).read_text(encoding="utf-8")
        return set(re.findall(r"^([a-z0-9.-]+(?:\[[a-z]+\])?==\S+)", text, flags=re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-scale.txt") <= pins("requirements-dev.txt")


def test_every_dependency_is_in_the_lock_file() -> None:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = (_ROOT / "requirements.txt").read_text(encoding="utf-8")
    for dependency in project["dependencies"]:
        name = re.split(r"[\[><=]", dependency)[0].lower().replace(".", "-")
        assert re.search(rf"^{re.escape(name)}(\[\w+\])?==", locked, flags=re.MULTILINE), dependency


def test_the_container_service_is_shut_in() -> None:
    service = yaml.safe_load((_ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"][
        "assistant"
    ]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["healthcheck"]["test"] == ["CMD", "assistant", "health"]
    assert "ports" not in service, "polling needs none, and metrics have no password"
    assert "network_mode" not in service
    assert any(volume.endswith(":/data") for volume in service["volumes"])


def test_the_image_is_built_in_stages_and_runs_as_nobody_special() -> None:
    lines = (_ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("FROM ") for line in lines) == 2
    last_stage = lines[max(number for number, line in enumerate(lines) if line.startswith("FROM ")) :]
    assert "USER assistant" in last_stage
    assert any("--require-hashes" in line for line in lines)
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    assert all((_ROOT / name).exists() for names in copied for name in names)


def test_every_make_target_that_a_document_names_exists() -> None:
    targets = set(
        re.findall(r"^([a-z]+):", (_ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    assert {"setup", "run", "test", "quick", "lint", "bench", "lock"} <= targets
    for document in (_ROOT / "README.md", _ROOT / "CONTRIBUTING.md", *(_ROOT / "docs").glob("*.md")):
        # Typed as a command, in quotes or on a line of its own; "make sure" in a sentence is none.
        named = set(re.findall(r"(?:`|^)make ([a-z]+)", document.read_text(encoding="utf-8"), re.MULTILINE))
        assert named <= targets, document.name
        assert named or document.parent.name == "docs", f"{document.name} says how to start"
