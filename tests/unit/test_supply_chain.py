"""What an audit's report means for a build, and what the bill of materials names."""

import importlib.util
import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

_ROOT = Path(__file__).parents[2]
_TODAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", _ROOT / ".ci" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["audit"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_every_package_that_runs_has_been_looked_at_for_what_it_could_call() -> None:
    page = (_ROOT / "docs" / "security.md").read_text(encoding="utf-8").casefold()
    table = page.partition("## who could call out")[2]
    columns = [line.split("|")[1] for line in table.splitlines() if line.startswith("| ")]
    told = {name.partition("(")[0].strip().replace(".", "-") for each in columns for name in each.split(",")}
    locked = (_ROOT / "requirements-scale.txt").read_text(encoding="utf-8")  # what the image is made of
    names = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]+\])?==", locked, flags=re.MULTILINE)
    assert len(names) > 50
    assert sorted(set(names) - told) == []


_CLEAN = {"name": "aiogram", "version": "3.31.0", "vulns": []}
_SKIPPED = {"name": "av", "skip_reason": "Dependency not found on PyPI and could not be audited: av (17.1.0)"}
_HARMED = {
    "name": "fluff",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1", "GHSA-aaaa"], "fix_versions": ["1.1"]}],
}


def test_a_known_advisory_fails_and_names_package_and_remedy(audit: ModuleType) -> None:
    found = audit.verdict({"dependencies": [_CLEAN, _HARMED]}, ())
    assert found.fails
    assert "ADVISORY: PYSEC-2026-1 in fluff 1.0; mended in: 1.1" in found.lines


@pytest.mark.parametrize("listed", ["PYSEC-2026-1", "CVE-2026-1", "GHSA-aaaa"])
def test_an_advisory_that_is_listed_by_any_of_its_names_passes_and_is_still_shown(
    audit: ModuleType, listed: str
) -> None:
    found = audit.verdict({"dependencies": [_HARMED]}, (listed,))
    assert not found.fails
    assert any(line.startswith("accepted: PYSEC-2026-1") for line in found.lines)


def test_a_listed_advisory_excuses_no_other(audit: ModuleType) -> None:
    assert audit.verdict({"dependencies": [_HARMED]}, ("PYSEC-2026-2",)).fails


@pytest.mark.parametrize(
    "report", ["the service is out of reach", {"dependencies": []}, {"dependencies": [_SKIPPED, _SKIPPED]}]
)
def test_when_nothing_could_be_asked_it_says_so_loudly_and_does_not_fail(
    audit: ModuleType, report: dict[str, object] | str
) -> None:
    found = audit.verdict(report, ())
    assert not found.fails
    assert any(line.startswith("NOTHING WAS AUDITED: ") for line in found.lines)


def test_an_advisory_fails_also_beside_packages_that_could_not_be_audited(audit: ModuleType) -> None:
    found = audit.verdict({"dependencies": [_SKIPPED, _HARMED]}, ())
    assert found.fails
    assert "1 NOT AUDITED: av" in found.lines


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('id = "X-1"\nreason = "harmless"\nuntil = 2026-05-31', "ended on 2026-05-31"),
        ('id = "X-1"\nreason = "harmless"', "needs `until`"),
        ('id = "X-1"\nreason = "harmless"\nuntil = "2026-12-31"', "needs `until`"),
        ('id = "X-1"\nuntil = 2026-12-31', "needs an id and a reason"),
        ('reason = "harmless"\nuntil = 2026-12-31', "needs an id and a reason"),
        ("id = nonsense", "is not TOML"),
    ],
)
def test_an_exception_without_a_reason_or_past_its_date_excuses_nothing(
    audit: ModuleType, entry: str, problem: str
) -> None:
    ids, problems = audit.accepted(f"[[exception]]\n{entry}", _TODAY)
    assert ids == frozenset()
    assert [problem in each for each in problems] == [True]


def test_an_exception_holds_to_the_end_of_its_last_day(audit: ModuleType) -> None:
    text = f'[[exception]]\nid = "X-1"\nreason = "harmless"\nuntil = {_TODAY}'
    assert audit.accepted(text, _TODAY) == (frozenset({"X-1"}), ())


def test_the_list_of_exceptions_of_this_project_holds(audit: ModuleType) -> None:
    text = (_ROOT / ".ci" / "audit-exceptions.toml").read_text(encoding="utf-8")
    # Whether an entry has ended is for the audit to say, on the day: a test must not begin to fail by itself.
    _, problems = audit.accepted(text, date(2000, 1, 1))
    assert problems == ()


def test_the_build_is_audited() -> None:
    assert "make audit\n" in (_ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.process
def test_the_bill_of_materials_names_every_locked_package_with_its_hashes_and_is_reproducible(
    tmp_path: Path,
) -> None:
    made = [_sbom(tmp_path / name) for name in ("first.json", "second.json")]
    assert made[0] == made[1]
    lock = (_ROOT / "requirements.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    locked = {
        (found[1].lower(), found[2]): set(re.findall(r"--hash=sha256:([0-9a-f]{64})", line))
        for line in lock.splitlines()
        if (found := re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;]+)", line))
    }
    listed = {
        (part["name"].lower(), part["version"]): {
            digest["content"]
            for reference in part.get("externalReferences", [])
            for digest in reference.get("hashes", [])
        }
        | {digest["content"] for digest in part.get("hashes", [])}
        for part in json.loads(made[0])["components"]
    }
    assert locked
    assert {name for name in locked if name not in listed} == set()
    assert {name for name, hashes in locked.items() if not hashes <= listed[name]} == set()


def _sbom(file: Path) -> str:
    """What `make sbom` writes."""
    target = (_ROOT / "Makefile").read_text(encoding="utf-8").partition("\nsbom:")[2]
    command = next(line for line in target.splitlines() if "cyclonedx-py" in line).split()[1:]
    command[command.index("-o") + 1] = str(file)
    subprocess.run(
        [sys.executable, "-m", "cyclonedx_py", *command], cwd=_ROOT, check=True, capture_output=True
    )
    return file.read_text(encoding="utf-8")
