"""Methods about the bot itself, its updates, its queries, files and chats."""

import re
from typing import Any

from assistant.preview.rules.files import MAX_DOWNLOAD_BYTES
from assistant.preview.rules.markup import check_keyboard, message_text
from assistant.preview.rules.refusals import RequestRefusedError, bad_request
from assistant.preview.rules.utf16 import utf16_length
from assistant.preview.updates import Webhook
from assistant.preview.world import Chat, User, Wire, World

_COMMAND = re.compile(r"[a-z0-9_]{1,32}\Z")
_START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}\Z")
# Telegram asks for HTTPS; plain HTTP is allowed here to this machine alone, so that a test can receive
# webhooks.
_WEBHOOK_URL = re.compile(r"(?:https://[^\s/]+|http://(?:127\.0\.0\.1|localhost)(?::[0-9]+)?)(?:/\S*)?\Z")
_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat")
_MOST_COMMANDS = 100
_MOST_RESULTS = 50


class Bookkeeping:
    """Each method takes decoded parameters and returns the result, in JSON terms."""

    def __init__(self, world: World) -> None:
        self._world = world

    def get_me(self, _given: dict[str, Any]) -> Wire:
        """The bot."""
        return self._world.bot

    def set_my_commands(self, given: dict[str, Any]) -> bool:
        """The commands in the menu."""
        commands = given["commands"]
        if len(commands) > _MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not _COMMAND.match(command["command"]):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self._world.profile.commands[_scope(given), _language(given)] = commands
        return True

    def get_my_commands(self, given: dict[str, Any]) -> list[Wire]:
        """The commands as they were set for this scope and language."""
        return self._world.profile.commands.get((_scope(given), _language(given)), [])

    def delete_my_commands(self, given: dict[str, Any]) -> bool:
        """No commands for this scope and language."""
        self._world.profile.commands.pop((_scope(given), _language(given)), None)
        return True

    def set_my_name(self, given: dict[str, Any]) -> bool:
        """The bot's name, 64 characters at most."""
        return _set_words(self._world.profile.name, given, "name", 64)

    def get_my_name(self, given: dict[str, Any]) -> Wire:
        """The bot's name in a language."""
        name = self._world.profile.name
        return {"name": name.get(_language(given)) or name.get("") or self._world.bot["first_name"]}

    def set_my_description(self, given: dict[str, Any]) -> bool:
        """What an empty chat shows, 512 characters at most."""
        return _set_words(self._world.profile.description, given, "description", 512)

    def get_my_description(self, given: dict[str, Any]) -> Wire:
        """What an empty chat shows."""
        description = self._world.profile.description
        return {"description": description.get(_language(given)) or description.get("", "")}

    def set_my_short_description(self, given: dict[str, Any]) -> bool:
        """What the bot's profile shows, 120 characters at most."""
        return _set_words(self._world.profile.short_description, given, "short_description", 120)

    def get_my_short_description(self, given: dict[str, Any]) -> Wire:
        """What the bot's profile shows."""
        description = self._world.profile.short_description
        return {"short_description": description.get(_language(given)) or description.get("", "")}

    async def get_updates(self, given: dict[str, Any]) -> list[Wire]:
        """Long polling."""
        return await self._world.updates.fetch(
            given.get("offset", 0),
            given.get("limit", 100),
            given.get("timeout", 0),
            given.get("allowed_updates"),
        )

    def set_webhook(self, given: dict[str, Any]) -> bool:
        """Push updates instead; an empty address goes back to polling."""
        updates = self._world.updates
        url, secret = given["url"], given.get("secret_token")
        if url and not _WEBHOOK_URL.match(url):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if secret is not None and not _SECRET.match(secret):
            raise bad_request("secret token contains unallowed characters")
        if not 1 <= given.get("max_connections", 40) <= 100:
            raise bad_request('parameter "max_connections" must be from 1 to 100')
        updates.allow(given.get("allowed_updates"))
        if given.get("drop_pending_updates"):
            updates.drop_pending()
        updates.set_webhook(Webhook(url, secret, given.get("max_connections", 40)) if url else None)
        return True

    def delete_webhook(self, given: dict[str, Any]) -> bool:
        """Back to polling."""
        if given.get("drop_pending_updates"):
            self._world.updates.drop_pending()
        self._world.updates.set_webhook(None)
        return True

    def get_webhook_info(self, _given: dict[str, Any]) -> Wire:
        """Where updates go, and what waits."""
        updates = self._world.updates
        wire: Wire = {
            "url": updates.webhook.url if updates.webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": updates.pending,
        }
        if updates.webhook is not None:
            wire["max_connections"] = updates.webhook.max_connections
        if updates.last_webhook_problem is not None:
            wire["last_error_message"] = updates.last_webhook_problem
            wire["last_error_date"] = int(self._world.clock())
        return wire

    def answer_callback_query(self, given: dict[str, Any]) -> bool:
        """End a press: silently, with a toast or with an alert."""
        if utf16_length(given.get("text", "")) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        if given.get("url"):
            raise bad_request("URL_INVALID")
        query = self._world.close_query("callback", given["callback_query_id"])
        query.on_answer({"text": given.get("text", ""), "show_alert": given.get("show_alert", False)})
        return True

    def answer_inline_query(self, given: dict[str, Any]) -> bool:
        """Results for somebody who types the bot's name in any chat."""
        results = given["results"]
        if len(results) > _MOST_RESULTS:
            raise bad_request("RESULTS_TOO_MUCH")
        if len({result["id"] for result in results}) < len(results):
            raise bad_request("RESULT_ID_DUPLICATE")
        if len(given.get("next_offset", "").encode()) > 64:
            raise bad_request("NEXT_OFFSET_INVALID")
        if not _START_PARAMETER.match(given.get("button", {}).get("start_parameter", "x")):
            raise bad_request("START_PARAM_INVALID")
        shown = [_inline_result(result) for result in results]
        query = self._world.close_query("inline", given["inline_query_id"])
        query.on_answer({"results": shown, "button": given.get("button")})
        return True

    def get_file(self, given: dict[str, Any]) -> Wire:
        """Where to fetch a file, when it is not over 20 MB."""
        stored = self._world.files.by_id(given["file_id"])
        if stored is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if max(stored.declared_size, len(stored.data)) > MAX_DOWNLOAD_BYTES:
            raise bad_request("file is too big")
        return {
            "file_id": stored.file_id,
            "file_unique_id": stored.unique_id,
            "file_size": stored.declared_size,
            "file_path": stored.path,
        }

    def get_chat(self, given: dict[str, Any]) -> Wire:
        """Everything about a chat."""
        chat = self._world.chat_for_bot(given["chat_id"], sending=False)
        gifts = (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        )
        wire = chat.wire() | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(gifts, False),
        }
        if chat.is_private and chat.members[0].forbids_voice:
            wire["has_restricted_voice_and_video_messages"] = True
        return wire

    def get_chat_member(self, given: dict[str, Any]) -> Wire:
        """Somebody's place in a chat."""
        chat = self._world.chat_for_bot(given["chat_id"], sending=False)
        for member in self._members(chat):
            if member["user"]["id"] == given["user_id"]:
                return member
        raise bad_request("member not found" if given["user_id"] in self._world.users else "user not found")

    def get_chat_member_count(self, given: dict[str, Any]) -> int:
        """How many are in a chat, the bot among them."""
        return len(self._members(self._world.chat_for_bot(given["chat_id"], sending=False)))

    def get_chat_administrators(self, given: dict[str, Any]) -> list[Wire]:
        """Who made the group."""
        chat = self._world.chat_for_bot(given["chat_id"], sending=False)
        if chat.is_private:
            raise bad_request("there are no administrators in the private chat")
        return [self._members(chat)[0]]

    def leave_chat(self, given: dict[str, Any]) -> bool:
        """Leave a group."""
        chat = self._world.chat_for_bot(given["chat_id"])
        if chat.is_private:
            raise bad_request("chat member status can't be changed in private chats")
        chat.bot_is_member = False
        return True

    def refuse_to_log_out(self, _given: dict[str, Any]) -> Any:
        """logOut and close make sense for Telegram's own servers only."""
        raise RequestRefusedError(400, "Bad Request: not available on the loopback Bot API")

    def _members(self, chat: Chat) -> list[Wire]:
        def member(user: User, first: bool) -> Wire:
            owner: Wire = {"status": "creator", "is_anonymous": False}
            return {"user": user.wire()} | (owner if first and not chat.is_private else {"status": "member"})

        people = [member(user, index == 0) for index, user in enumerate(chat.members)]
        return [*people, {"user": self._world.bot_user(), "status": "member"}]


def _scope(given: dict[str, Any]) -> str:
    scope = given.get("scope", {"type": "default"})
    if scope["type"] not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    return f"chat {scope.get('chat_id')}" if scope["type"] == "chat" else str(scope["type"])


def _language(given: dict[str, Any]) -> str:
    code = str(given.get("language_code", ""))
    if code and not re.match(r"[a-z]{2}\Z", code):
        raise bad_request("LANG_CODE_INVALID")
    return code


def _set_words(words: dict[str, str], given: dict[str, Any], name: str, most: int) -> bool:
    text = given.get(name, "")
    if len(text) > most:
        raise bad_request(f"{name} is too long")
    words[_language(given)] = text
    return True


def _inline_result(result: Wire) -> Wire:
    if result["type"] != "article":
        raise bad_request("only inline results of type article are modelled here")
    if not 1 <= len(result["id"].encode()) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    if not result["title"].strip():
        raise bad_request("article title must be non-empty")
    content = result["input_message_content"]
    formatted = message_text(content["message_text"], content.get("parse_mode"), content.get("entities"))
    shown: Wire = {
        "id": result["id"],
        "title": result["title"],
        "description": result.get("description", ""),
        "text": formatted.text,
        "entities": list(formatted.entities),
    }
    keyboard = check_keyboard(result["reply_markup"]) if "reply_markup" in result else None
    return shown | ({"reply_markup": keyboard} if keyboard else {})
