"""What a new wording attracts and takes is told to its editor, in the line where it stands."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.editing.wording_check import remarks_on_wordings
from assistant.errors import Problem
from assistant.library.editable_file import EditableFile
from assistant.library.loading import content_folder, read_content

pytestmark = pytest.mark.model

ID = "calcinosis-universalis"
Remarks = Callable[..., list[Problem]]


@pytest.fixture
def remarks(tmp_path: Path) -> Remarks:
    """Adds wordings to the history of the shipped illness, and tells what is said about them."""
    shutil.copytree(content_folder(), tmp_path / "content")

    def remarked(*wordings: str, draft: bool = False) -> list[Problem]:
        history = EditableFile.read(tmp_path / "content" / "en" / ID / "history.md")
        asked = history.fields["questions"]
        assert isinstance(asked, list)
        state = {"state": "draft"} if draft else {}
        history.changed({"questions": [*wordings, *asked], **state}).write()
        return list(remarks_on_wordings(read_content(tmp_path / "content"), "", tmp_path / "cache"))

    return remarked


def test_wordings_that_came_with_the_program_are_not_looked_at_again(remarks: Remarks) -> None:
    assert remarks() == []


@pytest.mark.parametrize("draft", [False, True], ids=["served", "draft"])
def test_a_wording_that_finds_something_else_is_told_with_what_it_finds(
    draft: bool, remarks: Remarks
) -> None:
    found = remarks(
        "who was the first to write about it",
        "how many people suffer from this on the whole planet",
        "I cannot breathe, help me now",
        "next please",
        "was gibt es da für eine Behandlung",
        draft=draft,
    )
    first = found[0].line
    assert [(each.line - first, each.problem.partition("” ")[2]) for each in found] == [
        (0, f"finds {ID}/how-common instead."),
        (1, "is taken for an emergency, breathing."),
        (2, "is taken for the command next."),
        (3, "is refused: it is taken for another language."),
    ]
    assert {each.path.name for each in found} == {"history.md"}


def test_a_wording_that_takes_a_question_from_another_answer_is_told_with_that_answer(
    remarks: Remarks,
) -> None:
    found = remarks("well is it one person in a million or more")
    assert any(f"takes 1 question from {ID}/how-common, such as “" in each.problem for each in found), found
