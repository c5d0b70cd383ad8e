"""Messages and events as the page's scripts read them: only what is shown."""

from typing import Any

from assistant.preview.world import Event, Message, Wire

_FILES = ("voice", "audio", "document", "video_note")
_OPENS = ("url", "switch_inline_query", "switch_inline_query_current_chat", "copy_text")


def event_view(event: Event) -> dict[str, Any]:
    """One event: `kind`, and what it brought."""
    if event.kind in ("message", "edit"):
        return {"kind": event.kind, "message": _view(event.body, event.from_bot)}
    return {"kind": event.kind} | event.body


def message_view(message: Message) -> dict[str, Any]:
    """One message: words with their formatting, a file to play or fetch, and buttons."""
    return _view(message.wire, message.from_bot)


def _view(wire: Wire, from_bot: bool) -> dict[str, Any]:
    replied = wire.get("reply_to_message")
    return {
        "id": wire["message_id"],
        "from_bot": from_bot,
        "author": wire["from"]["first_name"],
        "date": wire["date"],
        "edited": "edit_date" in wire,
        "text": wire.get("text") or wire.get("caption") or "",
        "entities": wire.get("entities") or wire.get("caption_entities") or [],
        "file": next((_file(kind, wire[kind]) for kind in _FILES if kind in wire), None),
        "keyboard": [
            [_button(button) for button in row]
            for row in wire.get("reply_markup", {}).get("inline_keyboard", [])
        ],
        "replied": (replied.get("text") or replied.get("caption") or "a recording") if replied else None,
    }


def _file(kind: str, file: Wire) -> dict[str, Any]:
    return {
        "kind": kind,
        "address": f"/preview/files/{file['file_id']}",
        "seconds": file.get("duration", 0),
        "name": file.get("title") or file.get("file_name") or "",
        "size": file["file_size"],
        "playable": str(file.get("mime_type", "video/mp4")).startswith(("audio/", "video/")),
    }


def _button(button: Wire) -> dict[str, Any]:
    shown = {"text": button["text"]}
    shown |= {name: button[name] for name in _OPENS if name in button}
    return shown
