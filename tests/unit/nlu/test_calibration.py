import dataclasses
from collections import Counter

import numpy as np

from assistant.library.entries import EntryRef, Library
from assistant.nlu.intents import Command, CommandName
from assistant.nlu.stages.command_classifier import CLUES_OF_COMMAND, EXACT_ONLY, CommandClues, CommandWeights
from assistant.nlu.stages.fallback_policy import Thresholds
from assistant.nlu.stages.ranking import Evidence, Weights
from assistant.nlu.stages.triage import EmergencyWeights
from assistant.nlu.training.alarm_calibration import (
    alarm_figures,
    chosen_alarm_thresholds,
    crossed_alarm,
    fitted_alarm,
)
from assistant.nlu.training.calibration import Beliefs, chosen_thresholds, crossed, figures
from assistant.nlu.training.command_calibration import CommandFigures, command_figures, fitted_commands
from assistant.nlu.training.cross_validation import AlarmTrial, CommandTrial, Manner, Sort, Trial
from assistant.nlu.training.fitting import fitted
from assistant.nlu.training.folds import FOLDS, commands_of_fold, evenly, fold_of, sampled, without_fold

COMMANDS = (Command(CommandName.NEXT), Command(CommandName.BACK))


def trial(aspect: int | None, best: int, none: float, fold: int = 0) -> Trial:
    answers = np.zeros((2, len(Weights().for_answers())), dtype=np.float32)
    answers[best, 0] = 1.0
    against = np.zeros(len(Weights().for_none()), dtype=np.float32)
    against[0] = none
    refs = (EntryRef("illness", "cure"), EntryRef("illness", "history"))
    return Trial(aspect, Manner.PLAIN, fold, Evidence(refs, np.array([0, 1]), answers, against))


def alarm_trial(sort: Sort, head: float, fold: int) -> AlarmTrial:
    clues = np.zeros((2, len(EmergencyWeights().row())))
    clues[:, 0], clues[:, -1] = head, 1.0
    return AlarmTrial(sort, Manner.PLAIN, fold, clues)


def test_every_wording_is_left_out_once_and_then_is_not_in_the_library(library: Library) -> None:
    asked = 0
    for fold in range(FOLDS):
        kept = without_fold(library, fold).off_topic
        left = {line for line in library.off_topic if line not in kept}
        assert set(library.off_topic[fold::FOLDS]) == left
        asked += sum(each.aspect is not None for each in fold_of(library, fold))
    topic = next(iter(library.topics.values()))
    assert asked == sum(len(aspect.questions) for aspect in library.aspects.values()) + sum(
        len(entry.questions) for entry in topic.entries.values()
    )


def test_a_library_without_a_fold_is_not_taken_for_the_whole(library: Library) -> None:
    prints = {without_fold(library, fold).fingerprint for fold in range(FOLDS)}
    assert len(prints | {library.fingerprint}) == FOLDS + 1


def test_of_many_topics_a_few_are_drawn_and_a_new_one_seldom_changes_which(library: Library) -> None:
    (topic,) = library.topics.values()
    ids = [f"illness-{number}" for number in range(200)]
    many = dataclasses.replace(library, topics={id_: dataclasses.replace(topic, id=id_) for id_ in ids})
    drawn = sampled(many)
    assert 1 < len(drawn.topics) < 20
    without_last = dataclasses.replace(many, topics=dict(list(many.topics.items())[:-1]))
    assert len(set(sampled(without_last).topics) & set(drawn.topics)) >= len(drawn.topics) - 1
    assert sampled(library) is library
    asked = {each.topic for each in fold_of(drawn, 0)}
    assert asked == set(drawn.topics)


def command_trial(command: Command | None, best: int | None, fold: int) -> CommandTrial:
    """A trial whose first clue speaks for one of two commands, or that of none for none."""
    commands = np.zeros((2, CLUES_OF_COMMAND))
    none = np.zeros(len(CommandWeights().for_none()))
    if best is None:
        none[0] = 1.0
    else:
        commands[best, 0] = 1.0
    clues = CommandClues(commands, none, about_it=False)
    return CommandTrial(command, COMMANDS, Manner.PLAIN, fold, clues)


def test_every_wording_of_a_command_is_left_out_once(library: Library) -> None:
    for key, whole in library.commands.items():
        parts = [without_fold(library, fold).commands[key].wordings for fold in range(FOLDS)]
        kept = Counter(text for part in parts for text in part)
        assert kept == Counter({text: count * (FOLDS - 1) for text, count in Counter(whole.wordings).items()})


def test_only_commands_whose_meaning_may_be_guessed_are_asked_for(library: Library) -> None:
    asked = [each for fold in range(FOLDS) for each in commands_of_fold(library, fold)]
    assert {command.name for command, _ in asked} == set(CommandName) - EXACT_ONLY
    assert not [text for _, text in asked if text.startswith("/") or "{" in text or "|" in text]


def test_commands_learn_what_tells_them_apart_and_from_questions() -> None:
    found = [
        each
        for fold in range(FOLDS)
        for each in (
            *(command_trial(command, number, fold) for number, command in enumerate(COMMANDS)),
            command_trial(None, None, fold),
        )
    ]
    weights = fitted_commands(found)
    assert weights.near > 1
    assert weights.none_nearest > 1
    assert weights == fitted_commands(found)
    told = command_figures(found)[Manner.PLAIN]
    assert told == CommandFigures(asked=2 * FOLDS, right=1.0, another=0.0, questions=FOLDS, swallowed=0.0)


def test_a_command_that_a_fold_does_not_know_is_no_evidence() -> None:
    unknown = command_trial(Command(CommandName.HELP), 0, 0)
    found = [command_trial(COMMANDS[0], 0, 0), command_trial(None, None, 0)]
    assert fitted_commands([*found, unknown]) == fitted_commands(found)


def test_a_sample_comes_from_all_over() -> None:
    assert evenly(range(10), 5) == [0, 2, 4, 6, 8]
    assert evenly(range(3), 5) == [0, 1, 2]


def test_fitting_makes_the_evidence_that_tells_the_truth_count() -> None:
    found = [trial(0, 0, 0.0), trial(1, 1, 0.0), trial(None, 0, 1.0), trial(None, 1, 1.0)]
    start = Weights(vector=0.5, none_vector=0.0, none=0.0)
    weights = fitted(found, start)
    told = figures(Beliefs.of(found, weights), Thresholds())[Manner.PLAIN]
    assert weights.vector > 1
    assert weights.none_vector > 1
    assert (told.found, told.wrong, told.counter_answered) == (1.0, 0.0, 0.0)
    assert weights == fitted(found, start)


def test_no_signal_speaks_against_the_answer_it_comes_from() -> None:
    misled = [trial(1, 0, 0.0), trial(0, 1, 0.0), trial(None, 0, 1.0)]
    assert fitted(misled).vector == 0


def test_thresholds_refuse_what_only_counter_examples_are_like() -> None:
    found = [
        each
        for fold in range(FOLDS)
        for each in (
            *(trial(0, 0, 0.0, fold), trial(1, 1, 0.0, fold)),
            *(trial(None, 0, 1.0, fold), trial(None, 1, 1.0, fold)),
        )
    ]
    beliefs = crossed(found)
    told = figures(beliefs, chosen_thresholds(beliefs))[Manner.PLAIN]
    assert (told.right_first, told.wrong, told.counter_refused) == (1.0, 0.0, 1.0)


def test_the_alarm_learns_what_tells_an_emergency_from_the_rest() -> None:
    found = [
        alarm_trial(sort, head, fold)
        for fold in range(FOLDS)
        for sort, head in (
            (Sort.EMERGENCY, 1.0),
            *((sort, 0.0) for sort in (Sort.LOOK_ALIKE, Sort.QUESTION, Sort.COUNTER_EXAMPLE)),
        )
    ]
    strengths = crossed_alarm(found)
    told = alarm_figures(found, strengths, chosen_alarm_thresholds(found, strengths))
    assert fitted_alarm(found).head > 0
    assert told[Sort.EMERGENCY, Manner.PLAIN] == (1.0, 1.0)
    assert told[Sort.QUESTION, Manner.PLAIN][0] == 0.0


def test_where_the_sorts_cannot_be_told_apart_the_alarm_misses_no_emergency() -> None:
    strengths = np.array([0.5, 0.5])
    found = [alarm_trial(Sort.EMERGENCY, 0.0, 0), alarm_trial(Sort.LOOK_ALIKE, 0.0, 0)]
    thresholds = chosen_alarm_thresholds(found, strengths)
    assert thresholds.alarm <= 0.5
    assert thresholds.caution < thresholds.alarm
