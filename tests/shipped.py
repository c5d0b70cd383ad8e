"""What editors ship, read once for all the tests of a process: it is frozen, and reading it takes a while."""

from functools import cache

from assistant.library.entries import Library
from assistant.library.loading import content_folder, load_library


@cache
def shipped_library() -> Library:
    """The library in `content/`."""
    return load_library(content_folder())
