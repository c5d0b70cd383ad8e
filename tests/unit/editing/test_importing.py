"""Answers in a spreadsheet: there and back without loss, never published unread, refused as a whole."""

import csv
import datetime
import importlib.util
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.editing.importing import Import, exported, planned_import
from assistant.editing.publishing import publish
from assistant.editing.skeleton import start_topic
from assistant.editing.spreadsheet import read_table, write_table
from assistant.editing.table import COLUMNS
from assistant.errors import ContentError, SettingsError
from assistant.library.checking import check
from assistant.library.editable_file import EditableFile
from assistant.library.loading import content_folder, load_library

ID = "sample-illness"
SHIPPED = "calcinosis-universalis"
_TEXTS = st.text(
    st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"], exclude_characters="<"),
    max_size=40,
) | st.sampled_from(
    ["=1+1", "=HYPERLINK(A1)", "+1", "-1", "@SUM(A1)", "#REF!", "_x0041_", "'a", "12", "1.50", "no"]
)


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    start_topic(tmp_path / "content", "en", ID)
    return tmp_path / "content"


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    shutil.copytree(content_folder(), tmp_path / "content")
    return tmp_path / "content"


def bytes_in(content: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in content.rglob("*") if path.is_file()}


def workbook(path: Path, *rows: Sequence[Any], about: Sequence[Sequence[Any]] = ()) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    if about:
        second = book.create_sheet("Topic")
        for row in (("field", "value"), *about):
            second.append(list(row))
    book.save(path)
    return path


def taken_in(content: Path, file: Path, topic: str = ID) -> Import:
    planned = planned_import(content, "en", read_table(file), topic)
    planned.write()
    return planned


def refused(content: Path, file: Path) -> list[str]:
    """What is said, after checking that nothing was written."""
    before = bytes_in(content)
    with pytest.raises(ContentError) as caught:
        taken_in(content, file)
    assert bytes_in(content) == before
    return [str(problem) for problem in caught.value.problems]


def answer(content: Path, name: str) -> EditableFile:
    return EditableFile.read(content / "en" / ID / name)


def test_the_shipped_illness_goes_out_and_comes_back_without_a_byte_changed(
    shipped: Path, tmp_path: Path
) -> None:
    before = bytes_in(shipped)
    write_table(tmp_path / "out.xlsx", *exported(shipped, "en", SHIPPED))
    planned = taken_in(shipped, tmp_path / "out.xlsx", "")
    assert (planned.new, planned.changed, planned.reviewed, planned.files) == ([], [], [], [])
    assert len(planned.unchanged) == 23
    assert bytes_in(shipped) == before


@given(
    title=_TEXTS, questions=st.lists(_TEXTS, max_size=3), text=st.lists(_TEXTS, max_size=3), reviewer=_TEXTS
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_file_holds_comes_back_from_a_spreadsheet_as_it_was(
    title: str, questions: list[str], text: list[str], reviewer: str, begun: Path, tmp_path: Path
) -> None:
    causes = answer(begun, "causes.md")
    causes.changed(
        {"title": title, "questions": questions, "reviewed_by": reviewer}, "\n\n".join(text) + "\n"
    ).write()
    before = bytes_in(begun)
    (tmp_path / "out.xlsx").unlink(missing_ok=True)
    write_table(tmp_path / "out.xlsx", *exported(begun, "en", ID))
    assert taken_in(begun, tmp_path / "out.xlsx").files == []
    assert bytes_in(begun) == before


def test_a_new_topic_is_filled_from_a_spreadsheet_and_served_when_it_was_read(
    begun: Path, tmp_path: Path
) -> None:
    file = workbook(
        tmp_path / "answers.xlsx",
        ["ID", "questions", "text", "source", "reviewed_by", "reviewed_on", "review_due"],
        [
            "causes",
            "why do I have it\nis it my fault",
            "Sample Illness comes with age.\n\n- slowly",
            "leaflet",
        ],
        [
            "pain",
            "does it hurt",
            "Sample Illness can hurt.",
            "leaflet",
            "Dr Ann",
            datetime.date(2026, 1, 2),
            "2099-01-02",
        ],
        about=[
            ["title", "Sample Illness"],
            ["sources", "leaflet: a leaflet: of the society"],
            ["other_names", "Samples"],
        ],
    )
    planned = taken_in(begun, file)
    assert (planned.new, planned.changed) == (["pain"], ["causes"])
    pain = answer(begun, "pain.md").fields
    assert (pain["state"], pain["kind"], pain["reviewed_on"]) == ("draft", "section", "2026-01-02")
    assert answer(begun, "topic.md").fields["sources"] == {"leaflet": "a leaflet: of the society"}
    told = [str(problem) for problem in check(begun).unfinished if problem.path.name == "pain.md"]
    assert any("`aspect` is empty" in each for each in told)
    answer(begun, "pain.md").changed({"aspect": "symptoms", "title": "Pain"}).write()
    publish(begun, "en", ID, ["causes", "pain"])
    assert list(load_library(begun).topics[ID].entries) == ["causes", "pain"]


def test_comments_of_the_skeleton_stay_when_a_row_fills_it(begun: Path, tmp_path: Path) -> None:
    before = answer(begun, "causes.md").text
    taken_in(begun, workbook(tmp_path / "a.xlsx", ["id", "source"], ["causes", "leaflet"]))
    assert answer(begun, "causes.md").text == before.replace("source:\n", "source: leaflet\n")


def test_what_begins_like_a_formula_is_text_there_and_back(begun: Path, tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", ["id", "title", "text"], ["causes", "=1+1", "=cmd|' /C calc'!A0"])
    taken_in(begun, file)
    assert answer(begun, "causes.md").fields["title"] == "=1+1"
    write_table(tmp_path / "out.xlsx", *exported(begun, "en", ID))
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["answers"]
    cells = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert {cell.value for cell in cells} == {"=1+1", "=cmd|' /C calc'!A0"}
    assert {cell.data_type for cell in cells} == {"s"}, "nobody's spreadsheet works it out"


def test_a_served_answer_with_new_words_is_a_draft_again_and_loses_its_old_review(
    shipped: Path, tmp_path: Path
) -> None:
    causes = EditableFile.read(shipped / "en" / SHIPPED / "causes.md")
    review = {"reviewed_by": "Dr Ann", "reviewed_on": "2026-01-02", "review_due": "2099-01-02"}
    causes.changed(review).write()
    rows, about = exported(shipped, "en", SHIPPED)
    for row in rows:
        if row["id"] == "causes":
            row["text"] = row["text"].replace("Calcinosis", "The Calcinosis", 1)
        if row["id"] == "types":
            row |= review
    write_table(tmp_path / "out.xlsx", rows, about)
    planned = taken_in(shipped, tmp_path / "out.xlsx", SHIPPED)
    assert (planned.changed, planned.reviewed) == (["causes"], ["types"])
    assert "causes" not in load_library(shipped).topics[SHIPPED].entries
    assert EditableFile.read(shipped / "en" / SHIPPED / "causes.md").fields["reviewed_by"] is None
    assert load_library(shipped).topics[SHIPPED].entries["types"].review.reviewed_by == "Dr Ann"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"id": ""}, "row.xlsx:3: Row 3, column `id`: the id is missing."),
        ({"id": "../up"}, "Row 3, column `id`: `../up` cannot be an id."),
        ({"id": "causes"}, "`causes` stands also in row 2. Keep one of the two rows."),
        ({"state": "served"}, "an import publishes nothing. Write draft; when somebody has read it"),
        ({"state": "ready"}, "`ready` is no state."),
        ({"kind": "faq"}, "`faq` does not fit the id `types`. Write section, or leave it out."),
        (
            {"text": "It is <script>alert(1)</script> rare."},
            "HTML stands here: <script>. Write the text alone",
        ),
        ({"title": "Ty\u200bpes"}, "an invisible character stands here (U+200B)"),
        ({"text": datetime.time(12, 30)}, "Row 3, column `text`: this cell holds no text."),
    ],
    ids=lambda value: "" if isinstance(value, str) else next(iter(value)),
)
def test_a_bad_row_is_told_with_its_file_row_and_remedy_and_nothing_is_written(
    row: dict[str, Any], said: str, begun: Path, tmp_path: Path
) -> None:
    good = {"id": "causes", "kind": "section", "text": "Something."}
    bad = {"id": "types", "text": "Else."} | row
    columns = ["id", "kind", "state", "title", "text"]
    rows = [[each.get(name) for name in columns] for each in (good, bad)]
    told = refused(begun, workbook(tmp_path / "row.xlsx", columns, *rows))
    assert any(said in each for each in told), told


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (["id", "colour"], "`colour` is not a column that means anything."),
        (["id", "ID"], "The column `id` stands here twice."),
        (["title"], "There is no column `id`."),
    ],
    ids=str,
)
def test_columns_that_mean_nothing_are_refused(
    columns: list[str], said: str, begun: Path, tmp_path: Path
) -> None:
    told = refused(begun, workbook(tmp_path / "a.xlsx", columns, ["causes"] * len(columns)))
    assert any(said in each for each in told), told


@pytest.mark.parametrize("comma", [",", ";"])
def test_a_csv_file_is_a_table_too(comma: str, begun: Path, tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=comma)
        writer.writerows([["topic", "id", "text"], [ID, "causes", "One, two;\r\n\r\n- three"]])
    taken_in(begun, path, "")
    assert answer(begun, "causes.md").body == "One, two;\n\n- three\n"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xlsx", b"no spreadsheet", "is no spreadsheet that can be read"),
        ("a.xlsx", b"PK\x05\x06" + bytes(18), "is no spreadsheet that can be read"),
        ("a.csv", b"id,text\ncauses,caf\xe9\n", "is not UTF-8 text"),
        ("a.csv", b'id,text\ncauses,"open\n', "a quotation mark is not closed"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(
    name: str, data: bytes, said: str, begun: Path, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SettingsError, match=said):
        taken_in(begun, tmp_path / name)


def test_a_topic_that_is_served_is_not_renamed_from_a_spreadsheet(shipped: Path, tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", ["id", "kind"], ["causes", "section"], about=[["title", "Other"]])
    before = bytes_in(shipped)
    with pytest.raises(ContentError, match=r"the topic is served, and topic\.md says otherwise"):
        taken_in(shipped, file, SHIPPED)
    assert bytes_in(shipped) == before


def test_which_topic_is_meant_must_be_clear(begun: Path, tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", ["topic", "id"], ["one", "causes"], ["two", "types"])
    with pytest.raises(SettingsError, match="several topics: one, two"):
        taken_in(begun, file, "")
    with pytest.raises(SettingsError, match="There is no topic 'other'"):
        taken_in(begun, workbook(tmp_path / "b.xlsx", ["id"], ["causes"]), "other")


def test_an_export_replaces_no_file(begun: Path, tmp_path: Path) -> None:
    (tmp_path / "out.xlsx").write_bytes(b"the reviewer's own")
    with pytest.raises(SettingsError, match="is there already"):
        write_table(tmp_path / "out.xlsx", *exported(begun, "en", ID))
    assert (tmp_path / "out.xlsx").read_bytes() == b"the reviewer's own"


def test_when_a_file_cannot_be_written_those_before_it_are_put_back(
    begun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = workbook(
        tmp_path / "a.xlsx", ["id", "text"], ["causes", "One."], ["new-one", "Two."], ["types", "3"]
    )
    before = bytes_in(begun)
    write = EditableFile.write

    def full(self: EditableFile) -> None:
        if self.path.name == "types.md":
            raise OSError("no space left")
        write(self)

    monkeypatch.setattr(EditableFile, "write", full)
    with pytest.raises(OSError, match="no space left"):
        taken_in(begun, file)
    assert bytes_in(begun) == before


def test_without_the_extra_a_sentence_says_how_to_install_it(
    begun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"pip install 'voice-health-assistant\[editing\]'"):
        read_table(workbook(tmp_path / "a.xlsx", ["id"], ["causes"]))


def test_every_column_is_told_in_the_editors_page() -> None:
    page = (content_folder() / "README.md").read_text(encoding="utf-8")
    described = page.partition("## Answers in a spreadsheet")[2].partition("\n## ")[0]
    assert [name for name in COLUMNS if f"`{name}`" not in described] == []
