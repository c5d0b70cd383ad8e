"""Commands in other words: weighs what speaks for each command, and for none of them."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.library.entries import Library
from assistant.nlu.index.dense import BestOfGroups, Gallery, Vectors, mean_of_best
from assistant.nlu.index.phonetics import SoundIndex
from assistant.nlu.index.sparse import CharacterIndex
from assistant.nlu.intents import Command, CommandName
from assistant.nlu.lexicon import ABOUT_IT, DENYING
from assistant.nlu.stages.entity_masking import MASK
from assistant.nlu.words import expanded, plain, without_politeness

Scores = NDArray[np.float64]

EXACT_ONLY: Final = frozenset({CommandName.YES, CommandName.NO, CommandName.UNDO})
"""What confirms, denies or undoes is never guessed. What erases may be: it is confirmed, or can be undone."""
LIKELY: Final = 0.65
"""How likely a command in other words must be. What that comes to, of wordings left out in turn, is what
`assistant train` prints."""
FEW_DOUBTS: Final = 0.2
LIKELY_IF_ANY: Final = 0.45
"""Enough when "no command" holds less belief than FEW_DOUBTS: it is one, and only which is in doubt."""
LIKELY_IF_ABOUT_IT: Final = 0.95
"""For a question whose subject is the illness, or people: "is it known in other languages"."""
LIKELY_TO_CONTINUE: Final = 0.7
"""People ask what they may continue: more than "can I continue working" and the like come to."""
LIKELY_IN_PART: Final = 0.85
"""For one clause of several: the others may be what the person really wants to know."""
LONGEST: Final = 16
"""Words. Commands are short; what is longer is a question or a story."""
_FORMS: Final = 4
"""How many forms of a wording with alternatives are compared; more add little and slow the start."""
_MOST_CALM: Final = 4_000
"""Texts that are no command; they are drawn evenly from all, so that a big library changes nothing."""
_NEAREST: Final = 3
_RIDGE: Final = 3.0
_SOUND_WORDS: Final = 5
"""Words. Longer texts are recognised well enough to be told by their meaning."""
_SOUND_FLOOR: Final = 0.6
SLOT: Final = "{answer}"


@dataclass(frozen=True, slots=True)
class CommandWeights:
    """How much each clue speaks for a command, or for none, in logits.

    Fitted by multinomial logistic regression on wordings of commands, questions and counter-examples left out
    in turn; see training/command_calibration.py. The defaults are only where the fit begins.
    """

    near: float = 1.0
    """For the mean of the three nearest wordings."""
    alike: float = 1.0
    """For the nearest wording that wants something to stop, or not, as the text does."""
    letters: float = 1.0
    sound: float = 1.0
    head: float = 1.0
    none_nearest: float = 1.0
    none_near: float = 1.0
    none_letters: float = 1.0
    none_head: float = 1.0
    none_words: float = 1.0
    """For each word."""
    none_about_it: float = 1.0
    """For a question whose subject is the illness, or people."""
    none: float = 1.0

    def for_commands(self) -> Scores:
        """In the order of CommandClues.commands."""
        return np.array(dataclasses.astuple(self)[:CLUES_OF_COMMAND], dtype=np.float64)

    def for_none(self) -> Scores:
        """In the order of CommandClues.none."""
        return np.array(dataclasses.astuple(self)[CLUES_OF_COMMAND:], dtype=np.float64)

    def beliefs(self, clues: "CommandClues") -> Scores:
        """How likely each command is, and last how likely none of them is; together 1."""
        scores = np.append(clues.commands @ self.for_commands(), clues.none @ self.for_none())
        powers = np.exp(scores - scores.max())
        return np.asarray(powers / powers.sum(), dtype=np.float64)


CLUES_OF_COMMAND: Final = 5


@dataclass(frozen=True, slots=True)
class CommandClues:
    """What speaks for each command (one row each), and for none of them."""

    commands: Scores
    none: Scores
    about_it: bool
    """Whether the subject is the illness, or people."""


def likeliest(
    commands: Sequence[Command], clues: CommandClues, weights: CommandWeights, least: float = 0.0
) -> Command | None:
    """The command that the clues speak for most; None when that is not likely enough, or less than `least`.

    `commands` holds what each row of the clues stands for.
    """
    beliefs = weights.beliefs(clues)
    best = int(beliefs[:-1].argmax())
    needed = LIKELY_IF_ANY if beliefs[-1] < FEW_DOUBTS else LIKELY
    if clues.about_it:
        needed = LIKELY_IF_ABOUT_IT
    elif commands[best].name is CommandName.CONTINUE:
        needed = max(needed, LIKELY_TO_CONTINUE)
    return commands[best] if beliefs[best] >= max(needed, least) else None


class CommandClassifier:
    """Knows what commands and ordinary questions sound and mean like."""

    def __init__(self, library: Library, gallery: Gallery, weights: CommandWeights) -> None:
        self._weights = weights
        self.typical = tuple(text for text in _forms(library, plain) if len(text.split()) > 1)
        """A few plain forms of every wording that may be guessed at, polite words and all."""
        forms = _forms(library, lambda text: without_politeness(plain(text)))
        self.commands = tuple(dict.fromkeys(forms.values()))
        """What may be guessed, in the order of the clues."""
        numbers = {command: number for number, command in enumerate(self.commands)}
        self._texts = list(forms)
        self._owners = np.array([numbers[command] for command in forms.values()], dtype=np.int64)
        order = np.argsort(self._owners, kind="stable")
        self._texts, self._owners = [self._texts[place] for place in order], self._owners[order]
        self._starts = np.searchsorted(self._owners, np.arange(len(self.commands)))
        self._nearest = BestOfGroups(
            [np.flatnonzero(self._owners == number) for number in range(len(self.commands))], _NEAREST
        )
        calm = _calm(library)
        self._rows, self._calm = gallery.hang(self._texts), gallery.hang(calm)
        self._letters, self._calm_letters = CharacterIndex(self._texts), CharacterIndex(calm)
        self._short = np.array([len(text.split()) <= _SOUND_WORDS for text in self._texts], dtype=np.bool_)
        self._sounds = SoundIndex([text for text in self._texts if len(text.split()) <= _SOUND_WORDS])
        self._denying = np.array([_denies(text) for text in self._texts], dtype=np.bool_)
        self._all = np.concatenate([self._rows, self._calm])
        self._heads = self._trained(gallery.vectors(self._all))

    @property
    def texts(self) -> tuple[str, ...]:
        """The same without polite words, and single words too."""
        return tuple(self._texts)

    def find(self, text: str, likeness: Vectors, *, surely: bool = False) -> Command | None:
        """The command that plain `text` likeliest is; None when that is not likely enough.

        `likeness` is its likeness with the whole gallery; `surely` asks for LIKELY_IN_PART.
        """
        if not self.commands or not text or len(text.split()) > LONGEST:
            return None
        least = LIKELY_IN_PART if surely else 0.0
        return likeliest(self.commands, self.clues(text, likeness), self._weights, least)

    def clues(self, text: str, likeness: Vectors) -> CommandClues:
        """What speaks for each command and for none; the arguments are those of `find`."""
        bare = without_politeness(text)
        near, calm = likeness[self._rows], likeness[self._calm]
        heads = likeness[self._all] @ self._heads
        sound = np.zeros(len(self._texts), dtype=np.float32)
        if len(bare.split()) <= _SOUND_WORDS:
            sound[self._short] = self._sounds.likeness([bare], _SOUND_FLOOR)[0]
        alike = np.where(self._denying == _denies(text), near, 0)
        commands = np.stack(
            [
                self._nearest.means(near),
                self._best(alike),
                self._best(self._letters.scores(bare)),
                self._best(sound),
                heads[:-1],
            ],
            axis=1,
        )
        about_it = bool(ABOUT_IT.search(text))
        none = [
            calm.max(initial=0),
            mean_of_best(calm, _NEAREST),
            self._calm_letters.scores(bare).max(initial=0),
            heads[-1],
            min(len(text.split()), LONGEST),
            about_it,
            1.0,
        ]
        return CommandClues(
            np.asarray(commands, dtype=np.float64), np.array(none, dtype=np.float64), about_it
        )

    def _best(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """The highest score of each command."""
        return np.asarray(np.maximum.reduceat(scores, self._starts), dtype=np.float32)

    def _trained(self, vectors: Vectors) -> NDArray[np.float32]:
        """A linear classifier for each command and for none by ridge regression, each class weighing the
        same.

        Given as weights on the wordings rather than on the vector's places, so that the likeness with the
        gallery is all that is needed to use it: the solution w of (X'WX + rI) w = X'Wy is X'a with
        a = W(y - Xw)/r.
        """
        classes = np.concatenate([self._owners, np.full(len(self._calm), len(self.commands))])
        sizes = np.maximum(np.bincount(classes, minlength=len(self.commands) + 1), 1)
        weight = (1 / sizes)[classes] * len(classes) / len(sizes)
        target = np.eye(len(sizes))[classes]
        exact = vectors.astype(np.float64)
        weighted = exact.T * weight
        moments = weighted @ exact + _RIDGE * np.eye(exact.shape[1])
        found = np.linalg.solve(moments, weighted @ target)
        return np.asarray(weight[:, None] * (target - exact @ found) / _RIDGE, dtype=np.float32)


def command_of(key: str) -> Command:
    """The command that a key of `commands.yaml` stands for. Raises ValueError for a name that is none."""
    name, _, argument = key.partition(":")
    return Command(CommandName(name), argument or None)


def _forms(library: Library, written: Callable[[str], str]) -> dict[str, Command]:
    """Some forms of each wording whose meaning may be guessed, as `written` makes them."""
    found: dict[str, Command] = {}
    for key, wordings in library.commands.items():
        command = command_of(key)
        if command.name in EXACT_ONLY:
            continue
        for wording in wordings.wordings:
            forms = () if wording.endswith(SLOT) or wording.startswith("/") else expanded(wording)
            # An odd step, so that the last alternatives take turns too.
            for text in forms[:: max(1, len(forms) // _FORMS) | 1][:_FORMS]:
                found.setdefault(written(text), command)
    return found


def _calm(library: Library) -> list[str]:
    """Plain texts that are no command: questions, counter-examples, emergencies and what looks like them."""
    texts = [text for aspect in library.aspects.values() for text in aspect.questions]
    texts += [
        text
        for topic in library.topics.values()
        for entry in topic.entries.values()
        for text in entry.questions
    ]
    texts += [text for line in library.off_topic for text in expanded(line)[:2]]
    texts += [
        text for guide in library.emergencies.values() for text in (*guide.wordings, *guide.look_alikes)
    ]
    forms = list(dict.fromkeys(plain(text.replace("{name}", MASK)) for text in texts))
    return forms[:: 1 + len(forms) // _MOST_CALM]


def _denies(text: str) -> bool:
    """Whether something is to stop: "send audio" and "stop sending audio" are alike in all but this."""
    return not DENYING.isdisjoint(text.split())
