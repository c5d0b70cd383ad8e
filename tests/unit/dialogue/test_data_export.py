"""`export`: a file that a person can read, with everything that is kept about them, and nothing of others."""

from small_world import BrokenStore, aloud, command, dialogue, labels, ref, spoken, typed

from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.reply import Reply
from assistant.nlu.intents import CommandName
from assistant.storage.store import Store, Unit
from tests.arrivals import put_updates

ME, YOU = 7_654_321, 8_765_432


def _file(reply: Reply) -> str:
    assert reply.attachment is not None
    return reply.attachment.text


async def test_the_file_holds_number_settings_place_and_bookmarks_in_words(talk: DialogueProcessor) -> None:
    for words in ("what signs does it show", "save", "answer by voice", "slower"):
        await talk.respond(ME, typed(words))
    reply = await talk.respond(ME, typed("export"))
    copy = _file(reply)
    for said in (
        str(ME),
        "I answer by voice.",
        "I speak slowly.",
        "You were at this answer: Symptoms.",
        "1. Symptoms, saved on",
        "My bookmarks",
        "The same, line by line",
        '"table": "people"',
        '"table": "bookmarks"',
    ):
        assert said in copy
    assert reply.attachment is not None
    assert (reply.attachment.name, reply.attachment.caption != "") == ("what-is-kept-about-me.txt", True)


async def test_a_voice_user_hears_what_the_file_holds_and_what_to_say_next(talk: DialogueProcessor) -> None:
    for words in ("what signs does it show", "save"):
        await talk.respond(ME, typed(words))
    said = aloud(await talk.respond(ME, spoken("export")))
    assert "I sent you a file." in said
    assert "one bookmark." in said
    assert "say: my bookmarks." in said


async def test_nothing_of_anybody_else_is_in_the_file(talk: DialogueProcessor) -> None:
    await talk.respond(YOU, command(CommandName.SAVE, str(ref("causes"))))
    await talk.respond(ME, command(CommandName.SAVE, str(ref("symptoms"))))
    copy = _file(await talk.respond(ME, typed("export")))
    assert str(YOU) not in copy
    assert "Causes, saved on" not in copy


async def test_a_bookmark_that_can_still_be_put_back_is_in_the_file(talk: DialogueProcessor) -> None:
    for words in ("what signs does it show", "save", "remove bookmark"):
        await talk.respond(ME, typed(words))
    assert "You removed it, and it can still be put back." in _file(await talk.respond(ME, typed("export")))


async def test_waiting_messages_are_in_the_file_as_they_were_written(
    talk: DialogueProcessor, store: Store
) -> None:
    message = {"from": {"id": ME}, "chat": {"id": ME}, "text": "Grüße {an} \ud83d alle"}
    async with store.write() as unit:
        await put_updates(unit, [{"update_id": 5, "message": message}])
    copy = _file(await talk.respond(ME, typed("export")))
    assert "Grüße {an} " in copy
    assert "There is one." in copy


async def test_somebody_new_gets_a_file_that_says_that_nothing_is_kept(talk: DialogueProcessor) -> None:
    copy = _file(await talk.respond(ME, typed("export")))
    assert copy.count("I keep nothing of this kind.") == 4


async def test_the_privacy_text_leads_to_the_copy(talk: DialogueProcessor) -> None:
    assert "Send me my data" in labels(await talk.respond(ME, typed("privacy")))


async def test_a_copy_that_cannot_be_read_is_not_called_empty(store: Store) -> None:
    reply = await dialogue(BrokenStore(store, readable=False)).respond(ME, spoken("export"))
    assert reply.attachment is None
    assert "I cannot read what I keep just now." in aloud(reply)


class _Receipts:
    """Remembers which replies were to be written down."""

    def __init__(self) -> None:
        self.kept: list[Reply] = []

    async def keep(self, unit: Unit, reply: Reply) -> None:
        self.kept.append(reply)


async def test_the_file_itself_is_written_down_nowhere(talk: DialogueProcessor) -> None:
    receipts = _Receipts()
    await talk.respond(ME, typed("help"), outbox=receipts)
    await talk.respond(ME, typed("export"), outbox=receipts)
    assert [reply.title for reply in receipts.kept] == ["Help"]
