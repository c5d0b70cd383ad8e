"""How a request must look."""

import json

import aiohttp
import pytest

from assistant.preview import Fault, LoopbackBotApi, Person
from assistant.preview.rules import parameters
from tests.unit.preview.plain_bot import OPUS, PlainBot


async def test_a_wrong_token_is_not_let_in(bot: PlainBot) -> None:
    answer = await bot.ask("getMe", token="1:OTHER")
    assert answer == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_an_unknown_method_is_not_found(bot: PlainBot) -> None:
    assert (await bot.ask("sendThought"))["error_code"] == 404


async def test_an_unknown_parameter_is_refused_by_name(bot: PlainBot, alice: Person) -> None:
    refusal = await bot.refusal("sendMessage", chat_id=alice.id, text="Hi", parsemode="HTML")
    assert refusal == 'Bad Request: unknown parameter "parsemode"'


async def test_an_unknown_field_deep_in_a_keyboard_is_refused(bot: PlainBot, alice: Person) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Go", "callbackdata": "go"}]]}
    refusal = await bot.refusal("sendMessage", chat_id=alice.id, text="Hi", reply_markup=keyboard)
    assert "callbackdata" in refusal


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": "Hi"}, "chat_id is empty"),
        ({"chat_id": 1}, "message text is empty"),
        ({"chat_id": 1, "text": 5}, "String"),
        ({"chat_id": 1.5, "text": "Hi"}, "Integer or String"),
        ({"chat_id": True, "text": "Hi"}, "Integer or String"),
        ({"chat_id": 1, "text": "Hi", "protect_content": "yes"}, "Boolean"),
        ({"chat_id": 1, "text": "Hi", "entities": {}}, "Array"),
        ({"chat_id": 1, "text": "Hi", "reply_markup": "{not json"}, "can't parse InlineKeyboardMarkup"),
        ({"chat_id": 1, "text": "Hi", "reply_markup": []}, "object expected as reply markup"),
    ],
)
async def test_missing_and_ill_typed_parameters_are_refused(
    bot: PlainBot, given: dict[str, object], said: str
) -> None:
    refusal = await bot.refusal("sendMessage", **given)
    assert refusal.startswith("Bad Request: ")
    assert said in refusal


async def test_json_form_multipart_and_address_say_the_same(
    bot: PlainBot, api: LoopbackBotApi, alice: Person
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    strings = {
        "chat_id": str(alice.id),
        "text": "Hi",
        "protect_content": "true",
        "reply_markup": json.dumps(keyboard),
    }
    await bot.get("sendMessage", chat_id=alice.id, text="Hi", protect_content=True, reply_markup=keyboard)
    await bot.post_form("sendMessage", strings)
    multipart = aiohttp.FormData(strings, default_to_multipart=True)
    await bot.post_form("sendMessage", multipart)
    async with bot.client.get(f"{api.base_url}/bot{api.token}/sendMessage", params=strings) as response:
        assert response.status == 200
    asked = [call.parameters for call in api.calls]
    assert len(asked) == 4
    assert all(each == asked[0] for each in asked)


async def test_a_body_of_another_kind_is_refused(bot: PlainBot, api: LoopbackBotApi) -> None:
    address = f"{api.base_url}/bot{api.token}/getMe"
    async with bot.client.post(address, data=b"{}", headers={"Content-Type": "text/plain"}) as response:
        assert response.status == 400
    async with bot.client.post(address, data=b"[]", headers={"Content-Type": "application/json"}) as response:
        assert response.status == 400


async def test_an_attached_file_is_found_by_its_name(bot: PlainBot, alice: Person) -> None:
    form = aiohttp.FormData({"chat_id": str(alice.id), "voice": "attach://sound"})
    form.add_field("sound", OPUS, filename="a.ogg")
    assert (await bot.post_form("sendVoice", form))["ok"]
    missing = await bot.post_form("sendVoice", {"chat_id": str(alice.id), "voice": "attach://other"})
    assert missing["description"] == "Bad Request: can't find the attached file"


async def test_a_file_that_nothing_refers_to_is_refused(bot: PlainBot, alice: Person) -> None:
    form = aiohttp.FormData({"chat_id": str(alice.id), "text": "Hi"})
    form.add_field("extra", OPUS, filename="a.ogg")
    assert "no parameter refers to" in (await bot.post_form("sendMessage", form))["description"]


async def test_an_upload_over_the_limit_is_refused(
    bot: PlainBot, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parameters, "MAX_UPLOAD_BYTES", 1000)
    assert (await bot.upload("sendVoice", alice.id, OPUS + bytes(800)))["ok"]
    assert (await bot.upload("sendVoice", alice.id, OPUS + bytes(1000)))["error_code"] == 413


async def test_calls_are_kept_decoded_and_without_the_bytes_of_files(
    bot: PlainBot, api: LoopbackBotApi, alice: Person
) -> None:
    await bot.upload("sendVoice", alice.id, OPUS, duration="3")
    call = api.calls[-1]
    assert (call.method, call.status, call.parameters["duration"]) == ("sendVoice", 200, 3)
    assert repr(call.parameters["voice"]) == f"<file of {len(OPUS)} bytes>"


async def test_a_call_that_is_refused_or_hit_by_a_fault_is_kept_decoded_too(
    bot: PlainBot, api: LoopbackBotApi, alice: Person
) -> None:
    alice.forbids_voice = True
    for fault in (None, Fault("sendVoice", "500")):
        if fault is not None:
            api.faults.append(fault)
        form = aiohttp.FormData({"chat_id": str(alice.id), "voice": "attach://sound"})
        form.add_field("sound", OPUS, filename="a.ogg")
        assert not (await bot.post_form("sendVoice", form))["ok"]
        assert api.calls[-1].parameters.keys() == {"chat_id", "voice"}
        assert api.calls[-1].parameters["chat_id"] == alice.id


async def test_another_web_page_cannot_reach_the_server(bot: PlainBot, api: LoopbackBotApi) -> None:
    address = f"{api.base_url}/bot{api.token}/getMe"
    for headers in (
        {"Host": f"rebound.example:{api.port}"},
        {"Origin": "https://other.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
    ):
        async with bot.client.get(address, headers=headers) as response:
            assert response.status == 403, headers
    async with bot.client.get(address, headers={"Host": f"localhost:{api.port}"}) as response:
        assert response.status == 200
