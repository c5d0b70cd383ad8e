"""Long answers in parts: next, back, repeat, continue, start again, where am I, and a whole topic."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from small_world import TOPIC, aloud, command, dialogue, labels, library, press, ref, spoken, typed

from assistant.dialogue.actions.audio_segments import parts_of, seconds_of
from assistant.dialogue.person import AnswerBy, ReadingPosition
from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.reply import Reply
from assistant.dialogue.state_codec import person_from
from assistant.dialogue.utterance import Utterance
from assistant.library.entries import Block, BulletList, Entry, EntryRef, Library, Paragraph
from assistant.nlu.intents import CommandName
from assistant.speech.tts.script import Speed
from assistant.storage.store import Store
from tests.shipped import shipped_library

ME = 7
FIRST = " ".join(["First"] + ["word"] * 69) + "."
SECOND = " ".join(["Second"] + ["word"] * 69) + "."


def _with_blocks(entry: str, *blocks: Block) -> Library:
    whole = library()
    old = whole.topics[TOPIC]
    changed = replace(old.entries[entry], blocks=blocks)
    return replace(whole, topics={TOPIC: replace(old, entries={**old.entries, entry: changed})})


def _entry(*blocks: Block) -> Entry:
    return replace(library().topics[TOPIC].entries["symptoms"], blocks=blocks)


def _words(count: int) -> str:
    return " ".join(["word"] * count) + "."


@pytest.fixture
def long_talk(store: Store) -> DialogueProcessor:
    return dialogue(store, _with_blocks("symptoms", Paragraph(FIRST), Paragraph(SECOND)))


async def _after(talk: DialogueProcessor, *said: str) -> Reply:
    for words in said[:-1]:
        await talk.respond(ME, spoken(words))
    return await talk.respond(ME, spoken(said[-1]))


ASKED = "what signs does it show"


async def test_a_long_answer_is_heard_in_parts_and_read_once(long_talk: DialogueProcessor) -> None:
    first = await _after(long_talk, ASKED)
    assert first.deliver is AnswerBy.BOTH
    assert first.blocks == (Paragraph(FIRST), Paragraph(SECOND))
    assert aloud(first).startswith("Amber Hands: Symptoms, part one of two. First")
    assert "Second" not in aloud(first)
    assert "To hear part two, say: next." in aloud(first)
    second = await _after(long_talk, "next")
    assert (second.title, second.deliver) == ("Amber Hands: Symptoms, part two of two", AnswerBy.VOICE)
    assert second.blocks == (Paragraph(SECOND),)
    assert "First" not in aloud(second)
    assert "General information" in aloud(second)
    assert (await _after(long_talk, "next")).entry == ref("causes")


@pytest.mark.parametrize(
    ("said", "title", "heard"),
    [
        (("back",), "Overview", "All about overview"),
        (("next", "back"), "Symptoms", "First"),
        (("next", "repeat"), "Symptoms, part two of two", "Second"),
        (("next", "slower"), "Symptoms, part two of two", "Second"),
        (("next", "start again"), "Symptoms", "First"),
        (("next", "from the top"), "Symptoms", "First"),
        (("next", "next", "start again"), "Causes", "All about causes"),
        (("next", "listen"), "Symptoms, part two of two", "Second"),
    ],
)
async def test_a_step_leads_to_that_part(
    long_talk: DialogueProcessor, said: Sequence[str], title: str, heard: str
) -> None:
    reply = await _after(long_talk, ASKED, *said)
    assert reply.title == f"Amber Hands: {title}"
    assert heard in aloud(reply)


async def test_parts_have_buttons_that_mean_the_same_long_afterwards(long_talk: DialogueProcessor) -> None:
    first = await _after(long_talk, ASKED)
    assert labels(first)[0] == "Next part"
    second = await long_talk.respond(ME, press(first, "Next part"))
    assert "Previous part" in labels(second)
    await _after(long_talk, "how will it go on")
    assert (await long_talk.respond(ME, press(first, "Next part"))).title == second.title
    assert "First" in aloud(await long_talk.respond(ME, press(second, "Previous part")))


async def test_whoever_reads_steps_from_answer_to_answer(long_talk: DialogueProcessor) -> None:
    shown = await long_talk.respond(ME, typed(ASKED))
    assert shown.deliver is AnswerBy.TEXT
    assert "Next part" not in labels(shown)
    assert (await long_talk.respond(ME, typed("next"))).entry == ref("causes")


async def test_the_place_is_found_again_after_a_restart(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'kept.db'}"
    content = _with_blocks("symptoms", Paragraph(FIRST), Paragraph(SECOND))
    first = await Store.open(url)
    await _after(dialogue(first, content), ASKED)
    await first.close()
    second = await Store.open(url)
    reply = await _after(dialogue(second, content), "continue")
    await second.close()
    assert aloud(reply).startswith(
        "You were at this answer: Symptoms, part one of two. Amber Hands: Symptoms, part two of two."
    )


@pytest.mark.parametrize("between", ["how will it go on", "start", "text only"])
async def test_what_was_left_for_something_else_can_be_continued(
    long_talk: DialogueProcessor, between: str
) -> None:
    reply = await _after(long_talk, ASKED, between, "continue")
    assert "You were at this answer: Symptoms, part one of two." in reply.plain_text()
    assert reply.deliver is AnswerBy.VOICE
    assert "Second" in aloud(reply)
    assert (await long_talk.person(ME)).memory.left is None


@pytest.mark.parametrize("utter", [typed, spoken], ids=["typed", "spoken"])
async def test_stop_says_what_it_does_and_how_to_hear_more_and_keeps_the_place(
    long_talk: DialogueProcessor, utter: Callable[[str], Utterance]
) -> None:
    await _after(long_talk, "listen all", "next")
    stopped = await long_talk.respond(ME, utter("text only"))
    assert stopped.plain_text().startswith(
        f"{stopped.heard}\n\n"
        * bool(stopped.heard)
        + "Done. I answer by text.\n\nI keep your place: Symptoms, part one of two.\n\n"
        "To hear my answers again, choose Answer by text and voice, or say: speak to me."
    )
    assert labels(stopped)[:2] == ["Answer by text and voice", "Continue where I stopped"]
    for said in (
        "To hear my answers, say: speak to me.",
        "To go on where you stopped, say: continue where I stopped.",
    ):
        assert said in aloud(stopped)
    assert (await long_talk.respond(ME, utter("how is the weather"))).deliver is AnswerBy.TEXT


@pytest.mark.parametrize("back_on", ["audio on", "answer by voice", "answer as i ask"])
async def test_whoever_wants_the_voice_again_is_where_they_stopped(
    long_talk: DialogueProcessor, back_on: str
) -> None:
    again = await _after(long_talk, ASKED, "text only", back_on)
    assert "To go on where you stopped, say: continue where I stopped." in aloud(again)
    reply = await _after(long_talk, "next")
    assert reply.title == "Amber Hands: Symptoms, part two of two"
    assert "Second" in aloud(reply)


async def test_the_whole_topic_goes_on_after_a_silence(long_talk: DialogueProcessor) -> None:
    titles = [
        (await _after(long_talk, words)).title
        for words in ("listen all", "next", "text only", "audio on", "next", "next")
    ]
    assert titles[4:] == ["Amber Hands: Symptoms, part two of two", "Amber Hands: Causes"]
    assert (await long_talk.person(ME)).memory.whole_topic


async def test_whoever_read_on_in_silence_goes_on_from_there(long_talk: DialogueProcessor) -> None:
    reply = await _after(long_talk, ASKED, "text only", "next", "audio on", "next")
    assert reply.title == "Amber Hands: Diagnosis"
    assert "You were at this answer: Symptoms, part one of two." in aloud(await _after(long_talk, "continue"))


async def test_where_says_answer_part_and_what_comes_next(long_talk: DialogueProcessor) -> None:
    said = aloud(await _after(long_talk, ASKED, "where"))
    assert "You are at this answer: Symptoms, part one of two. It is about Amber Hands." in said
    assert "Next comes part two." in said
    assert "Next comes: Causes." in aloud(await _after(long_talk, "next", "where"))


async def test_where_names_what_comes_next_and_asks_nothing(long_talk: DialogueProcessor) -> None:
    await long_talk.respond(ME, command(CommandName.SHOW, str(ref("faq-symptoms"))))
    assert "Next comes: Can it be cured." in (await long_talk.respond(ME, typed("where"))).plain_text()


async def test_a_whole_topic_is_heard_section_after_section_and_kept_for_later(
    long_talk: DialogueProcessor,
) -> None:
    begun = await _after(long_talk, "listen all")
    assert "8 sections in 9 parts" in aloud(begun)
    assert begun.deliver is AnswerBy.BOTH
    titles = [(await long_talk.respond(ME, spoken("next"))).title for _ in range(8)]
    assert titles[:3] == [
        "Amber Hands: Symptoms",
        "Amber Hands: Symptoms, part two of two",
        "Amber Hands: Causes",
    ]
    assert titles[-1] == "Amber Hands: Research"
    assert "That was the whole topic." in aloud(await _after(long_talk, "next"))


async def test_a_question_in_between_does_not_lose_the_whole_topic(long_talk: DialogueProcessor) -> None:
    await _after(long_talk, "listen all", "next", "next", "how will it go on")
    left = (await long_talk.person(ME)).memory.left
    assert left == ReadingPosition(entry=ref("symptoms"), part=2, whole_topic=True)
    assert (await _after(long_talk, "continue")).entry == ref("causes")
    assert (await long_talk.person(ME)).memory.whole_topic


async def test_slower_gives_the_part_in_hand_at_the_new_speed(long_talk: DialogueProcessor) -> None:
    reply = await _after(long_talk, ASKED, "next", "slower")
    assert (reply.speed, reply.deliver) == (Speed.SLOW, AnswerBy.VOICE)
    assert (await long_talk.person(ME)).memory.part == 2


async def test_thanks_gets_one_kind_sentence(long_talk: DialogueProcessor) -> None:
    reply = await _after(long_talk, ASKED, "thanks")
    assert aloud(reply).strip() == "You are welcome. Take good care."
    assert reply.options == ()


def test_a_state_from_before_there_were_parts_is_read() -> None:
    person = person_from(ME, {"version": 1, "memory": {"entry": [TOPIC, "symptoms"], "aloud": True}})
    assert (person.memory.entry, person.memory.part, person.memory.left) == (ref("symptoms"), 1, None)


async def test_a_part_that_an_editor_has_taken_away_is_the_last_one_there_is(store: Store) -> None:
    await _after(
        dialogue(store, _with_blocks("symptoms", Paragraph(FIRST), Paragraph(SECOND))), ASKED, "next"
    )
    reply = await _after(dialogue(store), "repeat")
    assert reply.title == "Amber Hands: Symptoms"


def test_a_list_stays_with_the_line_that_introduces_it() -> None:
    blocks = (Paragraph(_words(60)), Paragraph("These are the signs:"), BulletList((_words(30), _words(30))))
    assert parts_of(_entry(*blocks)) == (blocks[:1], blocks[1:])


def test_a_very_long_paragraph_is_cut_between_sentences_and_a_list_between_items() -> None:
    sentences = [_words(50).capitalize() for _ in range(5)]
    parts = parts_of(_entry(Paragraph(" ".join(sentences))))
    assert [block.text for part in parts for block in part if isinstance(block, Paragraph)] == sentences
    assert len(parts) > 1
    items = tuple(_words(20) for _ in range(12))
    lists = [block for part in parts_of(_entry(BulletList(items))) for block in part]
    assert len(lists) > 1
    assert tuple(item for block in lists if isinstance(block, BulletList) for item in block.items) == items


def test_an_answer_without_a_long_text_is_one_part() -> None:
    assert parts_of(_entry(Paragraph(_words(60)))) == ((Paragraph(_words(60)),),)
    assert parts_of(_entry()) == ((),)


def test_the_parts_of_the_shipped_answers_lose_nothing_and_last_about_half_a_minute_to_a_minute() -> None:
    topics = shipped_library().topics.values()
    entries: dict[EntryRef, Entry] = {
        entry.ref: entry for topic in topics for entry in topic.entries.values()
    }
    cut = {name: parts_of(entry) for name, entry in entries.items()}
    assert all(
        tuple(block for part in parts for block in part) == entries[name].blocks
        for name, parts in cut.items()
    )
    lengths = {name: seconds_of(entries[name]) / len(parts) for name, parts in cut.items()}
    assert {name: length for name, length in lengths.items() if length > 60} == {}
    assert {name: length for name, length in lengths.items() if len(cut[name]) > 1 and length < 28} == {}
    assert any(len(parts) > 1 for parts in cut.values())


@pytest.mark.parametrize("way", [typed, spoken], ids=["typed", "spoken"])
async def test_after_an_unanswered_question_next_and_back_go_on_from_where_one_was(
    long_talk: DialogueProcessor, way: Callable[[str], Utterance]
) -> None:
    for words, then in (("next", ref("causes")), ("back", ref("overview"))):
        for before in (ASKED, "how are feet treated"):
            await long_talk.respond(ME, typed(before))
        assert (await long_talk.respond(ME, way(words))).entry == then


async def test_and_to_the_sections_where_nothing_is_in_hand(long_talk: DialogueProcessor) -> None:
    await long_talk.respond(ME, spoken("how are feet treated"))
    assert (await long_talk.respond(ME, spoken("next"))).title == "Sections"
