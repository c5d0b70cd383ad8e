"""Answers as the command line names them: bare ids of one topic, `topic/answer` of several."""

import pytest

from assistant.errors import SettingsError
from assistant.library.entries import EntryRef
from assistant.library.naming import AnswerNames, require_topic
from tests.shipped import SECOND, both_topics, shipped_library

_ONE = AnswerNames((EntryRef("gout", "symptoms"), EntryRef("gout", "causes")))
_TWO = AnswerNames((EntryRef("gout", "symptoms"), EntryRef("mumps", "symptoms")))


def test_ids_of_one_topic_are_bare_and_those_of_several_are_not() -> None:
    assert list(_ONE) == ["symptoms", "causes"]
    assert list(_TWO) == ["gout/symptoms", "mumps/symptoms"]
    assert not any("/" in name for name in AnswerNames.in_library(shipped_library()))
    assert all("/" in name for name in AnswerNames.in_library(both_topics()))


@pytest.mark.parametrize(
    ("names", "name", "topic", "meant"),
    [
        (_ONE, "causes", None, EntryRef("gout", "causes")),
        (_ONE, "gout/causes", None, EntryRef("gout", "causes")),
        (_TWO, "mumps/symptoms", None, EntryRef("mumps", "symptoms")),
        (_TWO, "symptoms", "mumps", EntryRef("mumps", "symptoms")),
        (_TWO, "gout/symptoms", "mumps", EntryRef("gout", "symptoms")),
    ],
)
def test_a_name_means_one_answer(names: AnswerNames, name: str, topic: str | None, meant: EntryRef) -> None:
    assert names.meant(name, topic) == meant


@pytest.mark.parametrize("name", ["symptoms", "gout/causes", "", "/", "gout/"])
def test_any_other_name_is_refused_with_those_that_there_are(name: str) -> None:
    with pytest.raises(SettingsError, match="There are: gout/symptoms, mumps/symptoms"):
        _TWO.meant(name)


def test_a_topic_that_is_not_served_is_refused() -> None:
    require_topic(shipped_library(), None)
    with pytest.raises(SettingsError, match="There are: calcinosis-universalis"):
        require_topic(shipped_library(), SECOND)
