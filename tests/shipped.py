"""What editors ship, read once for all the tests of a process: it is frozen, and reading it takes a while."""

from functools import cache

from assistant.library.entries import Library
from assistant.library.loading import content_folder, load_library
from assistant.library.serving import ALL, serving


@cache
def all_topics() -> Library:
    """Everything in `content/`, whether it is served or not."""
    return load_library(content_folder())


@cache
def shipped_library(topics: str = "") -> Library:
    """The library that is served when the setting names these topics."""
    return serving(all_topics(), topics)


def both_topics() -> Library:
    """The library when every topic that is shipped is served."""
    return shipped_library(ALL)
