"""Makes the interpreter of a library, with the numbers that were trained for it."""

from pathlib import Path

from assistant.library.entries import Library
from assistant.nlu.index.dense import MiniLmEncoder, ShippedVectors
from assistant.nlu.pipeline import Pipeline
from assistant.nlu.training.artifact import shipped_vectors_path
from assistant.nlu.training.tuning import tuning_for


def build_interpreter(library: Library, cache_dir: Path | None = None) -> Pipeline:
    """The interpreter for `library`, its model loaded.

    The vectors of the content that comes with the program come with it too; `cache_dir` keeps those of other
    texts between starts. Without it, or the first time with them, that takes far longer. Raises ValueError
    when `commands.yaml` names something that is no command.
    """
    encoder = MiniLmEncoder()
    shipped = ShippedVectors(shipped_vectors_path(library.language, encoder.id))
    return Pipeline(library, encoder, tuning_for(library, encoder, cache_dir), cache_dir, shipped)
