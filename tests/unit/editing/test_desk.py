"""The desk's own addresses: who may use them, and what they answer."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from assistant.cli.preview import serve_page
from assistant.errors import SettingsError
from assistant.reply_kind import ReplyKind
from assistant.settings import Settings
from assistant.storage.questions import Question
from assistant.storage.tallies import NOT_HELPED, Tally
from tests.desk_on_loopback import SYMPTOMS, DeskOnLoopback, desk_on_loopback


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[DeskOnLoopback]:
    async with desk_on_loopback(tmp_path) as desk:
        yield desk


@pytest.fixture
async def client(desk: DeskOnLoopback) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(desk.api.page_url) as client:
        yield client


async def _get(client: aiohttp.ClientSession, path: str) -> tuple[int, dict[str, Any]]:
    async with client.get(path) as response:
        return response.status, await response.json()


async def _post(client: aiohttp.ClientSession, what: str, told: object) -> tuple[int, dict[str, Any]]:
    token = (await _get(client, "/desk/session"))[1]["token"]
    async with client.post(f"/desk/{what}", json=told, headers={"X-Preview-Token": token}) as response:
        return response.status, await response.json()


async def _form(client: aiohttp.ClientSession) -> dict[str, Any]:
    return (await _get(client, f"/desk/answer?ref={SYMPTOMS}"))[1] | {"ref": SYMPTOMS}


@pytest.mark.parametrize("path", ["/desk", "/desk/static/desk.js", "/desk/static/desk.css", "/desk/session"])
async def test_everything_is_served_with_a_strict_policy_and_to_this_machine_alone(
    client: aiohttp.ClientSession, path: str
) -> None:
    async with client.get(path) as response:
        assert response.status == 200
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    for stranger in (
        {"Host": "rebound.example"},
        {"Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"},
    ):
        async with client.get(path, headers=stranger) as response:
            assert response.status == 403, stranger


@pytest.mark.parametrize("what", ["preview", "speak", "save"])
async def test_a_post_without_the_pages_token_changes_nothing(
    client: aiohttp.ClientSession, desk: DeskOnLoopback, what: str
) -> None:
    before = desk.file.read_bytes()
    form = await _form(client) | {"title": "Not mine"}
    for headers in ({}, {"X-Preview-Token": "guessed"}):
        async with client.post(f"/desk/{what}", json=form, headers=headers) as response:
            assert response.status == 403
    assert desk.file.read_bytes() == before


@pytest.mark.parametrize("ref", ["", "nothing", "../../etc/passwd", f"{SYMPTOMS}/../causes", "a/b"])
async def test_nothing_but_answers_can_be_named(client: aiohttp.ClientSession, ref: str) -> None:
    status, told = await _get(client, f"/desk/answer?ref={ref}")
    assert (status, "error" in told) == (404, True)
    assert (await _post(client, "save", {"ref": ref, "body": "x"}))[0] == 404


async def test_answers_come_with_their_review_findings_and_what_people_said(
    client: aiohttp.ClientSession, desk: DeskOnLoopback
) -> None:
    entry = desk.services.library.topics["calcinosis-universalis"].entries["symptoms"]
    async with desk.store.write() as unit:
        await unit.tallies.add(Tally(NOT_HELPED, SYMPTOMS, entry.version), 3)
    topic = (await _get(client, "/desk/session"))[1]["topics"][0]
    shown = next(each for each in topic["answers"] if each["ref"] == SYMPTOMS)
    assert (shown["title"], shown["review"], shown["not_helped"]) == ("Symptoms", "Not reviewed", 3)
    assert len(topic["answers"]) == 23


async def test_a_preview_is_the_message_its_spoken_form_and_what_the_check_finds(
    client: aiohttp.ClientSession, desk: DeskOnLoopback
) -> None:
    form = await _form(client)
    form["body"] += "\n\nPeople with Calcinosis Universalis can write to a@example.org."
    status, shown = await _post(client, "preview", form)
    assert status == 200
    assert shown["reply"]["title"] == "Calcinosis Universalis: Symptoms"
    assert "That helped" in shown["reply"]["buttons"]
    assert shown["spoken"][0][0].startswith("Calcinosis Universalis: Symptoms")
    assert ["web address" in each["problem"] for each in shown["findings"]].count(True) == 1

    status, told = await _post(client, "speak", form | {"part": 0})
    assert status == 200
    assert desk.voice.said[0].title == shown["spoken"][0][0].rstrip(".") + "."
    async with client.get(told["address"]) as response:
        assert (response.status, await response.read()) == (200, b"OggS")


async def test_a_change_is_saved_and_served(client: aiohttp.ClientSession, desk: DeskOnLoopback) -> None:
    number = desk.live.state.number
    status, told = await _post(client, "save", await _form(client) | {"title": "Signs"})
    assert status == 200
    assert "\ntitle: Signs\n" in desk.file.read_text(encoding="utf-8")
    assert (await desk.live.after(number)).problems == ()
    assert told["version"] == (await _form(client))["version"]
    topic = (await _get(client, "/desk/session"))[1]["topics"][0]
    assert "Signs" in [each["title"] for each in topic["answers"]]


async def test_what_somebody_else_saved_meanwhile_is_shown_and_not_overwritten(
    client: aiohttp.ClientSession, desk: DeskOnLoopback
) -> None:
    form = await _form(client)
    theirs = desk.file.read_text(encoding="utf-8").replace("title: Symptoms", "title: Theirs")
    desk.file.write_text(theirs, encoding="utf-8")
    status, told = await _post(client, "save", form | {"title": "Mine"})
    assert (status, told["theirs"]["title"]) == (409, "Theirs")
    assert desk.file.read_text(encoding="utf-8") == theirs
    assert (await _post(client, "save", form | {"title": "Mine", "version": told["theirs"]["version"]}))[
        0
    ] == 200


async def test_what_cannot_be_written_is_told_with_its_remedy(client: aiohttp.ClientSession) -> None:
    status, told = await _post(client, "save", await _form(client) | {"title": "Symp\u200btoms"})
    assert status == 422
    assert "invisible" in told["error"]


async def test_questions_of_those_who_agreed_come_without_anybody(
    client: aiohttp.ClientSession, desk: DeskOnLoopback
) -> None:
    async with desk.store.write() as unit:
        await unit.people.save(7_654_321, {"version": 1})
        await unit.questions.keep(7_654_321, Question("who pays", False, ReplyKind.NOT_COVERED, None))
        await unit.questions.keep(7_654_321, Question("which signs", False, ReplyKind.ANSWER, SYMPTOMS))
    (asked,) = (await _get(client, "/desk/questions"))[1]["questions"]
    assert (asked["words"], asked["times"]) == ("who pays", 1)
    assert "7654321" not in str(asked)


@pytest.mark.parametrize("name", ["_content", "not-there"])
async def test_what_came_with_an_installed_program_is_not_edited(tmp_path: Path, name: str) -> None:
    settings = Settings(content_dir=tmp_path / name, data_dir=tmp_path)
    with pytest.raises(SettingsError, match="ASSISTANT_CONTENT_DIR"):
        await serve_page(settings, 0, edit=True)
