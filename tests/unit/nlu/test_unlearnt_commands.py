"""Commands that came after the encoder was trained are known by their likeness to what editors wrote."""

from assistant.library.entries import Library
from assistant.nlu.index.encoder import Encoder
from assistant.nlu.index.examples import unlearnt_commands
from assistant.nlu.index.labels import command_named
from assistant.nlu.index.vectors import ShippedVectors
from assistant.nlu.intents import Command, CommandName
from assistant.nlu.interpreter import Context
from assistant.nlu.pipeline import Pipeline
from assistant.nlu.stages.command_grammar import CommandGrammar
from assistant.nlu.stages.fallback_policy import Thresholds

_SAID = {
    "well that answer was of real help to me": CommandName.HELPED,
    "honestly that reply was no help whatsoever": CommandName.NOT_HELPED,
    "so which other diseases would you know things about": CommandName.ILLNESSES,
}
_NOT_MEANT = (
    "did the new cream help your sister",
    "which diseases run in the family of my husband",
    "nothing helps against the itching at night",
)


def _understood(pipeline: Pipeline, text: str) -> CommandName | None:
    intent = pipeline.meaning_of(text, Context())
    return intent.name if isinstance(intent, Command) else None


def test_they_are_found_in_other_words_and_what_only_sounds_alike_is_not(
    interpreter: Pipeline, library: Library, encoder: Encoder
) -> None:
    grammar = CommandGrammar(library)
    assert not any(grammar.find(text, Context()) for text in _SAID), "their words stand nowhere"
    assert {text: _understood(interpreter, text) for text in _SAID} == _SAID
    assert not any(_understood(interpreter, text) for text in _NOT_MEANT)


def test_without_their_likeness_they_are_not(
    library: Library, encoder: Encoder, shipped: ShippedVectors
) -> None:
    pipeline = Pipeline(library, encoder, Thresholds(alike=1.1), shipped=shipped)
    assert not any(_understood(pipeline, text) for text in _SAID)
    pipeline.shut_down()


def test_what_the_encoder_has_learnt_is_not_compared(library: Library, encoder: Encoder) -> None:
    learnt = set(map(command_named, encoder.kinds.intents))
    keys = {key for key, _ in unlearnt_commands(library, encoder.kinds)}
    assert keys == {"helped", "not_helped", "illnesses", "switch"}
    assert not keys & learnt
