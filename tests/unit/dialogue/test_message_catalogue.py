"""Reading the assistant's own sentences, and saying them."""

from datetime import date
from pathlib import Path

import pytest

from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.errors import AssistantError, ContentError


def _sentences(folder: Path, source: str) -> MessageCatalogue:
    (folder / "en").mkdir(exist_ok=True)
    (folder / "en" / "interface.ftl").write_text(source, encoding="utf-8")
    return MessageCatalogue.load(folder, "en")


def test_gaps_are_filled_without_marks_that_a_voice_would_stumble_over(tmp_path: Path) -> None:
    sentences = _sentences(
        tmp_path, 'greet = Hi, { $name }.\nday = On { DATETIME($day, dateStyle: "long") }.\n'
    )
    assert sentences.say("greet", name="Ada") == "Hi, Ada."
    assert sentences.say("day", day=date(2026, 5, 3)) == "On May 3, 2026."


def test_an_unknown_sentence_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match="no sentence 'missing'"):
        _sentences(tmp_path, "greet = Hi.\n").say("missing")


def test_a_missing_gap_is_an_error_that_tells_no_secrets(tmp_path: Path) -> None:
    sentences = _sentences(tmp_path, "greet = Hi, { $name } and { $other }.\n")
    with pytest.raises(AssistantError, match="'greet'") as caught:
        sentences.say("greet", name="Gwendolyn")
    assert "Gwendolyn" not in str(caught.value)


def test_all_problems_of_the_file_come_at_once_with_their_lines(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        _sentences(tmp_path, "greet = Hi.\n\nthis is no fluent\n\ngreet = Hello.\n-term = x\n-term = y\n")
    assert [problem.line for problem in caught.value.problems] == [3, 5, 7]
    assert "stands here twice" in str(caught.value)


def test_a_missing_file_is_a_content_error(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"xx/interface\.ftl:1: This file cannot be read"):
        MessageCatalogue.load(tmp_path, "xx")


def test_a_sentence_with_attributes_alone_cannot_be_said(tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match="is empty"):
        _sentences(tmp_path, "greet =\n    .label = Hi\n").say("greet")
