"""Every common slip in a file's fields is told in an editor's words, in the line where it was made."""

from pathlib import Path

import pytest
import yaml

from assistant.library.findings import Findings
from assistant.library.plain_yaml import LOADER, parse_yaml

_PARSERS_WORDS = (
    *("yaml", "token", "scalar", "mapping", "sequence", "block", "flow", "parsing", "scanning", "stream"),
    *("simple key", "expected", "character", "indicator", "document", "anchor", "escape"),
)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("id: a\n\ttitle: b\n", 2, "A tab stands at the beginning"),
        ("questions:\n  - one\n\t- two\n", 3, "A tab stands at the beginning"),
        ('title: "Symptoms\nsource: article\n', 1, 'The quotation mark " in this line is not closed'),
        ('title: "Symptoms\nsource: "article"\nquestions:\n  - "a"\n', 1, "is not closed"),
        ("questions:\n  - one\n  - 'two\n  - three\n", 3, "The quotation mark ' in this line is not closed"),
        ('questions:\n  - "one" and two\n', 2, "Text goes on after the closing quotation mark"),
        ("title: 'it's'\n", 1, "Text goes on after the closing quotation mark"),
        ("title Symptoms\nsource: article\n", 1, "A colon is missing in this line, perhaps after “title”"),
        ("id: symptoms\ntitle Symptoms\nsource: article\n", 2, "A colon is missing in this line"),
        ("id: symptoms\nsource article\n", 2, "A colon is missing in this line, perhaps after “source”"),
        ("title:Symptoms\nsource: article\n", 1, "A space is missing after the colon"),
        ("id: a\nquestions:\n  - one\n  -two: b\n", 4, "A space is missing after the dash"),
        ("title: Symptoms: all of them\n", 1, "A colon stands inside the text"),
        ("questions:\n  - {name} hurts\n", 2, "The text begins with {, which means something else"),
        ("questions:\n  - [one\n  - two\n", 2, "The text begins with ["),
        ("questions: [what is {name}]\n", 1, "A { stands between [ and ]"),
        ("questions:\n  - @home, what helps\n", 2, "The text begins with @"),
        ("questions:\n  - *one*\n", 2, "The text begins with *"),
        ("questions:\n  - %5\n", 2, "The text begins with %"),
        ('title: "a \\d b"\n', 1, "A backslash stands in double quotes"),
        ("questions:\n  - one\n - two\n", 3, "does not fit to the lines above it"),
    ],
)
def test_a_slip_is_told_where_it_was_made_in_words_that_an_editor_knows(
    text: str, line: int, said: str
) -> None:
    findings = Findings(Path("a.md"))
    assert parse_yaml(text, findings) is None
    (problem,) = findings.problems
    assert (problem.line, said in problem.problem) == (line, True), str(problem)
    told = f"{problem.problem} {problem.remedy}".casefold()
    assert [word for word in _PARSERS_WORDS if word in told] == []
    assert problem.remedy.endswith(".")


def test_whatever_yaml_refuses_is_told_and_nothing_else() -> None:
    """A sound file, bent at each place: where YAML fails there is a sentence, with a line of the file."""
    sound = 'id: a\ntitle: "b: c"\nquestions:\n  - one\n  - "two"\nclosing: [x]\n'
    refused = 0
    for place in range(len(sound)):
        for instead in ("", "\t", '"', "'", ": ", "{", "[", "\n", "- ", "\\", "  "):
            text = sound[:place] + instead + sound[place + 1 :]
            try:
                list(yaml.parse(text, Loader=LOADER))
            except yaml.YAMLError:
                findings = Findings(Path("a.md"))
                assert parse_yaml(text, findings) is None
                assert 1 <= findings.problems[0].line <= text.count("\n") + 1
                refused += 1
    assert refused > 100
