"""What is still to be done to drafts, and what nobody has reviewed."""

from datetime import date
from pathlib import Path

import pytest

from assistant.editing.progress import in_full, in_short
from assistant.editing.skeleton import PLANNED, start_topic
from assistant.library.checking import report_on
from assistant.library.editable_file import EditableFile
from assistant.library.loading import content_folder, read_content
from assistant.library.reviews import stale

ID = "sample-illness"


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    start_topic(tmp_path, "en", ID)
    return tmp_path


def told(content: Path) -> tuple[list[str], str]:
    loaded = read_content(content)
    report = report_on(loaded, content / "en")
    (topic,) = loaded.topics
    prefix = f"{topic.folder}/"
    return [line.removeprefix(prefix) for line in in_full(topic, report)], in_short(topic, report)


def test_a_file_that_nobody_has_begun_is_one_line(begun: Path) -> None:
    full, short = told(begun)
    assert "`title` is empty." in full[0]
    assert [line.partition(":")[0] for line in full[:2]] == ["topic.md", "topic.md"]
    unwritten = [line for line in full if "not written yet: `questions`, `source`, the text." in line]
    assert len(unwritten) == len(PLANNED)
    assert short == (
        "sample-illness: 24 draft(s), 0 without a remark. "
        "What is to be done: assistant check --topic sample-illness"
    )


def test_a_file_that_was_begun_is_told_line_by_line_before_those_that_were_not(begun: Path) -> None:
    types = EditableFile.read(begun / "en" / ID / "types.md")
    types.changed({"source": "leaflet"}, "There are two (or three) kinds.\n").write()
    full, _ = told(begun)
    begun_lines = [line for line in full if line.startswith("types.md:")]
    assert any("`questions` is empty." in line for line in begun_lines)
    assert any("A bracket stands here" in line for line in begun_lines)
    assert full.index(begun_lines[-1]) < min(
        number for number, line in enumerate(full) if "not written yet" in line
    )


def test_what_nobody_reviewed_and_what_ran_out_is_stale_and_a_draft_is_not(begun: Path) -> None:
    folder = begun / "en" / ID
    EditableFile.read(folder / "topic.md").changed({}, without=["state"]).write()
    review = {"reviewed_by": "Dr Ann", "reviewed_on": "2025-01-01"}
    for name, fields in (
        ("causes.md", {}),
        ("types.md", review | {"review_due": "2025-12-31"}),
        ("history.md", review | {"review_due": "2026-01-01"}),
    ):
        answer = EditableFile.read(folder / name)
        answer.changed({"questions": ["a"], "source": "b", **fields}, without=["state"]).write()
    found = list(stale(read_content(begun), begun / "en", date(2026, 1, 1)))
    assert {(each.path.name, each.problem) for each in found if each.path.parent == folder} == {
        ("causes.md", "Nobody has reviewed this yet."),
        ("types.md", "The review ran out on 2025-12-31."),
    }


def test_texts_for_emergencies_are_stale_too() -> None:
    found = list(stale(read_content(content_folder()), content_folder() / "en", date(2026, 1, 1)))
    emergencies = [each for each in found if each.path.name == "emergencies.yaml"]
    assert "`breathing`: Nobody has reviewed this yet." in {each.problem for each in emergencies}
    assert len({each.line for each in emergencies}) == len(emergencies)
