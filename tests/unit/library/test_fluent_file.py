"""`interface.ftl` for its editors: what cannot be read is told in plain words, with its line."""

from pathlib import Path

import pytest

from assistant.library.fluent_file import parsed, problems_in, sayings

_PARSERS_WORDS = (
    "token",
    "junk",
    "annotation",
    "entry",
    "unterminated",
    "callee",
    "variant",
    "textelement",
    "e00",
)


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("a = b\nwhat is this\n", 2, "There is no = behind the name."),
        ("a = b\nc = { $d\ne = f\n", 2, "A { in these words is not closed."),
        ("a = b\nc = d } e\n", 2, "A } stands here, and no { before it."),
        ("a =\nb = c\n", 1, "There are no words behind the =."),
        ("a = { $n ->\n    [one] One.\n    }\n", 2, "None of the choices is the one for all other cases."),
        ("a = { $n ->\n    }\n", 1, "There are no choices behind the ->."),
        ('a = { "b }\n', 1, "A quotation mark in these words is not closed."),
        ("a = b\n= c\n", 2, "This line is the beginning of no sentence."),
        ("a = { b( }\n", 1, "These words cannot be read from here on."),
        ("a = b\nc = d\na = e\n", 3, "The name `a` stands here twice; the first is in line 1."),
    ],
)
def test_what_cannot_be_read_is_told_in_plain_words(source: str, line: int, said: str) -> None:
    (problem,) = problems_in(Path("interface.ftl"), source, parsed(source))
    assert (problem.line, problem.problem) == (line, said)
    assert problem.remedy.endswith(".")
    assert [word for word in _PARSERS_WORDS if word in str(problem).casefold()] == []


def test_words_over_several_lines_are_one_text_and_each_choice_is_another() -> None:
    choices = "-b = { $n ->\n    [one] One thing.\n   *[other] { $n } things.\n    }\n"
    source = f"a = Some {{ $x }} and\n    more.\n{choices}"
    told = [(name, passage.text, passage.first_line) for name, passage in sayings(source, parsed(source))]
    assert told == [("a", "Some it and more.", 1), ("-b", "One thing.", 4), ("-b", "it things.", 5)]
    (first, *_) = sayings(source, parsed(source))
    assert first.passage.line_at(first.passage.text.index("more")) == 2
