"""What a bot sends, as the person gets it: words, formatting and buttons, whichever method carried them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from assistant.dialogue.reply import Reply
from assistant.preview.bot_api import Call
from handlers.output.markup import passages

_FILES: Final = {
    "voice": "audio",
    "audio": "audio",
    "video_note": "audio",
    "photo": "picture",
    "video": "picture",
    "animation": "picture",
    "sticker": "picture",
    "document": "picture",
}
"""What cannot be read: it is heard or seen, and needs words beside it."""


@dataclass(frozen=True, slots=True)
class Span:
    """A formatted part of a message. `fills_lines` when nothing else stands in the lines that it is in."""

    kind: str
    text: str
    fills_lines: bool


@dataclass(frozen=True, slots=True)
class Button:
    """A button's words; `opens` is the address of one that leads out of the chat."""

    label: str
    opens: str | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message. `text` is a caption where there is a file, and `chat` is None where nobody knows it."""

    method: str
    text: str
    chat: int | str | None = None
    spans: tuple[Span, ...] = ()
    rows: tuple[tuple[Button, ...], ...] = ()
    carries: str | None = None
    """`audio` or `picture` when there is a file."""
    name: str | None = None
    """What the file is called where the app lists it; None where the kind of file has no name."""

    @property
    def labels(self) -> list[str]:
        """What stands on the buttons, from top to bottom."""
        return [button.label for row in self.rows for button in row]

    def __str__(self) -> str:
        words = " ".join(self.text.split())
        return f"{self.method} {words[:60]!r}"


def messages_in(call: Call) -> Iterator[Outgoing]:
    """The messages that a request puts before somebody: none for a request that only asks or sets."""
    given = {name: _decoded(value) for name, value in call.parameters.items()}
    if call.method == "answerInlineQuery":
        for result in given.get("results") or ():
            content = result.get("input_message_content") or {}
            yield _message(call.method, {**content, "text": content.get("message_text", "")}, result)
            yield Outgoing(call.method, "\n".join(filter(None, map(result.get, ("title", "description")))))
    elif call.method.startswith("setMy"):
        texts = [given.get(name) for name in ("description", "short_description", "name")]
        texts += [command.get("description") for command in given.get("commands") or ()]
        yield from (Outgoing(call.method, text) for text in texts if text)
    elif call.method.startswith(("send", "editMessage")) and call.method != "sendChatAction":
        yield _message(call.method, _as_shown(call, given), given)


def message_of(reply: Reply) -> Outgoing:
    """A reply as one message, however long: what it says before it is known how it is sent."""
    parts = passages(reply)
    spans = (Span(part.style.__name__.lower(), part.text, True) for part in parts)
    rows = tuple((Button(option.label),) for option in reply.options)
    return Outgoing("reply", "\n\n".join(part.text for part in parts), None, tuple(spans), rows)


def _as_shown(call: Call, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The message that Telegram made of it, with HTML and Markdown read; the request when there is none."""
    result = call.response.get("result") if isinstance(call.response, dict) else None
    return result if isinstance(result, dict) and "message_id" in result else given


def _message(method: str, shown: Mapping[str, Any], given: Mapping[str, Any]) -> Outgoing:
    text = shown.get("text") or shown.get("caption") or ""
    entities = shown.get("entities") or shown.get("caption_entities") or ()
    kind = next((kind for kind in _FILES if kind in shown), None)
    audio = shown.get("audio")
    title = (audio if isinstance(audio, dict) else given).get("title")
    return Outgoing(
        method,
        text,
        given.get("chat_id"),
        tuple(_spans(text, entities)),
        tuple(_rows(given.get("reply_markup"))),
        _FILES[kind] if kind else None,
        (title or "") if kind == "audio" else None,
    )


def _spans(text: str, entities: Iterable[Mapping[str, Any]]) -> Iterator[Span]:
    """Offsets count UTF-16 code units."""
    units = text.encode("utf-16-le")
    for entity in entities:
        begin, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
        before, inside, after = (
            part.decode("utf-16-le") for part in (units[:begin], units[begin:end], units[end:])
        )
        alone = not before.rpartition("\n")[2].strip() and not after.partition("\n")[0].strip()
        yield Span(entity["type"], inside, alone)


def _rows(markup: Any) -> Iterator[tuple[Button, ...]]:
    if not isinstance(markup, dict):
        return
    for row in markup.get("inline_keyboard") or markup.get("keyboard") or ():
        yield tuple(
            Button(button, None) if isinstance(button, str) else Button(button["text"], button.get("url"))
            for button in row
        )


def _decoded(value: Any) -> Any:
    """A parameter that a refused request left as JSON in a string."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
