"""The methods this Bot API knows, with every parameter and its type.

A subset of the public Bot API, in its own names: a method or parameter that is missing here is refused, so
that a bot which starts to use it is told at once. Types are written as in Telegram's documentation; `|`
separates alternatives.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of a request or of an object inside one: name to type."""

    required: Mapping[str, str] = field(default_factory=dict)
    optional: Mapping[str, str] = field(default_factory=dict)

    def type_of(self, name: str) -> str | None:
        """The type of a field, or None when there is no such field."""
        return self.required.get(name) or self.optional.get(name)


_CHAT = {"chat_id": "Integer|String"}
_SENDING = {
    "message_thread_id": "Integer",
    "disable_notification": "Boolean",
    "protect_content": "Boolean",
    "reply_parameters": "ReplyParameters",
    "reply_markup": "InlineKeyboardMarkup",
}
_CAPTION = {
    "caption": "String",
    "parse_mode": "String",
    "caption_entities": "Array of MessageEntity",
}
_EDITED = {"chat_id": "Integer|String", "message_id": "Integer", "inline_message_id": "String"}
_FILE = "InputFile|String"

METHODS: Mapping[str, Shape] = {
    # the bot itself
    "getMe": Shape(),
    "logOut": Shape(),
    "close": Shape(),
    "setMyCommands": Shape(
        {"commands": "Array of BotCommand"}, {"scope": "BotCommandScope", "language_code": "String"}
    ),
    "getMyCommands": Shape({}, {"scope": "BotCommandScope", "language_code": "String"}),
    "deleteMyCommands": Shape({}, {"scope": "BotCommandScope", "language_code": "String"}),
    "setMyName": Shape({}, {"name": "String", "language_code": "String"}),
    "getMyName": Shape({}, {"language_code": "String"}),
    "setMyDescription": Shape({}, {"description": "String", "language_code": "String"}),
    "getMyDescription": Shape({}, {"language_code": "String"}),
    "setMyShortDescription": Shape({}, {"short_description": "String", "language_code": "String"}),
    "getMyShortDescription": Shape({}, {"language_code": "String"}),
    # updates
    "getUpdates": Shape(
        {},
        {"offset": "Integer", "limit": "Integer", "timeout": "Integer", "allowed_updates": "Array of String"},
    ),
    "setWebhook": Shape(
        {"url": "String"},
        {
            "max_connections": "Integer",
            "allowed_updates": "Array of String",
            "drop_pending_updates": "Boolean",
            "secret_token": "String",
        },
    ),
    "deleteWebhook": Shape({}, {"drop_pending_updates": "Boolean"}),
    "getWebhookInfo": Shape(),
    # messages
    "sendMessage": Shape(
        _CHAT | {"text": "String"},
        {
            "parse_mode": "String",
            "entities": "Array of MessageEntity",
            "link_preview_options": "LinkPreviewOptions",
        }
        | _SENDING,
    ),
    "sendVoice": Shape(_CHAT | {"voice": _FILE}, {"duration": "Integer"} | _CAPTION | _SENDING),
    "sendAudio": Shape(
        _CHAT | {"audio": _FILE},
        {"duration": "Integer", "performer": "String", "title": "String"} | _CAPTION | _SENDING,
    ),
    "sendDocument": Shape(
        _CHAT | {"document": _FILE}, {"disable_content_type_detection": "Boolean"} | _CAPTION | _SENDING
    ),
    "sendChatAction": Shape(_CHAT | {"action": "String"}, {"message_thread_id": "Integer"}),
    "editMessageText": Shape(
        {"text": "String"},
        {
            "parse_mode": "String",
            "entities": "Array of MessageEntity",
            "link_preview_options": "LinkPreviewOptions",
            "reply_markup": "InlineKeyboardMarkup",
        }
        | _EDITED,
    ),
    "editMessageCaption": Shape({}, {"reply_markup": "InlineKeyboardMarkup"} | _CAPTION | _EDITED),
    "editMessageReplyMarkup": Shape({}, {"reply_markup": "InlineKeyboardMarkup"} | _EDITED),
    "deleteMessage": Shape(_CHAT | {"message_id": "Integer"}),
    "deleteMessages": Shape(_CHAT | {"message_ids": "Array of Integer"}),
    # queries
    "answerCallbackQuery": Shape(
        {"callback_query_id": "String"},
        {"text": "String", "show_alert": "Boolean", "url": "String", "cache_time": "Integer"},
    ),
    "answerInlineQuery": Shape(
        {"inline_query_id": "String", "results": "Array of InlineQueryResult"},
        {
            "cache_time": "Integer",
            "is_personal": "Boolean",
            "next_offset": "String",
            "button": "InlineQueryResultsButton",
        },
    ),
    # files and chats
    "getFile": Shape({"file_id": "String"}),
    "getChat": Shape(_CHAT),
    "getChatMember": Shape(_CHAT | {"user_id": "Integer"}),
    "getChatMemberCount": Shape(_CHAT),
    "getChatAdministrators": Shape(_CHAT),
    "leaveChat": Shape(_CHAT),
}

OBJECTS: Mapping[str, Shape] = {
    "MessageEntity": Shape(
        {"type": "String", "offset": "Integer", "length": "Integer"},
        {
            "url": "String",
            "user": "User",
            "language": "String",
            "custom_emoji_id": "String",
            "unix_time": "Integer",
            "date_time_format": "String",
        },
    ),
    "User": Shape(
        {"id": "Integer", "is_bot": "Boolean", "first_name": "String"},
        {"last_name": "String", "username": "String", "language_code": "String"},
    ),
    "LinkPreviewOptions": Shape(
        {},
        {
            "is_disabled": "Boolean",
            "url": "String",
            "prefer_small_media": "Boolean",
            "prefer_large_media": "Boolean",
            "show_above_text": "Boolean",
        },
    ),
    "ReplyParameters": Shape(
        {"message_id": "Integer"}, {"chat_id": "Integer|String", "allow_sending_without_reply": "Boolean"}
    ),
    "InlineKeyboardMarkup": Shape({"inline_keyboard": "Array of Array of InlineKeyboardButton"}),
    "InlineKeyboardButton": Shape(
        {"text": "String"},
        {
            "style": "String",
            "url": "String",
            "callback_data": "String",
            "switch_inline_query": "String",
            "switch_inline_query_current_chat": "String",
            "copy_text": "CopyTextButton",
        },
    ),
    "CopyTextButton": Shape({"text": "String"}),
    "BotCommand": Shape({"command": "String", "description": "String"}),
    "BotCommandScope": Shape({"type": "String"}, {"chat_id": "Integer|String", "user_id": "Integer"}),
    "InlineQueryResult": Shape(
        {
            "type": "String",
            "id": "String",
            "title": "String",
            "input_message_content": "InputMessageContent",
        },
        {
            "reply_markup": "InlineKeyboardMarkup",
            "url": "String",
            "description": "String",
            "thumbnail_url": "String",
            "thumbnail_width": "Integer",
            "thumbnail_height": "Integer",
        },
    ),
    "InputMessageContent": Shape(
        {"message_text": "String"},
        {
            "parse_mode": "String",
            "entities": "Array of MessageEntity",
            "link_preview_options": "LinkPreviewOptions",
        },
    ),
    "InlineQueryResultsButton": Shape({"text": "String"}, {"start_parameter": "String"}),
}

DEFAULT_UPDATES = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
    }
)
"""The kinds of update a bot gets when it names none."""

ALL_UPDATES = DEFAULT_UPDATES | {"chat_member", "message_reaction", "message_reaction_count"}

CHAT_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
