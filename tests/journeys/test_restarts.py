"""The bot stops and starts again on the same data folder: people notice nothing."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from assistant.library.loading import content_folder
from assistant.preview.bot_api import LoopbackBotApi
from tests.journeys.house import House, say, title_of
from tests.journeys.recordings import Mouth

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.process]

_SECOND_PART: Final = say(
    "part-name",
    title="Treatment",
    number=say("number-in-words", number=2),
    count=say("number-in-words", number=3),
)


async def test_what_people_keep_and_were_asked_survives_and_nothing_sent_meanwhile_is_lost(
    tmp_path: Path, mouth: Mouth, learnt: Path
) -> None:
    shutil.copytree(learnt, tmp_path / learnt.name)
    async with LoopbackBotApi() as api:
        house = House(tmp_path, api, mouth)
        await house.open()
        anna, ben, cleo = (house.visitor() for _ in range(3))
        await anna.types("/start treatment")
        await anna.types("save")
        await anna.types("/settings")
        await anna.types(say("option-speak-slow"))
        listened = await anna.types("/start treatment")
        heard = await anna.presses(say("option-listen"))
        await ben.types("/start causes")
        await ben.types("save")
        await ben.types("/forget")
        await house.close()

        press = await anna.person.press(say("option-listen"), message=listened)
        await anna.person.send_text("next")
        await ben.person.send_text("yes")
        await cleo.person.send_voice(await mouth.voice_note("What are the symptoms?"))
        sent_before = len(api.calls)
        await house.open()

        again = await anna.receives()
        assert again.audio() == heard.audio(), "the speed is remembered"
        assert title_of(await anna.receives()) == _SECOND_PART, "and the place in the reading too"
        await house.while_running(press.answer(60))
        assert say("forget-done") in (await ben.receives()).words, "the question was still open"
        assert "symptoms" in title_of(await cleo.receives()).casefold()
        await cleo.receives()
        assert "Treatment" in (await anna.types("/bookmarks")).buttons
        assert say("bookmarks-none") in (await ben.types("/bookmarks")).words
        voices = [call.parameters for call in api.calls[sent_before:] if call.method == "sendVoice"]
        to_anna = [each["voice"] for each in voices if each["chat_id"] == anna.id]
        assert to_anna[:1] == [heard.file_id], "the recording is not uploaded again"
        for visitor in (anna, ben, cleo):
            await visitor.hears_nothing_more()
        await house.close()


async def test_a_bookmark_of_a_retired_answer_says_so_in_every_way_and_can_be_removed(
    tmp_path: Path, mouth: Mouth, learnt: Path
) -> None:
    shutil.copytree(learnt, tmp_path / learnt.name)
    content = Path(shutil.copytree(content_folder(), tmp_path / "content"))
    gone = say("retired-named", title="Research")
    async with LoopbackBotApi() as api:
        house = House(tmp_path, api, mouth, content_dir=content)
        await house.open()
        anna = house.visitor()
        for answer in ("research", "causes"):
            await anna.types(f"/start {answer}")
            await anna.types("save")
        link = await anna.types("/start research")
        await house.close()

        _retire(content / "en" / "calcinosis-universalis", "research")
        await house.open()
        saved, aloud = await anna.says_and_hears("My bookmarks.")
        assert say("bookmarks-retired", title="Research") in saved.words
        assert saved.buttons[:2] == ["Research", "Causes"]
        assert aloud.kind == "voice"
        said, aloud = await anna.says_and_hears("Number one.")
        assert gone in said.words
        assert gone in aloud.caption
        assert gone in (await anna.presses("Research")).words, "the button in the list leads there too"
        assert gone in (await anna.types("research")).words
        press = await anna.person.press(say("option-listen"), message=link)
        assert gone in (await anna.receives()).words, "an old button of the answer itself"
        await house.while_running(press.answer(60))
        removed, _ = await anna.says_and_hears("Remove bookmark.")
        assert say("bookmark-removed", title="Research") in removed.words
        assert "Research" not in (await anna.types("/bookmarks")).buttons
        await anna.person.open_deep_link("research")
        assert say("start-unknown-link") in (await anna.receives()).words
        await house.close()


def _retire(topic: Path, answer: str) -> None:
    """Take an answer out as an editor does: its file, and its line in the topic's list."""
    (topic / f"{answer}.md").unlink()
    listed = topic / "topic.md"
    lines = listed.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if line != f"  - {answer}\n"]
    assert len(kept) == len(lines) - 1
    listed.write_text("".join(kept), encoding="utf-8")


async def test_forgetting_leaves_no_row_about_the_person_and_all_rows_of_others(house: House) -> None:
    anna, ben = house.visitor(), house.visitor()
    for visitor in (anna, ben):
        await visitor.types("/start causes")
        await visitor.types("save")
        await visitor.types("/start treatment")
        await visitor.types("save")
        await visitor.types("remove bookmark")
        await visitor.types("text only")
    assert _rows_about(house, anna.id) != {}
    await anna.types("/forget")
    assert say("forget-done") in (await anna.types("yes")).words
    # The update being answered keeps that answer, so that a crash cannot lose it, until it is settled.
    await house.is_done()
    assert _rows_about(house, anna.id) == {}
    about_ben = _rows_about(house, ben.id)
    assert (about_ben["people"], about_ben["bookmarks"]) == (1, 2)


def _rows_about(house: House, person_id: int) -> dict[str, int]:
    """How many rows of each table name this person in any column, numbers inside of texts included."""
    found: dict[str, int] = {}
    with closing(sqlite3.connect(f"file:{house.database}?mode=ro", uri=True)) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in tables:
            rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608 - its own tables
            count = sum(any(str(person_id) in str(value) for value in row) for row in rows)
            if count:
                found[table] = count
    return found
