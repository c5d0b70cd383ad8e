"""A script in two parts for whoever waits: all of it, in order, the beginning soon."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.speech.tts.script import Script

_SENTENCES = st.lists(
    st.sampled_from(["It is hard.", "Why?", "Doctors look at it for a while."]), max_size=20
)
_LINES = st.builds(str.join, st.sampled_from([" ", "\n"]), _SENTENCES)
_PARAGRAPHS = st.lists(_LINES, max_size=6)


@given(_PARAGRAPHS, st.booleans())
def test_nothing_is_left_out_and_nothing_said_twice(paragraphs: list[str], keep: bool) -> None:
    script = Script("Title", tuple(paragraphs), "en", {"hard": "x"}, keep)

    parts = script.parted()

    said = "\n".join("\n".join(part.paragraphs) for part in parts)
    assert said.split() == " ".join(paragraphs).split()
    ends = sum(paragraph.strip().count("\n") for part in parts for paragraph in part.paragraphs)
    assert ends in {sum(each.count("\n") for each in paragraphs) - cut for cut in (0, 1)}
    assert [part.title for part in parts] == ["Title", ""][: len(parts)]
    assert all((part.keep, part.pronunciations) == (keep, {"hard": "x"}) for part in parts)


def test_what_is_short_stays_whole() -> None:
    script = Script("Title", ("It is hard. It is long.", "It is cold."), "en", {})
    assert script.parted() == (script,)


def test_the_opening_of_what_is_long_ends_with_a_sentence_and_the_paragraphs_stay() -> None:
    first = "It lies under the skin. It is hard to the touch and it can hurt. Then it grows."
    script = Script("Title", (first, "A second paragraph. " * 12), "en", {})

    opening, rest = script.parted()

    assert opening.paragraphs == ("It lies under the skin. It is hard to the touch and it can hurt.",)
    assert rest.paragraphs[0] == "Then it grows."
    assert len(rest.paragraphs) == 2
