import dataclasses
import json
import logging
import random
from pathlib import Path

import pytest

from assistant.library.entries import Library
from assistant.nlu.index.dense import MiniLmEncoder
from assistant.nlu.stages.ranking import Weights
from assistant.nlu.training import tuning
from assistant.nlu.training.artifact import Trained, fingerprint_of, kept_path, shipped_path
from assistant.nlu.training.augmentation import Mishearing, mistyped
from assistant.nlu.training.folds import count_of
from assistant.nlu.training.tuning import LEAST_WORDINGS, shipped_tuning, train, tuning_for, tuning_of


@pytest.fixture(scope="session")
def part(library: Library) -> Library:
    """Other content, just large enough to learn from."""
    return dataclasses.replace(
        library,
        aspects={
            id_: dataclasses.replace(aspect, questions=aspect.questions[:7])
            for id_, aspect in library.aspects.items()
        },
        topics={
            id_: dataclasses.replace(
                topic,
                entries={
                    name: dataclasses.replace(entry, questions=entry.questions[:2], blocks=entry.blocks[:1])
                    for name, entry in topic.entries.items()
                },
            )
            for id_, topic in library.topics.items()
        },
        emergencies={
            kind: dataclasses.replace(guide, wordings=guide.wordings[:5], look_alikes=guide.look_alikes[:5])
            for kind, guide in library.emergencies.items()
        },
        commands={
            name: dataclasses.replace(each, wordings=each.wordings[:2])
            for name, each in library.commands.items()
        },
        off_topic=library.off_topic[::12],
        fingerprint="part",
    )


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("artefacts")


@pytest.fixture(scope="session")
def trained(part: Library, encoder: MiniLmEncoder, folder: Path) -> Trained:
    return train(part, encoder, folder).trained


def test_typos_change_a_text_but_little() -> None:
    text = "how do people live with this illness from day to day"
    typed = mistyped(text, random.Random(1))  # noqa: S311  # typos, not secrets
    assert typed != text
    assert abs(len(typed) - len(text)) <= 3


def test_a_misheard_word_becomes_ordinary_words_that_sound_like_it() -> None:
    hears = Mishearing(["die", "agnes", "is", "how", "sea", "the", "table"])
    chance = random.Random(1)  # noqa: S311  # which word is misheard is no secret
    assert hears.misheard("how is the Diagnes?", chance) == "how is the die agnes"
    assert hears.misheard("how is it", chance) == "how is it"


def test_mishearing_is_the_same_every_time(encoder: MiniLmEncoder) -> None:
    hears = Mishearing(encoder.known_words())
    text = "what medicine helps against the deposits under the skin"
    heard = [hears.misheard(text, random.Random(3)) for _ in range(2)]  # noqa: S311  # no secret
    assert heard[0] == heard[1] != text


def test_training_twice_gives_the_same_bytes(
    part: Library, encoder: MiniLmEncoder, folder: Path, trained: Trained, tmp_path: Path
) -> None:
    assert count_of(part) >= LEAST_WORDINGS
    # Another folder: what was embedded before, and in what company, must make no difference.
    train(part, encoder, tmp_path).trained.write(tmp_path / "again.json")
    trained.write(tmp_path / "once.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "once.json").read_bytes()


def test_what_is_written_is_read_again(trained: Trained, tmp_path: Path) -> None:
    trained.write(tmp_path / "new" / "trained.json")
    assert Trained.read(tmp_path / "new" / "trained.json") == trained


def test_a_file_that_is_missing_damaged_or_of_another_make_counts_as_absent(
    trained: Trained, tmp_path: Path
) -> None:
    path = tmp_path / "trained.json"
    assert Trained.read(path) is None
    whole = json.loads(trained.as_json())
    without_one = whole | {"weights": {k: v for k, v in whole["weights"].items() if k != "vector"}}
    for damaged in (
        *("", "{", "[]", "{}", trained.as_json()[:100]),
        json.dumps(without_one),
        json.dumps(whole | {"weights": whole["weights"] | {"vector": "much"}}),
        json.dumps(whole | {"weights": whole["weights"] | {"vector": float("inf")}}),
        json.dumps(whole | {"fingerprint": 1}),
    ):
        path.write_text(damaged)
        assert Trained.read(path) is None
    path.write_bytes(b"\xff\xfe")
    assert Trained.read(path) is None


def test_a_start_trains_once_and_then_finds_what_was_trained(
    part: Library,
    encoder: MiniLmEncoder,
    trained: Trained,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    trainings = []

    def count(library: Library, *_: object) -> tuning.Training:
        trainings.append(library.fingerprint)
        return tuning.Training(trained, {}, {}, {}, {}, {})

    monkeypatch.setattr(tuning, "train", count)
    trained = dataclasses.replace(trained, fingerprint=fingerprint_of(part, encoder.id))
    with caplog.at_level(logging.INFO):
        first = tuning_for(part, encoder, tmp_path)
    assert "training, as the content is new" in caplog.messages
    assert tuning_for(part, encoder, tmp_path) == first == tuning_of(trained)
    assert trainings == ["part"]
    path = kept_path(tmp_path, trained.fingerprint)
    stale = dataclasses.replace(trained, fingerprint="of older content")
    path.write_text(stale.as_json())
    tuning_for(part, encoder, tmp_path)
    assert trainings == ["part", "part"]
    assert Trained.read(path) == trained
    path.write_text("damaged")
    tuning_for(part, encoder, tmp_path)
    assert len(trainings) == 3


def test_new_content_replaces_what_was_kept_of_the_old(trained: Trained, tmp_path: Path) -> None:
    old, new = kept_path(tmp_path, "a" * 64), kept_path(tmp_path, "b" * 64)
    tuning.keep(trained, old)
    tuning.keep(trained, new)
    assert [path.name for path in tmp_path.iterdir()] == [new.name]


def test_a_folder_that_cannot_be_written_costs_only_a_warning(
    trained: Trained, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    tuning.keep(trained, kept_path(blocked, "a" * 64))
    assert "what was trained is not kept" in caplog.messages


def test_from_a_handful_of_wordings_nothing_is_trained(
    library: Library, encoder: MiniLmEncoder, tmp_path: Path
) -> None:
    tiny = dataclasses.replace(library, topics={}, aspects={}, fingerprint="tiny")
    assert tuning_for(tiny, encoder, tmp_path) == shipped_tuning(library.language)
    assert list(tmp_path.iterdir()) == []


def test_the_fingerprint_tells_other_content_and_another_model(library: Library) -> None:
    edited = dataclasses.replace(library, fingerprint="edited")
    prints = {
        fingerprint_of(library, "model"),
        fingerprint_of(edited, "model"),
        fingerprint_of(library, "other model"),
    }
    assert len(prints) == 3


def test_the_program_comes_with_numbers_for_its_content(library: Library) -> None:
    shipped = Trained.read(shipped_path(library.language))
    assert shipped is not None, "run `assistant train`"
    assert shipped.weights.vector > 0
    assert {field.name for field in dataclasses.fields(Weights)} == set(dataclasses.asdict(shipped.weights))
