"""How answers are named at the command line: `topic/answer`, or the id alone where there is one topic."""

from collections.abc import Iterable, Iterator

from assistant.errors import SettingsError
from assistant.library.entries import EntryRef, Library


class AnswerNames:
    """The names of some answers, in their order."""

    def __init__(self, refs: Iterable[EntryRef]) -> None:
        self._refs = tuple(dict.fromkeys(refs))
        self._topics = tuple(dict.fromkeys(ref.topic for ref in self._refs))

    @classmethod
    def in_library(cls, library: Library) -> "AnswerNames":
        """Those of all answers that are served, in reading order."""
        return cls(entry.ref for topic in library.topics.values() for entry in topic.entries.values())

    def __iter__(self) -> Iterator[str]:
        return map(self.of, self._refs)

    def of(self, ref: EntryRef) -> str:
        """The answer's name: its id, as long as there is but one topic."""
        return ref.entry if len(self._topics) == 1 else str(ref)

    def meant(self, name: str, topic: str | None = None) -> EntryRef:
        """The answer that `name` means: `topic/answer`, or the id of one of `topic`, or of the only topic.

        Raises SettingsError, with the names that there are, for any other.
        """
        topic = topic or (self._topics[0] if len(self._topics) == 1 else None)
        ref = EntryRef(*name.split("/", 1)) if "/" in name else EntryRef(topic or "", name)
        if ref not in self._refs:
            raise SettingsError(f"There is no answer {name!r}. There are: {', '.join(self)}.")
        return ref


def require_topic(library: Library, topic: str | None) -> None:
    """Raises SettingsError, with the ids that there are, for a topic that is not served."""
    if topic is not None and topic not in library.topics:
        raise SettingsError(f"There is no topic {topic!r} here. There are: {', '.join(library.topics)}.")
