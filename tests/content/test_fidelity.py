"""The answers beside the article that they retell: nothing missing, nothing surer, nothing copied."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
import yaml

from assistant.library.entries import BulletList, Entry
from assistant.text import sentences_in, words_in
from tests.needs import ARTICLE
from tests.shipped import shipped_library

_NEEDS_ARTICLE: Final = pytest.mark.needs("the source article")
_TABLE: Final[dict[str, list[dict[str, Any]]]] = yaml.safe_load(
    Path(__file__).with_name("fidelity.yaml").read_text(encoding="utf-8")
)
_LONGEST_RUN: Final = 6
"""Words in a row that may be the article's: more is a copy."""
_NAME: Final = re.compile(r"calcinosis universalis", re.IGNORECASE)
_GOVERNING: Final = (
    *("can", "may", "could", "usually", "generally", "typically", "often", "sometimes", "in some cases"),
    *("in severe cases", "believed", "considered", "possible", "potential", "potentially", "certain", "some"),
    *("not fully understood", "not well understood", "not well known", "more likely", "more prone", "hope"),
    *("aim", "aims", "essential", "important", "crucial", "rather than", "any", "no"),
)
"""Words with which the article says how sure a fact is, how often it is so, and for whom."""
_HEADING: Final = {
    "overview": "Overview",
    "faq-what-is": "What is Calcinosis Universalis?",
    "faq-symptoms": "What are the symptoms of Calcinosis Universalis?",
    "faq-causes": "What causes Calcinosis Universalis?",
    "faq-diagnosis": "How is Calcinosis Universalis diagnosed?",
    "faq-cure": "Is there a cure for Calcinosis Universalis?",
    "faq-prevention": "Can Calcinosis Universalis be prevented?",
    "faq-prognosis": "What is the prognosis for someone with Calcinosis Universalis?",
    "symptoms": "Symptoms of Calcinosis Universalis",
    "how-common": "How common is Calcinosis Universalis",
    "causes": "Causes of Calcinosis Universalis",
    "who-is-affected": "Who is affected by it",
    "types": "Types of Calcinosis Universalis",
    "diagnosis": "Diagnostic of Calcinosis Universalis",
    "treatment": "Treatment of Calcinosis Universalis",
    "prognosis": "Prognosis of treatment",
    "risk-factors": "Risk factors of Calcinosis Universalis",
    "complications": "Complications of Calcinosis Universalis",
    "prevention": "Prevention of Calcinosis Universalis",
    "living-with": "Living with Calcinosis Universalis",
    "epidemiology": "Epidemiology",
    "research": "Research",
    "history": "History of Calcinosis Universalis",
}
"""What each answer's part of the article is called there."""


@pytest.fixture(scope="module")
def entries() -> dict[str, Entry]:
    return dict(shipped_library().topics["calcinosis-universalis"].entries)


def _said(entry: Entry) -> list[str]:
    """The sentences of an answer, each list behind the line that introduces it."""
    said: list[str] = []
    for block in entry.blocks:
        if isinstance(block, BulletList):
            said[-1] = " ".join((said[-1], "; ".join(block.items)))
        else:
            said += [sentence.text for sentence in sentences_in(block.text)]
    return said


class Told(NamedTuple):
    """A sentence of ours, and what must stand in it: the article's words, and then ours."""

    says: str
    hedges: Mapping[str, str]


class Row(NamedTuple):
    """A sentence of the article by its first words, and the sentences of ours that state it."""

    starts: str
    ours: tuple[Told, ...]


def _rows(answer: str) -> list[Row]:
    return [
        Row(row["starts"], tuple(_told(ours) for ours in row["ours"]))
        for row in _TABLE[answer]
        if "starts" in row
    ]


def _told(ours: str | dict[str, Any]) -> Told:
    return Told(ours, {}) if isinstance(ours, str) else Told(ours["says"], ours["hedges"])


def _article() -> dict[str, list[str]]:
    """The article's sentences by its headings."""
    parts: dict[str, list[str]] = {}
    heading = ""
    for line in ARTICLE.read_text(encoding="utf-8").splitlines():
        if line.strip().endswith("."):
            parts.setdefault(heading, []).extend(sentence.text for sentence in sentences_in(line.strip()))
        elif line.strip():
            heading = line.strip()
    return parts


def _holds(words: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(words)}\b", text, re.IGNORECASE) is not None


def _unfaithful(said: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """What is not said as the table has it, or without the hedge that belongs to it."""
    return [
        problem
        for row in rows
        for ours in row.ours
        for problem in (
            *([] if ours.says in said else [f"{row.starts!r} is not told as it was: {ours.says!r}"]),
            *(
                f"{ours.says!r} is surer than the article: its {theirs!r} is gone"
                for theirs, hedge in ours.hedges.items()
                if not _holds(hedge, ours.says)
            ),
        )
    ]


@pytest.mark.parametrize("answer", _TABLE)
def test_every_fact_is_told_with_the_word_that_says_how_sure_it_is(
    entries: dict[str, Entry], answer: str
) -> None:
    assert _unfaithful(_said(entries[answer]), _rows(answer)) == []


def _moved_away(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """The table once for each hedge: as whoever puts that into the sentence beside would leave it."""
    for place, row in enumerate(rows):
        for index, ours in enumerate(row.ours):
            for hedge in ours.hedges.values():
                told = list(row.ours)
                without = re.sub(rf"\b{re.escape(hedge)}\b", "", ours.says, flags=re.IGNORECASE)
                told[index] = ours._replace(says=without)
                told.insert(index + 1, Told(f"That is {hedge} so.", {}))
                yield hedge, [*rows[:place], Row(row.starts, tuple(told)), *rows[place + 1 :]]


@pytest.mark.parametrize("answer", [answer for answer in _TABLE if any(_moved_away(_rows(answer)))])
def test_a_hedge_that_is_moved_out_of_its_sentence_is_missed(answer: str) -> None:
    for hedge, rows in _moved_away(_rows(answer)):
        said = [ours.says for row in rows for ours in row.ours]
        assert len(_unfaithful(said, rows)) >= 1, f"nobody misses {hedge!r}"
    assert _unfaithful([ours.says for row in _rows(answer) for ours in row.ours], _rows(answer)) == []


@pytest.mark.parametrize("answer", _TABLE)
def test_nothing_is_told_that_the_article_does_not_say(entries: dict[str, Entry], answer: str) -> None:
    known = {
        *(ours.says for row in _rows(answer) for ours in row.ours),
        *(sentence for row in _TABLE[answer] for sentence in row.get("elsewhere", ())),
    }
    assert [sentence for sentence in _said(entries[answer]) if sentence not in known] == []


def test_the_table_is_about_every_answer(entries: dict[str, Entry]) -> None:
    assert set(_TABLE) == set(entries) == set(_HEADING)


@_NEEDS_ARTICLE
@pytest.mark.parametrize("answer", _TABLE)
def test_every_sentence_of_the_article_stands_in_the_table_with_its_hedges(answer: str) -> None:
    article = _article()[_HEADING[answer]]
    rows = _rows(answer)
    assert len(rows) == len(article)
    for row, sentence in zip(rows, article, strict=True):
        assert words_in(sentence)[: len(words_in(row.starts))] == words_in(row.starts)
        hedges = [theirs for ours in row.ours for theirs in ours.hedges]
        assert [theirs for theirs in hedges if not _holds(theirs, sentence)] == []
        governing = [word for word in _GOVERNING if _holds(word, sentence)]
        assert [word for word in governing if not _holds(word, "; ".join(hedges))] == [], sentence


def _words(text: str) -> list[str]:
    return words_in(_NAME.sub(" ", text), compounds=True)


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    length = _LONGEST_RUN + 1
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


@_NEEDS_ARTICLE
def test_no_more_than_six_words_in_a_row_are_the_articles(entries: dict[str, Entry]) -> None:
    article: set[tuple[str, ...]] = set()
    for line in ARTICLE.read_text(encoding="utf-8").splitlines():
        article |= _runs(_words(line))
    assert len(article) > 500, "the article should have been read"
    copied = {
        id_: [" ".join(run) for run in _runs(_words(" ".join(_said(entry)))) if run in article]
        for id_, entry in entries.items()
    }
    assert {id_: runs for id_, runs in copied.items() if runs} == {}


def test_every_answer_names_its_illness(entries: dict[str, Entry]) -> None:
    assert [id_ for id_, entry in entries.items() if not _NAME.search(" ".join(_said(entry)))] == []
