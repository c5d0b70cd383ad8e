"""Whatever stands in a content file: a library or a ContentError, and nothing else."""

from contextlib import suppress
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_content import FILES, TinyContent

from assistant.errors import ContentError
from assistant.library.checking import check
from assistant.library.loading import load_library

# What YAML, Markdown, regular expressions and this format give a meaning to.
_MEANING = st.text(
    st.sampled_from([*"-:#&*!|>'\"%@`{}[]()<>,?~=_\\/.+^$ \n\t0a", "é", "\ud7ff", "\u2028"]), max_size=80
)
_BYTES = st.one_of(st.binary(max_size=200), _MEANING.map(str.encode))

_quiet = settings(
    max_examples=30,
    deadline=None,
    # The folder is shared between examples on purpose: each example writes the file that it is about.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.parametrize("name", sorted(FILES))
@_quiet
@given(data=_BYTES)
def test_any_bytes_as_a_file_give_a_library_or_a_content_error(
    content: TinyContent, name: str, data: bytes
) -> None:
    content.write(name, data)
    with suppress(ContentError):
        load_library(content.folder)


@pytest.mark.parametrize("name", sorted(FILES))
@_quiet
@given(data=_BYTES, place=st.floats(0, 1, exclude_max=True), length=st.integers(0, 40))
def test_any_bytes_inside_a_sound_file_give_a_library_or_a_content_error(
    content: TinyContent, name: str, data: bytes, place: float, length: int
) -> None:
    sound = dedent(FILES[name]).encode()
    start = int(place * len(sound))
    content.write(name, sound[:start] + data + sound[start + length :])
    with suppress(ContentError):
        load_library(content.folder)
    check(content.folder)
