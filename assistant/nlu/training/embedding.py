"""Embeds the content that comes with the program, so that no start has to."""

from collections.abc import Iterable

from assistant.library.entries import Library
from assistant.nlu.assembly import build_encoder
from assistant.nlu.index.artefact import vectors_path
from assistant.nlu.index.encoder import Encoder
from assistant.nlu.index.entity_masking import names_of
from assistant.nlu.index.examples import aspects_of, topic_examples, unlearnt_commands
from assistant.nlu.index.vectors import ship


def write_vectors(library: Library) -> None:
    """Writes the vectors of all texts of `library` that questions are compared with. Takes seconds."""
    encoder = build_encoder(library.language)
    ship(own_texts(library, encoder), encoder.encode, vectors_path(library.language))


def own_texts(library: Library, encoder: Encoder) -> Iterable[str]:
    """Wordings and sentences of all topics, and wordings of commands that `encoder` has not learnt."""
    for topic in library.topics.values():
        names = names_of(topic, encoder.ranked_words)
        yield from topic_examples(topic, aspects_of(library, topic), names).texts
    yield from (wording for _, wording in unlearnt_commands(library, encoder.kinds))
