"""Asks pip-audit about locked requirements, and decides what its answer means for a build.

`python .ci/audit.py requirements.txt ...`. Exit code 1: an advisory that is not listed as an exception, or an
exception that is malformed or past its date. 0: nothing known, or nothing could be asked, and that is said.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

EXCEPTIONS = Path(__file__).with_name("audit-exceptions.toml")
_PATIENCE_S = 300


@dataclass(frozen=True)
class Verdict:
    """What to print, line by line, and whether the build fails."""

    lines: tuple[str, ...]
    fails: bool


def accepted(text: str, today: date) -> tuple[frozenset[str], tuple[str, ...]]:
    """The ids of the exceptions that hold today, and what is wrong with the others."""
    ids: set[str] = set()
    problems: list[str] = []
    try:
        listed = tomllib.loads(text).get("exception", [])
    except tomllib.TOMLDecodeError as error:
        return frozenset(), (f"The list of exceptions is not TOML: {error}.",)
    for number, entry in enumerate(listed, start=1):
        name, reason, until = (entry.get(key) for key in ("id", "reason", "until"))
        if not (isinstance(name, str) and name and isinstance(reason, str) and reason.strip()):
            problems.append(f"Exception {number} needs an id and a reason.")
        elif type(until) is not date:
            problems.append(f"Exception {name} needs `until`, a date such as 2026-12-31.")
        elif until < today:
            problems.append(f"Exception {name} ended on {until}: update the package, or decide anew.")
        else:
            ids.add(name)
    return frozenset(ids), tuple(problems)


def verdict(report: Mapping[str, Any] | str, exceptions: Iterable[str]) -> Verdict:
    """What a report of pip-audit means; a string says why there is none."""
    if isinstance(report, str):
        return Verdict((f"NOTHING WAS AUDITED: {report}",), False)
    known = set(exceptions)
    lines: list[str] = []
    fails = False
    packages = report.get("dependencies", [])
    skipped = [package for package in packages if "skip_reason" in package]
    for package in packages:
        for advisory in package.get("vulns", []):
            names = {advisory["id"], *advisory.get("aliases", [])}
            mended = ", ".join(advisory.get("fix_versions", [])) or "none yet"
            where = f"{advisory['id']} in {package['name']} {package.get('version', '')}; mended in: {mended}"
            if names & known:
                lines.append(f"accepted: {where}")
            else:
                fails = True
                lines.append(f"ADVISORY: {where}")
    audited = len(packages) - len(skipped)
    if not audited:
        why = skipped[0]["skip_reason"] if skipped else "the report names no package"
        lines.append(f"NOTHING WAS AUDITED: {why}")
    elif skipped:
        lines.append(f"{len(skipped)} NOT AUDITED: {', '.join(package['name'] for package in skipped)}")
    lines.append(f"{audited} of {len(packages)} packages audited.")
    return Verdict(tuple(lines), fails)


def reported(requirements: str) -> Mapping[str, Any] | str:
    """What pip-audit says about that file, or why it says nothing that can be read."""
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "-r",
        requirements,
        "--no-deps",
        "--disable-pip",
        "-f",
        "json",
    ]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, and the files of the Makefile
            command, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired:
        return f"pip-audit gave no answer in {_PATIENCE_S} seconds"
    try:
        report = json.loads(done.stdout)
    except ValueError:
        report = None
    if isinstance(report, dict):
        return report
    return next(iter(done.stderr.strip().splitlines()[-1:]), "pip-audit said nothing")


def main(files: list[str]) -> int:
    """Audits each file; see the top of this module."""
    ids, problems = accepted(EXCEPTIONS.read_text(encoding="utf-8"), datetime.now(UTC).date())
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    fails = bool(problems)
    for file in files:
        found = verdict(reported(file), ids)
        fails = fails or found.fails
        for line in found.lines:
            sys.stdout.write(f"{file}: {line}\n")
    return int(fails)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
