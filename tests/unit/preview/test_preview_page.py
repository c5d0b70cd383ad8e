"""The page's own addresses: who may use them, and what they answer."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from assistant.preview import LoopbackBotApi
from assistant.preview.page import add_page
from tests.unit.preview.plain_bot import OPUS, PlainBot


@pytest.fixture
async def page_api() -> AsyncIterator[LoopbackBotApi]:
    async with LoopbackBotApi(page=add_page) as api:
        yield api


@pytest.fixture
async def browser(page_api: LoopbackBotApi) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(page_api.page_url) as client:
        yield client


async def session(browser: aiohttp.ClientSession, name: str = "alice") -> dict[str, Any]:
    async with browser.get(f"/preview/session?as={name}") as response:
        assert response.status == 200
        found: dict[str, Any] = await response.json()
        return found


async def post(
    browser: aiohttp.ClientSession, what: str, body: object, **headers: str
) -> tuple[int, dict[str, Any]]:
    token = (await session(browser))["token"]
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    path = f"/preview/{what}" + ("&" if "?" in what else "?") + "as=alice"
    async with browser.post(path, data=data, headers={"X-Preview-Token": token} | headers) as response:
        return response.status, await response.json()


@pytest.mark.parametrize("path", ["/", "/pair", "/static/app.js", "/static/style.css", "/preview/session"])
async def test_everything_is_served_with_a_strict_policy(browser: aiohttp.ClientSession, path: str) -> None:
    async with browser.get(path) as response:
        assert response.status == 200
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"


async def test_the_page_asks_nobody_else_for_anything(browser: aiohttp.ClientSession) -> None:
    for path in ("/", "/pair", "/static/app.js", "/static/messages.js", "/static/style.css"):
        async with browser.get(path) as response:
            text = await response.text()
        assert "//" not in text.replace("<!--", "").replace("// ", "").replace(r"https?:\/\/t", ""), path


async def test_without_the_page_nothing_of_it_is_served(bot: PlainBot, api: LoopbackBotApi) -> None:
    async with bot.client.get(api.page_url) as response:
        assert response.status == 404


async def test_the_page_is_not_served_under_another_name(browser: aiohttp.ClientSession) -> None:
    for path in ("/", "/preview/session", "/preview/events"):
        async with browser.get(path, headers={"Host": "rebound.example"}) as response:
            assert response.status == 403


async def test_a_post_without_the_pages_token_is_refused_with_what_to_do(
    browser: aiohttp.ClientSession,
) -> None:
    async with browser.post("/preview/text?as=alice", json={"text": "Hi"}) as response:
        assert response.status == 403
        assert (await response.json())["error"] == "This page is out of date. Reload it and try again."


async def test_a_post_from_another_origin_is_refused(
    page_api: LoopbackBotApi, browser: aiohttp.ClientSession
) -> None:
    token = (await session(browser))["token"]
    headers = {"X-Preview-Token": token, "Origin": "http://127.0.0.1:1"}
    async with browser.post("/preview/text?as=alice", json={"text": "Hi"}, headers=headers) as response:
        assert response.status == 403
    assert page_api.world.updates.pending == 0


async def test_what_is_typed_reaches_the_bot_and_stays_in_the_history(
    page_api: LoopbackBotApi, browser: aiohttp.ClientSession
) -> None:
    assert (await post(browser, "text", {"text": "/start"}))[0] == 200
    [update] = await page_api.world.updates.fetch()
    assert update["message"]["from"]["first_name"] == "Alice"
    [shown] = (await session(browser))["messages"]
    assert (shown["text"], shown["author"], shown["from_bot"]) == ("/start", "Alice", False)
    assert (await session(browser, "bob"))["messages"] == []


@pytest.mark.parametrize("body", [{"text": " "}, {"text": "x" * 4097}, {}, ["text"], b"{"])
async def test_what_cannot_be_sent_is_answered_with_a_sentence(
    browser: aiohttp.ClientSession, body: object
) -> None:
    status, answer = await post(browser, "text", body)
    assert status == 400
    assert answer["error"].endswith(".")


async def test_a_recording_becomes_a_voice_and_a_file_becomes_audio(
    page_api: LoopbackBotApi, browser: aiohttp.ClientSession
) -> None:
    webm = {"Content-Type": "audio/webm;codecs=opus"}
    assert (await post(browser, "recording?seconds=4", b"webm", **webm))[0] == 200
    assert (await post(browser, "recording?name=a.mp3", b"ID3", **{"Content-Type": "audio/mpeg"}))[0] == 200
    assert (await post(browser, "recording", b"", **webm))[0] == 400
    voice, audio = (update["message"] for update in await page_api.world.updates.fetch())
    assert (voice["voice"]["mime_type"], voice["voice"]["duration"]) == ("audio/webm;codecs=opus", 4)
    assert audio["audio"]["file_name"] == "a.mp3"


async def test_a_button_is_pressed_by_its_place(
    page_api: LoopbackBotApi, browser: aiohttp.ClientSession
) -> None:
    await post(browser, "text", {"text": "/start"})
    alice = page_api.person("Alice")
    keyboard = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    message = page_api.world.post(
        page_api.world.chats[alice.id],
        page_api.world.bot_user(),
        {"text": "Hi", "reply_markup": keyboard},
        from_bot=True,
    )
    place = {"message_id": message.id, "row": 0, "column": 0}
    assert (await post(browser, "press", place))[0] == 200
    assert (await page_api.world.updates.fetch())[-1]["callback_query"]["data"] == "go"
    assert (await post(browser, "press", place | {"row": 1}))[0] == 410
    assert (await post(browser, "press", place | {"message_id": 1}))[0] == 410
    assert (await post(browser, "press", place | {"row": -1}))[0] == 400


async def read_event(response: aiohttp.ClientResponse) -> dict[str, Any]:
    while True:
        line = (await response.content.readline()).decode().strip()
        if line.startswith("data: "):
            event: dict[str, Any] = json.loads(line.removeprefix("data: "))
            return event


async def test_events_arrive_as_they_happen_and_can_be_taken_up_again(
    page_api: LoopbackBotApi, browser: aiohttp.ClientSession
) -> None:
    alice, bob = page_api.person("Alice"), page_api.person("Bob")
    async with browser.get("/preview/events?as=alice&after=0") as response:
        assert (await read_event(response))["token"] == (await session(browser))["token"]
        await bob.send_text("not for Alice")
        await alice.send_text("Hi")
        event = await read_event(response)
        assert (event["kind"], event["message"]["text"]) == ("message", "Hi")
    await alice.send_text("more")
    async with browser.get("/preview/events?as=alice", headers={"Last-Event-ID": "2"}) as response:
        await read_event(response)
        assert (await read_event(response))["message"]["text"] == "more"


async def test_a_recording_can_be_fetched_whole_and_in_part(
    page_api: LoopbackBotApi, browser: aiohttp.ClientSession
) -> None:
    sent = await page_api.person("Alice").send_voice(OPUS)
    address = f"/preview/files/{sent.file_id}"
    async with browser.get(address) as response:
        assert (await response.read(), response.content_type) == (OPUS, "audio/ogg")
    async with browser.get(address, headers={"Range": "bytes=4-7"}) as response:
        assert (response.status, await response.read()) == (206, OPUS[4:8])
        assert response.headers["Content-Range"] == f"bytes 4-7/{len(OPUS)}"
    async with browser.get("/preview/files/other") as response:
        assert response.status == 404


async def test_a_document_is_downloaded_and_never_shown(
    page_api: LoopbackBotApi, browser: aiohttp.ClientSession
) -> None:
    sent = await page_api.person("Alice").send_document(
        b"<script>", mime_type="text/html", file_name="a.html"
    )
    async with browser.get(f"/preview/files/{sent.file_id}") as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"] == "attachment"


async def test_an_impossible_name_is_refused_with_a_sentence(browser: aiohttp.ClientSession) -> None:
    async with browser.get("/preview/session", params={"as": "<b>"}) as response:
        assert response.status == 400
        assert "letters" in (await response.json())["error"]
