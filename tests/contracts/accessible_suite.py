"""Looks at everything that the suite's bots say, while the tests run, and counts it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from assistant.conversation.sentences import Sentences
from assistant.conversation.values import Reply
from assistant.library.loading import content_folder
from assistant.preview.bot_api import Call, LoopbackBotApi
from assistant.speech.values import Script
from tests.contracts.accessibility import (
    RULES,
    SPEAKABLE,
    TO_THE_POINT,
    Finding,
    findings_in,
    findings_in_script,
)
from tests.contracts.outgoing_messages import Outgoing, message_of, messages_in

TOAST: Final = "said in a message"
TAP: Final = "a tap is answered in words"
_DELIVERED: Final = 200


class Listener:
    """Whoever hears all that is sent. What it finds is told once; what it has counted stays."""

    def __init__(self, preambles: Sequence[re.Pattern[str]]) -> None:
        self._preambles = preambles
        self._servers: dict[int, tuple[LoopbackBotApi, int]] = {}
        self._findings: list[Finding] = []
        self.counted: Counter[str] = Counter()
        """How many messages, replies and scripts were looked at."""
        self.found: Counter[str] = Counter()
        """How many findings each rule made."""

    def watch(self, server: LoopbackBotApi) -> None:
        """Look at this server's requests from now on. Watching twice is not an error."""
        self._servers.setdefault(id(server), (server, 0))

    def hear_reply(self, reply: Reply) -> None:
        """Look at a reply that the conversation made, sent or not."""
        self.counted["replies of the conversation"] += 1
        self._findings += findings_in(message_of(reply), self._preambles)
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


def findings_between(calls: Sequence[Call]) -> Iterator[Finding]:
    """What is wrong with requests taken together: taps that only a toast, or nothing at all, answers."""
    pressed: dict[str, tuple[int, Any]] = {}
    written: list[tuple[int, Outgoing]] = []
    for number, call in enumerate(calls):
        pressed |= {press: (number, chat) for press, chat in _presses(call)}
        if call.status == _DELIVERED:
            written += [(number, message) for message in messages_in(call) if message.text.strip()]
    for call in calls:
        if call.method != "answerCallbackQuery" or call.status != _DELIVERED:
            continue
        toast = call.parameters.get("text") or ""
        if toast and not any(toast in message.text for _, message in written):
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
    ids: Iterable[str] = ("heard-back", "repaired", "telegram-unknown-button"),
) -> list[re.Pattern[str]]:
    """The assistant's own sentences that tell the person nothing they came for, whatever fills their gaps."""
    sentences = Sentences.load(content_folder(), "en")
    gaps = dict.fromkeys(("words", "written", "understood"), "GAP")
    return [re.compile(re.escape(sentences.say(name, **gaps)).replace("GAP", ".*")) for name in ids]
