"""What the encoder learns from is whole and has its writers, and no variation makes a lie of it."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from assistant.library.entries import Library
from assistant.nlu.index.entity_masking import MASK
from assistant.nlu.index.labels import CALM, NONE
from assistant.nlu.training import examples as training_examples
from assistant.nlu.training.augmentation import Augmentation, Rates
from assistant.nlu.training.examples import HOUSE, Example, data_lines, kinds_of, read_examples
from assistant.nlu.training.provenance import data_folder

FEWEST_WRITERS = 24
OTHER = "scarlet fever"
WORDS = ("river", "garden", "window", "number", "orange", "teacher")

QUESTION = Example(f"what causes {MASK}", ("causes",), CALM, "somebody", "question")
CRY = Example("my father has collapsed", (), "collapse", "somebody", "emergency")
STORY = Example("we had soup and the dog slept", (NONE,), CALM, "somebody", "clause")
ORDER = Example("go back to the last one", ("command/back",), CALM, "somebody", "command")


class _Unmasked:
    """Masks nothing: finding names takes long, and what is right for a line does not depend on it."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self.names = tuple(names)

    def masked(self, text: str) -> str:
        return text


@pytest.fixture(scope="module")
def examples(library: Library) -> list[Example]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_examples, "EntityMask", _Unmasked)
        return read_examples(library, data_folder("en"))


def test_every_line_can_be_read_and_many_people_wrote_them(examples: list[Example]) -> None:
    writers = Counter(each.writer for each in examples)
    assert (
        len([name for name in writers if name != HOUSE and not name.startswith("earlier")]) >= FEWEST_WRITERS
    )
    assert all(each.text == " ".join(each.text.split()) for each in examples)


def test_no_line_stands_twice() -> None:
    texts = Counter(line["text"].casefold() for line, _ in data_lines(data_folder("en")))
    assert [text for text, count in texts.items() if count > 1] == []


def test_there_is_something_of_every_kind(library: Library, examples: list[Example]) -> None:
    kinds = kinds_of(library, examples)
    asked = {label for each in examples for label in each.intents[:1]}
    assert set(kinds.intents) == asked
    assert {each.alarm for each in examples} - {"any"} == set(kinds.alarms)


@pytest.mark.parametrize(
    "line", ["nothing", "[]", '{"text": "hello"}', '{"intent": "answer/nothing", "text": "a", "writer": "b"}']
)
def test_a_line_that_means_nothing_is_named(library: Library, tmp_path: Path, line: str) -> None:
    (tmp_path / "lines.jsonl").write_text(line + "\n")
    with pytest.raises(ValueError, match=r"lines\.jsonl, line 1"):
        read_examples(library, tmp_path)


def augmentation(**rates: float) -> Augmentation:
    nothing = dict.fromkeys(Rates.__dataclass_fields__, 0.0)
    chance = Random(1)  # noqa: S311  # the same each time
    changed = Rates(**(nothing | rates))
    return Augmentation([QUESTION, STORY], ["amber hands"], lambda _: OTHER, WORDS, chance, changed)


def test_without_a_change_a_line_stays_as_it_is() -> None:
    for example in (QUESTION, CRY, STORY, ORDER):
        assert augmentation().varied(example) == example


def test_a_question_about_another_illness_is_answered_by_nothing() -> None:
    varied = augmentation(other_name=1.0).varied(QUESTION)
    assert (varied.text, varied.intents, varied.alarm) == (f"what causes {OTHER}", (NONE,), CALM)
    assert augmentation(other_name=1.0).varied(ORDER) == ORDER


@pytest.mark.parametrize("example", [QUESTION, CRY])
def test_a_story_around_it_changes_nothing_that_is_right(example: Example) -> None:
    varied = augmentation(story=1.0, story_behind=1.0).varied(example)
    assert STORY.text in varied.text
    assert example.text in varied.text
    assert (varied.intents, varied.alarm) == (example.intents, example.alarm)


def test_a_request_beside_a_cry_for_help_leaves_it_one() -> None:
    varied = augmentation(asked_beside=1.0).varied(CRY)
    assert CRY.text in varied.text
    assert varied.text != CRY.text
    assert varied.alarm == CRY.alarm


def test_gibberish_is_nothing_and_no_alarm() -> None:
    varied = augmentation(gibberish=1.0).varied(STORY)
    assert STORY.text not in varied.text
    assert (varied.intents, varied.alarm) == ((NONE,), CALM)


def test_the_same_chance_makes_the_same_lines() -> None:
    rates = dict.fromkeys(Rates.__dataclass_fields__, 0.5)
    one, two = (augmentation(**rates) for _ in range(2))
    for _ in range(50):
        assert one.varied(QUESTION) == two.varied(QUESTION)
