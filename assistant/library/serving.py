"""Which topics of the content are served: a topic that is not is as if it were not there."""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from assistant.errors import SettingsError
from assistant.library.entries import Library

ALL: Final = "*"
FIRST: Final = "calcinosis-universalis"


def serving(library: Library, named: str = "") -> Library:
    """The library with the topics that `named` names, in that order: ids with commas, or `*` for all.

    Empty: the first, which is FIRST wherever that exists. Raises SettingsError, with the ids that exist, for
    an id that none has.
    """
    if named.strip() == ALL:
        return library
    ids = tuple(dict.fromkeys(each for part in named.split(",") if (each := part.strip())))
    unknown = [each for each in ids if each not in library.topics]
    if unknown:
        raise SettingsError(
            f"There is no topic {unknown[0]!r} in the content. Topics are named with commas between them, or "
            f"all with *. There are: {', '.join(library.topics)}."
        )
    if not ids:
        ids = (FIRST if FIRST in library.topics else next(iter(library.topics)),)
    return replace(library, topics=MappingProxyType({each: library.topics[each] for each in ids}))
