"""The little world behind the loopback Bot API: people, chats, messages, files and open questions to the
bot."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal
from zlib import crc32

from assistant.preview.rules.files import FileStore
from assistant.preview.rules.refusals import bad_request, forbidden, moved
from assistant.preview.updates import UpdateQueue

Wire = dict[str, Any]
"""An object as the Bot API writes it in JSON."""

CALLBACK_OPEN_S = 150
"""How long a button press may be answered."""
INLINE_OPEN_S = 30
"""How long an inline query may be answered."""
_MOST_MESSAGES = 50_000


@dataclass(slots=True)
class User:
    """Somebody with a Telegram account, and what they have chosen about this bot."""

    id: int
    first_name: str
    language_code: str | None
    username: str | None = None
    blocks_bot: bool = False
    forbids_voice: bool = False
    started: bool = False
    """Whether they ever wrote to the bot: before that, a bot cannot reach a person."""

    def wire(self) -> Wire:
        """The User object."""
        wire: Wire = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.username is not None:
            wire["username"] = self.username
        if self.language_code is not None:
            wire["language_code"] = self.language_code
        return wire


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the person's) or a group (its id is negative)."""

    id: int
    members: list[User]
    title: str | None = None
    bot_is_member: bool = True
    topics: set[int] = field(default_factory=set)
    """The threads of a forum, or of a private chat with topics."""
    moved_to: int | None = None
    """The supergroup that a group has become."""

    @property
    def is_private(self) -> bool:
        """Whether this is one person's own chat with the bot."""
        return self.title is None

    def wire(self) -> Wire:
        """The Chat object."""
        if self.title is not None and self.topics:
            return {"id": self.id, "type": "supergroup", "title": self.title, "is_forum": True}
        if self.title is not None:
            return {
                "id": self.id,
                "type": "group",
                "title": self.title,
                "all_members_are_administrators": True,
            }
        person = self.members[0]
        wire: Wire = {"id": self.id, "type": "private", "first_name": person.first_name}
        return wire | ({"username": person.username} if person.username else {})


@dataclass(slots=True)
class Message:
    """One message as everybody in the chat sees it now."""

    wire: Wire
    from_bot: bool
    edits: int = 0

    @property
    def id(self) -> int:
        """Its number."""
        return int(self.wire["message_id"])

    @property
    def chat_id(self) -> int:
        """Where it stands."""
        return int(self.wire["chat"]["id"])


EventKind = Literal["message", "edit", "delete", "action", "callback_answer"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that became visible in a chat. `person_id` is set when only one person sees it."""

    number: int
    kind: EventKind
    chat_id: int
    body: Wire
    from_bot: bool = True
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class ChatAction:
    """The bot showed that it was working."""

    chat_id: int
    action: str
    at: float


@dataclass(slots=True)
class OpenQuery:
    """A button press or an inline query that the bot has not answered yet."""

    id: str
    user: User
    created: float
    on_answer: Callable[[Wire], None]


@dataclass(slots=True)
class BotProfile:
    """What the bot says about itself, by language code ("" is the default)."""

    name: dict[str, str] = field(default_factory=dict)
    description: dict[str, str] = field(default_factory=dict)
    short_description: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Wire]] = field(default_factory=dict)
    """By scope and language code."""


class World:
    """Everything both sides can see. Kept in memory: it ends with the process."""

    def __init__(self, bot: Wire, clock: Callable[[], float]) -> None:
        self.bot = bot
        self.clock = clock
        self.profile = BotProfile()
        self.files = FileStore()
        self.updates = UpdateQueue(clock)
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.callbacks: dict[str, OpenQuery] = {}
        self.inline_queries: dict[str, OpenQuery] = {}
        self.chat_actions: list[ChatAction] = []
        self.events: deque[Event] = deque(maxlen=_MOST_MESSAGES)
        self.listeners: list[Callable[[Event], None]] = []
        self._messages: dict[tuple[int, int], Message] = {}
        # Numbered from the time, so that a bot that outlives this world meets no number twice.
        self._message_numbers = count(int(clock()) % 100_000_000 + 1)
        self._event_numbers = count(1)
        self._query_numbers = count(int(clock() * 1000))
        self._group_numbers = count(1)

    def user(self, first_name: str, language_code: str | None, username: str | None) -> User:
        """The person of this name, made on first asking. The number follows from the name, so it outlives
        restarts."""
        user_id = 1_000_000 + crc32((username or first_name).casefold().encode()) % 900_000_000
        while user_id in self.users and self.users[user_id].first_name.casefold() != first_name.casefold():
            user_id += 1
        if user_id not in self.users:
            self.users[user_id] = User(user_id, first_name, language_code, username)
            self.chats[user_id] = Chat(user_id, [self.users[user_id]])
        return self.users[user_id]

    def group(self, title: str, members: list[User]) -> Chat:
        """A new group with these people and the bot; the bot is told that it was added."""
        chat = Chat(-4_000_000_000 - next(self._group_numbers), members, title)
        self.chats[chat.id] = chat
        self.tell_membership(chat, members[0], "left", "member")
        self.post(chat, members[0].wire(), {"group_chat_created": True}, from_bot=False)
        return chat

    def make_supergroup(self, chat: Chat) -> Chat:
        """The group becomes a supergroup with another number; both say so, and the old one takes no more."""
        new = Chat(chat.id - 1_000_000_000_000, chat.members, chat.title)
        self.chats[new.id] = new
        sender = chat.members[0].wire()
        self.post(chat, sender, {"migrate_to_chat_id": new.id}, from_bot=False)
        self.post(new, sender, {"migrate_from_chat_id": chat.id}, from_bot=False)
        chat.moved_to = new.id
        return new

    def tell_membership(self, chat: Chat, by: User, old: str, new: str) -> None:
        """Tell the bot that its place in a chat changed: blocked, unblocked, added or removed."""

        def member(status: str) -> Wire:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"user": self.bot_user(), "status": status} | until

        change = {
            "chat": chat.wire(),
            "from": by.wire(),
            "date": int(self.clock()),
            "old_chat_member": member(old),
            "new_chat_member": member(new),
        }
        self.updates.push("my_chat_member", change)

    def bot_user(self) -> Wire:
        """The bot as a sender of messages."""
        return {key: self.bot[key] for key in ("id", "is_bot", "first_name", "username")}

    def chat_for_bot(self, chat_id: int | str, *, sending: bool = True) -> Chat:
        """The chat, when the bot may know it (and write to it, when `sending`). Raises
        RequestRefusedError."""
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad_request("chat not found")
        if chat.moved_to is not None:
            raise moved(chat.moved_to)
        if not chat.is_private:
            if not chat.bot_is_member:
                raise forbidden("bot was kicked from the group chat")
            return chat
        person = chat.members[0]
        if not person.started:
            raise self._stranger(person)
        if sending and person.blocks_bot:
            raise forbidden("bot was blocked by the user")
        return chat

    def _stranger(self, person: User) -> Exception:
        met = any(person in chat.members for chat in self.chats.values() if not chat.is_private)
        return (
            forbidden("bot can't initiate conversation with a user") if met else bad_request("chat not found")
        )

    def post(self, chat: Chat, sender: Wire, content: Wire, *, from_bot: bool) -> Message:
        """Put a message into a chat. A person's message is queued for the bot."""
        wire = {
            "message_id": next(self._message_numbers),
            "from": sender,
            "chat": chat.wire(),
            "date": int(self.clock()),
        } | content
        message = Message(wire, from_bot)
        self._messages[chat.id, message.id] = message
        if len(self._messages) > _MOST_MESSAGES:
            del self._messages[next(iter(self._messages))]
        self.tell("message", chat.id, wire, from_bot=from_bot)
        if not from_bot and chat.bot_is_member:
            self.updates.push("message", wire)
        return message

    def replace(self, message: Message, content: Wire, *, dropping: tuple[str, ...] = ()) -> None:
        """Edit a message: `content` over what stands there, `dropping` taken away first."""
        kept = {key: value for key, value in message.wire.items() if key not in dropping}
        message.wire = kept | content | {"edit_date": int(self.clock())}
        message.edits += 1
        self.tell("edit", message.chat_id, message.wire, from_bot=message.from_bot)

    def remove(self, message: Message) -> None:
        """Delete a message for everybody."""
        del self._messages[message.chat_id, message.id]
        self.tell("delete", message.chat_id, {"message_id": message.id})

    def message(self, chat_id: int, message_id: int) -> Message | None:
        """A message that still stands in a chat."""
        return self._messages.get((chat_id, message_id))

    def history(self, chat_id: int) -> Iterator[Message]:
        """The messages that still stand in a chat, oldest first."""
        return (message for (chat, _), message in self._messages.items() if chat == chat_id)

    def act(self, chat: Chat, action: str) -> None:
        """The bot shows what it is doing."""
        self.chat_actions.append(ChatAction(chat.id, action, self.clock()))
        if len(self.chat_actions) > _MOST_MESSAGES:
            del self.chat_actions[: _MOST_MESSAGES // 10]
        self.tell("action", chat.id, {"action": action})

    def open_query(
        self, kind: Literal["callback", "inline"], user: User, on_answer: Callable[[Wire], None]
    ) -> str:
        """Remember a press or an inline query until the bot answers it; returns its id."""
        query_id = str(next(self._query_numbers))
        queries = self.callbacks if kind == "callback" else self.inline_queries
        queries[query_id] = OpenQuery(query_id, user, self.clock(), on_answer)
        return query_id

    def close_query(self, kind: Literal["callback", "inline"], query_id: str) -> OpenQuery:
        """Take the query that is being answered. Raises RequestRefusedError when it is unknown, answered or
        too old."""
        queries = self.callbacks if kind == "callback" else self.inline_queries
        query = queries.pop(query_id, None)
        open_s = CALLBACK_OPEN_S if kind == "callback" else INLINE_OPEN_S
        if query is None or self.clock() - query.created > open_s:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        return query

    def tell(
        self,
        kind: EventKind,
        chat_id: int,
        body: Wire,
        *,
        from_bot: bool = True,
        person_id: int | None = None,
    ) -> None:
        """Make something visible to the people in a chat."""
        event = Event(next(self._event_numbers), kind, chat_id, dict(body), from_bot, person_id)
        self.events.append(event)
        for stt in list(self.listeners):
            stt(event)

    def sees(self, user: User, event: Event) -> bool:
        """Whether this person sees the event: one of their chats, and not meant for somebody else."""
        chat = self.chats[event.chat_id]
        return user in chat.members and event.person_id in (None, user.id)
