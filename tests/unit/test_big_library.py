"""The invented libraries that big figures are measured on: sound, repeatable, no heavier than need be."""

import filecmp
from pathlib import Path

import pytest
from rapidfuzz.distance import Levenshtein

from assistant.library.checking import check
from assistant.library.content_files import fingerprint_of
from assistant.library.loading import load_library
from tests.benchmarks.big_library import (
    ANSWERS_PER_TOPIC,
    SORTS,
    questions_about,
    texts_without_names,
    write_big_library,
)
from tests.benchmarks.invented_illnesses import invented, most_illnesses


def test_the_content_passes_every_check_and_holds_every_aspect(tmp_path: Path) -> None:
    write_big_library(tmp_path, topics=4)
    report = check(tmp_path)
    assert (report.problems, report.warnings) == ((), ())
    library = load_library(tmp_path)
    assert len(library.topics) == 4
    for topic in library.topics.values():
        assert len(topic.entries) == ANSWERS_PER_TOPIC
        assert {entry.aspect for entry in topic.entries.values()} == set(library.aspects)


def test_the_same_seed_writes_the_same_files_and_another_one_does_not(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        write_big_library(tmp_path / name, topics=2, seed=seed)
    fingerprints = {
        name: fingerprint_of(tmp_path / name / "en", unread=()) for name in ("one", "same", "other")
    }
    assert fingerprints["one"] == fingerprints["same"] != fingerprints["other"]
    assert filecmp.cmp(tmp_path / "one/en/aspects.yaml", tmp_path / "other/en/aspects.yaml", shallow=False)


def test_a_thousand_illnesses_have_names_that_are_not_spelt_alike() -> None:
    illnesses = invented(1000, seed=1)
    names = [name for illness in illnesses for name in (illness.title, *illness.other_names)]
    heads = [name.split()[0].lower() for name in names]
    assert len(set(heads)) == 2000
    nearest = min(Levenshtein.distance(heads[0], head) for head in heads[1:])
    assert nearest >= 2
    assert len({illness.id for illness in illnesses}) == 1000


def test_a_thousand_illnesses_share_a_few_thousand_texts() -> None:
    """Each costs milliseconds to embed: were they all different, a first start would take minutes."""
    assert 2000 < len(texts_without_names(invented(1000, seed=1))) < 5000


def test_more_illnesses_than_names_are_refused() -> None:
    with pytest.raises(ValueError, match="only"):
        invented(most_illnesses() + 1, seed=1)


def test_each_sort_of_question_is_asked_as_often_and_its_answers_exist(tmp_path: Path) -> None:
    illnesses = write_big_library(tmp_path, topics=30)
    library = load_library(tmp_path)
    questions = questions_about(illnesses, of_each_sort=25)
    assert [question.sort for question in questions] == [*SORTS] * 25
    for question in questions:
        assert question.accept
        assert all(library.entry(ref) for ref in question.accept)
        assert (question.topic_in_hand is not None) is (question.sort == "in hand")
    aspects = {library.entry(ref).aspect for question in questions for ref in question.accept}  # type: ignore[union-attr]  # looked at above
    assert aspects == set(library.aspects)


def test_what_a_question_describes_stands_in_the_answer(tmp_path: Path) -> None:
    illnesses = write_big_library(tmp_path, topics=10)
    library = load_library(tmp_path)
    for illness in illnesses:
        entry = library.topics[illness.id].entries["symptoms"]
        text = " ".join(block.text for block in entry.blocks)  # type: ignore[union-attr]  # paragraphs only
        assert illness.facts["sign1"] in text
        assert illness.facts["sign2"] in text
