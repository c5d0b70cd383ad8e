"""Every mistake an editor can make: reported in the right file, on the right line, with what to do."""

import pytest
from tiny_content import TinyContent

from assistant.library.content_files import MAX_BYTES
from assistant.library.loading import load_library

TOPIC, SYMPTOMS, CURE, FAQ = (
    "tiny-illness/topic.md",
    "tiny-illness/symptoms.md",
    "tiny-illness/cure.md",
    "tiny-illness/faq/cure.md",
)


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "said"),
    [
        # ids, and files that fit together
        (SYMPTOMS, "id: symptoms", "id: signs", 2, "a file of this name holds `symptoms`"),
        (SYMPTOMS, "id: symptoms", "id: Symptoms", 2, "`Symptoms` cannot be an id"),
        (SYMPTOMS, "id: symptoms", f"id: {'a' * 25}", 2, "longer than 24 characters"),
        (TOPIC, "id: tiny-illness", "id: other-illness", 2, "but the folder is `tiny-illness`"),
        (TOPIC, "[symptoms, cure]", "[symptoms, cure, cure]", 8, "`cure` is listed twice"),
        (TOPIC, "[symptoms, cure]", "[symptoms, cure, types]", 8, "There is no file for `types`"),
        (SYMPTOMS, "kind: section", "kind: faq", 3, "stands where a `section` belongs"),
        (SYMPTOMS, "kind: section", "kind: chapter", 3, "`kind` is not one of the words that can stand here"),
        (SYMPTOMS, "aspect: symptoms", "aspect: signs", 4, "`signs` is not an aspect"),
        (SYMPTOMS, "source: article", "source: book", 8, "`book` is not a source"),
        # shapes
        (SYMPTOMS, "title: Symptoms", "titel: Symptoms", 2, "`title` is missing"),
        (SYMPTOMS, "title: Symptoms", "title:", 5, "`title` is empty"),
        (SYMPTOMS, "title: Symptoms", 'title: "  "', 5, "This is empty"),
        (SYMPTOMS, "  - what does it look like\n", "", 6, "`questions` is empty"),
        (SYMPTOMS, "- what does it look like", "- []", 7, "Item 1 of `questions` should be text"),
        ("aspects.yaml", "  title: Cure", "  titel: Cure", 4, "`titel` is not a key that means anything"),
        ("commands.yaml", "no: [no]", "- how", 4, "does not fit to the lines above it"),
        # wordings
        (FAQ, "[is there a cure for it]", '["What does it LOOK like?"]', 6, "symptoms.md, line 7"),
        (FAQ, "[is there a cure for it]", '["what is {illness}"]', 6, "`{illness}` means nothing here"),
        (
            FAQ,
            "[is there a cure for it]",
            "[what are the symptoms of {name}]",
            6,
            "A { stands between [ and ]",
        ),
        ("commands.yaml", "[no]", "[yes]", 4, "commands.yaml, line 3, for yes"),
        ("commands.yaml", "open {answer}", "open {answer} please", 2, "does not stand at the end"),
        ("commands.yaml", "open {answer}", "open {number}", 2, "`{number}` means nothing here"),
        ("commands.yaml", "bookmarks:", "Book marks:", 1, "`Book marks` cannot be a command"),
        ("emergencies.yaml", "Call {number} now.", "Call {name} now.", 3, "`{name}` means nothing here"),
        # reviews
        (CURE, "reviewed_by: Dr Example", "reviewed_by:", 2, "The review is incomplete"),
        (CURE, "2026-01-31", "31.1.2026", 9, "`31.1.2026` is not a date"),
        (CURE, "2026-01-31", "2026-02-30", 9, "`2026-02-30` is not a date"),
        (CURE, "2099-01-31", "2026-01-30", 2, "is not after `reviewed_on`"),
        # speaking and listening
        (TOPIC, "  tinyitis: ", "  Tinyitis: ", 6, "`Tinyitis` is not one lower-case word"),
        (TOPIC, "tˌIniˈItɪs", "tˌIni/ˈItɪs", 6, "cannot be phonemes"),
        # YAML beyond what is needed
        (SYMPTOMS, "title: Symptoms", "title: &a Symptoms", 5, "Anchors and aliases"),
        (SYMPTOMS, "title: Symptoms", "title: *a", 5, "Anchors and aliases"),
        (SYMPTOMS, "title: Symptoms", "title: !!python/name:os.system x", 5, "Tags"),
        (SYMPTOMS, "source: article", "source: article\ntitle: Signs", 9, "the first is in line 5"),
        (SYMPTOMS, "title: Symptoms", "title: [[[[[[[[x]]]]]]]]", 5, "nested too deeply"),
        (
            SYMPTOMS,
            "title: Symptoms",
            'title: "\\UFFFFFFFF"',
            5,
            "A backslash stands in double quotes",
        ),
        (SYMPTOMS, "title: Symptoms", 'title: "\\ud800"', 5, "A backslash stands in double quotes"),
        # Markdown beyond what can be heard
        (SYMPTOMS, "It is small.", "# It is small.", 13, "A heading"),
        (SYMPTOMS, "You can see it.", "You *can* see it.", 14, "Emphasis"),
        (SYMPTOMS, "You can see it.", "You **can** see it.", 14, "Bold text"),
        (SYMPTOMS, "You can see it.", "You [can](http://a.example) see it.", 14, "A link"),
        (SYMPTOMS, "You can see it.", "You [can](javascript:x) see it.", 14, "A link"),
        (SYMPTOMS, "You can see it.", "See.\n\n[a]: http://a.example", 16, "A link"),
        (SYMPTOMS, "You can see it.", "You ![can](a.png) see it.", 14, "An image"),
        (SYMPTOMS, "You can see it.", "You <b>can see it.", 14, "HTML"),
        (SYMPTOMS, "It is small.", "<!-- note -->\n", 13, "HTML"),
        (SYMPTOMS, "You can see it.", "You `can` see it.", 14, "Text in backticks"),
        (SYMPTOMS, "You can see it.", "You can ~~not~~ see it.", 14, "Struck-out text"),
        (SYMPTOMS, "It is small.\n", "It is small.  \n", 13, "A forced line break"),
        (SYMPTOMS, "It is small.\n", "    It is small.\n\n", 13, "An indented block"),
        (SYMPTOMS, "It is small.\n", "```\nIt is small.\n```\n", 13, "A code block"),
        (SYMPTOMS, "It is small.\n", "> It is small.\n\n", 13, "A quotation block"),
        (SYMPTOMS, "It is small.\n", "1. It is small.\n\n", 13, "A numbered list"),
        (SYMPTOMS, "It is small.\n", "***\n", 13, "A dividing line"),
        (SYMPTOMS, "It is small.\n", "a | b\n--|--\n1 | 2\n\n", 13, "A table"),
        (SYMPTOMS, "- A line.", "  - A line.", 17, "A list inside a list"),
        (SYMPTOMS, "- A line.", "-", 17, "A list item is empty"),
        (SYMPTOMS, "- A line.", "- A line.\n\n  Longer.", 19, "several paragraphs"),
        (FAQ, "Yes, there is.\n\nThat is tinyitis.", "", 9, "There is no text here"),
        ("emergencies.yaml", "- Sit upright.", "- *Sit* upright.", 6, "Emphasis"),
        (TOPIC, 'it."\n---\n', 'it."\n---\nHello.\n', 13, "shown nowhere"),
        # files
        (SYMPTOMS, "---\nid", "id", 1, "does not begin with front matter"),
        (SYMPTOMS, "review_due:\n---", "review_due:", 1, "does not end"),
        (SYMPTOMS, "It is small.", "It is\u200bsmall.", 13, "invisible character (U+200B)"),
        (SYMPTOMS, "It is small.", "It is \x07small.", 13, "invisible character (U+0007)"),
        ("aspects.yaml", "cure:", "---\ncure:", 3, "A second document"),
    ],
)
def test_a_mistake_is_reported_where_it_stands(
    content: TinyContent, name: str, old: str, new: str, line: int, said: str
) -> None:
    content.replace(name, old, new)
    reported = [(problem.path, problem.line) for problem in content.problems() if said in problem.problem]
    assert reported == [(content.path(name), line)], "\n".join(map(str, content.problems()))


def test_every_problem_says_what_to_do_in_a_full_sentence(content: TinyContent) -> None:
    content.replace(SYMPTOMS, "title: Symptoms", "title:")
    content.replace(CURE, "It goes away.", "# It goes away.")
    content.write("commands.yaml", "- a list\n")
    problems = content.problems()
    assert len(problems) >= 3
    for problem in problems:
        assert problem.problem.endswith(".")
        assert problem.remedy.endswith((".", "`."))
        assert str(problem).startswith(f"{problem.path}:{problem.line}: ")


def test_all_files_are_looked_at_before_anything_is_said(content: TinyContent) -> None:
    for name in (TOPIC, SYMPTOMS, FAQ):
        content.replace(name, "title: ", "titel: ")
    for name in ("aspects.yaml", "commands.yaml", "emergencies.yaml"):
        content.write(name, "a: [")
    assert len({problem.path for problem in content.problems()}) == 6


def test_a_file_that_topic_md_forgets_is_reported(content: TinyContent) -> None:
    content.write("tiny-illness/types.md", content.text(CURE).replace("id: cure", "id: types"))
    assert content.only_problem() == ("tiny-illness/types.md", 1, "topic.md does not list `types`.")


def test_a_question_listed_among_the_sections_is_reported(content: TinyContent) -> None:
    content.replace(TOPIC, "[symptoms, cure]", "[symptoms, cure, faq-cure]")
    content.replace(TOPIC, "faq: [faq-cure]", "faq: []")
    assert content.only_problem() == (TOPIC, 8, "`faq-cure` does not belong under `sections`.")


@pytest.mark.parametrize("name", ["aspects.yaml", "commands.yaml", "emergencies.yaml", TOPIC])
def test_a_file_that_cannot_be_missing_is_reported_when_it_is(content: TinyContent, name: str) -> None:
    content.path(name).unlink()
    assert content.only_problem() == (name, 1, "This file cannot be read: No such file or directory.")


@pytest.mark.parametrize("name", ["notes.md", "tiny-illness/symptoms.txt", "tiny-illness/faq/cure.yaml"])
def test_a_file_that_nothing_reads_is_reported(content: TinyContent, name: str) -> None:
    content.write(name, "Hello.\n")
    assert content.only_problem() == (name, 1, "Nothing reads this.")


def test_the_same_answer_in_two_places_is_reported(content: TinyContent) -> None:
    content.write("tiny-illness/faq-cure.md", content.text(FAQ))
    said = "The answer `faq-cure` stands also in faq-cure.md."
    assert (content.path(FAQ), said) in [(problem.path, problem.problem) for problem in content.problems()]


def test_a_file_in_another_encoding_is_reported_with_its_line(content: TinyContent) -> None:
    content.write("commands.yaml", "next: [next]\nback: [caf\xe9]\n".encode("latin-1"))
    assert content.only_problem() == ("commands.yaml", 2, "This is not UTF-8 text.")


def test_a_file_beyond_the_size_limit_is_refused(content: TinyContent) -> None:
    content.append("commands.yaml", "#" * MAX_BYTES)
    assert content.only_problem() == ("commands.yaml", 1, "This file is larger than 512 KiB.")


def test_a_folder_without_topics_is_reported(content: TinyContent) -> None:
    content.path("tiny-illness").rename(content.folder / "aside")
    problem = content.problems()[0]
    assert (problem.path, problem.problem) == (content.folder / "en", "There is no topic here.")


def test_a_wording_may_stand_in_an_answer_and_in_its_own_aspect(content: TinyContent) -> None:
    content.replace(SYMPTOMS, "what does it look like", '"what are the symptoms of {name}"')
    assert load_library(content.folder).topics
