"""What listens to the whole suite knows a message that everybody can follow from one that is lost on some."""

import re
from collections.abc import Mapping
from typing import Any, Final

import pytest

from assistant.dialogue.person import AnswerBy
from assistant.dialogue.reply import Option, Reply
from assistant.library.entries import BulletList, Paragraph
from assistant.nlu.intents import Command, CommandName, NotCovered
from assistant.preview.bot_api import Call, LoopbackBotApi
from assistant.speech.tts.script import Script
from tests.contracts.accessibility import RULES, SPEAKABLE, TO_THE_POINT, findings_in, findings_in_script
from tests.contracts.accessible_suite import TAP, TOAST, Listener, findings_between, grade_of, preambles
from tests.contracts.outgoing_messages import Outgoing, message_of, messages_in


def message(text: str = "Saved.", *labels: str, **parameters: Any) -> Outgoing:
    """A text message with a column of buttons."""
    rows = [[{"text": label, "callback_data": "x"}] for label in labels]
    given = {"text": text, "reply_markup": {"inline_keyboard": rows}, **parameters}
    [found] = messages_in(call("sendMessage", given))
    return found


def call(method: str, parameters: Mapping[str, Any], response: Any = None, status: int = 200) -> Call:
    return Call(method, {"chat_id": 1, **parameters}, status, response, 0.0)


def sent(method: str, **parameters: Any) -> Outgoing:
    [found] = messages_in(call(method, parameters))
    return found


def rules_broken(message: Outgoing) -> set[str]:
    return {finding.rule for finding in findings_in(message, preambles())}


def marked(text: str, words: str, kind: str) -> Outgoing:
    offset = len(text[: text.index(words)].encode("utf-16-le")) // 2
    length = len(words.encode("utf-16-le")) // 2
    return message(text, entities=[{"type": kind, "offset": offset, "length": length}])


_SIDE_BY_SIDE: Final = {
    "inline_keyboard": [[{"text": "Next", "callback_data": "n"}, {"text": "Back", "callback_data": "b"}]]
}
_LEAVING: Final = {"inline_keyboard": [[{"text": "Here", "url": "https://t.me/some_bot"}]]}

BROKEN: Final = [
    ("words before signs", message("✅")),
    ("words before signs", message("✅ Saved.")),
    ("words before signs", message("All is well.\n⚠️ Call for help.")),
    ("words before signs", message("Settings → Voice")),
    ("words before signs", message("Next »")),
    ("words on buttons", message("Saved.", "🔊 Listen")),
    ("words on buttons", message("Saved.", "Next →")),
    ("words on buttons", message("Saved.", "...")),
    ("words on buttons", message("Saved.", "What symptoms can it c…")),
    ("words on buttons", message("Saved.", "Hear all that is known of this illness now")),
    ("words on buttons", message("I erase everything now.", "Yes")),
    ("few buttons", message("Choose one.", *(f"Answer {number}" for number in "123456789"))),
    ("one column", message("Go on.", reply_markup=_SIDE_BY_SIDE)),
    ("unlike buttons", message("Choose one.", "Causes", "causes ")),
    ("no drawings", message("=====\nSymptoms")),
    ("no drawings", message("Symptoms\n-----")),
    ("no drawings", message("Symptoms\n* * *\nCauses")),
    ("no drawings", message("Symptoms     Causes")),
    ("no drawings", message("Symptoms │ Causes")),
    ("full words", message("Call your doctor, e.g. at once.")),
    ("full words", message("Wait 5 min and try again.")),
    ("full words", message("Choose one.", "Save & close")),
    ("full words", message("Choose one.", "Prev")),
    ("no capitals", message("This is IMPORTANT.")),
    ("no capitals", message("Choose one.", "URGENT help")),
    ("words beside files", sent("sendVoice", voice="id")),
    ("words beside files", sent("sendPhoto", photo="id")),
    ("words beside files", sent("sendAudio", audio="id", caption="Symptoms")),
    ("links say where", message("Ask me more.", reply_markup=_LEAVING)),
    ("links say where", marked("Read more here.", "here", "text_link")),
    ("links say where", message("https://example.org/symptoms")),
    ("formatting is extra", marked("Take this slowly.", "slowly", "bold")),
    ("formatting is extra", marked("Take this.", "Take this.", "strikethrough")),
    ("formatting is extra", marked("It is harmless.", "It is harmless.", "spoiler")),
    (TO_THE_POINT, message('I heard: "signs"\nThank you for asking. Please note this. Hard lumps.')),
]
SOUND: Final = [
    ("words before signs", message("Saved. A hand wave: 👋")),
    ("words before signs", message('I heard: "🦴 → 🦴"')),
    ("words on buttons", message("Shall I erase everything?", "Yes", "No")),
    ("few buttons", message("Choose one.", *(f"Answer {number}" for number in "12345678"))),
    ("one column", message("Choose one.", "Causes", "Symptoms")),
    ("unlike buttons", message("Choose one.", "Causes", "Causes, number 2")),
    ("no drawings", message("Symptoms\n\n• Hard lumps\n- Pain...")),
    ("full words", message("This information is a secret of Vietnam.")),
    ("no capitals", message("I had a CT scan. Ask /FAQ.")),
    ("words beside files", sent("sendVoice", voice="id", caption="Symptoms")),
    ("words beside files", sent("sendAudio", audio="id", caption="Symptoms", title="Symptoms")),
    ("links say where", marked("Read the source.", "the source", "text_link")),
    ("links say where", message("The source is at https://example.org/symptoms")),
    ("formatting is extra", marked("I heard: 🦴\n\nSymptoms\n\nHard lumps.", "Symptoms", "bold")),
    (TO_THE_POINT, message('I heard: "signs"\nHard lumps. Thank you. Sorry. Great.')),
]


@pytest.mark.parametrize(("rule", "broken"), BROKEN)
def test_a_message_that_breaks_a_rule_is_found(rule: str, broken: Outgoing) -> None:
    assert rules_broken(broken) == {rule}


@pytest.mark.parametrize(("rule", "sound"), SOUND)
def test_a_message_that_keeps_a_rule_is_left_alone(rule: str, sound: Outgoing) -> None:
    assert rules_broken(sound) == set()


def test_every_rule_has_a_good_and_a_bad_example() -> None:
    rules = {*RULES, TO_THE_POINT}
    assert {rule for rule, _ in BROKEN} == rules
    assert {rule for rule, _ in SOUND} == rules


def test_a_finding_says_which_message_which_rule_and_what_to_do() -> None:
    [finding] = findings_in(message("Saved.", "Next →"))
    assert str(finding) == (
        "sendMessage 'Saved.': the button 'Next →' has a sign on it. Use words alone. [words on buttons]"
    )


@pytest.mark.parametrize(
    "text",
    [
        "**Hard** lumps.",
        "See https://example.org.",
        "Write to a@b.org.",
        "Well done ✅",
        "Go → on.",
        "e.g. pain",
    ],
)
def test_what_a_voice_cannot_say_is_found(text: str) -> None:
    [finding] = findings_in_script(Script("Symptoms", (text,), "en", {}))
    assert finding.rule == SPEAKABLE


def test_a_script_without_words_is_found_and_plain_sentences_are_left_alone() -> None:
    assert [str(finding) for finding in findings_in_script(Script("", (), "en", {}))] == [
        "script '': it says nothing. Send no voice at all. [speakable]"
    ]
    plain = Script("Who is affected?", ("Children and adults (about 5%).", "X-rays or CT scans."), "en", {})
    assert list(findings_in_script(plain)) == []


def _fetched(press: str) -> Call:
    update = {"update_id": 1, "callback_query": {"id": press, "message": {"chat": {"id": 1}}}}
    return call("getUpdates", {}, {"ok": True, "result": [update]})


def _acknowledged(press: str, **parameters: Any) -> Call:
    return call(
        "answerCallbackQuery", {"callback_query_id": press, **parameters}, {"ok": True, "result": True}
    )


def test_a_toast_is_found_unless_a_message_says_the_same() -> None:
    toast = _acknowledged("7", text="Saved.")
    assert [finding.rule for finding in findings_between([toast])] == [TOAST]
    assert list(findings_between([toast, call("sendMessage", {"text": "Saved. Go on?"})])) == []


def test_a_tap_without_words_after_it_is_found() -> None:
    before = call("sendMessage", {"text": "Hello."})
    silent = [before, _fetched("7"), _acknowledged("7")]
    assert [finding.rule for finding in findings_between(silent)] == [TAP]
    assert list(findings_between([*silent, call("sendMessage", {"text": "Saved."})])) == []
    assert list(findings_between([*silent, call("sendMessage", {"text": "Saved.", "chat_id": 2})])) != []


@pytest.mark.parametrize(
    "call",
    [
        call("setMyDescription", {"description": "✅"}),
        call("setMyCommands", {"commands": [{"command": "faq", "description": "✅"}]}),
        call("editMessageText", {"text": "✅"}),
        call("sendMessage", {"text": "<b>✅</b>"}, {"ok": True, "result": {"message_id": 1, "text": "✅"}}),
        call("answerInlineQuery", {"results": [{"input_message_content": {"message_text": "✅"}}]}),
        call("answerInlineQuery", {"results": [{"title": "✅", "input_message_content": {}}]}),
        call("sendMessage", {"text": "Hi", "reply_markup": '{"keyboard": [["✅"]]}'}, status=400),
    ],
)
def test_whatever_carries_words_is_looked_at(call: Call) -> None:
    assert any(rules_broken(message) for message in messages_in(call))


def test_a_reply_is_looked_at_before_it_is_sent() -> None:
    reply = Reply(
        intent=NotCovered(),
        title="Symptoms",
        blocks=(Paragraph("These are common."), BulletList(("Hard lumps", "Pain"))),
        deliver=AnswerBy.TEXT,
        footer=("Not reviewed.",),
        options=(Option("Listen", Command(CommandName.LISTEN)),),
    )
    assert rules_broken(message_of(reply)) == set()
    listener = Listener(())
    listener.hear_reply(Reply(NotCovered(), "===", (), AnswerBy.TEXT, Script("a|b", (), "en", {})))
    assert [re.findall(r"\[(.*)\]", finding) for finding in listener.findings()] == [
        ["no drawings"],
        [SPEAKABLE],
    ]
    assert listener.findings() == [], "each is told once"
    assert "      1  findings: speakable" in listener.table()


def test_how_hard_the_assistants_own_sentences_are_is_counted() -> None:
    easy = "You can ask me. I say what I know. " * 3
    hard = (
        "Notwithstanding uncharacteristic circumstances, international organisations characteristically " * 4
    )
    grades = [
        grade_of(Reply(None, "Help", (Paragraph(words),), AnswerBy.TEXT)) for words in (easy, hard, "Yes.")
    ]
    assert grades[0] is not None
    assert grades[0] < 3
    assert grades[1] is not None
    assert grades[1] > 12
    assert grades[2] is None, "too few words to tell"
    listener = Listener(())
    for words in (easy, hard, easy):
        listener.hear_reply(Reply(None, "Help", (Paragraph(words),), AnswerBy.TEXT))
    assert f"{grades[1]:7.1f}  highest reading grade of a reply of its own: 'Help'" in listener.table()


async def test_every_server_of_the_suite_is_listened_to(listened: Listener) -> None:
    counted, found, kinds = listened.counted.copy(), listened.found.copy(), listened.kinds.copy()
    async with LoopbackBotApi() as api:
        anna = api.person("Anna")
        await anna.send_text("hello")
        api.calls.append(call("sendMessage", {"text": "✅", "chat_id": anna.id}))
    assert [finding for finding in listened.findings() if "[words before signs]" in finding] != []
    assert listened.counted["messages sent"] == counted["messages sent"] + 1
    assert listened.kinds["sendMessage"] == kinds["sendMessage"] + 1
    listened.counted, listened.found, listened.kinds = counted, found, kinds
