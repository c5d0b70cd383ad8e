"""`assistant topic` as an editor meets it: a sentence for what cannot be done, and nothing half done."""

from pathlib import Path

import pytest
import typer
from typer.testing import Result

from assistant.cli.check import check
from assistant.cli.topic import _refuse_packed, topic
from assistant.errors import SettingsError
from assistant.library.editable_file import EditableFile
from tests.commands_in_process import run_command

ID = "sample-illness"


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSISTANT_CONTENT_DIR", str(tmp_path / "content"))
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    told(0, "new", ID)
    return tmp_path / "content"


def told(code: int, *words: str) -> str:
    done: Result = run_command(topic, *words)
    assert done.exit_code == code, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit), "never a traceback"
    return " ".join(done.output.split())


def test_a_bad_row_ends_with_two_its_place_and_a_remedy(content: Path, tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text(
        f"topic,id,state,text\n{ID},causes,,Fine.\n{ID},types,served,Not read.\n", encoding="utf-8"
    )
    before = {path: path.read_bytes() for path in content.rglob("*.md")}
    said = told(2, "import", str(tmp_path / "answers.csv"))
    assert "answers.csv:3: Row 3, column `state`: an import publishes nothing. Write draft;" in said
    assert {path: path.read_bytes() for path in content.rglob("*.md")} == before


def test_what_was_brought_in_and_left_out_is_told(content: Path, tmp_path: Path) -> None:
    (tmp_path / "leaflet.md").write_text("# Causes\n\nNobody knows.\n\n<b>x</b>\n", encoding="utf-8")
    assert "an article names no topic. Give it with --topic ID." in told(2, "import", "leaflet.md")
    said = told(0, "import", "leaflet.md", "--topic", ID)
    assert "Left out, line 5: HTML." in said
    assert "Changed, drafts from now on: causes." in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("new", ID), "is there already, and stays as it is"),
        (("publish", ID), "Name the answers that you have read, or give --all"),
        (("publish", ID, "causes"), "There is no text here."),
        (("export", "other", "out.xlsx"), "There is no topic 'other'. Begin it first"),
        (("export", ID, "out.csv"), "Give a name that ends with .xlsx."),
        (("import", "answers.odt"), "give a spreadsheet (.xlsx, .csv) or an article (.md, .docx)"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_done_is_a_sentence(
    words: tuple[str, ...], said: str, content: Path, tmp_path: Path
) -> None:
    (tmp_path / "answers.odt").touch()
    assert said in told(2, *words)


def test_nobodys_work_goes_into_an_installed_package() -> None:
    with pytest.raises(SettingsError, match="ASSISTANT_CONTENT_DIR"):
        _refuse_packed(Path("/site-packages/assistant/_content"))


def test_the_check_of_one_topic_says_what_is_missing_and_stale_ends_with_one(content: Path) -> None:
    app = typer.Typer()
    app.command()(check)
    done = run_command(app, "--topic", ID)
    assert "causes.md: not written yet: `questions`, `source`, the text." in " ".join(done.output.split())
    assert run_command(app, "--topic", "other").exit_code == 2
    assert run_command(app, "--stale", "--topic", ID).exit_code == 0, "drafts wait for no review"
    causes = EditableFile.read(content / "en" / ID / "causes.md")
    causes.changed({"questions": ["why"], "source": "a"}, "Text.\n", without=["state"]).write()
    EditableFile.read(content / "en" / ID / "topic.md").changed({}, without=["state"]).write()
    stale = run_command(app, "--stale", "--topic", ID)
    assert stale.exit_code == 1
    assert "causes.md" in stale.output
