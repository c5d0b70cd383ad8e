import random

import numpy as np

from assistant.library.values import EntryRef, Library
from assistant.understanding.calibration import (
    FOLDS,
    Trial,
    figures,
    fitted,
    fold_of,
    mistyped,
    without_fold,
)
from assistant.understanding.decision import Thresholds
from assistant.understanding.ranking import Evidence, Weights


def trial(aspect: int | None, best: int, none: float) -> Trial:
    answers = np.zeros((2, len(Weights().for_answers())), dtype=np.float32)
    answers[best, 0] = 1.0
    against = np.zeros(len(Weights().for_none()), dtype=np.float32)
    against[0] = none
    refs = (EntryRef("illness", "cure"), EntryRef("illness", "history"))
    return Trial("asked", aspect, False, Evidence(refs, np.array([0, 1]), answers, against))


def test_every_wording_is_left_out_once_and_then_is_not_in_the_library(library: Library) -> None:
    asked = 0
    for fold in range(FOLDS):
        left = {line for line in library.off_topic if line not in without_fold(library, fold).off_topic}
        assert set(library.off_topic[fold::FOLDS]) == left
        asked += sum(aspect is not None for _, aspect in fold_of(library, fold))
    topic = next(iter(library.topics.values()))
    assert asked == sum(len(aspect.questions) for aspect in library.aspects.values()) + sum(
        len(entry.questions) for entry in topic.entries.values()
    )


def test_typos_change_a_text_but_little() -> None:
    text = "how do people live with this illness from day to day"
    typed = mistyped(text, random.Random(1))  # noqa: S311  # typos, not secrets
    assert typed != text
    assert abs(len(typed) - len(text)) <= 3


def test_fitting_makes_the_evidence_that_tells_the_truth_count() -> None:
    found = [trial(0, 0, 0.0), trial(1, 1, 0.0), trial(None, 0, 1.0), trial(None, 1, 1.0)]
    weights = fitted(found, Weights(vector=0.5, none_vector=0.0, none=0.0))
    told = figures(found, weights, Thresholds())
    assert weights.vector > 1
    assert weights.none_vector > 1
    assert (told.found, told.wrong, told.counter_answered) == (1.0, 0.0, 0.0)
    assert weights == fitted(found, Weights(vector=0.5, none_vector=0.0, none=0.0))
