"""A file that is edited by a program keeps what its editor wrote."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import ContentError
from assistant.library.editable_file import EditableFile, Written
from assistant.library.loading import content_folder

_WRITTEN = """\
---
# for whoever comes next
id: symptoms   # never change it
kind: 'section'

title: "Symptoms"
questions:  # as people ask
  # the commonest first
  - how does it show
  - "is it: painful"   # from a parent
  - does it spread

source: article
closing: [medicines]
sources:
  article: "a leaflet"  # on paper
reviewed_by:
reviewed_on:
---
The text. # no comment

- one
"""
_PATH = Path("symptoms.md")
_FILES = sorted((content_folder() / "en").rglob("*.md"))
_TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"]), max_size=30)
_ANY_TEXTS = _TEXTS | st.sampled_from(
    [
        "no",
        "~",
        "null",
        "=1+1",
        "- a",
        "a: b",
        "# a",
        "'",
        '"',
        "*a",
        "&a",
        "!a",
        "{",
        "[",
        "%",
        "|",
        "> ",
        "?",
    ]
)
_LISTS = st.lists(_ANY_TEXTS, max_size=5)


def written() -> EditableFile:
    return EditableFile.parsed(_PATH, _WRITTEN)


def lines_that_differ(file: EditableFile) -> tuple[list[str], list[str]]:
    before, after = _WRITTEN.splitlines(), file.text.splitlines()
    return [line for line in before if line not in after], [line for line in after if line not in before]


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_a_file_of_the_library_is_read_and_written_byte_for_byte(path: Path) -> None:
    file = EditableFile.read(path)
    assert file.text == path.read_text(encoding="utf-8")
    assert file.changed(dict(file.fields)).text == file.text
    again = EditableFile.new(path, file.fields, file.body)
    assert (dict(again.fields), again.body) == (dict(file.fields), file.body)


def test_a_changed_value_keeps_everything_around_it() -> None:
    assert lines_that_differ(written().changed({"id": "signs", "reviewed_by": "Dr Ann"})) == (
        ["id: symptoms   # never change it", "reviewed_by:"],
        ["id: signs   # never change it", "reviewed_by: Dr Ann"],
    )


def test_a_list_keeps_its_other_items_and_the_comments_beside_them() -> None:
    asked = ["who has it", "how does it show", "is it: painful", "can it spread", "no"]
    assert lines_that_differ(written().changed({"questions": asked})) == (
        ["  - does it spread"],
        ["  - who has it", "  - can it spread", "  - no"],
    )


def test_an_item_that_goes_takes_its_line_alone() -> None:
    gone = written().changed({"questions": ["how does it show", "does it spread"]})
    assert lines_that_differ(gone) == (['  - "is it: painful"   # from a parent'], [])


def test_a_mapping_keeps_its_other_keys() -> None:
    more = written().changed({"sources": {"article": "a leaflet", "book": "a book: of 2020"}})
    assert lines_that_differ(more) == ([], ['  book: "a book: of 2020"'])


def test_a_new_field_stands_where_it_usually_does_and_goes_with_its_line() -> None:
    draft = written().changed({"state": "draft"})
    assert 'title: "Symptoms"\nstate: draft\n' in draft.text
    assert draft.changed({}, without=["state"]).text == _WRITTEN


def test_a_list_in_brackets_is_written_as_lines_when_it_changes() -> None:
    both = written().changed({"closing": ["medicines", "source-differs"]})
    assert "closing:\n  - medicines\n  - source-differs\nsources:" in both.text


def test_a_list_that_becomes_empty_leaves_its_field() -> None:
    assert "questions:\nsource: article" in written().changed({"questions": []}).text.replace("\n\n", "\n")


def test_only_the_text_changes_when_only_the_text_is_given() -> None:
    other = written().changed({}, "Other words.\n")
    assert other.text == _WRITTEN.partition("\nThe text.")[0] + "\nOther words.\n"


def test_what_nobody_can_see_is_not_written() -> None:
    with pytest.raises(ContentError, match=r"invisible character .U\+200B"):
        written().changed({"title": "Symp\u200btoms"})


@pytest.mark.parametrize(
    ("text", "line"),
    [("no front matter", 1), ("---\ntitle: [a\n---\n", 2), ("---\n- a\n---\n", 2), ("---\na: b\n", 1)],
)
def test_a_file_that_cannot_be_read_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(ContentError) as caught:
        EditableFile.parsed(_PATH, text)
    assert caught.value.problems[0].line >= line


def test_a_file_in_another_style_is_written_anew_and_says_the_same() -> None:
    file = EditableFile.parsed(_PATH, "---\n{id: a, title: b}\n---\nText.\n")
    assert dict(file.changed({"title": "c: d"}).fields) == {"id": "a", "title": "c: d"}


@given(title=_ANY_TEXTS, questions=_LISTS, sources=st.dictionaries(_ANY_TEXTS, _ANY_TEXTS, max_size=3))
@settings(max_examples=150, deadline=None)
def test_whatever_is_written_is_read_back_and_no_comment_of_its_own_line_is_lost(
    title: str, questions: list[str], sources: dict[str, str]
) -> None:
    wanted: dict[str, Written] = {
        "title": title,
        "questions": questions,
        "sources": sources,
        "closing": questions,
    }
    edited = written().changed(wanted)
    expected = dict(written().fields) | {name: value or None for name, value in wanted.items()}
    assert dict(edited.fields) == expected
    assert edited.body == written().body
    kept = ["# for whoever comes next", "never change it", *(["# the commonest first"] if questions else [])]
    for comment in kept:
        assert comment in edited.text
    assert dict(EditableFile.new(_PATH, wanted, "Text.").fields) == {n: v or None for n, v in wanted.items()}
