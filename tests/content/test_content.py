"""The real content: complete, in its own words, honest about its review, not learnt from the evaluation."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz import fuzz, process

from assistant.dialogue.actions.audio_segments import parts_of
from assistant.dialogue.render.spoken_text import spoken_paragraphs
from assistant.library.checking import Report, check
from assistant.library.entries import BulletList, Closing, Entry, Kind, Library, Review
from assistant.library.loading import content_folder
from assistant.nlu.training.examples import HOUSE, data_lines
from assistant.nlu.training.provenance import data_folder
from assistant.nlu.words import expanded
from assistant.text import sentences_in
from tests.needs import ARTICLE
from tests.shipped import shipped_library

_QUESTIONS = Path(__file__).parents[1] / "evaluation" / "development.jsonl"

_SECTIONS = (
    "overview symptoms how-common causes who-is-affected types diagnosis treatment prognosis risk-factors "
    "complications prevention living-with epidemiology research history"
)
_FAQ = "faq-what-is faq-symptoms faq-causes faq-diagnosis faq-cure faq-prevention faq-prognosis"

_TRIVIAL_WORDS = 3
"""Everybody says "read it again": agreeing on so few words shows nothing."""
_COPY = 90
_SAID_BY_ALL = 4
"""Of 100. A text stays above it when its words are reordered or one in ten is changed. Two people who ask the
same in the same form reach 75 ("who gets it most often", "who gets this most"); the form alone gives 65."""
_NAME = "nameoftheillness"
"""One long word, so that two questions are not alike because of it, nor those about two illnesses."""


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped_library()


@pytest.fixture(scope="module")
def entries(library: Library) -> dict[str, Entry]:
    return dict(library.topics["calcinosis-universalis"].entries)


@pytest.fixture(scope="module")
def report() -> Report:
    return check(content_folder())


def test_the_content_has_no_problem_and_nothing_is_overdue(report: Report) -> None:
    assert [str(problem) for problem in (*report.problems, *report.warnings)] == []


def test_every_answer_that_scripts_depend_on_is_there(entries: dict[str, Entry]) -> None:
    by_kind = {kind: {id_ for id_, entry in entries.items() if entry.kind is kind} for kind in Kind}
    assert by_kind == {Kind.SECTION: set(_SECTIONS.split()), Kind.FAQ: set(_FAQ.split())}


def test_no_answer_claims_a_review_that_nobody_made(entries: dict[str, Entry]) -> None:
    assert {id_ for id_, entry in entries.items() if entry.review != Review()} == set()


@pytest.mark.parametrize(
    ("answer", "one", "other"),
    [
        ("prevention", "No specific way to prevent", "what preventing it involves"),
        ("faq-prevention", "No specific way to prevent", "what preventing it involves"),
        ("prevention", "few foods rich in calcium", "a balanced diet"),
        ("living-with", "few foods rich in calcium", "a balanced diet"),
    ],
)
def test_where_the_article_differs_with_itself_both_are_told_and_the_doctor_is_named(
    entries: dict[str, Entry], answer: str, one: str, other: str
) -> None:
    entry = entries[answer]
    told = " ".join(_passages_of(entry))
    assert (one in told, other in told) == (True, True)
    assert Closing.SOURCE_DIFFERS in entry.closing
    file = "faq/prevention" if answer == "faq-prevention" else answer
    written = content_folder() / "en" / "calcinosis-universalis" / f"{file}.md"
    assert "# For the reviewer: the source" in written.read_text(encoding="utf-8")


def test_no_voice_note_begins_with_a_word_for_what_an_earlier_one_named(entries: dict[str, Entry]) -> None:
    later = {
        f"{id_}, part {number}": spoken_paragraphs(part)[0]
        for id_, entry in entries.items()
        for number, part in enumerate(parts_of(entry)[1:], start=2)
    }
    assert len(later) > len(entries) / 2, "many answers are heard in parts"
    assert {name: words for name, words in later.items() if _LEANS.match(words)} == {}


def test_every_title_is_its_own_so_that_a_button_says_where_it_leads(entries: dict[str, Entry]) -> None:
    titles = [entry.title.casefold() for entry in entries.values()]
    assert len(set(titles)) == len(titles)


def test_every_grade_is_nine_or_lower(report: Report) -> None:
    assert {path.name: grade for path, grade in report.grades.items() if grade > 9} == {}


_LEANS = re.compile(r"(?:also, )?(?:it|they|them|these|those|this|that)\b", re.IGNORECASE)


def _words(text: str, name: str) -> str:
    """What is compared: words in lower case, with `name` for the illness's name, however that is written."""
    text = re.sub(r"\{name\}|calcinosis universalis", name, text.casefold())
    return " ".join(re.findall(r"[^\W_]+(?:['’][^\W_]+)?", text))


def _comparable(texts: list[str], name: str = _NAME) -> dict[str, str]:
    """Each text by its words, without those too short to show anything."""
    by_words = {text: _words(text, name) for text in texts}
    return {
        text: words
        for text, words in by_words.items()
        if sum(word != _NAME for word in words.split()) > _TRIVIAL_WORDS
    }


def _copies(ours: dict[str, str], theirs: dict[str, str]) -> list[tuple[str, str, float]]:
    texts, others = list(ours), list(theirs)
    alike = process.cdist(
        [_sorted(words) for words in ours.values()],
        [_sorted(words) for words in theirs.values()],
        scorer=fuzz.ratio,
        score_cutoff=_COPY,
    )
    return [(texts[place], others[other], float(alike[place, other])) for place, other in np.argwhere(alike)]


def _sorted(words: str) -> str:
    return " ".join(sorted(words.split()))


def _passages_of(entry: Entry) -> Iterator[str]:
    for block in entry.blocks:
        yield from block.items if isinstance(block, BulletList) else (block.text,)


def _sentences(passages: Iterator[str] | list[str]) -> list[str]:
    return [sentence.text for passage in passages for sentence in sentences_in(passage)]


@pytest.mark.needs("the source article")
@pytest.mark.parametrize("name", [_NAME, ""], ids=["named", "name left out"])
def test_no_sentence_is_taken_from_the_source_article(entries: dict[str, Entry], name: str) -> None:
    article = _comparable(_sentences(ARTICLE.read_text(encoding="utf-8").splitlines()), name)
    assert len(article) > 50, "the article should have been read"
    ours = [text for entry in entries.values() for text in _sentences(_passages_of(entry))]
    assert _copies(_comparable(ours, name), article) == []


def _learnt_from_the_house() -> list[str]:
    """Whoever else wrote a line had not seen the questions: where they agree, people say it so."""
    return [line["text"] for line, _ in data_lines(data_folder("en")) if line["writer"] == HOUSE]


def _wordings_of(library: Library) -> list[str]:
    groups = [
        *(entry.questions for topic in library.topics.values() for entry in topic.entries.values()),
        *(command.wordings for command in library.commands.values()),
        [line for line in _learnt_from_the_house() if len(line.split()) > _SAID_BY_ALL],
    ]
    written = [wording for group in groups for wording in group]
    # "Next" and "what can you do" have no other words to be said in.
    meant = [one for wording in written for one in expanded(wording) if len(one.split()) > _SAID_BY_ALL]
    return [*written, *meant]


def test_no_wording_is_taken_from_the_evaluation_questions(library: Library) -> None:
    lines = _QUESTIONS.read_text(encoding="utf-8").splitlines()
    questions = _comparable([json.loads(line)["text"] for line in lines])
    assert len(questions) > 100, "the questions should have been read"
    assert _copies(_comparable(_wordings_of(library)), questions) == []


def test_a_copy_with_one_word_changed_is_recognised_and_a_like_question_is_not() -> None:
    theirs = _comparable(["Could a person with this ever have stones in the left kidney?"])
    close = "could a person with this ever get stones in the left kidney"
    assert _copies(_comparable([close]), theirs)
    assert not _copies(_comparable(["could a person with this ever have trouble with both eyes"]), theirs)
