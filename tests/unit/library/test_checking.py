"""What the check says beyond what the loader refuses."""

from datetime import date

import pytest
from tiny_content import TinyContent

from assistant.library.checking import check

FAQ = "tiny-illness/faq/cure.md"
CURE = "tiny-illness/cure.md"
LONG = "Word " * 25 + "word."


def test_sound_content_has_no_problem_and_a_grade_for_each_answer_in_reading_order(
    content: TinyContent,
) -> None:
    report = check(content.folder)
    assert (report.problems, report.warnings) == ((), ())
    assert [path.name for path in report.grades] == ["symptoms.md", "cure.md", "cure.md"]
    assert all(grade < 9 for grade in report.grades.values())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Yes (in time).", "A bracket stands here: “(in time)”"),
        ("Yes, see [1].", "A bracket stands here: “[1]”"),
        ("Yes 😀.", "grinning face"),
        ("Yes ☑.", "ballot box with check"),
        ("See https://a.example/b now.", "A web address"),
        ("See health.org now.", "A web address"),
        ("Ask me@a.example now.", "An e-mail address"),
        ("Yes, e.g. rest.", "An abbreviation stands here: “e.g.”"),
        ("Rest, etc. helps.", "An abbreviation"),
        ("See no. 5 now.", "An abbreviation"),
        ("Take 5 mg now.", "A unit in letters stands here: “5 mg”"),
        ("Salt & pepper.", "A sign that has no sound of its own stands here: “&”"),
        ("Half, or 50%.", "A sign that has no sound"),
        (LONG, "This sentence has 26 words"),
        ("Word " * 17 + "word.", "This sentence has 18 words"),
    ],
)
def test_what_cannot_be_heard_is_a_problem_on_its_line(content: TinyContent, text: str, said: str) -> None:
    content.replace(FAQ, "Yes, there is.", f"Yes, there is.\n{text}")
    (problem,) = check(content.folder).problems
    assert (problem.path, problem.line) == (content.path(FAQ), 10)
    assert said in problem.problem
    assert problem.remedy.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "No. It may stay.",
        "Word " * 16 + "word.",
        "A CT scan helps.",
        "In 1878 it got a name.",
        "It’s rare – still.",
    ],
)
def test_what_a_voice_reads_well_is_no_problem(content: TinyContent, text: str) -> None:
    content.replace(FAQ, "Yes, there is.", text)
    assert check(content.folder).problems == ()


def test_a_text_above_grade_nine_is_a_problem(content: TinyContent) -> None:
    content.replace(
        FAQ, "Yes, there is.", "Physiological abnormalities necessitate multidisciplinary evaluation."
    )
    report = check(content.folder)
    (problem,) = report.problems
    assert problem.problem.startswith("The reading grade is ")
    assert report.grades[content.path(FAQ)] > 9


def test_rare_words_with_a_pronunciation_do_not_raise_the_grade(content: TinyContent) -> None:
    content.replace(FAQ, "Yes, there is.", "Yes, tinyitis, tinyitis and tinyitis.")
    assert check(content.folder).grades[content.path(FAQ)] < 0


def test_titles_and_citations_are_heard_too(content: TinyContent) -> None:
    content.replace(FAQ, "title: Is there a cure?", "title: Cure (if any)")
    content.replace("tiny-illness/topic.md", "A short article", "A short article [1]")
    lines = {(problem.path.name, problem.line) for problem in check(content.folder).problems}
    assert lines == {("cure.md", 5), ("topic.md", 11)}


def test_emergency_texts_are_checked_and_the_number_in_them_is_no_bracket(content: TinyContent) -> None:
    content.replace("emergencies.yaml", "Sit upright.", "Sit upright (please).")
    problems = check(content.folder).problems
    assert {(problem.path.name, problem.line) for problem in problems} == {("emergencies.yaml", 6)}


def test_style_is_checked_even_where_another_file_does_not_load(content: TinyContent) -> None:
    content.write("commands.yaml", "a: [")
    content.replace(FAQ, "Yes, there is.", "Yes (there is).")
    report = check(content.folder)
    assert {problem.path.name for problem in report.problems} == {"commands.yaml", "cure.md"}
    assert len(report.grades) == 3


def test_without_a_usable_topic_file_no_misleading_grade_is_given(content: TinyContent) -> None:
    content.write("tiny-illness/topic.md", "nothing\n")
    report = check(content.folder)
    assert report.problems
    assert not report.grades


def test_a_review_that_ran_out_is_a_warning_and_the_content_still_loads(content: TinyContent) -> None:
    report = check(content.folder, today=date(2099, 2, 1))
    (warning,) = report.warnings
    assert (warning.path, warning.line) == (content.path(CURE), 10)
    assert "ran out on 2099-01-31" in warning.problem
    assert report.problems == ()


def test_a_review_holds_on_the_day_it_is_due(content: TinyContent) -> None:
    assert check(content.folder, today=date(2099, 1, 31)).warnings == ()


def test_a_review_dated_in_the_future_is_a_warning(content: TinyContent) -> None:
    (warning,) = check(content.folder, today=date(2026, 1, 30)).warnings
    assert "has not come yet" in warning.problem


# --- words ---

GLOSSARY = """\
nodule:
  words: [nodule, nodules]
  plain: [lump, lumps]
  meaning: a lump
  source: ours
"""


@pytest.mark.parametrize(
    ("text", "said", "remedy"),
    [
        ("They analyse it.", "“analyse” is not the word", "Write “analyze”"),
        (
            "See a healthcare provider.",
            "“healthcare provider” is not the word",
            "Write “health professional”",
        ),
        ("Skin and bone are examples.", "Examples stand in a sentence of their own", "such as"),
        ("How common is it? Rare.", "This asks a question", "Say what is known"),
        ("It is rare, see above.", "This points to a place", "say it in words"),
    ],
)
def test_what_does_not_sound_like_the_house_is_a_problem_with_a_remedy(
    content: TinyContent, text: str, said: str, remedy: str
) -> None:
    content.replace(FAQ, "Yes, there is.", f"Yes, there is.\n{text}")
    (problem,) = check(content.folder).problems
    assert (problem.path, problem.line) == (content.path(FAQ), 10)
    assert said in problem.problem
    assert remedy in problem.remedy


def test_an_answer_that_never_names_its_illness_is_a_problem(content: TinyContent) -> None:
    content.replace(FAQ, "That is tinyitis.", "That is all.")
    (problem,) = check(content.folder).problems
    assert "never names its illness" in problem.problem
    assert problem.remedy == "Say “Tiny Illness” once, early."


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("There are nodules.", 1),
        ("There are nodules, which are lumps.", 0),
        ("There are nodules. They are lumps.", 0),
        ("There are nodules. It is rare. It is odd. It has lumps.", 1),
    ],
)
def test_a_hard_word_needs_plain_words_beside_it(content: TinyContent, text: str, problems: int) -> None:
    content.write("glossary.yaml", GLOSSARY)
    content.replace(FAQ, "Yes, there is.", text)
    found = check(content.folder).problems
    assert len(found) == problems
    assert all("“a lump”" in problem.remedy for problem in found)


def test_without_a_glossary_no_word_is_hard(content: TinyContent) -> None:
    content.replace(FAQ, "Yes, there is.", "There are nodules.")
    assert check(content.folder).problems == ()


@pytest.mark.parametrize(
    ("text", "closing"), [("Some take medicines.", "medicines"), ("Some have chest pain.", "warning-signs")]
)
def test_what_an_answer_speaks_of_needs_its_closing(content: TinyContent, text: str, closing: str) -> None:
    content.replace(FAQ, "Yes, there is.", text)
    (problem,) = check(content.folder).problems
    assert problem.remedy == f"Add `- {closing}` under `closing:` in the front matter."
    content.replace(FAQ, "source: article", f"source: article\nclosing: [{closing}]")
    assert check(content.folder).problems == ()


def test_a_closing_that_there_is_not_is_a_problem(content: TinyContent) -> None:
    content.replace(FAQ, "source: article", "source: article\nclosing: [cheers]")
    (problem,) = check(content.folder).problems
    assert "`closing`" in problem.problem
    assert "`medicines`" in problem.remedy


def test_an_emergency_begins_with_the_number(content: TinyContent) -> None:
    content.replace("emergencies.yaml", "Call {number} now.", "Do not wait. Call {number} now.")
    (problem,) = check(content.folder).problems
    assert "number to call does not stand in the first sentence" in problem.problem
    assert problem.line == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("title: Trouble breathing (bad)", "A bracket stands here"),
        (
            'title: Trouble breathing\n  caution: "If it is & hurts, call {number}."',
            "A sign that has no sound",
        ),
        (
            'title: Trouble breathing\n  caution: "If a clinician is near, call {number}."',
            "“clinician” is not the word",
        ),
    ],
)
def test_what_is_said_around_an_emergency_is_checked_too(content: TinyContent, line: str, said: str) -> None:
    content.replace("emergencies.yaml", "title: Trouble breathing", line)
    (problem,) = check(content.folder).problems
    assert said in problem.problem
    assert problem.line == 2 + line.count("\n")


def test_the_assistants_own_sentences_are_looked_at_and_stop_nothing(content: TinyContent) -> None:
    content.write(
        "interface.ftl",
        "# A colour in a comment.\n"
        "hello = What is your favourite colour, { $name }?\n"
        "count = { $count ->\n"
        "    [one] One clinician.\n"
        f"   *[other] {LONG}\n"
        "}\n"
        "pick-words-1 = colour, color\n",
    )
    report = check(content.folder)
    assert report.problems == ()
    assert [(warning.path.name, warning.line) for warning in report.warnings] == [
        ("interface.ftl", 2),
        ("interface.ftl", 4),
        ("interface.ftl", 5),
    ]
    assert all(warning.remedy.endswith(".") for warning in report.warnings)


def test_a_title_that_no_button_can_show_is_a_problem(content: TinyContent) -> None:
    content.replace("tiny-illness/cure.md", "title: Cure", f"title: {'Cure ' * 8}now")
    (problem,) = check(content.folder).problems
    assert (problem.path.name, problem.line) == ("cure.md", 5)
    assert problem.problem == "This title has 43 characters; a button shows 40."


def test_an_illness_with_a_long_name_is_a_warning(content: TinyContent) -> None:
    content.replace(
        "tiny-illness/topic.md", "title: Tiny Illness", "title: A Very, Very Long and Altogether Tiny Illness"
    )
    told = [warning for warning in check(content.folder).warnings if warning.path.name == "topic.md"]
    assert [warning.line for warning in told] == [3]
    assert "too long for a button" in told[0].problem
