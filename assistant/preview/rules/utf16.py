"""Text measured as Telegram measures it: in UTF-16 code units."""


def utf16_length(text: str) -> int:
    """How many UTF-16 code units the text takes."""
    return len(text) + sum(character > "\uffff" for character in text)


class TextBuilder:
    """Text that grows and knows its length in UTF-16 code units."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self.length = 0

    def add(self, piece: str) -> None:
        """Append some text."""
        self._pieces.append(piece)
        self.length += utf16_length(piece)

    @property
    def text(self) -> str:
        """Everything added so far."""
        return "".join(self._pieces)

    def since(self, offset: int) -> str:
        """The text from a UTF-16 offset on."""
        return self.text.encode("utf-16-le")[offset * 2 :].decode("utf-16-le")
