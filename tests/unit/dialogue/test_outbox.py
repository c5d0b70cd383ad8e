"""A reply written down with what it changes comes back as it was, and stands or falls with the changes."""

import json
from dataclasses import dataclass, field
from types import MappingProxyType

import pytest
from small_world import command, ref, spoken, typed

from assistant.dialogue.outbox import read_back, written
from assistant.dialogue.person import AnswerBy
from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.reply import Reply
from assistant.dialogue.utterance import Spoken, Utterance
from assistant.errors import StorageError
from assistant.library.entries import BulletList, Paragraph
from assistant.nlu.intents import Answer, Choice, Command, CommandName, Emergency, Intent, NotCovered
from assistant.speech.tts.script import Script
from assistant.storage.store import Store, Unit
from assistant.transcript import Unheard, UnheardReason

ME = 7
SYMPTOMS = str(ref("symptoms"))


@dataclass
class Notebook:
    """A receipt that can refuse, and that sees what is kept when it is written."""

    refuses: bool = False
    replies: list[Reply] = field(default_factory=list)
    bookmarks_then: int | None = None

    async def keep(self, unit: Unit, reply: Reply) -> None:
        self.bookmarks_then = len(await unit.bookmarks.listing(ME))
        if self.refuses:
            raise StorageError("The disk is full.")
        self.replies.append(reply)


async def _bookmarks(store: Store) -> int:
    async with store.read() as unit:
        return len(await unit.bookmarks.listing(ME))


def _over_json(reply: Reply) -> Reply | None:
    return read_back(json.loads(json.dumps(written(reply))))


@pytest.mark.parametrize(
    "intent",
    [
        Answer(ref("symptoms"), 0.75, (ref("causes"),), "chest-pain"),
        Answer(ref("symptoms"), 0.75, second=ref("causes")),
        Choice((ref("symptoms"), ref("causes")), 0.5, asks=True),
        NotCovered(),
        NotCovered((ref("causes"),), 0.25, "chest-pain"),
        Emergency("chest-pain"),
        Command(CommandName.SAVE, SYMPTOMS),
        Command(CommandName.SAVE),
        Unheard(UnheardReason.SILENT),
    ],
    ids=lambda intent: type(intent).__name__,
)
def test_every_meaning_comes_back_as_it_was(intent: Intent | Unheard) -> None:
    reply = Reply(intent, None, (Paragraph("One."), BulletList(("two", "three"))), AnswerBy.BOTH)
    assert _over_json(reply) == reply


def test_a_read_only_mapping_comes_back_with_the_script() -> None:
    script = Script("Title", ("Words.",), "en", MappingProxyType({"amber": "ˈæmbər"}))
    reply = Reply(NotCovered(), "Title", (), AnswerBy.VOICE, script)
    assert _over_json(reply) == reply


@pytest.mark.parametrize(
    "utterance",
    [
        typed("symptoms"),
        spoken("symptoms"),
        typed("bookmarks"),
        spoken("help"),
        typed("start"),
        command(CommandName.LISTEN, SYMPTOMS),
        command(CommandName.FORGET_ME),
        Spoken(Unheard(UnheardReason.TOO_BIG)),
    ],
    ids=str,
)
async def test_a_whole_reply_comes_back_as_it_was(talk: DialogueProcessor, utterance: Utterance) -> None:
    notebook = Notebook()
    reply = await talk.respond(ME, utterance, outbox=notebook)
    assert notebook.replies == [reply]
    assert _over_json(reply) == reply


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"version": 0, "meaning": ["NotCovered", {}], "fields": {}},
        {"version": 1, "meaning": ["Nonsense", {}], "fields": {}},
        {"version": 1, "meaning": ["NotCovered", {}], "fields": {"title": None}},
        {"version": 1, "meaning": 7, "fields": {}},
    ],
    ids=str,
)
def test_what_this_version_cannot_read_is_nothing(kept: dict[str, object]) -> None:
    assert read_back(kept) is None


async def test_the_receipt_is_written_with_the_changes_and_before_them(
    talk: DialogueProcessor, store: Store
) -> None:
    notebook = Notebook()
    await talk.respond(ME, command(CommandName.SAVE, SYMPTOMS), outbox=notebook)
    assert (notebook.bookmarks_then, await _bookmarks(store)) == (0, 1)


async def test_without_its_receipt_nothing_is_changed_and_the_reply_says_so(
    talk: DialogueProcessor, store: Store
) -> None:
    reply = await talk.respond(ME, command(CommandName.SAVE, SYMPTOMS), outbox=Notebook(refuses=True))
    assert "I could not save that" in reply.plain_text()
    assert await _bookmarks(store) == 0
