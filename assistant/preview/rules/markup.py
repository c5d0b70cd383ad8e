"""Formatted text and keyboards: what Telegram lets a message carry."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.preview.rules.html import parse_html
from assistant.preview.rules.markdown import parse_markdown
from assistant.preview.rules.refusals import bad_request
from assistant.preview.rules.utf16 import utf16_length

MAX_TEXT = 4096
"""UTF-16 units in a message, after its markup is taken out."""
MAX_CAPTION = 1024
"""UTF-16 units in a caption."""
MAX_CALLBACK_BYTES = 64
MAX_BUTTONS = 100

_ENTITY_TYPES = frozenset(
    {
        *("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"),
        *("bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote"),
        *("code", "pre", "text_link", "text_mention", "custom_emoji"),
    }
)
_ACTIONS = ("url", "callback_data", "switch_inline_query", "switch_inline_query_current_chat", "copy_text")
_LITERAL = ("code", "pre", "text_link")
# Simplified from what Telegram's library finds by itself in every text.
_FOUND = (
    ("url", re.compile(r"\bhttps?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/<>@])")),
    ("mention", re.compile(r"(?<![\w@])@[a-zA-Z][a-zA-Z0-9_]{2,31}\b")),
    ("email", re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]*\w")),
)


@dataclass(frozen=True, slots=True)
class FormattedText:
    """Text without markup, and its entities with UTF-16 offsets, in order."""

    text: str
    entities: tuple[dict[str, Any], ...] = ()


def format_text(
    text: str, parse_mode: str | None = None, entities: Sequence[dict[str, Any]] | None = None
) -> FormattedText:
    """The text as Telegram stores it: markup parsed, ends trimmed, commands, links and mentions found.

    Raises RequestRefusedError in Telegram's words when the markup or the entities do not fit the text.
    """
    if not parse_mode:
        plain, marked = text, check_entities(text, entities or ())
    elif entities:
        # Telegram lets parse_mode win and drops the entities; a bot that sends both has a bug.
        raise bad_request("entities and parse_mode must not be given together")
    elif parse_mode.lower() == "html":
        plain, marked = parse_html(text)
    elif parse_mode.lower() == "markdownv2":
        plain, marked = parse_markdown(text)
    else:
        raise bad_request("unsupported parse_mode")
    plain, marked = _trim(plain, marked)
    return FormattedText(plain, tuple(sort_entities([*marked, *find_entities(plain, marked)])))


def message_text(
    text: str, parse_mode: str | None = None, entities: Sequence[dict[str, Any]] | None = None
) -> FormattedText:
    """A message's text: 1 to 4096 UTF-16 units after parsing."""
    formatted = format_text(text, parse_mode, entities)
    if not formatted.text:
        raise bad_request("message text is empty")
    if utf16_length(formatted.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return formatted


def caption_text(
    text: str, parse_mode: str | None = None, entities: Sequence[dict[str, Any]] | None = None
) -> FormattedText:
    """A caption: at most 1024 UTF-16 units after parsing."""
    formatted = format_text(text, parse_mode, entities)
    if utf16_length(formatted.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return formatted


def check_entities(text: str, entities: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entities a bot gave, when each lies inside the text and has a known type."""
    units = text.encode("utf-16-le")
    length = len(units) // 2
    for entity in entities:
        begin, end = entity["offset"], entity["offset"] + entity["length"]
        if entity["type"] not in _ENTITY_TYPES:
            raise bad_request("unsupported entity type specified")
        if entity["type"] == "text_link" and not entity.get("url"):
            raise bad_request('can\'t find field "url" in MessageEntity')
        if begin < 0 or end <= begin:
            raise bad_request("receive entity with incorrect offset or length")
        if end > length:
            raise bad_request(
                f"entity beginning at UTF-16 offset {begin} ends after the end of the text "
                f"at UTF-16 offset {end}"
            )
        if _splits_a_pair(units, begin) or _splits_a_pair(units, end):
            raise bad_request(f"entity begins or ends in a middle of a UTF-16 symbol at offset {begin}")
    return [dict(entity) for entity in entities]


def _splits_a_pair(units: bytes, offset: int) -> bool:
    unit = int.from_bytes(units[offset * 2 : offset * 2 + 2], "little")
    return 0xDC00 <= unit <= 0xDFFF


def find_entities(text: str, marked: Sequence[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    """The commands, links, addresses and mentions that Telegram finds by itself, outside code and links."""
    taken = [(each["offset"], each["offset"] + each["length"]) for each in marked if each["type"] in _LITERAL]
    found = []
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            offset = utf16_length(text[: match.start()])
            length = utf16_length(match.group())
            if all(offset >= end or offset + length <= begin for begin, end in taken):
                found.append({"type": kind, "offset": offset, "length": length})
                taken.append((offset, offset + length))
    return found


def sort_entities(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By place, the wider of two that begin together first."""
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def _trim(text: str, entities: Sequence[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Without white space at both ends; entities moved and cut to fit."""
    trimmed = text.strip()
    lead = utf16_length(text[: len(text) - len(text.lstrip())]) if trimmed else 0
    length = utf16_length(trimmed)
    kept = []
    for entity in entities:
        begin = max(0, entity["offset"] - lead)
        end = min(length, entity["offset"] + entity["length"] - lead)
        if end > begin:
            kept.append(entity | {"offset": begin, "length": end - begin})
    return trimmed, kept


def check_keyboard(markup: dict[str, Any]) -> dict[str, Any] | None:
    """The keyboard as it will be shown, or None for an empty one.

    Raises RequestRefusedError for a button without words, with no action or several, or with too much data.
    """
    rows = [[_check_button(button) for button in row] for row in markup["inline_keyboard"] if row]
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise bad_request("reply markup has too many buttons")
    return {"inline_keyboard": rows} if rows else None


def _check_button(button: dict[str, Any]) -> dict[str, Any]:
    if not button["text"].strip():
        raise bad_request('can\'t parse inline keyboard button: field "text" must be non-empty')
    actions = [action for action in _ACTIONS if action in button]
    if not actions:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: exactly one action must be specified")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not re.match(r"(?:https?|tg)://[^\s/]+", button["url"]):
        raise bad_request("BUTTON_URL_INVALID")
    if button.get("style", "primary") not in ("primary", "success", "danger"):
        raise bad_request("BUTTON_STYLE_INVALID")
    return button
