"""Three requests in ten fail while a thousand messages are sent: who got theirs, when, and at what cost."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from assistant.preview.bot_api import Call
from assistant.preview.faults import Fault, FaultKind, FaultPlan
from assistant.preview.people import Person
from tests.faults.harness import (
    CANARIES,
    SPOKEN,
    SPOKEN_WORD,
    WRITTEN,
    Row,
    dealt_with,
    messages_of,
    metrics_page,
    program_and_telegram,
    secrecy,
    total,
    voice_note,
)
from tests.faults.talks import Message

SHARE: Final = 0.3
MOST_REQUESTS: Final = 1.6
KINDS: Final[tuple[FaultKind, ...]] = ("429", "429html", "500", "502html", "reset", "lost", "drip", "hang")
"""Each as often as any other; a flood limit, told by Telegram or by a proxy, is the most common of all."""

_METHODS: Final = ("sendMessage", "sendVoice", "sendAudio")
_FOR_EVER: Final = 10**9
_SPEAKS: Final = 20
"""One person in so many speaks, and so gets a voice note too."""


async def faulty(*, sends: int, kinds: Sequence[FaultKind] = KINDS, seed: int = 1) -> list[Row]:
    """Has the program send that many messages while three requests in ten fail in these ways."""
    voice = await voice_note(SPOKEN)
    async with program_and_telegram(ASSISTANT_VOICES_WAITING=str(sends)) as (api, program):
        await program.start()
        reader, listener = (
            api.person(f"{CANARIES.name} who reads"),
            api.person(f"{CANARIES.name} who listens"),
        )
        await reader.send_text(WRITTEN)
        await listener.send_voice(voice)
        await dealt_with(api, program)
        written, heard = await messages_of(reader), await messages_of(listener)
        api.faults = FaultPlan(seed)
        for fault in three_in_ten(kinds):
            api.faults.append(fault)
        before = len(api.calls)
        expected: dict[Person, Counter[Message]] = {}
        while sum(each.total() for each in expected.values()) < sends:
            person = api.person(f"{CANARIES.name} {len(expected)}")
            if len(expected) % _SPEAKS == _SPEAKS - 1:
                await person.send_voice(voice)
                expected[person] = heard
            else:
                await person.send_text(WRITTEN)
                expected[person] = written
        await dealt_with(api, program)
        calls = [call for call in api.calls[before:] if call.method in _METHODS]
        timeouts = total(await metrics_page(program), "assistant_bot_api_requests_total", code="timeout")
        missing = repeated = 0
        for person, wanted in expected.items():
            got = await messages_of(person)
            missing += (wanted - got).total()
            repeated += (got - wanted).total()
        wanted_sends = sum(each.total() for each in expected.values())
        n = f"{wanted_sends} messages, {_shown(kinds)}"
        secret = await secrecy(program, "3 in 10 requests fail", n, heard=_says(SPOKEN_WORD, heard))
        code = await program.end()
    unanswered = sum(call.status == 0 for call in calls) + int(timeouts)
    asked_to_wait = sum(call.status == 429 for call in calls)
    early = len(list(too_early(calls)))
    each = len(calls) / wanted_sends
    return [
        Row(
            "3 in 10 requests fail: all is delivered",
            f"{missing} missing; {repeated} came twice, of {unanswered} whose answer was lost or late;"
            f" exit code {code}",
            n,
            not missing and repeated <= unanswered and code == 0,
        ),
        Row(
            "3 in 10 requests fail: nothing goes to a chat before its `retry_after` is over",
            f"{early} too early, after {asked_to_wait} answers of 429",
            n,
            not early and asked_to_wait > 0,
        ),
        Row(
            f"3 in 10 requests fail: at most {MOST_REQUESTS} requests for each message",
            f"{each:.2f}",
            n,
            each <= MOST_REQUESTS,
        ),
        secret,
    ]


def _says(word: str, messages: Iterable[Message]) -> bool:
    return any(word in words.casefold() for _, words in messages)


def three_in_ten(kinds: Sequence[FaultKind]) -> Iterator[Fault]:
    """Faults that hit three requests in ten together, each kind as often as the others."""
    for method in _METHODS:
        spared = 1.0
        for number, kind in enumerate(kinds):
            share = SHARE / len(kinds)
            # The plan asks one fault after the other: this one sees only what those before it spared.
            yield Fault(method, kind, _FOR_EVER, retry_after=1 + 2 * (number % 2), share=share / spared)
            spared -= share


def too_early(calls: Sequence[Call]) -> Iterator[Call]:
    """Requests to a chat that came while its last one was still to wait."""
    not_before: dict[object, float] = {}
    for call in sorted(calls, key=lambda call: call.at):
        chat = call.parameters["chat_id"]
        if call.at < not_before.get(chat, 0):
            yield call
        if call.status == 429:
            not_before[chat] = call.at + call.retry_after


def _shown(kinds: Sequence[FaultKind]) -> str:
    return ", ".join(dict.fromkeys(kinds))
