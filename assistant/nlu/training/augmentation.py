"""What people, keyboards and recognisers make of a wording, and what stands around it in a message.

All texts are plain, with names masked, and every change keeps what is right for the text, but for another
illness's name in the place of ours: then nothing is.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from assistant.nlu.index.entity_masking import MASK
from assistant.nlu.index.labels import CALM, NONE
from assistant.nlu.training.examples import Example
from assistant.nlu.training.mishearing import Mishearing

_KEYBOARD: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEXT_TO: Final = {
    key: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    for row in _KEYBOARD
    for place, key in enumerate(row)
}
_SMALL: Final = frozenset(
    (
        *("the", "a", "an", "of", "to", "is", "are", "do", "does", "i", "it", "this", "in", "on", "for"),
        *("with", "and", "please", "can", "you"),
    )
)
_BEFORE: Final = (
    *(
        "um",
        "so",
        "well",
        "hi",
        "hello",
        "ok so",
        "please",
        "sorry",
        "er",
        "hey",
        "right",
        "listen",
        "anyway",
    ),
    *("good morning", "can i ask", "quick question", "i wanted to ask", "do you know", "tell me"),
)
_AFTER: Final = (
    *("please", "thanks", "thank you", "thank you so much", "just wondering", "if you can", "asap", "cheers"),
    *("can you tell me", "thanks in advance", "sorry to bother you", "god bless"),
)
_REQUESTS: Final = (
    *(
        "read it to me please",
        "can you save that",
        "just the main points",
        "read me the answer",
        "tell me more",
    ),
    *("say it again slowly", "what should i do", "is that normal", "is that one of the symptoms"),
    *("what are the causes", "what is the treatment", "what section is that in"),
)
_LONGEST_AROUND: Final = 25
_LONGEST_ASKED: Final = 14
"""Words."""


@dataclass(frozen=True, slots=True)
class Rates:
    """How often each change is made. Tried on writers left out; each is worth something there."""

    other_name: float = 0.35
    own_name: float = 0.12
    """Our name as people write it, which the mask does not always find."""
    story: float = 0.16
    story_behind: float = 0.08
    asked_beside: float = 0.16
    gibberish: float = 0.03
    """Of what nothing answers: words drawn at random, and letters."""
    opening: float = 0.10
    ending: float = 0.07
    dropped: float = 0.10
    typos: float = 0.22
    misheard: float = 0.10


class Augmentation:
    """Makes another example of one, a different one each time."""

    def __init__(
        self,
        examples: Sequence[Example],
        names: Sequence[str],
        other_name: Callable[[Random], str],
        known_words: Collection[str],
        chance: Random,
        rates: Rates | None = None,
    ) -> None:
        """`names` are our illness's, plain, `other_name` draws one of another; what is said around a text is
        drawn from `examples`."""
        self._chance = chance
        self.rates = rates or Rates()
        """May be set anew between two lines."""
        self._other_name = other_name
        self._names = names
        self._mishearing = Mishearing(known_words)
        self._words = sorted(known_words)
        self._around = [
            each.text
            for each in examples
            if each.source in {"clause", "everyday", "calm"}
            and each.intents == (NONE,)
            and 2 < len(each.text.split()) < _LONGEST_AROUND
        ]
        self._asked = [
            each.text for each in examples if each.is_question and len(each.text.split()) < _LONGEST_ASKED
        ]

    def varied(self, example: Example) -> Example:
        """Another message for which the same is right; none is where it became one about another illness."""
        text = example.text
        rates = self.rates
        if example.intents == (NONE,) and example.alarm == CALM and self._happens(rates.gibberish):
            return replace(example, text=self._gibberish())
        if MASK in text and example.is_question and self._happens(rates.other_name):
            text = text.replace(MASK, self._other_name(self._chance))
            return replace(example, text=self._written(text), intents=(NONE,))
        if MASK in text and self._happens(rates.own_name):
            name = self._chance.choice(self._names)
            text = text.replace(MASK, self._mistyped(name) if self._happens(0.5) else name)
        return replace(example, text=self._written(self._surrounded(text, example)))

    def _surrounded(self, text: str, example: Example) -> str:
        """The text with a story around it, and a question or a request beside an emergency.

        Whatever is right stays right: a story is nothing that is asked, and no emergency.
        """
        rates, chance = self.rates, self._chance
        if example.source == "sentence" or example.is_command:
            return text
        if example.alarm != CALM and self._happens(rates.asked_beside):
            beside = chance.choice(_REQUESTS if self._happens(0.5) else self._asked or _REQUESTS)
            text = f"{beside} {text}" if self._happens(0.25) else f"{text} {beside}"
        if example.alarm == CALM and not example.intents and self._happens(rates.asked_beside):
            # Nothing is known of what is asked then, only that it is no emergency.
            text = f"{text} {chance.choice(self._asked)}" if self._asked else text
        if self._around and self._happens(rates.story):
            text = f"{self._story()} {text}"
        if self._around and self._happens(rates.story_behind):
            text = f"{text} {self._story()}"
        return text

    def _story(self) -> str:
        count = self._chance.choices((1, 2, 3, 4), (55, 25, 12, 8))[0]
        return " ".join(self._chance.choice(self._around) for _ in range(count))

    def _written(self, text: str) -> str:
        rates = self.rates
        if self._happens(rates.opening):
            text = f"{self._chance.choice(_BEFORE)} {text}"
        if self._happens(rates.ending):
            text = f"{text} {self._chance.choice(_AFTER)}"
        if self._happens(rates.dropped):
            text = self._without_small_words(text)
        if self._happens(rates.typos):
            text = self._mistyped(text)
        elif self._happens(rates.misheard):
            text = self._mishearing.misheard(text, self._chance)
        return text

    def _gibberish(self) -> str:
        chance = self._chance
        words = chance.sample(self._words, chance.randrange(1, 12))
        if self._happens(0.5):
            words = ["".join(chance.sample(word, len(word))) for word in words]
        return " ".join(words)

    def _happens(self, rate: float) -> bool:
        return self._chance.random() < rate

    def _without_small_words(self, text: str) -> str:
        kept = [word for word in text.split() if word not in _SMALL or self._happens(0.5)]
        return " ".join(kept) if len(kept) > 1 else text

    def _mistyped(self, text: str) -> str:
        words = text.split()
        for _ in range(max(1, int(len(words) * self._chance.uniform(0.05, 0.25)))):
            number = self._chance.randrange(len(words))
            word = words[number]
            if len(word) < 4:
                continue
            place = self._chance.randrange(1, len(word) - 1)
            slips = {
                "lost": word[:place] + word[place + 1 :],
                "swapped": word[:place] + word[place + 1] + word[place] + word[place + 2 :],
                "doubled": word[:place] + word[place] + word[place:],
                "beside": word[:place]
                + self._chance.choice(_NEXT_TO.get(word[place], word[place]))
                + word[place + 1 :],
            }
            words[number] = slips[self._chance.choices(tuple(slips), (30, 25, 20, 25))[0]]
        return " ".join(words)
