"""Looks at everything that the suite's bots say, while the tests run, and counts it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from assistant.dialogue.reply import Reply
from assistant.library.plain_markdown import Passage
from assistant.library.reading_grade import reading_grade
from assistant.nlu.intents import Emergency
from assistant.preview.bot_api import Call, LoopbackBotApi
from assistant.speech.tts.script import Script
from assistant.text import words_in
from tests.contracts.accessibility import (
    RULES,
    SPEAKABLE,
    TO_THE_POINT,
    Finding,
    findings_in,
    findings_in_script,
    own_lines,
)
from tests.contracts.outgoing_messages import Outgoing, message_of, messages_in
from tests.shipped_sentences import shipped_sentences

TOAST: Final = "said in a message"
TAP: Final = "a tap is answered in words"
_DELIVERED: Final = 200
_FEWEST_WORDS: Final = 20
"""The grade of fewer words says more about one of them than about the reply."""
_GIVEN: Final = ("General information, not medical advice", "calcinosis", "universalis")
"""Names, and the one phrase that is laid down: nobody here can choose shorter words for them."""


class Listener:
    """Whoever hears all that is sent. What it finds is told once; what it has counted stays."""

    def __init__(self, preambles: Sequence[re.Pattern[str]]) -> None:
        self._preambles = preambles
        self._servers: dict[int, tuple[LoopbackBotApi, int]] = {}
        self._findings: list[Finding] = []
        self.counted: Counter[str] = Counter()
        """How many messages, replies and scripts were looked at."""
        self.kinds: Counter[str] = Counter()
        """How many messages each kind of request carried."""
        self.hardest: tuple[float, str] | None = None
        """The highest reading grade of a reply in the assistant's own sentences, and its title."""
        self._texts: set[str] = set()
        self.found: Counter[str] = Counter()
        """How many findings each rule made."""

    def watch(self, server: LoopbackBotApi) -> None:
        """Look at this server's requests from now on. Watching twice is not an error."""
        self._servers.setdefault(id(server), (server, 0))

    def hear_reply(self, reply: Reply) -> None:
        """Look at a reply that the conversation made, sent or not."""
        self.counted["replies of the conversation"] += 1
        self._findings += findings_in(message_of(reply), self._preambles)
        grade = grade_of(reply)
        if grade is not None and (self.hardest is None or grade > self.hardest[0]):
            self.hardest = (grade, reply.title or "")
        if reply.script is not None:
            self.hear_script(reply.script)

    def hear_script(self, script: Script) -> None:
        """Look at what is to be said aloud."""
        self.counted["scripts to say aloud"] += 1
        self._findings += findings_in_script(script)

    def look_away(self) -> None:
        """Take all so far as seen, whatever it was, and count none of it."""
        for _ in self._fresh():
            pass
        self._findings.clear()

    def findings(self) -> list[str]:
        """What is wrong with all since the last look, each said once."""
        for calls in self._fresh():
            messages = [message for call in calls for message in messages_in(call)]
            self.counted["messages sent"] += len(messages)
            for message in messages:
                self.kinds[message.method] += 1
                self._texts.add(message.text)
                self._findings += findings_in(message, self._preambles)
            self._findings += findings_between(calls)
        found = list(dict.fromkeys(self._findings))
        self._findings.clear()
        self.found.update(finding.rule for finding in found)
        return [str(finding) for finding in found]

    def table(self) -> list[str]:
        """What was looked at and what was found, a line each."""
        names = ["messages sent", "replies of the conversation", "scripts to say aloud"]
        looked = [f"{self.counted[name]:7}  {name}" for name in names]
        looked.insert(1, f"{len(self._texts):7}  different texts among them")
        looked += [f"{count:7}  by {kind}" for kind, count in self.kinds.most_common()]
        if self.hardest is not None:
            grade, title = self.hardest
            looked.append(f"{grade:7.1f}  highest reading grade of a reply of its own: {title!r}")
        return looked + [
            f"{self.found[rule]:7}  findings: {rule}"
            for rule in (*RULES, TO_THE_POINT, SPEAKABLE, TOAST, TAP)
        ]

    def _fresh(self) -> Iterator[list[Call]]:
        """The new requests of each server. One that has stopped is let go once it has been looked at."""
        for key, (server, seen) in list(self._servers.items()):
            calls = server.calls[seen:]
            self._servers[key] = (server, len(server.calls))
            if server.stopping.is_set():
                del self._servers[key]
            yield calls


def grade_of(reply: Reply) -> float | None:
    """The reading grade of what the assistant says in its own sentences; None when there is not enough of it.

    Vetted answers have grades of their own. Names to choose from are no sentences, and the person's own words
    are not the assistant's.
    """
    if reply.entry is not None or isinstance(reply.intent, Emergency):
        return None
    message = message_of(reply)
    names = {" ".join(words_in(each, compounds=True)) for each in (*message.labels, reply.title or "")}
    lines = [line for line in own_lines(message) if " ".join(words_in(line, compounds=True)) not in names]
    if sum(len(words_in(line, compounds=True)) for line in lines) < _FEWEST_WORDS:
        return None
    return reading_grade([Passage(line, (0,), 1) for line in lines], _GIVEN)


def findings_between(calls: Sequence[Call]) -> Iterator[Finding]:
    """What is wrong with requests taken together: taps that only a toast, or nothing at all, answers."""
    pressed: dict[str, tuple[int, Any]] = {}
    written: list[tuple[int, Outgoing]] = []
    for number, call in enumerate(calls):
        pressed |= {press: (number, chat) for press, chat in _presses(call)}
        if call.status == _DELIVERED:
            written += [(number, message) for message in messages_in(call) if message.text.strip()]
    # The press before it gets its message: another one would be one too many.
    pressed_again = shipped_sentences().say("telegram-pressed-again")
    for call in calls:
        if call.method != "answerCallbackQuery" or call.status != _DELIVERED:
            continue
        toast = call.parameters.get("text") or ""
        if toast and toast != pressed_again and not any(toast in message.text for _, message in written):
            yield Finding(
                TOAST, f"answerCallbackQuery {toast!r}", "only a toast says so.", "Say it in a message too."
            )
        since, chat = pressed.get(call.parameters["callback_query_id"], (None, None))
        if since is not None and not any(
            number > since and message.chat in (chat, None) for number, message in written
        ):
            yield Finding(TAP, "a button", "nothing was written after it.", "Say in a message what happened.")


def _presses(call: Call) -> Iterator[tuple[str, Any]]:
    """The taps that a bot has just fetched, and the chats they came from."""
    if call.method != "getUpdates" or call.status != _DELIVERED:
        return
    for update in call.response["result"]:
        press = update.get("callback_query") if isinstance(update, dict) else None
        if press and "message" in press:
            yield press["id"], press["message"]["chat"]["id"]


def preambles(
    ids: Iterable[str] = ("heard-back", "telegram-unknown-button"),
) -> list[re.Pattern[str]]:
    """The assistant's own sentences that tell the person nothing they came for, whatever fills their gaps."""
    sentences = shipped_sentences()
    gaps = dict.fromkeys(("words", "written", "understood"), "GAP")
    return [re.compile(re.escape(sentences.say(name, **gaps)).replace("GAP", ".*")) for name in ids]
