"""People who use the bot: played by tests, or by whoever opens the local chat page."""

import asyncio
import re
from collections import deque
from collections.abc import Iterator

from assistant.preview.received import Alert, InlineResult, Received
from assistant.preview.rules.markup import find_entities, message_text, sort_entities
from assistant.preview.rules.refusals import RequestRefusedError
from assistant.preview.world import Chat, Event, Message, User, Wire, World

_START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_MOST_UNREAD = 50_000


class Group:
    """A group chat with the bot in it."""

    def __init__(self, world: World, chat: Chat) -> None:
        self._world = world
        self.chat = chat

    @property
    def id(self) -> int:
        """The chat's number; negative, as for every group."""
        return self.chat.id

    def become_supergroup(self) -> None:
        """Go on under another number."""
        self.chat = self._world.make_supergroup(self.chat)


class Press:
    """One press of a button."""

    def __init__(self, query_id: str) -> None:
        self.query_id = query_id
        self._answered: asyncio.Future[Alert] = asyncio.get_running_loop().create_future()

    async def answer(self, timeout_s: float = 10) -> Alert:
        """What the bot answered; its text may be empty. Raises TimeoutError when it never does."""
        return await asyncio.wait_for(asyncio.shield(self._answered), timeout_s)

    def take(self, answer: Wire) -> Alert:
        """Note the bot's answer."""
        alert = Alert(answer["text"], answer["show_alert"])
        if not self._answered.done():
            self._answered.set_result(alert)
        return alert


class Person:
    """Somebody who writes, speaks and presses buttons, and reads what the bot sends."""

    def __init__(self, world: World, user: User) -> None:
        self._world = world
        self.user = user
        self.alerts: list[str] = []
        """The texts with which the bot answered this person's presses, in order."""
        self._unread: deque[Received] = deque(maxlen=_MOST_UNREAD)
        self._arrived = asyncio.Event()
        self._actions: dict[int, list[str]] = {}
        world.listeners.append(self._notice)

    @property
    def id(self) -> int:
        """The person's number, which is their private chat's too."""
        return self.user.id

    @property
    def name(self) -> str:
        """What the person is called."""
        return self.user.first_name

    @property
    def blocks_bot(self) -> bool:
        """Whether the person blocked the bot; the bot is told of every change."""
        return self.user.blocks_bot

    @blocks_bot.setter
    def blocks_bot(self, blocks: bool) -> None:
        if blocks == self.user.blocks_bot:
            return
        self.user.blocks_bot = blocks
        old, new = ("member", "kicked") if blocks else ("kicked", "member")
        self._world.tell_membership(self._chat(None), self.user, old, new)

    @property
    def forbids_voice(self) -> bool:
        """Whether the person lets nobody send them voice notes."""
        return self.user.forbids_voice

    @forbids_voice.setter
    def forbids_voice(self, forbids: bool) -> None:
        self.user.forbids_voice = forbids

    async def send_text(
        self,
        text: str,
        *,
        chat: Group | None = None,
        reply_to: Received | None = None,
        entities: list[Wire] | None = None,
        topic: int | None = None,
    ) -> Received:
        """Write to the bot or to a group, in that topic of it.

        Commands, links and mentions in the text are marked as Telegram does. Raises ValueError for a text
        that a client would not send: empty, or over 4096 UTF-16 units.
        """
        content = text_content(text, entities)
        if topic is not None:
            self._chat(chat).topics.add(topic)
            content |= {"message_thread_id": topic, "is_topic_message": True}
        return self._send(content, chat, reply_to)

    async def change_text(self, sent: Received, text: str) -> Received:
        """Change a text message of one's own. Raises LookupError when it was deleted."""
        message = self._world.message(sent.chat_id, sent.message_id)
        if message is None:
            raise LookupError("the message was deleted")
        self._world.replace(message, text_content(text), dropping=("text", "entities"))
        self._world.updates.push("edited_message", message.wire)
        return self.look(message)

    async def open_deep_link(self, payload: str) -> Received:
        """Open `https://t.me/<bot>?start=<payload>` and press Start.

        Raises ValueError when the payload is not 1 to 64 of A-Z, a-z, 0-9, _ and -: such a link opens
        nothing.
        """
        if not _START_PAYLOAD.match(payload):
            raise ValueError("a deep link carries 1 to 64 of A-Z, a-z, 0-9, _ and -")
        return await self.send_text(f"/start {payload}")

    async def send_voice(
        self,
        data: bytes,
        *,
        seconds: int = 3,
        mime_type: str = "audio/ogg",
        declared_size: int | None = None,
        chat: Group | None = None,
        reply_to: Received | None = None,
    ) -> Received:
        """Send a voice note. Its length, type and size are what the sender declares, true or not."""
        return self._send_file("voice", data, chat, reply_to, mime_type, seconds, declared_size=declared_size)

    async def send_audio(
        self,
        data: bytes,
        *,
        seconds: int = 3,
        mime_type: str = "audio/mpeg",
        file_name: str = "audio.mp3",
        declared_size: int | None = None,
        chat: Group | None = None,
        reply_to: Received | None = None,
    ) -> Received:
        """Send an audio file."""
        return self._send_file(
            "audio",
            data,
            chat,
            reply_to,
            mime_type,
            seconds,
            file_name=file_name,
            declared_size=declared_size,
        )

    async def send_video_note(
        self,
        data: bytes,
        *,
        seconds: int = 3,
        declared_size: int | None = None,
        chat: Group | None = None,
        reply_to: Received | None = None,
    ) -> Received:
        """Send a round video message."""
        return self._send_file(
            "video_note", data, chat, reply_to, "video/mp4", seconds, declared_size=declared_size
        )

    async def send_document(
        self,
        data: bytes,
        *,
        mime_type: str = "application/octet-stream",
        file_name: str = "file.bin",
        declared_size: int | None = None,
        chat: Group | None = None,
        reply_to: Received | None = None,
    ) -> Received:
        """Send a plain file."""
        return self._send_file(
            "document", data, chat, reply_to, mime_type, 0, file_name=file_name, declared_size=declared_size
        )

    async def press(self, label: str, *, message: Received | None = None, chat: Group | None = None) -> Press:
        """Press the button with this label, on the newest message that has it unless one is named.

        Raises LookupError when there is no such button now and ValueError when it opens a link or the like.
        """
        shown = self._with_button(label, chat) if message is None else self._now(message)
        button = shown.button(label)
        if "callback_data" not in button:
            raise ValueError(f"the button {label!r} sends nothing to the bot")
        return self.press_data(shown, button["callback_data"])

    def press_data(self, shown: Received, data: str) -> Press:
        """Send any callback data from a message, also data that no button has: clients can be forged."""
        presses: list[Press] = []

        def on_answer(answer: Wire) -> None:
            alert = presses[0].take(answer)
            if alert.text:
                self.alerts.append(alert.text)
                self._world.tell("callback_answer", shown.chat_id, answer, person_id=self.id)

        press = Press(self._world.open_query("callback", self.user, on_answer))
        presses.append(press)
        query = {
            "id": press.query_id,
            "from": self.user.wire(),
            "message": shown.wire,
            "chat_instance": str(abs(shown.chat_id) * 7919),
            "data": data,
        }
        self._world.updates.push("callback_query", query)
        return press

    async def inline(self, query: str, *, timeout_s: float = 10) -> list[InlineResult]:
        """Type `@bot query` in some chat and return what the bot offers. Raises TimeoutError."""
        answered: asyncio.Future[Wire] = asyncio.get_running_loop().create_future()

        def on_answer(answer: Wire) -> None:
            if not answered.done():
                answered.set_result(answer)

        query_id = self._world.open_query("inline", self.user, on_answer)
        asked = {
            "id": query_id,
            "from": self.user.wire(),
            "query": query,
            "offset": "",
            "chat_type": "private",
        }
        self._world.updates.push("inline_query", asked)
        answer = await asyncio.wait_for(answered, timeout_s)
        return [
            InlineResult(each["id"], each["title"], each["description"], each["text"], each)
            for each in answer["results"]
        ]

    async def share(self, result: InlineResult, *, chat: Group | None = None) -> Received:
        """Send an inline result into a chat, as the client does when it is tapped."""
        content: Wire = {"text": result.text, "via_bot": self._world.bot_user()}
        content |= {key: result.wire[key] for key in ("entities", "reply_markup") if result.wire.get(key)}
        return self._send(content, chat, None)

    async def receive(self, timeout_s: float = 10) -> Received:
        """The bot's next message or edit that this person sees, in order. Raises TimeoutError."""
        async with asyncio.timeout(timeout_s):
            while not self._unread:
                self._arrived.clear()
                await self._arrived.wait()
        return self._unread.popleft()

    @property
    def unread(self) -> int:
        """How many of the bot's messages and edits wait for `receive`."""
        return len(self._unread)

    def messages(self, chat: Group | None = None) -> list[Received]:
        """Everything that stands in a chat now, oldest first, the person's own messages among it."""
        return [self.look(message) for message in self._world.history(self._chat(chat).id)]

    def _send(self, content: Wire, group: Group | None, reply_to: Received | None) -> Received:
        if self.user.blocks_bot and group is None:
            raise ValueError("somebody who blocks the bot cannot write to it")
        chat = self._chat(group)
        if reply_to is not None:
            replied = self._now(reply_to).wire
            content["reply_to_message"] = {
                key: value for key, value in replied.items() if key != "reply_to_message"
            }
        if chat.is_private:
            self.user.started = True
        return self.look(self._world.post(chat, self.user.wire(), content, from_bot=False))

    def _send_file(
        self,
        kind: str,
        data: bytes,
        chat: Group | None,
        reply_to: Received | None,
        mime_type: str,
        seconds: int,
        *,
        file_name: str | None = None,
        declared_size: int | None = None,
    ) -> Received:
        stored = self._world.files.add(
            kind,
            data,
            mime_type=mime_type,
            duration_s=seconds,
            file_name=file_name,
            declared_size=declared_size,
        )
        return self._send({kind: stored.wire()}, chat, reply_to)

    def _chat(self, group: Group | None) -> Chat:
        return self._world.chats[self.id] if group is None else group.chat

    def look(self, message: Message) -> Received:
        """A message as it stands now."""
        return Received(message.wire, self._world, edited=message.edits > 0)

    def _now(self, seen: Received) -> Received:
        message = self._world.message(seen.chat_id, seen.message_id)
        if message is None:
            raise LookupError("the message was deleted")
        return self.look(message)

    def _with_button(self, label: str, group: Group | None) -> Received:
        newest_first: Iterator[Received] = reversed(self.messages(group))
        for shown in newest_first:
            if label in shown.buttons:
                return shown
        shown_now = next((shown.buttons for shown in reversed(self.messages(group)) if shown.buttons), [])
        raise LookupError(f"no message has a button {label!r}; the newest buttons are {shown_now}")

    def _notice(self, event: Event) -> None:
        if not event.from_bot or not self._world.sees(self.user, event):
            return
        if event.kind == "action":
            self._actions.setdefault(event.chat_id, []).append(event.body["action"])
        elif event.kind in ("message", "edit"):
            actions = tuple(self._actions.pop(event.chat_id, ()))
            self._unread.append(Received(event.body, self._world, event.kind == "edit", actions))
            self._arrived.set()


def text_content(text: str, entities: list[Wire] | None = None) -> Wire:
    """The content of a text message from a person. Raises ValueError when a client could not send it."""
    try:
        formatted = message_text(text)
    except RequestRefusedError as refusal:
        raise ValueError(refusal.description) from None
    marked = entities if entities is not None else find_entities(formatted.text)
    return {"text": formatted.text} | ({"entities": sort_entities(list(marked))} if marked else {})
