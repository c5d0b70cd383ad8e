"""What is kept of the topics between starts, and how one of very many is found."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from assistant.library.entries import EntryRef, Library, Topic
from assistant.nlu.index.encoder import Encoder
from assistant.nlu.index.entity_masking import EntityMask
from assistant.nlu.index.topic_retrieval import TopicIndex, index_of
from assistant.nlu.index.vectors import VectorCache

TOPIC = "calcinosis-universalis"
KIND_WORD = "neuropathy"


@pytest.fixture(scope="module")
def small(library: Library) -> Library:
    """The real topic with four answers, and another with the same ones under another name."""
    first = library.topics[TOPIC]
    kept = {id_: first.entries[id_] for id_ in ("overview", "symptoms", "treatment", "faq-cure")}
    one = dataclasses.replace(first, entries=kept)
    return dataclasses.replace(library, topics={TOPIC: one, "other": _renamed(one)})


def _renamed(topic: Topic) -> Topic:
    entries = {
        id_: dataclasses.replace(entry, ref=EntryRef("other", id_)) for id_, entry in topic.entries.items()
    }
    return dataclasses.replace(topic, id="other", title="Zyxomalgia", other_names=(), entries=entries)


def made(small: Library, encoder: Encoder, folder: Path) -> TopicIndex:
    cache = VectorCache(encoder, folder)
    index = index_of(small, frozenset(), cache, folder)
    cache.save()
    return index


def test_a_second_start_reads_what_the_first_one_made(
    small: Library, encoder: Encoder, tmp_path: Path
) -> None:
    first = made(small, encoder, tmp_path)
    (kept,) = tmp_path.glob("topics-*.npz")
    written = kept.stat().st_mtime_ns
    second = made(small, encoder, tmp_path)
    assert kept.stat().st_mtime_ns == written
    assert (second.names, dict(second.packed)) == (first.names, dict(first.packed))
    assert np.array_equal(second.centres, first.centres)


def test_the_same_content_gives_the_same_index_bit_by_bit(
    small: Library, encoder: Encoder, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        made(small, encoder, tmp_path / name)
    one, two = (sorted((tmp_path / name).iterdir()) for name in ("one", "two"))
    assert [file.name for file in one] == [file.name for file in two]
    vectors = [file for file in one if file.suffix == ".npy"]
    assert vectors
    assert all(file.read_bytes() == (tmp_path / "two" / file.name).read_bytes() for file in vectors)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not an archive", b"\x00" * 500])
def test_a_damaged_file_is_made_again(
    small: Library, encoder: Encoder, tmp_path: Path, damage: bytes
) -> None:
    first = made(small, encoder, tmp_path)
    (kept,) = tmp_path.glob("topics-*.npz")
    kept.write_bytes(damage)
    assert dict(made(small, encoder, tmp_path).packed) == dict(first.packed)
    assert len(kept.read_bytes()) > len(damage)


def test_other_content_gets_an_index_of_its_own_and_the_old_one_goes(
    small: Library, encoder: Encoder, tmp_path: Path
) -> None:
    made(small, encoder, tmp_path)
    (old,) = tmp_path.glob("topics-*.npz")
    edited = dataclasses.replace(small, fingerprint="of something else")
    made(edited, encoder, tmp_path)
    (new,) = tmp_path.glob("topics-*.npz")
    assert new != old


def test_vectors_of_topics_nobody_asked_about_stay_on_the_disk(
    small: Library, encoder: Encoder, tmp_path: Path
) -> None:
    made(small, encoder, tmp_path)
    (vectors,) = tmp_path.glob("vectors-*.npy")
    held = vectors.read_bytes()
    made(small, encoder, tmp_path)  # nothing but the index is read, and nothing is dropped
    assert vectors.read_bytes() == held


def test_names_are_masked_in_a_topics_own_texts(small: Library, encoder: Encoder, tmp_path: Path) -> None:
    examples = made(small, encoder, tmp_path).examples(TOPIC)
    assert not any("calcinosis" in text for text in (*examples.own.texts, *examples.sentences.texts))


def _many_names() -> list[tuple[str, str]]:
    """A thousand names of two words; forty words for a kind of illness stand in many of them."""
    starts = ("bra", "clo", "dre", "fli", "gru", "jan", "kel", "lom", "mur", "nax")
    middles = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "tu")
    ends = ("dorf", "gant", "hild", "kov", "mont", "nius", "quist", "rell", "stein", "vald")
    rare = [start + middle + end for start in starts for middle in middles for end in ends]
    kinds = (KIND_WORD, "myopathy", "dystrophy", "ataxia")
    return [(f"{word} {kinds[number % 4]}", f"topic-{number}") for number, word in enumerate(rare)]


def test_one_of_a_thousand_names_is_known_as_written_and_misspelt() -> None:
    names = _many_names()
    mask = EntityMask(names)
    for name, topic in names[::97]:
        first, kind = name.split()
        assert mask.mask(f"can {name} be cured").topics == (topic,)
        assert mask.mask(f"can {first[:-1]}{first[-1] * 2} {kind} be cured").topics == (topic,)


def test_the_kind_of_illness_alone_names_none_of_many() -> None:
    mask = EntityMask(_many_names())
    for text in (
        f"what is a {KIND_WORD}",
        f"my {KIND_WORD} hurts",
        f"can an autoimmune {KIND_WORD} be cured",
    ):
        assert mask.mask(text).topics == ()
