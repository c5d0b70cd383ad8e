"""Every sentence the assistant itself says, read from `interface.ftl` (Project Fluent)."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from fluent.runtime import FluentBundle

from assistant.errors import AssistantError, ContentError, Problem
from assistant.library.fluent_file import parsed, problems_in
from assistant.transcript import UnheardReason

_FILE = "interface.ftl"

FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    "unheard-": tuple(reason.value.replace("_", "-") for reason in UnheardReason),
    "invite-": (
        *(
            "undo",
            "next",
            "back",
            "repeat",
            "save",
            "remove-bookmark",
            "related",
            "sections",
            "faq",
            "bookmarks",
        ),
        *("settings", "help", "start", "about", "privacy", "export", "forget-me", "text-only", "audio-on"),
        *("slower", "faster", "both", "voice-only", "by-label", "continue", "listen-all"),
        *("keep-questions", "stop-keeping-questions", "illnesses", "the-other-one"),
    ),
    "pick-words-": (*(str(number) for number in range(1, 21)), "last"),
}
"""Message ids made while running, as `f"{prefix}{member}"`: every prefix and all of its members. Any other id
is written out where it is used, so that it can be searched for; a test holds the code to that."""


class MessageCatalogue:
    """The assistant's own sentences in one language."""

    def __init__(self, bundle: FluentBundle, language: str) -> None:
        self.language = language
        self._bundle = bundle
        self._said: dict[str, str] = {}
        """Sentences without gaps, as they were said before; what fills a gap may be somebody's words."""

    @classmethod
    def load(cls, content_dir: Path, language: str) -> "MessageCatalogue":
        """The sentences in `content_dir/<language>/interface.ftl`.

        Raises ContentError with every line that cannot be read and every id that stands twice.
        """
        path = content_dir / language / _FILE
        try:
            source = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problem = Problem(path, 1, "This file cannot be read.", "Put the file there, saved as UTF-8.")
            raise ContentError((problem,)) from error
        resource = parsed(source)
        problems = problems_in(path, source, resource)
        if problems:
            raise ContentError(problems)
        # Isolation marks are for mixing writing directions; a voice would stumble over them.
        bundle = FluentBundle([language], use_isolating=False)
        bundle.add_resource(resource)
        return cls(bundle, language)

    def say(self, message_id: str, **arguments: str | int | date) -> str:
        """The sentence of that id with its gaps filled.

        Raises AssistantError when there is no such sentence, or when it needs something it was not given. The
        error names the sentence, never what was to be filled in.
        """
        if not arguments and message_id in self._said:
            return self._said[message_id]
        if not self._bundle.has_message(message_id):
            raise AssistantError(f"There is no sentence {message_id!r} in {_FILE} ({self.language}).")
        pattern = self._bundle.get_message(message_id).value
        if pattern is None:
            raise AssistantError(f"The sentence {message_id!r} in {_FILE} ({self.language}) is empty.")
        text, errors = self._bundle.format_pattern(pattern, arguments)
        if errors or not isinstance(text, str):
            kinds = ", ".join(sorted({type(error).__name__ for error in errors}))
            raise AssistantError(
                f"The sentence {message_id!r} in {_FILE} ({self.language}) cannot be said: {kinds}."
            )
        if not arguments:
            self._said[message_id] = text
        return text
