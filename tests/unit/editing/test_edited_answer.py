"""An answer changed at the desk: what is not changed keeps its bytes, and nobody's work is overwritten."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from assistant.editing.desk_view import answer_form
from assistant.editing.edited_answer import (
    ChangedMeanwhileError,
    on_disk,
    save,
    try_out,
    with_changes,
    with_review_of_words,
)
from assistant.errors import ContentError
from assistant.library.entries import EntryRef
from assistant.library.loading import content_folder

_REF = EntryRef("calcinosis-universalis", "symptoms")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    shutil.copytree(content_folder(), tmp_path / "content")
    return tmp_path / "content" / "en" / _REF.topic / f"{_REF.entry}.md"


def _form(file: Path, **changes: object) -> dict[str, Any]:
    return answer_form(on_disk(file), None, ()) | changes


def test_a_form_that_nobody_changed_leaves_every_byte(file: Path) -> None:
    assert with_changes(on_disk(file).file, _form(file)).text == file.read_text(encoding="utf-8")


def test_a_new_wording_is_one_new_line(file: Path) -> None:
    before = file.read_text(encoding="utf-8")
    form = _form(file)
    form["questions"] = [*form["questions"], "what is a glumpfish"]
    after = with_changes(on_disk(file).file, form).text
    assert set(after.splitlines()) - set(before.splitlines()) == {"  - what is a glumpfish"}
    assert len(after.splitlines()) == len(before.splitlines()) + 1


def test_a_draft_is_marked_and_let_out_again(file: Path) -> None:
    draft = with_changes(on_disk(file).file, _form(file, state="draft"))
    assert draft.fields["state"] == "draft"
    draft.write()
    assert "state" not in with_changes(on_disk(file).file, _form(file, state="")).fields


def test_what_no_file_can_hold_is_refused(file: Path) -> None:
    with pytest.raises(ContentError, match="invisible"):
        with_changes(on_disk(file).file, _form(file, title="Symp\u200btoms"))


def test_other_words_take_an_older_review_away(file: Path) -> None:
    review = {"reviewed_by": "Dr. Amber", "reviewed_on": "2026-11-01", "review_due": "2027-11-01"}
    reviewed = with_changes(on_disk(file).file, _form(file, **review))
    reworded = with_changes(reviewed, _form(file, **review, body="Other words about Calcinosis Universalis."))
    after, was_lost = with_review_of_words(reviewed, reworded)
    assert was_lost
    assert after.fields["reviewed_by"] is None

    more_wordings = with_changes(reviewed, _form(file, **review, questions=["what is a glumpfish"]))
    assert with_review_of_words(reviewed, more_wordings) == (more_wordings, False)
    anew = with_changes(reworded, _form(file, **{**review, "reviewed_on": "2026-11-30"}, body="Other words."))
    assert with_review_of_words(reviewed, anew) == (anew, False)


def test_a_file_that_somebody_else_changed_is_not_overwritten(file: Path) -> None:
    read = on_disk(file)
    mine = with_changes(read.file, _form(file, title="Mine"))
    theirs = file.read_text(encoding="utf-8").replace("title: Symptoms", "title: Theirs")
    file.write_text(theirs, encoding="utf-8")
    with pytest.raises(ChangedMeanwhileError):
        save(mine, read.version)
    assert file.read_text(encoding="utf-8") == theirs
    file.unlink()
    with pytest.raises(ChangedMeanwhileError):
        save(mine, read.version)


def test_what_is_saved_is_known_by_its_new_version(file: Path) -> None:
    read = on_disk(file)
    version = save(with_changes(read.file, _form(file, title="Signs")), read.version)
    assert on_disk(file).version == version != read.version


@pytest.mark.parametrize("state", ["", "draft"])
def test_it_is_tried_out_beside_the_others_and_nothing_is_written(file: Path, state: str) -> None:
    before = file.read_text(encoding="utf-8")
    body = f"{on_disk(file).file.body}\n\nWrite to me@example.org about Calcinosis Universalis."
    edited = with_changes(on_disk(file).file, _form(file, body=body, state=state))
    tried = try_out(file.parents[1], edited, _REF)
    assert any("web address" in each.problem and each.path == file for each in tried.problems)
    assert tried.library is not None
    entry = tried.library.entry(_REF)
    assert entry is not None
    assert "me@example.org" in repr(entry.blocks)
    assert file.read_text(encoding="utf-8") == before


def test_a_wording_of_another_answer_is_found(file: Path) -> None:
    other = on_disk(file.with_name("causes.md")).file.fields["questions"]
    assert isinstance(other, list)
    form = _form(file)
    edited = with_changes(on_disk(file).file, form | {"questions": [*form["questions"], other[0]]})
    (problem,) = try_out(file.parents[1], edited, _REF).problems
    assert problem.path == file.with_name("causes.md")


def test_what_cannot_be_read_as_an_answer_has_findings_and_no_library(file: Path) -> None:
    edited = with_changes(on_disk(file).file, _form(file, title="", questions=[]))
    tried = try_out(file.parents[1], edited, _REF)
    assert tried.library is None
    assert tried.problems
