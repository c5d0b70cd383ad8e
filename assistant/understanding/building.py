"""Makes the interpreter of a library, with the numbers that were trained for it."""

from pathlib import Path

from assistant.library.values import Library
from assistant.understanding.interpreter import LibraryInterpreter
from assistant.understanding.training.tuning import tuning_for
from assistant.understanding.vectors import MiniLmEncoder


def build_interpreter(library: Library, cache_dir: Path | None = None) -> LibraryInterpreter:
    """The interpreter for `library`, its model loaded.

    `cache_dir` keeps what is worked out of the content between starts. Without it, or the first time with new
    content, that takes from seconds to a minute. Raises ValueError when `commands.yaml` names something that
    is no command.
    """
    encoder = MiniLmEncoder()
    return LibraryInterpreter(library, encoder, tuning_for(library, encoder, cache_dir), cache_dir)
