"""The numbers that come with the program belong to the content that comes with it."""

from assistant.library.values import Library
from assistant.understanding.training.trained import Trained, fingerprint_of, shipped_path
from assistant.understanding.vectors import MiniLmEncoder


def test_the_shipped_numbers_were_trained_from_the_shipped_content(
    library: Library, encoder: MiniLmEncoder
) -> None:
    shipped = Trained.read(shipped_path(library.language))
    assert shipped is not None, "run `assistant train`"
    assert shipped.fingerprint == fingerprint_of(library, encoder.id), (
        "the content changed: run `assistant train`"
    )
