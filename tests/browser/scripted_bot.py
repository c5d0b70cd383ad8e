"""A tiny bot on plain HTTP, so that the page can be tested without the real one."""

import asyncio
from typing import Any

import aiohttp
import numpy as np

from assistant.preview import LoopbackBotApi
from assistant.speech.audio import encode_voice_note
from assistant.speech.sound import Samples

ANSWER = "<b>Answer</b>\n\nSome <i>calm</i> words, <a href='https://x.example/'>a source</a> and /help."


class ScriptedBot:
    """Answers text with an answer and buttons, a voice with a voice note, and presses with an alert or an
    edit."""

    def __init__(self, api: LoopbackBotApi, client: aiohttp.ClientSession) -> None:
        self.api = api
        self._client = client
        tone = np.sin(np.arange(24_000) / 20) * 8_000
        self._note = encode_voice_note(Samples(tone.astype(np.int16), 24_000))
        self.hears: list[str] = []
        """What it will say that it heard in the next voices; when empty, it names the kind of sound."""

    async def run(self) -> None:
        """Poll until cancelled."""
        await self._call("setMyDescription", description="A bot for trying the page.")
        await self._call("setMyCommands", commands=[{"command": "faq", "description": "Common questions"}])
        offset = 0
        while True:
            try:
                updates = await self._call("getUpdates", offset=offset, timeout=30)
            except aiohttp.ClientError:  # the server is being restarted
                await asyncio.sleep(0.1)
                continue
            for update in updates:
                offset = update["update_id"] + 1
                await self._answer(update)

    async def _answer(self, update: dict[str, Any]) -> None:
        match update:
            case {"message": {"voice": voice, "chat": {"id": chat_id}}}:
                heard = f'I heard: "{self.hears.pop(0)}"' if self.hears else f"I heard {voice['mime_type']}."
                await self._call("sendMessage", chat_id=chat_id, text=heard)
                await self._speak(chat_id)
            case {"message": {"chat": {"id": chat_id}}}:
                await self._call("sendChatAction", chat_id=chat_id, action="typing")
                await self._call(
                    "sendMessage",
                    chat_id=chat_id,
                    text=ANSWER,
                    parse_mode="HTML",
                    reply_markup=_keyboard("Save", "Listen"),
                )
            case {"callback_query": {"id": query_id, "data": data, "message": message}}:
                chat_id = message["chat"]["id"]
                await self._call(
                    "answerCallbackQuery", callback_query_id=query_id, text="Done", show_alert=True
                )
                if data == "listen":
                    await self._speak(chat_id)
                else:
                    await self._call(
                        "editMessageText",
                        chat_id=chat_id,
                        message_id=message["message_id"],
                        text="Saved for later.",
                        reply_markup=_keyboard("Undo", "Listen"),
                    )

    async def _speak(self, chat_id: int) -> None:
        form = aiohttp.FormData({"chat_id": str(chat_id), "caption": "Read aloud"})
        form.add_field("voice", self._note, filename="note.ogg")
        async with self._client.post(self._address("sendVoice"), data=form) as response:
            response.raise_for_status()

    async def _call(self, method: str, **parameters: Any) -> Any:
        async with self._client.post(self._address(method), json=parameters) as response:
            answer = await response.json()
            assert answer["ok"], answer
            return answer["result"]

    def _address(self, method: str) -> str:
        return f"{self.api.base_url}/bot{self.api.token}/{method}"


def _keyboard(*labels: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": label.lower()}] for label in labels]}
