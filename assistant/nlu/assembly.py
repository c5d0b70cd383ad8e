"""Makes the interpreter of a library, with the numbers that were trained for it."""

from pathlib import Path

from assistant.library.entries import Library
from assistant.nlu.index.dense import MiniLmEncoder
from assistant.nlu.pipeline import Pipeline
from assistant.nlu.training.tuning import tuning_for


def build_interpreter(library: Library, cache_dir: Path | None = None) -> Pipeline:
    """The interpreter for `library`, its model loaded.

    `cache_dir` keeps what is worked out of the content between starts. Without it, or the first time with new
    content, that takes far longer. Raises ValueError when `commands.yaml` names something that
    is no command.
    """
    encoder = MiniLmEncoder()
    return Pipeline(library, encoder, tuning_for(library, encoder, cache_dir), cache_dir)
