"""What a test needs beyond Python, by its marks: so that what needs nothing more can be run all the time.

`make quick` leaves out every mark here. A test whose fixtures tell what it needs is marked by them; any other
says so itself. One that starts a program or loads a model without saying so fails.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import pytest

_BY_FIXTURE: Final[Mapping[str, tuple[str, ...]]] = {
    "encoder": ("model",),
    "local_voice": ("speech",),
    "whisper": ("speech",),
    "ear": ("speech",),
    "attentive": ("speech",),
    "recognizer": ("speech",),
    "mouth": ("speech",),
    "house": ("model", "speech", "process"),
    "house_of_two": ("model", "speech", "process"),
    "decoder": ("process",),
    "page": ("browser",),
}
"""What using a fixture, or one that is made of it, means for a test."""
_LOADING: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("subprocess", "Popen"): frozenset({"process", "browser"}),
    ("onnxruntime", "InferenceSession"): frozenset({"model", "speech"}),
    ("faster_whisper", "WhisperModel"): frozenset({"speech"}),
}
"""What only a test with one of these marks may make."""


def mark_by_fixtures(items: list[pytest.Item]) -> None:
    """Marks each test by what its fixtures need."""
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            for name in _BY_FIXTURE.get(fixture, ()):
                item.add_marker(name)


@contextmanager
def no_more_than_marked(item: pytest.Item) -> Iterator[None]:
    """Fails a test that starts a program or loads a model and is not marked for it."""
    marks = {mark.name for mark in item.iter_markers()}
    with pytest.MonkeyPatch.context() as patch:
        for (module, kind), any_of in _LOADING.items():
            if module in sys.modules and not marks & any_of:
                made = getattr(sys.modules[module], kind)
                patch.setattr(made, "__init__", _refusal(f"{module}.{kind}", any_of))
        yield


def _refusal(what: str, any_of: frozenset[str]) -> Any:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail(f"{what} is for tests marked with one of: {', '.join(sorted(any_of))}")

    return refuse
