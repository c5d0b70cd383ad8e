"""Methods that put messages into chats, change them and take them away."""

from typing import Any

from assistant.preview.rules.files import StoredFile, is_music, is_ogg_opus, ogg_opus_seconds
from assistant.preview.rules.markup import caption_text, check_keyboard, message_text
from assistant.preview.rules.methods import CHAT_ACTIONS
from assistant.preview.rules.parameters import Upload
from assistant.preview.rules.refusals import bad_request
from assistant.preview.world import Chat, Message, Wire, World

_DELETABLE_S = 48 * 60 * 60
"""A bot may delete a message for two days (core.telegram.org/bots/api#deletemessage)."""
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)
_CLASS_NAMES = {"voice": "VoiceNote", "audio": "Audio", "document": "Document", "video_note": "VideoNote"}
_MEDIA = tuple(_CLASS_NAMES)


class Sending:
    """What a bot may do to messages. Each method takes decoded parameters and returns the result, in JSON
    terms."""

    def __init__(self, world: World) -> None:
        self._world = world

    def send_message(self, given: dict[str, Any]) -> Wire:
        """Text for a chat."""
        chat = self._chat(given)
        formatted = message_text(given["text"], given.get("parse_mode"), given.get("entities"))
        content: Wire = {"text": formatted.text}
        if formatted.entities:
            content["entities"] = list(formatted.entities)
        if "link_preview_options" in given:
            content["link_preview_options"] = given["link_preview_options"]
        return self._post(chat, given, content)

    def send_voice(self, given: dict[str, Any]) -> Wire:
        """A voice note. Like Telegram, anything that is not OGG/Opus is shown as music or as a plain file
        instead."""
        chat = self._chat(given)
        if chat.is_private and chat.members[0].forbids_voice:
            raise bad_request("VOICE_MESSAGES_FORBIDDEN")
        return self._send_file(chat, given, "voice")

    def send_audio(self, given: dict[str, Any]) -> Wire:
        """Music with a player; anything that cannot be played is shown as a plain file."""
        return self._send_file(self._chat(given), given, "audio")

    def send_document(self, given: dict[str, Any]) -> Wire:
        """A plain file."""
        return self._send_file(self._chat(given), given, "document")

    def send_chat_action(self, given: dict[str, Any]) -> bool:
        """The bot is typing, recording, uploading ..."""
        chat = self._chat(given)
        if given["action"] not in CHAT_ACTIONS:
            raise bad_request("wrong parameter action in request")
        self._world.act(chat, given["action"])
        return True

    def edit_message_text(self, given: dict[str, Any]) -> Wire:
        """Other words for one of the bot's messages; the keyboard goes unless it is given again."""
        message = self._own_message(given)
        if "text" not in message.wire:
            raise bad_request("there is no text in the message to edit")
        formatted = message_text(given["text"], given.get("parse_mode"), given.get("entities"))
        content: Wire = {"text": formatted.text}
        if formatted.entities:
            content["entities"] = list(formatted.entities)
        if "link_preview_options" in given:
            content["link_preview_options"] = given["link_preview_options"]
        return self._edit(message, given, content, ("text", "entities", "link_preview_options"))

    def edit_message_caption(self, given: dict[str, Any]) -> Wire:
        """Another caption for one of the bot's files."""
        message = self._own_message(given)
        if not any(kind in message.wire for kind in _MEDIA):
            raise bad_request("there is no caption in the message to edit")
        return self._edit(message, given, _caption(given), ("caption", "caption_entities"))

    def edit_message_reply_markup(self, given: dict[str, Any]) -> Wire:
        """Another keyboard, or none."""
        return self._edit(self._own_message(given), given, {}, ())

    def delete_message(self, given: dict[str, Any]) -> bool:
        """Take one message away."""
        chat = self._chat(given)
        message = self._world.message(chat.id, given["message_id"])
        if message is None:
            raise bad_request("message to delete not found")
        if self._world.clock() - message.wire["date"] > _DELETABLE_S:
            raise bad_request("message can't be deleted")
        if not (message.from_bot or chat.is_private):
            raise bad_request("message can't be deleted for everyone")
        self._world.remove(message)
        return True

    def delete_messages(self, given: dict[str, Any]) -> bool:
        """Take 1 to 100 messages away; those that are gone already are skipped."""
        chat = self._chat(given)
        if not 1 <= len(given["message_ids"]) <= 100:
            raise bad_request("wrong number of message identifiers specified")
        for message_id in given["message_ids"]:
            if self._world.message(chat.id, message_id) is not None:
                self.delete_message({"chat_id": chat.id, "message_id": message_id})
        return True

    def _chat(self, given: dict[str, Any]) -> Chat:
        chat = self._world.chat_for_bot(given["chat_id"])
        thread = given.get("message_thread_id")
        if thread is not None and thread not in chat.topics:
            raise bad_request("message thread not found")
        return chat

    def _post(self, chat: Chat, given: dict[str, Any], content: Wire) -> Wire:
        if "reply_markup" in given:
            keyboard = check_keyboard(given["reply_markup"])
            if keyboard is not None:
                content["reply_markup"] = keyboard
        if "message_thread_id" in given:
            content |= {"message_thread_id": given["message_thread_id"], "is_topic_message": True}
        if given.get("protect_content"):
            content["has_protected_content"] = True
        replied = self._replied(chat, given.get("reply_parameters"))
        if replied is not None:
            content["reply_to_message"] = replied
        return self._world.post(chat, self._world.bot_user(), content, from_bot=True).wire

    def _replied(self, chat: Chat, reply: dict[str, Any] | None) -> Wire | None:
        if reply is None:
            return None
        if reply.get("chat_id", chat.id) != chat.id:
            raise bad_request("replies into another chat are not modelled here")
        message = self._world.message(chat.id, reply["message_id"])
        if message is None:
            if reply.get("allow_sending_without_reply"):
                return None
            raise bad_request("message to be replied not found")
        return {key: value for key, value in message.wire.items() if key != "reply_to_message"}

    def _send_file(self, chat: Chat, given: dict[str, Any], kind: str) -> Wire:
        caption = _caption(given)
        source = given[kind]
        stored = (
            self._upload(kind, source, given) if isinstance(source, Upload) else self._known(kind, source)
        )
        content: Wire = {stored.kind: stored.wire()} | caption
        if stored.kind == "audio":
            content["audio"] |= {key: given[key] for key in ("title", "performer") if key in given}
        return self._post(chat, given, content)

    def _upload(self, kind: str, upload: Upload, given: dict[str, Any]) -> StoredFile:
        if upload.size == 0:
            raise bad_request("file must be non-empty")
        shown = _shown_as(kind, upload.data)
        seconds = given.get("duration", 0)
        if not seconds and is_ogg_opus(upload.data):
            seconds = ogg_opus_seconds(upload.data)
        mime_type = "audio/ogg" if is_ogg_opus(upload.data) else upload.mime_type
        return self._world.files.add(
            shown, upload.data, mime_type=mime_type, duration_s=seconds, file_name=upload.file_name
        )

    def _known(self, kind: str, file_id: str) -> StoredFile:
        """A file sent before, by its id: good for the same kind only."""
        if "://" in file_id:
            raise bad_request("failed to get HTTP URL content")
        stored = self._world.files.by_id(file_id)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if stored.kind != kind:
            raise bad_request(f"can't use file of type {_CLASS_NAMES[stored.kind]} as {_CLASS_NAMES[kind]}")
        return stored

    def _own_message(self, given: dict[str, Any]) -> Message:
        if "inline_message_id" in given:
            raise bad_request("MESSAGE_ID_INVALID")
        if "chat_id" not in given:
            raise bad_request("chat_id is empty")
        chat = self._world.chat_for_bot(given["chat_id"])
        message = self._world.message(chat.id, given.get("message_id", 0))
        if message is None:
            raise bad_request("message to edit not found")
        if not message.from_bot:
            raise bad_request("message can't be edited")
        return message

    def _edit(self, message: Message, given: dict[str, Any], content: Wire, parts: tuple[str, ...]) -> Wire:
        keyboard = check_keyboard(given["reply_markup"]) if "reply_markup" in given else None
        if keyboard is not None:
            content = content | {"reply_markup": keyboard}
        parts = (*parts, "reply_markup")
        if content == {part: message.wire[part] for part in parts if part in message.wire}:
            raise bad_request(_NOT_MODIFIED)
        self._world.replace(message, content, dropping=parts)
        return message.wire


def _caption(given: dict[str, Any]) -> Wire:
    if not given.get("caption"):
        return {}
    formatted = caption_text(given["caption"], given.get("parse_mode"), given.get("caption_entities"))
    content: Wire = {"caption": formatted.text}
    if formatted.entities:
        content["caption_entities"] = list(formatted.entities)
    return content


def _shown_as(kind: str, data: bytes) -> str:
    if kind == "voice" and not is_ogg_opus(data):
        return "audio" if is_music(data) and data[:4] != b"OggS" else "document"
    if kind == "audio" and not is_music(data):
        return "document"
    return kind
