"""Lets aiogram's models be built when they are first used, and not all at once when it is imported.

aiogram asks pydantic to leave each of its models until it is used (`defer_build`), and then ends the import
of its types by having every one of several hundred built, because the names in annotations stand for
something only there. That takes longer than everything else at a start together, and most will never be used.
So here the names are given to the modules that use them, and pydantic builds a model when somebody needs it.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel


def import_types() -> None:
    """Import `aiogram.types` in this way. Where it has been imported already, nothing is changed."""
    with _asked_to_be_built() as asked:
        import aiogram.types  # noqa: F401 - for what it does
    for model, names in asked:
        known = vars(sys.modules[model.__module__])
        for base in model.__mro__:  # what a model inherits is looked up in its own module too
            for name in re.findall(
                r"\w+", " ".join(map(str, vars(base).get("__annotations__", {}).values()))
            ):
                if name in names:
                    known.setdefault(name, names[name])


@contextmanager
def _asked_to_be_built() -> Iterator[list[tuple[type[BaseModel], Mapping[str, Any]]]]:
    """The models that are asked to be built in this block, each with its names; none of them is."""
    asked: list[tuple[type[BaseModel], Mapping[str, Any]]] = []
    build = BaseModel.__dict__["model_rebuild"]

    def note(model: type[BaseModel], /, *, _types_namespace: Mapping[str, Any]) -> None:
        asked.append((model, _types_namespace))

    BaseModel.model_rebuild = classmethod(note)  # type: ignore[assignment, method-assign]
    try:
        yield asked
    finally:
        BaseModel.model_rebuild = build  # type: ignore[method-assign]
