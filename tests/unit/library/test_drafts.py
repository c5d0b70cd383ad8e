"""A draft is not served, and keeps nothing else from being served."""

import pytest
from tiny_content import TinyContent

from assistant.library.checking import check
from assistant.library.loading import load_library

SYMPTOMS = "tiny-illness/symptoms.md"
TOPIC = "tiny-illness/topic.md"


def make_draft(content: TinyContent, name: str) -> None:
    content.replace(name, "\ntitle:", "\nstate: draft\ntitle:")


def test_a_draft_is_not_served(content: TinyContent) -> None:
    make_draft(content, SYMPTOMS)
    assert list(load_library(content.folder).topics["tiny-illness"].entries) == ["cure", "faq-cure"]
    assert check(content.folder).unfinished == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title: Symptoms", "title:", "`title` is empty."),
        ("source: article", "source: article\nsorce: a", "`sorce` is not a key that means anything here."),
        ("what does it look like", "is there a cure for it", "stands already in cure.md"),
        ("It is small.", "It is # small.", "A sign that has no sound of its own"),
        ("It is small.", "*It is small.*", "Emphasis cannot stand in an answer."),
        ("aspect: symptoms", "aspect: [", "begins with ["),
        ("It is small.\nYou can see it.\n\n- A dot.\n- A line.\n\nThat is tinyitis.", "", "There is no text"),
    ],
    ids=["missing", "misspelt", "wording taken", "style", "markup", "no YAML", "no text"],
)
def test_what_is_wrong_with_a_draft_is_told_and_stops_nothing(
    old: str, new: str, said: str, content: TinyContent
) -> None:
    make_draft(content, SYMPTOMS)
    content.replace(SYMPTOMS, old, new)
    assert load_library(content.folder).topics
    report = check(content.folder)
    assert report.problems == ()
    assert any(said in problem.problem for problem in report.unfinished), report.unfinished
    assert {problem.path for problem in report.unfinished} == {content.path(SYMPTOMS)}


def test_every_answer_of_a_draft_topic_is_one(content: TinyContent) -> None:
    other = content.folder / "en" / "other"
    other.mkdir()
    (other / "topic.md").write_text("---\nid: other\ntitle:\nstate: draft\nsections:\nsources:\n---\n")
    (other / "causes.md").write_text("---\nid: causes\n---\n")
    assert list(load_library(content.folder).topics) == ["tiny-illness"]
    report = check(content.folder)
    assert report.problems == ()
    assert {problem.path.name for problem in report.unfinished} == {"topic.md", "causes.md"}


def test_content_of_drafts_alone_serves_nothing_and_says_so(content: TinyContent) -> None:
    make_draft(content, TOPIC)
    (problem,) = content.problems()
    assert problem.problem == "No answer is served yet: all of them are drafts."


def test_a_topic_of_drafts_alone_is_no_topic(content: TinyContent) -> None:
    for name in (SYMPTOMS, "tiny-illness/cure.md", "tiny-illness/faq/cure.md"):
        make_draft(content, name)
    (problem,) = content.problems()
    assert problem.problem == "No answer is served yet: all of them are drafts."


def test_another_word_for_the_state_is_refused(content: TinyContent) -> None:
    content.replace(SYMPTOMS, "\ntitle:", "\nstate: ready\ntitle:")
    assert content.only_problem() == (SYMPTOMS, 5, "`state` is not one of the words that can stand here.")
