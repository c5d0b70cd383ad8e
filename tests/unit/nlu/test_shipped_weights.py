"""The numbers that come with the program belong to the content that comes with it."""

import dataclasses

from assistant.library.entries import Library
from assistant.nlu.index.dense import MiniLmEncoder
from assistant.nlu.training.artifact import Trained, alike, fingerprint_of, shipped_path, sketch_of


def test_the_shipped_numbers_were_trained_from_the_shipped_content(
    library: Library, encoder: MiniLmEncoder
) -> None:
    shipped = Trained.read(shipped_path(library.language))
    assert shipped is not None, "run `assistant train`"
    assert shipped.fingerprint == fingerprint_of(library, encoder.id), (
        "the content changed: run `assistant train`"
    )


def test_much_the_same_content_is_known_by_its_sketch(library: Library) -> None:
    few = dataclasses.replace(library, off_topic=library.off_topic[:-3])
    much = dataclasses.replace(library, off_topic=(), emergencies={})
    assert alike(sketch_of(library), sketch_of(library)) == 1
    assert alike(sketch_of(library), sketch_of(few)) > 0.95
    assert alike(sketch_of(library), sketch_of(much)) < 0.9
