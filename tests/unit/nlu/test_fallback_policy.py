import numpy as np

from assistant.library.entries import EntryRef
from assistant.nlu.intents import Answer, Choice, NotCovered
from assistant.nlu.stages.fallback_policy import Thresholds, best_by_aspect, decide
from assistant.nlu.stages.ranking import Ranking

REFS = tuple(EntryRef("illness", name) for name in ("cure", "treatment", "faq-treatment", "history"))
ASPECTS = np.array([0, 1, 1, 2])


def ranking(*scores: float, none: float) -> Ranking:
    return Ranking(REFS, ASPECTS, np.array(scores, dtype=np.float32), none)


def test_one_clear_best_is_an_answer_with_runners_up() -> None:
    outcome = decide(ranking(1, 9, 2, 3, none=1), Thresholds())
    assert isinstance(outcome, Answer)
    assert outcome.entry == REFS[1]
    assert outcome.also == (REFS[3], REFS[0])
    assert 0.9 < outcome.confidence <= 1


def test_two_answers_of_one_aspect_do_not_compete() -> None:
    outcome = decide(ranking(1, 9, 8.9, 1, none=1), Thresholds())
    assert isinstance(outcome, Answer)
    assert outcome.entry == REFS[1]


def test_two_aspects_close_together_are_a_choice_best_first() -> None:
    outcome = decide(ranking(8.8, 9, 1, 1, none=1), Thresholds())
    assert isinstance(outcome, Choice)
    assert outcome.entries == (REFS[1], REFS[0])


def test_a_choice_offers_at_most_three_each_of_another_aspect() -> None:
    outcome = decide(ranking(9, 9, 9, 9, none=1), Thresholds())
    assert isinstance(outcome, Choice)
    assert len(outcome.entries) == 3
    assert not {REFS[1], REFS[2]} <= set(outcome.entries)


def test_nothing_fits_when_the_counter_examples_are_nearer() -> None:
    outcome = decide(ranking(1, 2, 1, 1.5, none=9), Thresholds())
    assert isinstance(outcome, NotCovered)
    assert outcome.nearest == (REFS[1], REFS[3], REFS[0])


def test_a_doubtful_answer_is_only_offered() -> None:
    outcome = decide(ranking(1, 9, 1, 2, none=8.8), Thresholds())
    assert isinstance(outcome, Choice)
    assert outcome.entries[0] == REFS[1]


def test_a_library_without_answers_covers_nothing() -> None:
    empty = Ranking((), np.array([], dtype=np.int64), np.array([], dtype=np.float32), 0.0)
    assert decide(empty, Thresholds()) == NotCovered()


def test_equal_scores_keep_the_reading_order() -> None:
    assert [ref for ref, _ in best_by_aspect(ranking(5, 5, 5, 5, none=0))] == [REFS[0], REFS[1], REFS[3]]
