"""What training ships is whole, small enough, and of this data and recipe."""

import json
from pathlib import Path

import pytest

from assistant.errors import AssistantError
from assistant.library.entries import Library
from assistant.nlu.index import artefact
from assistant.nlu.index.artefact import Artefact, artefact_path, graph_path, vectors_path
from assistant.nlu.index.encoder import Encoder
from assistant.nlu.index.labels import CALM, NONE, command_named
from assistant.nlu.intents import CommandName
from assistant.nlu.training.provenance import is_current

MOST_BYTES = 13_000_000
"""That a training may add to the repository, with the vectors of two topics."""


def test_the_weights_were_trained_from_these_lines_by_this_recipe() -> None:
    assert is_current("en"), "Run `assistant train`."


def test_a_training_adds_little_to_the_repository() -> None:
    files = (graph_path("en"), vectors_path("en"), artefact_path("en"))
    assert sum(path.stat().st_size for path in files) <= MOST_BYTES


def test_the_labels_are_those_of_the_content(library: Library) -> None:
    kinds = Artefact.read("en").kinds
    aspects = kinds.intents[: kinds.intents.index(NONE)]
    assert aspects == tuple(library.aspects)
    assert kinds.alarms == (CALM, *library.emergencies)
    names = [command_named(label) for label in kinds.intents[len(aspects) + 1 :]]
    assert set(names) <= {name.value for name in CommandName}


def test_beliefs_of_both_heads_add_up(encoder: Encoder) -> None:
    for text in ("what is it", "", "help me i can not breathe", "word " * 400):
        seen = encoder.see(text)
        assert len(seen.intents) == len(encoder.kinds.intents)
        assert len(seen.alarms) == len(encoder.kinds.alarms)
        assert abs(float(seen.intents.sum()) - 1) < 1e-3
        assert abs(float(seen.alarms.sum()) - 1) < 1e-3
        assert abs(float(seen.vector @ seen.vector) - 1) < 1e-3


def test_a_text_is_seen_the_same_whatever_was_seen_before(encoder: Encoder) -> None:
    first = encoder.see("how is it treated").vector
    encoder.encode(["something else", "and more"])
    assert (encoder.see("how is it treated").vector == first).all()


@pytest.mark.parametrize("damage", ["", "{}", "[]", "not JSON"])
def test_damaged_weights_are_refused_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, damage: str
) -> None:
    (tmp_path / "en.json").write_text(damage)
    monkeypatch.setattr(artefact, "_FOLDER", tmp_path)
    with pytest.raises(AssistantError, match="assistant train"):
        Artefact.read("en")


def test_an_exchanged_network_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = json.loads(artefact_path("en").read_text())
    (tmp_path / "en.json").write_text(json.dumps(told))
    (tmp_path / "en.onnx").write_bytes(b"another")
    monkeypatch.setattr(artefact, "_FOLDER", tmp_path)
    with pytest.raises(AssistantError, match="not the one that was shipped"):
        Artefact.read("en")
