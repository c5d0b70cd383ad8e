"""Answers that fit what somebody is still typing, for inline mode."""

from assistant.library.entries import Entry, EntryRef, Kind, Library, Topic
from assistant.nlu.intents import Answer, Choice, Command, Emergency, Intent, NotCovered
from assistant.text import words_in


def suggested(
    library: Library, topic: Topic | None, text: str, intent: Intent | None, limit: int
) -> tuple[Entry, ...]:
    """At most `limit` answers, best first; for an empty text the topic's common questions.

    What the text means comes first, then titles with a word that begins like the last one typed. An emergency
    suggests nothing: an article is the wrong thing to send then.
    """
    if not text.strip():
        return topic.of_kind(Kind.FAQ)[:limit] if topic else ()
    sure, unsure = _refs(intent)
    if isinstance(intent, Emergency):
        return ()
    begun = [entry.ref for entry in topic.entries.values() if _begins(entry.title, text)] if topic else []
    refs = dict.fromkeys((*sure, *begun, *unsure))
    entries = (library.entry(ref) for ref in refs)
    return tuple(entry for entry in entries if entry is not None)[:limit]


def _refs(intent: Intent | None) -> tuple[tuple[EntryRef, ...], tuple[EntryRef, ...]]:
    match intent:
        case Answer(entry=entry, also=also):
            return (entry,), also
        case Choice(entries=entries):
            return entries, ()
        case NotCovered(nearest=nearest):
            return (), nearest
        case Emergency() | Command() | None:
            return (), ()


def _begins(title: str, text: str) -> bool:
    last = words_in(text)[-1:]
    return bool(last) and any(word.startswith(last[0]) for word in words_in(title))
