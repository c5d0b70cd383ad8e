"""An article becomes drafts: its words alone, chapter by chapter; nothing that is there is overwritten."""

import base64
from pathlib import Path

import docx
import pytest

from assistant.editing.article import answer_about, id_for, read_article
from assistant.editing.article_table import article_table
from assistant.editing.importing import planned_import
from assistant.editing.skeleton import PLANNED, start_topic
from assistant.errors import ContentError, SettingsError
from assistant.library.editable_file import EditableFile

ID = "sample-illness"
_MARKDOWN = """\
# Sample Illness

It is *rare*. See [the society](http://a.example/x).

## Signs and symptoms

It can bring:

1. hard **lumps**
2. pain
   - at night

> They vary.

| a | b |
|---|---|
| 1 | 2 |

## How is it treated? <b>Treatment</b>

With `rest`.<script>alert(1)</script>

<div onclick="x">No words of mine</div>

## Our society

A society.

## Symptoms in children

They are milder.
"""
_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    start_topic(tmp_path / "content", "en", ID)
    return tmp_path / "content"


def taken_in(content: Path, article: Path) -> tuple[str, ...]:
    table, left_out = article_table(content, "en", ID, article)
    planned_import(content, "en", table, ID).write()
    return left_out


def answer(content: Path, name: str) -> EditableFile:
    return EditableFile.read(content / "en" / ID / name)


def test_a_markdown_article_fills_drafts_with_its_words_alone(begun: Path, tmp_path: Path) -> None:
    (tmp_path / "article.md").write_text(_MARKDOWN, encoding="utf-8")
    left_out = taken_in(begun, tmp_path / "article.md")
    assert answer(begun, "topic.md").fields["title"] == "Sample Illness"
    assert answer(begun, "overview.md").body == "It is rare. See the society.\n"
    assert answer(begun, "symptoms.md").body == (
        "It can bring:\n\n- hard lumps\n- pain\n- at night\n\nThey vary.\n\nThey are milder.\n"
    )
    treatment = answer(begun, "treatment.md")
    assert treatment.body == "With rest.alert(1)\n"
    assert treatment.fields["state"] == "draft"
    assert answer(begun, "our-society.md").fields["title"] == "Our society"
    assert {line.partition(": ")[2] for line in left_out} == {"a table", "HTML"}


def test_a_docx_article_fills_drafts_with_its_words_alone(begun: Path, tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_bytes(_PICTURE)
    article = docx.Document()
    article.add_heading("Sample Illness", 0)
    article.add_paragraph("It is a rare ill\u00adness.")
    article.add_heading("Causes", 1)
    article.add_paragraph("Among them are:")
    article.add_paragraph("age", style="List Bullet")
    article.add_paragraph("rest", style="List Number")
    article.add_paragraph("Nobody knows more.").add_run().add_picture(str(tmp_path / "dot.png"))
    article.add_table(1, 1)
    article.save(str(tmp_path / "article.docx"))
    left_out = taken_in(begun, tmp_path / "article.docx")
    assert answer(begun, "overview.md").body == "It is a rare illness.\n"
    assert answer(begun, "causes.md").body == "Among them are:\n\n- age\n- rest\n\nNobody knows more.\n"
    assert [line.partition(": ")[2] for line in left_out] == ["a picture", "a table"]


def test_an_answer_that_has_a_text_keeps_it_and_nothing_is_written(begun: Path, tmp_path: Path) -> None:
    symptoms = answer(begun, "symptoms.md")
    symptoms.changed({}, "Something that somebody wrote.\n").write()
    before = {path: path.read_bytes() for path in begun.rglob("*.md")}
    (tmp_path / "article.md").write_text(_MARKDOWN, encoding="utf-8")
    with pytest.raises(ContentError, match=r"article\.md:5: symptoms\.md has a text already, and keeps it"):
        taken_in(begun, tmp_path / "article.md")
    assert {path: path.read_bytes() for path in begun.rglob("*.md")} == before


def test_the_same_article_twice_changes_nothing(begun: Path, tmp_path: Path) -> None:
    (tmp_path / "article.md").write_text(_MARKDOWN, encoding="utf-8")
    taken_in(begun, tmp_path / "article.md")
    before = {path: path.read_bytes() for path in begun.rglob("*.md")}
    taken_in(begun, tmp_path / "article.md")
    assert {path: path.read_bytes() for path in begun.rglob("*.md")} == before


def test_the_title_of_each_usual_answer_is_a_heading_about_it() -> None:
    sections = [plan for plan in PLANNED if not plan.id.startswith("faq-")]
    assert {plan.id: answer_about(plan.title) for plan in sections} == {plan.id: plan.id for plan in sections}
    assert answer_about("Our society") is None
    assert id_for("Our society, & its long and winding history of work") == "our-society-its-long-and"
    assert id_for("病") == "chapter"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.docx", b"no article", "is no article that can be read"),
        ("a.md", b"caf\xe9", "is not UTF-8 text"),
        ("a.md", b"\n\n", "there is no text here"),
    ],
)
def test_a_file_that_is_no_article_is_refused_with_a_sentence(
    name: str, data: bytes, said: str, begun: Path, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SettingsError, match=said):
        taken_in(begun, tmp_path / name)


def test_what_unpacks_to_more_than_there_is_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.editing.packed_files._MAX_UNPACKED", 1_000)
    docx.Document().save(str(tmp_path / "a.docx"))
    with pytest.raises(SettingsError, match="unpacks to more than"):
        read_article(tmp_path / "a.docx")
