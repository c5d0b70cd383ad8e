"""A file of questions: what it may say, and how its mistakes are explained."""

from pathlib import Path

import pytest

from assistant.errors import ContentError
from assistant.evaluation.questions import Wanted, read_questions
from assistant.library.entries import EntryRef
from assistant.library.naming import AnswerNames

_ANSWERS = AnswerNames(EntryRef("gout", entry) for entry in ("symptoms", "faq-cure"))
_SEVERAL = AnswerNames(EntryRef(topic, "symptoms") for topic in ("gout", "mumps"))
_GOOD = '{"id": "a", "text": "wobblethorpe", "kind": "plain", "accept": ["symptoms"]}'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "asked.jsonl"


def written(file: Path, *lines: str) -> Path:
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_every_sort_of_reply_can_be_wanted(file: Path) -> None:
    accepts = ('["symptoms", "faq-cure"]', "[]", '["emergency"]', '["cmd:next"]')
    lines = (f'{{"id": "{n}", "text": "t", "kind": "k{n}", "accept": {it}}}' for n, it in enumerate(accepts))
    questions = read_questions(written(file, *lines), _ANSWERS)
    assert [question.wanted for question in questions] == [
        Wanted.ANSWER,
        Wanted.REFUSAL,
        Wanted.EMERGENCY,
        Wanted.COMMAND,
    ]
    assert questions[0].accept == {"symptoms", "faq-cure"}
    assert questions[3].accept == {"next"}


def test_with_several_illnesses_an_id_needs_its_topic(file: Path) -> None:
    named = _GOOD.replace('"symptoms"', '"mumps/symptoms"')
    (question,) = read_questions(written(file, named), _SEVERAL)
    assert question.accept == {"mumps/symptoms"}
    (question,) = read_questions(written(file, _GOOD), _SEVERAL, topic="gout")
    assert question.accept == {"gout/symptoms"}
    with pytest.raises(ContentError, match=r"no answer 'symptoms'\. There are: gout/symptoms, mumps"):
        read_questions(written(file, _GOOD), _SEVERAL)


def test_a_byte_order_mark_empty_lines_and_unknown_keys_do_no_harm(file: Path) -> None:
    file.write_bytes(("\ufeff" + _GOOD[:-1] + ', "note": "why"}\r\n\r\n').encode())
    (question,) = read_questions(file, _ANSWERS)
    assert question.text == "wobblethorpe"


def test_a_line_separator_inside_a_question_ends_no_line(file: Path) -> None:
    (question,) = read_questions(written(file, _GOOD.replace("wobble", "wob\u2028ble")), _ANSWERS)
    assert question.text == "wob\u2028blethorpe"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("wobblethorpe", "not JSON"),
        ('["wobblethorpe"]', "not an object"),
        (_GOOD.replace('"id"', '"ident"'), "`id` is missing"),
        (_GOOD.replace('"wobblethorpe"', '" "'), "`text` is missing"),
        (_GOOD.replace('"plain"', "3"), "`kind` is missing or is not text"),
        (_GOOD.replace('["symptoms"]', '"symptoms"'), "`accept` is missing or is not a list"),
        (
            _GOOD.replace("symptoms", "symptom"),
            "there is no answer 'symptom'. There are: symptoms, faq-cure.",
        ),
        (_GOOD.replace("symptoms", "cmd:explode"), "there is no command 'explode'. There are: start, help"),
        (_GOOD.replace('["symptoms"]', '["symptoms", "emergency"]'), "`accept` mixes sorts"),
        (_GOOD, "the id 'a' stands twice"),
        (_GOOD.replace('"a"', '"b"').replace('["symptoms"]', "[]"), "kind 'plain' wants refusal here"),
    ],
)
def test_a_mistake_is_told_by_file_and_line_without_the_words(file: Path, line: str, problem: str) -> None:
    with pytest.raises(ContentError) as caught:
        read_questions(written(file, _GOOD, "", line), _ANSWERS)
    (told,) = caught.value.problems
    assert str(told).startswith(f"{file}:3: {problem}") or problem in str(told).split(":3: ")[1]
    assert told.remedy
    assert "wobblethorpe" not in str(told)


def test_all_mistakes_are_told_at_once(file: Path) -> None:
    with pytest.raises(ContentError) as caught:
        read_questions(written(file, "one", _GOOD, "three"), _ANSWERS)
    assert [problem.line for problem in caught.value.problems] == [1, 3]


def test_a_file_without_questions_is_a_mistake(file: Path) -> None:
    with pytest.raises(ContentError, match="no question"):
        read_questions(written(file, ""), _ANSWERS)


def test_a_file_that_is_no_text_is_a_mistake(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ContentError, match="not UTF-8"):
        read_questions(file, _ANSWERS)


def test_recordings_are_found_beside_the_file_and_one_id_may_have_several(file: Path, tmp_path: Path) -> None:
    lines = []
    for condition in ("clean", "noisy"):
        (tmp_path / f"{condition}.ogg").touch()
        lines.append(
            f'{_GOOD[:-1]}, "file": "{condition}.ogg", "voice": "v", "condition": "{condition}"}}',
        )
    questions = read_questions(written(file, *lines), _ANSWERS, spoken=True)
    assert [question.recording for question in questions] == [tmp_path / "clean.ogg", tmp_path / "noisy.ogg"]
    assert [question.condition for question in questions] == ["clean", "noisy"]


def test_a_recording_that_is_not_there_is_a_mistake(file: Path) -> None:
    line = f'{_GOOD[:-1]}, "file": "none.ogg", "voice": "v", "condition": "clean"}}'
    with pytest.raises(ContentError, match=r":1: `file` names no file"):
        read_questions(written(file, line), _ANSWERS, spoken=True)
