"""docs/operations.md says what the code does: every metric, every event, every setting that it names."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant import tracing
from assistant.operations.metrics import CheckName, Metrics, Settled, Waiting
from assistant.reply_kind import ReplyKind
from assistant.settings import Settings
from assistant.tracing import Stage
from assistant.transcript import UnheardReason

_ROOT = Path(__file__).parents[2]
_DOCUMENT = (_ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
_LEVELS = ("debug", "info", "warning", "error", "exception", "critical")


def rows(first: str) -> list[list[str]]:
    """The rows of every table whose header begins with `first`, cell by cell."""
    found: list[list[str]] = []
    is_inside = False
    for line in _DOCUMENT.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells:
            is_inside = False
        elif cells[0] == first:
            is_inside = True
        elif is_inside and not set(cells[0]) <= {"-"}:
            found.append(cells)
    return found


def code(cell: str) -> str:
    return cell.strip("`")


def written_metrics() -> dict[str, tuple[str, str]]:
    return {code(name): (kind, labels.replace("`", "")) for name, kind, labels, _ in rows("metric")}


def test_every_metric_stands_in_the_table_with_its_type_and_labels() -> None:
    metrics = Metrics()
    metrics.requested("sendMessage", "200")
    offered = {}
    for family in metrics.families():
        if family.name.startswith("process_"):
            continue
        name = f"{family.name}_total" if family.type == "counter" else family.name
        labels = [label for label in family.samples[0].labels if label != "le"]
        offered[name] = (family.type, ", ".join(labels))
    assert written_metrics() == offered


@pytest.mark.parametrize(
    ("metric", "values"),
    [
        ("assistant_inbox_updates", Waiting),
        ("assistant_updates_settled_total", Settled),
        ("assistant_stage_seconds", Stage),
        ("assistant_replies_total", ReplyKind),
        ("assistant_rejected_audio_total", UnheardReason),
    ],
)
def test_every_value_of_a_label_is_named(metric: str, values: Any) -> None:
    (intent,) = (row[3] for row in rows("metric") if code(row[0]) == metric)
    assert {f"`{value}`" for value in values} <= set(re.findall(r"`[a-z_]+`", intent))


def test_every_check_of_readiness_is_explained() -> None:
    assert [code(row[0]) for row in rows("check")] == list(CheckName)


def events() -> Iterator[tuple[str, str]]:
    """Every event that the code logs, with its level."""
    for folder in ("assistant", "handlers"):
        for path in (_ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in _LEVELS
                    and ast.unparse(node.func.value).rpartition(".")[2] in ("_log", "log", "logger")
                ):
                    yield _event(node.args[0]), node.func.attr


def _event(argument: ast.expr) -> str:
    if isinstance(argument, ast.Name) and argument.id == "EVENT":
        return tracing.EVENT
    assert isinstance(argument, ast.Constant), f"an event is a plain text: {ast.unparse(argument)}"
    assert isinstance(argument.value, str)
    return argument.value


def test_every_warning_and_error_is_explained_and_every_event_explained_is_logged() -> None:
    logged = set(events())
    explained = {(code(row[0]), row[1]) for row in rows("event")}
    assert len(logged) > 40, "the events are found"
    assert {(event, level) for event, level in logged if level not in ("debug", "info")} - explained == set()
    assert explained - logged == set()


def test_no_event_is_explained_twice() -> None:
    named = [code(row[0]) for row in rows("event")]
    assert sorted(named) == sorted(set(named))


def test_the_alerts_are_rules_about_metrics_that_exist() -> None:
    (rules,) = (yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", _DOCUMENT, re.DOTALL))
    names = set(written_metrics())
    for group in rules["groups"]:
        for rule in group["rules"]:
            used = set(re.findall(r"assistant_\w+", rule["expr"]))
            assert used <= names, rule["alert"]
            assert used or rule["expr"].startswith("up{")


def test_every_setting_that_is_named_exists() -> None:
    known = {f"ASSISTANT_{name.upper()}" for name in Settings.model_fields} | {"BOT_TOKEN", "DATABASE_URL"}
    named = set(re.findall(r"\b(?:ASSISTANT_[A-Z_]+|BOT_TOKEN|DATABASE_URL)\b", _DOCUMENT))
    assert {"ASSISTANT_OPS_PORT", "ASSISTANT_WEBHOOK_URL"} <= named
    assert named <= known
