"""A new topic: everything that is to be written, and nothing that is served before somebody has read it."""

from pathlib import Path

import pytest

from assistant.editing.publishing import publish
from assistant.editing.skeleton import PLANNED, file_of, start_topic
from assistant.errors import ContentError, SettingsError
from assistant.library.checking import check
from assistant.library.editable_file import EditableFile
from assistant.library.loading import content_folder, load_library
from assistant.library.shared_files import SHARED_FILES

ID = "sample-illness"
TEXT = "This text is about Sample Illness. It is short.\n"


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A content folder with nothing in it but a new topic."""
    start_topic(tmp_path, "en", ID)
    return tmp_path


def fill_in(content: Path, *ids: str) -> None:
    folder = content / "en" / ID
    about = EditableFile.read(folder / "topic.md")
    about.changed({"title": "Sample Illness", "sources": {"leaflet": "a leaflet of the society"}}).write()
    for id_ in ids:
        answer = EditableFile.read(folder / file_of(id_))
        answer.changed({"source": "leaflet", "questions": [f"tell me the {id_} of {{name}}"]}, TEXT).write()


def test_a_new_topic_holds_every_answer_that_the_shipped_one_has(begun: Path) -> None:
    shipped = load_library(content_folder()).topics["calcinosis-universalis"]
    assert {plan.id for plan in PLANNED} == set(shipped.entries)
    assert {plan.id: plan.aspect for plan in PLANNED} == {id_: e.aspect for id_, e in shipped.entries.items()}
    written = {path.relative_to(begun / "en" / ID).as_posix() for path in (begun / "en" / ID).rglob("*.md")}
    assert written == {"topic.md", *(file_of(plan.id) for plan in PLANNED)}


def test_the_check_says_of_every_new_file_what_is_to_be_written_and_nothing_else(begun: Path) -> None:
    report = check(begun)
    assert [problem.problem for problem in report.problems] == [
        "No answer is served yet: all of them are drafts."
    ]
    told = {(problem.path.name, problem.problem) for problem in report.unfinished}
    assert {problem for name, problem in told if name == "topic.md"} == {
        "`title` is empty.",
        "`sources` is empty.",
    }
    assert {problem for name, problem in told if name == "treatment.md"} == {
        "`questions` is empty.",
        "`source` is empty.",
        "There is no text here.",
    }
    assert len({problem.path for problem in report.unfinished}) == len(PLANNED) + 1


def test_what_belongs_to_no_topic_comes_with_the_first_one(begun: Path) -> None:
    assert {path.name for path in (begun / "en").iterdir() if path.is_file()} == set(SHARED_FILES)
    aspects = begun / "en" / "aspects.yaml"
    aspects.write_text("own:\n  title: Own\n", encoding="utf-8")
    assert start_topic(begun, "en", "another").shared == ()
    assert aspects.read_text(encoding="utf-8") == "own:\n  title: Own\n"


def test_a_topic_that_is_there_is_refused_and_left_as_it_is(begun: Path) -> None:
    fill_in(begun, "causes")
    before = {path: path.read_bytes() for path in begun.rglob("*") if path.is_file()}
    with pytest.raises(SettingsError, match="is there already, and stays as it is"):
        start_topic(begun, "en", ID)
    assert {path: path.read_bytes() for path in begun.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("bad", ["Big", "a b", "../up", "a" * 33, "", ".hidden", "a--b"])
def test_an_id_that_cannot_be_one_is_refused_with_a_remedy(bad: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"(Use lower-case letters|Choose a shorter one)"):
        start_topic(tmp_path, "en", bad)
    assert list(tmp_path.iterdir()) == []


def test_what_was_read_is_published_and_the_rest_stays_a_draft(begun: Path) -> None:
    fill_in(begun, "causes", "faq-cure")
    assert publish(begun, "en", ID, ["causes"]) == ("causes",)
    assert list(load_library(begun).topics[ID].entries) == ["causes"]
    assert publish(begun, "en", ID, ["faq-cure"]) == ("faq-cure",)
    assert list(load_library(begun).topics[ID].entries) == ["causes", "faq-cure"]


def test_what_is_not_finished_is_not_published(begun: Path) -> None:
    fill_in(begun, "causes")
    before = {path: path.read_bytes() for path in begun.rglob("*.md")}
    for answers in (["causes", "history"], []):
        with pytest.raises(ContentError, match=r"history\.md:\d+: There is no text here"):
            publish(begun, "en", ID, answers)
    assert {path: path.read_bytes() for path in begun.rglob("*.md")} == before


def test_an_answer_of_a_draft_topic_that_does_not_call_itself_one_stays_one(begun: Path) -> None:
    fill_in(begun, "causes", "history")
    history = begun / "en" / ID / "history.md"
    EditableFile.read(history).changed({}, without=["state"]).write()
    publish(begun, "en", ID, ["causes"])
    assert list(load_library(begun).topics[ID].entries) == ["causes"]


def test_a_name_that_is_no_draft_is_refused(begun: Path) -> None:
    with pytest.raises(SettingsError, match="no draft of sample-illness"):
        publish(begun, "en", ID, ["no-such-answer"])
    with pytest.raises(SettingsError, match="There is no topic 'other'"):
        publish(begun, "en", "other", [])
