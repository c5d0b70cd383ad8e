import pytest

from assistant.library.entries import EntryRef
from assistant.nlu.intents import Answer, Choice, CommandName, NotCovered
from assistant.nlu.stages.fallback_policy import Thresholds, commanded, decide

CURE, TREATMENT, HISTORY, TYPES = (
    EntryRef("illness", name) for name in ("cure", "treatment", "history", "types")
)


def test_one_clear_best_is_an_answer_with_runners_up() -> None:
    outcome = decide([(TREATMENT, 0.9), (HISTORY, 0.04), (CURE, 0.02)], 0.04, Thresholds())
    assert outcome == Answer(TREATMENT, 0.9, also=(HISTORY, CURE))


def test_two_answers_close_together_are_a_choice_best_first() -> None:
    outcome = decide([(TREATMENT, 0.44), (CURE, 0.43), (HISTORY, 0.06), (TYPES, 0.06)], 0.01, Thresholds())
    assert isinstance(outcome, Choice)
    assert outcome.entries == (TREATMENT, CURE)


def test_a_choice_offers_at_most_three() -> None:
    outcome = decide([(each, 0.25) for each in (CURE, TREATMENT, HISTORY, TYPES)], 0.0, Thresholds())
    assert isinstance(outcome, Choice)
    assert outcome.entries == (CURE, TREATMENT, HISTORY)


def test_nothing_fits_when_none_of_them_is_believed_in() -> None:
    outcome = decide([(TREATMENT, 0.2), (CURE, 0.1)], 0.7, Thresholds())
    assert outcome == NotCovered((TREATMENT, CURE), 0.7)


def test_a_doubtful_answer_is_only_offered() -> None:
    outcome = decide([(TREATMENT, 0.5), (CURE, 0.05)], 0.45, Thresholds())
    assert isinstance(outcome, Choice)
    assert outcome.entries[0] == TREATMENT


def test_a_library_without_answers_covers_nothing() -> None:
    assert decide([], 0.0, Thresholds()) == NotCovered()


@pytest.mark.parametrize(
    ("beliefs", "meant"),
    [
        ({}, None),
        ({CommandName.NEXT: 0.6, CommandName.BACK: 0.3}, CommandName.NEXT),
        ({CommandName.NEXT: 0.3, CommandName.BACK: 0.3}, None),
        ({CommandName.FORGET_ME: 0.7}, None),
        ({CommandName.FORGET_ME: 0.97}, CommandName.FORGET_ME),
    ],
)
def test_what_changes_or_erases_needs_to_be_surer(
    beliefs: dict[CommandName, float], meant: CommandName | None
) -> None:
    assert commanded(beliefs, Thresholds()) is meant


def test_the_longer_a_message_the_surer_an_alarm_must_be() -> None:
    thresholds = Thresholds()
    least = [thresholds.alarm(words) for words in (1, thresholds.brief_words, 20, thresholds.long_words, 300)]
    assert least == sorted(least)
    assert (least[0], least[-1]) == (thresholds.brief_alarm, thresholds.long_alarm)
    assert thresholds.brief_alarm < least[2] < thresholds.long_alarm


def test_what_names_no_illness_is_refused_sooner() -> None:
    best, none = [(TREATMENT, 0.3), (CURE, 0.25)], 0.45
    assert isinstance(decide(best, none, Thresholds()), Choice)
    assert decide(best, none, Thresholds(), is_named=False) == NotCovered((TREATMENT, CURE), none)
