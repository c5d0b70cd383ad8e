"""What editors ship, read once for all the tests of a process: it is frozen, and reading it takes a while."""

from functools import cache
from typing import Final

from assistant.library.entries import Library
from assistant.library.loading import content_folder, load_library
from assistant.library.serving import FIRST, serving

SECOND: Final = "fibrodysplasia-ossificans"


@cache
def all_topics() -> Library:
    """Everything in `content/`, whether it is served or not."""
    return load_library(content_folder())


@cache
def shipped_library(topics: str = "") -> Library:
    """The library that is served when the setting names these topics."""
    return serving(all_topics(), topics)


def both_topics() -> Library:
    """The library when the first illness and the example of a second one are served."""
    return shipped_library(f"{FIRST},{SECOND}")
