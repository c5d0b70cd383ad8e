"""What a person sees: messages, inline results and answers to presses, as they stood at one moment."""

from dataclasses import dataclass

from assistant.preview.world import Wire, World

_CONTENT = ("voice", "audio", "document", "video_note", "text")


@dataclass(frozen=True, slots=True)
class Received:
    """A message as a person sees it at one moment."""

    wire: Wire
    world: World
    edited: bool = False
    chat_actions: tuple[str, ...] = ()
    """What the bot showed in this chat since its last message: "typing", "record_voice" ..."""

    @property
    def message_id(self) -> int:
        """Its number in the chat."""
        return int(self.wire["message_id"])

    @property
    def chat_id(self) -> int:
        """The chat it stands in."""
        return int(self.wire["chat"]["id"])

    @property
    def kind(self) -> str:
        """text, voice, audio, document or video_note; "service" for notices such as "group created"."""
        return next((kind for kind in _CONTENT if kind in self.wire), "service")

    @property
    def text(self) -> str:
        """The words of a text message, else nothing."""
        return str(self.wire.get("text", ""))

    @property
    def caption(self) -> str:
        """The words under a file, else nothing."""
        return str(self.wire.get("caption", ""))

    @property
    def words(self) -> str:
        """The text or the caption, whichever it has."""
        return self.text or self.caption

    @property
    def entities(self) -> list[Wire]:
        """Formatting of the text or the caption, with UTF-16 offsets."""
        return list(self.wire.get("entities") or self.wire.get("caption_entities") or [])

    @property
    def keyboard(self) -> list[list[Wire]]:
        """The inline keyboard, row by row."""
        rows: list[list[Wire]] = self.wire.get("reply_markup", {}).get("inline_keyboard", [])
        return rows

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons, in order."""
        return [button["text"] for row in self.keyboard for button in row]

    @property
    def chat_action(self) -> str | None:
        """The last thing that the bot showed before this message."""
        return self.chat_actions[-1] if self.chat_actions else None

    @property
    def file_id(self) -> str:
        """The id of the attached file. Raises LookupError when there is none."""
        return str(self._file()["file_id"])

    @property
    def duration_s(self) -> int:
        """How long the attached recording says it is."""
        return int(self._file()["duration"])

    def audio(self) -> bytes:
        """The bytes of the attached file. Raises LookupError when there is none."""
        stored = self.world.files.by_id(self.file_id)
        if stored is None:
            raise LookupError("the file is no longer kept")
        return stored.data

    def button(self, label: str) -> Wire:
        """The button with this label. Raises LookupError, naming those that exist."""
        for row in self.keyboard:
            for button in row:
                if button["text"] == label:
                    return button
        raise LookupError(f"no button {label!r}; there are {self.buttons}")

    def _file(self) -> Wire:
        for kind in _CONTENT[:-1]:
            if kind in self.wire:
                file: Wire = self.wire[kind]
                return file
        raise LookupError(f"a message of kind {self.kind} has no file")


@dataclass(frozen=True, slots=True)
class InlineResult:
    """One result of an inline query, as offered to the person."""

    id: str
    title: str
    description: str
    text: str
    wire: Wire


@dataclass(frozen=True, slots=True)
class Alert:
    """What the bot answered to a button press: a toast, or an alert that must be closed."""

    text: str
    show_alert: bool
