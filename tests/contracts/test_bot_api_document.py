"""The checker itself can fail."""

import pytest

from tests.contracts.bot_api_document import BotApiDocument


@pytest.fixture
def document() -> BotApiDocument:
    return BotApiDocument.read()


def test_a_proper_request_has_no_problems(document: BotApiDocument) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Listen", "callback_data": "listen"}]]}
    entities = [{"type": "bold", "offset": 0, "length": 2}]
    assert (
        document.problems(
            "sendMessage", {"chat_id": 1, "text": "Hi", "entities": entities, "reply_markup": keyboard}
        )
        == []
    )


def test_an_unknown_method_is_found(document: BotApiDocument) -> None:
    assert document.problems("sendThought", {}) == ["sendThought: there is no such method"]


def test_unknown_missing_and_mistyped_parameters_are_found(document: BotApiDocument) -> None:
    found = document.problems("sendMessage", {"chat_id": 1.5, "txet": "Hi"})
    assert "sendMessage: unknown txet" in found
    assert "sendMessage: text is missing" in found
    assert any(problem.startswith("sendMessage.chat_id: not ") for problem in found)


def test_a_mistake_deep_inside_a_keyboard_is_found(document: BotApiDocument) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Listen", "callbackdata": "listen"}]]}
    found = document.problems("sendMessage", {"chat_id": 1, "text": "Hi", "reply_markup": keyboard})
    assert any("unknown callbackdata" in problem for problem in found)


def test_an_uploaded_file_fits_where_a_file_belongs(document: BotApiDocument) -> None:
    assert document.problems("sendVoice", {"chat_id": 1, "voice": b"OggS"}) == []
    assert document.problems("sendMessage", {"chat_id": 1, "text": b"OggS"}) != []
