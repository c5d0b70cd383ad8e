"""Embeds the content that comes with the program, so that no start has to."""

from collections.abc import Collection, Iterable

from assistant.library.entries import Library
from assistant.nlu.assembly import build_encoder
from assistant.nlu.index.artefact import vectors_path
from assistant.nlu.index.entity_masking import names_of
from assistant.nlu.index.examples import aspects_of, topic_examples
from assistant.nlu.index.vectors import ship


def write_vectors(library: Library) -> None:
    """Writes the vectors of all texts of `library` that questions are compared with. Takes seconds."""
    encoder = build_encoder(library.language)
    ship(own_texts(library, encoder.ranked_words), encoder.encode, vectors_path(library.language))


def own_texts(library: Library, known: Collection[str]) -> Iterable[str]:
    """The wordings and sentences of all topics, as the encoder reads them; `known` words are no names."""
    for topic in library.topics.values():
        yield from topic_examples(topic, aspects_of(library, topic), names_of(topic, known)).texts
