"""The chapters of an article as rows for an import: one for each answer, and what was left out."""

from pathlib import Path

from assistant.editing.article import Chapter, answer_about, id_for, read_article
from assistant.editing.importing import topic_folder
from assistant.editing.skeleton import file_of
from assistant.editing.table import TEXT, Row, Table, cell_of, tidy
from assistant.errors import ContentError, Problem, SettingsError
from assistant.library.editable_file import EditableFile
from assistant.library.entries import State

_OVERVIEW = "overview"


def article_table(content_dir: Path, language: str, topic: str, path: Path) -> tuple[Table, tuple[str, ...]]:
    """The article at `path` as a table of answers that have no text yet; and what it holds beside words.

    Chapters about one thing become one answer, in their order. Raises ContentError for an answer that has a
    text already, SettingsError for a topic that is none or a file that cannot be read, OSError.
    """
    folder = topic_folder(content_dir, language, topic)
    about = EditableFile.read(folder / "topic.md")
    chapters = read_article(path)
    title = _title_in(chapters)
    rows: dict[str, Row] = {}
    for chapter in chapters:
        if not chapter.blocks:
            continue
        usual = _OVERVIEW if chapter.level == 0 or chapter is title else answer_about(chapter.heading)
        id_ = usual or id_for(chapter.heading)
        cells = {"id": id_, TEXT: chapter.text}
        if id_ in rows:
            cells[TEXT] = f"{rows[id_].cells[TEXT]}\n\n{chapter.text}"
        if not usual:
            cells["title"] = chapter.heading
        if len(sources := list(about.fields.get("sources") or ())) == 1:
            cells["source"] = str(sources[0])
        rows[id_] = Row(rows[id_].number if id_ in rows else chapter.place, cells)
    if not rows:
        raise SettingsError(f"{path}: there is no text here.")
    if taken := [problem for row in rows.values() if (problem := _taken(folder, path, row))]:
        raise ContentError(tuple(taken))
    named = {}
    if title and about.fields.get("state") == State.DRAFT and not cell_of(about.fields.get("title")):
        named["title"] = Row(title.place, {"field": "title", "value": title.heading})
    left_out = tuple(each for chapter in chapters for each in chapter.left_out)
    return Table(path, tuple(rows.values()), named), left_out


def _title_in(chapters: list[Chapter]) -> Chapter | None:
    """The chapter whose heading is the title of the whole."""
    headed = [chapter for chapter in chapters if chapter.level]
    if len(headed) > 1 and headed[0].level < min(chapter.level for chapter in headed[1:]):
        return headed[0]
    return None


def _taken(folder: Path, path: Path, row: Row) -> Problem | None:
    file = folder / file_of(row.cells["id"])
    if not file.exists() or tidy(EditableFile.read(file).body) in ("", tidy(row.cells[TEXT])):
        return None
    return Problem(
        path,
        row.number,
        f"{file.name} has a text already, and keeps it.",
        "Take this chapter out of the article, or empty the text of that file first.",
    )
