"""Answers that fit what somebody is still typing, for inline mode."""

from collections.abc import Collection
from itertools import zip_longest

from assistant.library.entries import Entry, EntryRef, Kind, Library, Topic
from assistant.nlu.intents import Answer, Choice, Command, Emergency, Intent, NotCovered
from assistant.text import words_in


def suggested(
    library: Library, topics: Collection[Topic], text: str, intent: Intent | None, limit: int
) -> tuple[Entry, ...]:
    """At most `limit` answers, best first; for an empty text the topics' common questions, in turn.

    What the text means comes first, then titles with a word that begins like the last one typed. An emergency
    suggests nothing: an article is the wrong thing to send then.
    """
    if not text.strip():
        in_turn = zip_longest(*(topic.of_kind(Kind.FAQ) for topic in topics))
        return tuple(entry for row in in_turn for entry in row if entry)[:limit]
    sure, unsure = _refs(intent)
    if isinstance(intent, Emergency):
        return ()
    begun = [entry.ref for topic in topics for entry in topic.entries.values() if _begins(entry.title, text)]
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
