"""Messages in other languages: a cry for help is heard, and everything else is told that only English is."""

import pytest

from assistant.library.entries import Library
from assistant.nlu.intents import Emergency, NotCovered
from assistant.nlu.interpreter import Context
from assistant.nlu.languages import languages
from assistant.nlu.parse import Parse
from assistant.nlu.stages.foreign_language import ForeignLanguage


@pytest.fixture(scope="module")
def stage(library: Library) -> ForeignLanguage:
    return ForeignLanguage(library)


def test_every_language_has_its_sentence_and_phrases_for_every_kind(library: Library) -> None:
    for language in languages().values():
        assert "{number}" in language.sentence, language.code
        assert set(language.emergencies) == set(library.emergencies), language.code
        assert bool(language.words) != bool(language.script), language.code


def test_every_phrase_is_an_emergency_of_its_kind(stage: ForeignLanguage) -> None:
    for language in languages().values():
        for phrases in language.emergencies.values():
            for phrase in phrases:
                assert isinstance(stage(Parse(phrase, Context())).intent, Emergency), (language.code, phrase)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("quiero saber qué es esta enfermedad", "es"),
        ("quelle est la cause de cette maladie", "fr"),
        ("ich möchte wissen, was die Ursachen sind", "de"),
        ("что это за болезнь", "ru"),
        ("що це за хвороба і як її лікувати", "uk"),
        ("这个病能治好吗", "zh"),
        ("यह बीमारी क्या है", "hi"),
        ("ما هو هذا المرض", "ar"),
        ("ano po ang mga sintomas nito", "tl"),
    ],
)
def test_what_is_plainly_another_language_is_told_so(stage: ForeignLanguage, said: str, code: str) -> None:
    assert stage(Parse(said, Context())).intent == NotCovered(foreign=code)


@pytest.mark.parametrize(
    "said",
    [
        "what is calcinosis universalis",
        "is it rare in Paris",
        "mi hija has calcinosis",
        "can my son die of it",
        "wetin be calcinosis",
        "k",
        "",
        "🙂",
    ],
)
def test_english_and_what_only_holds_a_foreign_word_goes_on(stage: ForeignLanguage, said: str) -> None:
    assert stage(Parse(said, Context())).intent is None


def test_what_is_denied_is_no_emergency(stage: ForeignLanguage) -> None:
    assert not isinstance(stage(Parse("no me duele mucho el pecho", Context())).intent, Emergency)
