"""Whatever is said, it picks something that was shown, or nothing."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from small_world import TOPIC, library, ref

from assistant.dialogue.person import Memory, Person
from assistant.dialogue.policy.list_selection import ListSelection
from assistant.dialogue.turn import Edition, TurnContext
from assistant.library.entries import EntryRef
from assistant.nlu.intents import CommandName
from tests.shipped_sentences import shipped_sentences

_REFS = (ref("causes"), ref("research"), ref("living-with"), ref("faq-cure"))
_PICKING = [
    *("one", "two", "2", "9", "last", "the", "number", "second", "please", "it", "living", "with", "causes"),
    *("remove", "delete", "bookmark", "save", "show", "more", "privacy", "?", "1.", "’", "\ud800", "🙂", "²"),
]
_any_text = st.one_of(
    st.lists(st.sampled_from(_PICKING), max_size=10).map(" ".join),
    st.text(st.characters(exclude_categories=()), max_size=80),
    st.from_regex(r"\A[a-z-]{0,9}/[a-z-]{0,9}\Z"),
)
_same_every_time = settings(max_examples=200, deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def picker() -> ListSelection:
    return ListSelection(shipped_sentences(), library())


@pytest.fixture(scope="module")
def edition() -> Edition:
    return Edition(
        library=library(),
        sentences=shipped_sentences(),
        default_topic=TOPIC,
        emergency_number="112",
        crisis_line="",
        cloud_speech_offered=False,
        cloud_voice=False,
        longest_voice_s=60,
        backups_kept=7,
        today=lambda: date(2026, 11, 1),
    )


@_same_every_time
@given(text=_any_text, offered=st.lists(st.sampled_from(_REFS), max_size=4, unique=True))
@example(text="the second one", offered=list(_REFS[:2]))
@example(text="delete bookmark two", offered=list(_REFS[:2]))
def test_whatever_is_said_picks_something_that_was_offered_or_nothing(
    picker: ListSelection, edition: Edition, text: str, offered: list[EntryRef]
) -> None:
    picked = picker.pick(text, _moment(edition, offered))
    if picked is None:
        return
    assert offered
    assert picked.name in {CommandName.SHOW, CommandName.REMOVE_BOOKMARK}
    number_beyond_the_list = (picked.argument or "").lstrip("-").isdecimal()
    assert number_beyond_the_list or picked.argument in {str(each) for each in offered}


@_same_every_time
@given(text=_any_text, offered=st.lists(st.sampled_from(_REFS), max_size=4, unique=True))
@example(text="amber-hands/", offered=[])
@example(text="/", offered=[])
@example(text="²", offered=list(_REFS))
def test_whatever_a_command_is_about_names_an_answer_that_exists_or_none(
    picker: ListSelection, edition: Edition, text: str, offered: list[EntryRef]
) -> None:
    found = picker.find(text, _moment(edition, offered))
    topic = edition.library.topics[TOPIC]
    # What is written out in full still has its name when it was retired.
    assert found is None or str(found) == text or topic.entries[found.entry].ref == found


def _moment(edition: Edition, offered: list[EntryRef]) -> TurnContext:
    return TurnContext(edition, Person(id=7, memory=Memory(offered=tuple(offered))))
