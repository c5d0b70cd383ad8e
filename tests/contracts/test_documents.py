"""The documents say what the repository holds: links, commands, figures."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import typer
from typer.core import TyperGroup

from assistant.cli import app

_ROOT: Final = Path(__file__).parents[2]
_DOCUMENTS: Final = tuple(
    path
    for path in (*_ROOT.glob("*.md"), *(_ROOT / "docs").rglob("*.md"), _ROOT / "content" / "README.md")
    if path.is_file()
)
_LONGEST_README: Final = 120
"""Lines. What is longer is read by nobody; the rest has pages of its own."""
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_FIGURE: Final = re.compile(r"\d*\.?\d+")
_COMMAND: Final = re.compile(
    r"^\| `assistant ([a-z]+(?: (?:build|new|publish|import|export))?)[^`]*` \|", re.MULTILINE
)


def text_of(*parts: str) -> str:
    return _ROOT.joinpath(*parts).read_text(encoding="utf-8")


def anchors(document: Path) -> set[str]:
    """The headings as links name them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda path: str(path.relative_to(_ROOT)))
def test_every_link_leads_to_something_in_the_repository(document: Path) -> None:
    for link in _LINK.findall(document.read_text(encoding="utf-8")):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        assert target.is_file(), link
        assert not anchor or anchor in anchors(target), link


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert len(text_of("README.md").splitlines()) <= _LONGEST_README


def figures() -> list[tuple[str, str, str]]:
    """The rows of the README's table of figures: what, how much, and the page that it is from."""
    _, _, after = text_of("README.md").partition("| what | figure | from |\n")
    table, _, _ = after.partition("\n\n")
    return re.findall(r"^\| (.+) \| (.+) \| \[.+\]\((.+)\) \|$", table, re.MULTILINE)


def test_every_figure_of_the_readme_stands_on_the_page_that_it_names() -> None:
    shown = figures()
    assert len(shown) >= 10
    for what, figure, page in shown:
        printed = set(_FIGURE.findall(text_of(page)))
        asked = re.findall(r"n=([\d,]+)", what)
        assert {*_FIGURE.findall(figure), *asked} <= printed, what


def commands() -> dict[str, set[str]]:
    """Every command, and its options."""

    def under(command: Any, name: str) -> Iterator[tuple[str, set[str]]]:
        if isinstance(command, TyperGroup):
            for each, below in command.commands.items():
                yield from under(below, f"{name} {each}".strip())
        else:
            yield name, {option for parameter in command.params for option in parameter.opts}

    return dict(under(typer.main.get_command(app), ""))


def test_the_document_of_the_command_line_lists_every_command_and_no_other() -> None:
    listed = _COMMAND.findall(text_of("docs", "command-line.md"))
    assert sorted(listed) == sorted(commands())


def test_the_document_of_the_command_line_names_every_option_and_no_other() -> None:
    for row in text_of("docs", "command-line.md").splitlines():
        if found := _COMMAND.match(row):
            options = {option for option in commands()[found[1]] if option.startswith("--")}
            # `--output` is named by its short form.
            assert set(re.findall(r"--[a-z-]+", row)) == options - {"--output"}, found[1]


@pytest.mark.parametrize(
    ("document", "room"),
    [
        ("CONTRIBUTING.md", "."),
        ("docs/reliability.md", "."),
        ("docs/reliability-runs.md", "."),
        ("docs/security.md", "."),
        ("docs/understanding.md", "assistant/nlu"),
    ],
)
def test_every_file_and_folder_that_is_named_exists(document: str, room: str) -> None:
    text = text_of(document)
    whole = re.findall(r"(?:`| )((?:assistant|handlers|tests|content|docs)/[\w/.-]+)", text)
    within = re.findall(r"`((?:stages|index|training|policy|actions)/[\w/]+\.py|[a-z_]+\.py)`", text)
    assert whole
    missing = {path for path in whole if not (_ROOT / path).exists()}
    missing |= {path for path in within if room != "." and not (_ROOT / room / path).exists()}
    assert missing == set()
