"""Mends typos and misheard words against the library's own vocabulary."""

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, Levenshtein

from assistant.nlu.index.phonetic_index import END, START, HeardWordings
from assistant.nlu.index.phonetics import Coarse, SoundIndex
from assistant.nlu.lexicon import STOP_WORDS
from assistant.nlu.stages.entity_masking import MASK

_SHORTEST_TARGET: Final = 4
_SHORTEST_JOINED_TARGET: Final = 5
_LONGEST_WINDOW: Final = 4
_SOUND_FLOOR: Final = 0.6
_MOST_TARGETS: Final = 3
"""For each window, by sound and by how likely the words are here."""
_MOST_DOUBLINGS: Final = 6
"""Of how often the library uses a word: it says "muscles" more than "vessels"."""
_LONG: Final = 12
"""Letters. The longer a target, the less its likeness is chance."""
_SHORT: Final = 6
"""Letters. A single word shorter than this is like many others by chance."""
_USUAL: Final = 3
"""A word that the library uses as often as this is what was said."""
_LEAST_SPELLED: Final = 0.28
"""Likeness of spelling. Of the practice and development lines' changes below this hardly one was right:
"going down my" is no "condition"; a little above it, "buy up see" is a biopsy."""
_NEVER_FIRST: Final = frozenset({"the", "and", "or", "i", "my"})
_WHOLE: Final = 8
"""Letters. A word as long as this is seldom a piece of a misheard one: "with a rheumatologist" is none."""
_NEVER_JOINED: Final = frozenset({"something", "anything", "everything", "nothing", "somebody", "anybody"})
"""Nobody hears these in pieces: "some music" is not "something"."""
_PARTICLES: Final = frozenset({"up", "out", "down", "off", "over", "back"})
"""They end phrases that make sense as they are: "flare up" is not "flares"."""
_BOLDNESS: Final = 1.5
"""In logits. Bold mending makes changes that are right one time in five; careful mending, in two."""
_UNLIKELY: Final = 3.0
"""In logits. A way to read a question that is so much less likely than the likeliest was best for none of the
practice and development questions, and only costs time."""
_BY_HAND: Final = 2.0
"""In logits: how much less somebody who writes capitals and commas writes an English word for another."""
_SAME_LETTERS: Final = 3.0
"""In logits: the least belief in a change of nothing but spaces, such as "ultra sound"."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """Plain text after mending, and what was changed: (as written, as understood), in order."""

    text: str
    changes: tuple[tuple[str, str], ...]
    cost: float = 0.0
    """In logits, from 0: how much less likely these changes are than the likeliest, by the words alone."""


@dataclass(frozen=True, slots=True)
class MendingWeights:
    """How much each clue says for reading some words as another word, in logits.

    Fitted by logistic regression on questions written for it: split into like-sounding English words by a
    program, as heard from synthetic voices, and mistyped; the same and others untouched. A change is
    right when it brings back a word of the question and takes none away. `joined`, `joined_rare` and
    `ordinary` are 0.5 above the fit, in which typos were most of the changes.
    """

    always: float = -15.49
    sound: float = 5.04
    """Likeness of sound, 0 to 1."""
    letters: float = 4.51
    """Likeness of spelling, 0 to 1."""
    common: float = 0.43
    """For each doubling of how often the library uses the target."""
    long: float = 2.44
    """The target's length, 0 to 1."""
    context: float = 5.80
    """How much the whole question sounds like a wording with the target, 0 to 1."""
    own_context: float = -1.58
    """The same for the words as they are."""
    before: float = 0.48
    """A wording holds the word before with the target after it."""
    after: float = 0.80
    as_said: float = -3.63
    """The share of the words' neighbourhoods, as they are, that some wording holds."""
    words: float = 0.64
    """For each word."""
    joined: float = 2.88
    """Several words, all English."""
    joined_rare: float = 2.80
    """Several words, not all English."""
    typo: float = 6.32
    """Likeness of spelling of one word that is not English."""
    ordinary: float = 3.30
    """One English word."""
    asked: float = -1.47
    """The share of the words, as they are, that some wording holds."""
    short: float = -1.89
    """The length of a single word, 0 to 1."""
    ends_small: float = 1.04
    """The last word is one of the commonest."""
    starts_small: float = 1.00


class _Change(NamedTuple):
    start: int
    end: int
    target: str
    belief: float
    """In logits."""


class SpellingCorrection:
    """Knows the library's words, and which of them the wordings use together.

    `words` are those that may have been meant, with how often the library uses each, `known_words` ordinary
    English; `asked` tells what is likely to be said, and without it English words stay as they are more
    often. All must be plain.
    """

    def __init__(
        self,
        words: Mapping[str, int],
        known_words: Collection[str],
        asked: Sequence[HeardWordings] = (),
        weights: MendingWeights | None = None,
    ) -> None:
        self._counts = counts = Counter({word: used for word, used in words.items() if word.isalpha()})
        self.vocabulary = frozenset(counts)
        self._known = frozenset(known_words) | self.vocabulary
        self._index = SoundIndex(sorted(word for word in counts if len(word) >= _SHORTEST_TARGET))
        targets = self._index.targets
        self._places = {target: place for place, target in enumerate(targets)}
        used = np.array([counts[target] for target in targets], dtype=np.float32)
        lengths = np.array([min(len(target), _LONG) / _LONG for target in targets], dtype=np.float32)
        self._weights = weights = weights or MendingWeights()
        self._flat = np.array(dataclasses.astuple(weights))
        self._common, self._long = np.minimum(np.log2(used), _MOST_DOUBLINGS), lengths
        self._alone = weights.always + weights.common * self._common + weights.long * lengths
        self._asked = tuple(asked)

    def repair(self, text: str, *, by_hand: bool = False) -> Repaired:
        """`text`, which must be plain, with what can be mended safely mended; see `repairs`."""
        words = text.split()
        return _mended(words, self._changes(words, by_hand), boldness=0.0)

    def repairs(self, text: str, *, by_hand: bool = False) -> tuple[Repaired, ...]:
        """One to three ways to mend `text`, which must be plain, likeliest first: careful, bold, none.
        What is far less likely than the first is left out.

        What was written `by_hand` holds slips of the fingers, and seldom a word that was misheard. Only the
        costs tell the ways apart here; how well each fits an answer is for the caller to weigh.
        """
        words = text.split()
        changes = self._changes(words, by_hand)
        found = {text: Repaired(text, ())}
        for boldness in (0.0, _BOLDNESS):
            mended = _mended(words, changes, boldness)
            found.setdefault(mended.text, mended)
        least = min(mended.cost for mended in found.values())
        likely = (mended for mended in found.values() if mended.cost - least <= _UNLIKELY)
        costed = (dataclasses.replace(mended, cost=mended.cost - least) for mended in likely)
        return tuple(sorted(costed, key=lambda mended: mended.cost))

    def _changes(self, words: list[str], by_hand: bool) -> list[_Change]:
        """All changes worth thinking of; they may overlap."""
        windows = [(start, end) for start, end in _windows(words) if self._may_change(words[start:end])]
        if not windows or not self._places:
            return []
        likely = self._likely(" ".join(words))
        context = np.zeros(len(self._places), dtype=np.float32)
        for word in likely.keys() & self._places.keys():
            context[self._places[word]] = likely[word]
        heard = self._index.coarsely_like([" ".join(words[a:b]) for a, b in windows], _SOUND_FLOOR)
        changes = []
        for row, place, sound in self._promising(heard, context):
            (start, end), target = windows[row], self._index.targets[place]
            if self._may_be(words[start:end], target):
                near = (sound, float(context[place]), likely)
                belief = float(self._flat @ self._clues(words, start, end, target, *near))
                if "".join(words[start:end]) == target:
                    belief = max(belief, _SAME_LETTERS)
                elif by_hand and not self._is_slip(words[start:end], target):
                    belief -= _BY_HAND
                if belief > -_BOLDNESS:
                    changes.append(_Change(start, end, target, belief))
        return changes

    def _promising(
        self, heard: Sequence[Coarse], context: NDArray[np.float32]
    ) -> Iterator[tuple[int, int, float]]:
        """(window, target, likeness of sound) of each window's likeliest targets that may be believed at all.

        `heard` is of each window; `context` has a place for each target.
        """
        rows = np.repeat(np.arange(len(heard)), [len(each.places) for each in heard])
        places = np.concatenate([each.places for each in heard])
        sounds = np.concatenate([each.likeness for each in heard])
        weights = self._weights
        rough = self._alone[places] + weights.sound * sounds + weights.context * context[places]
        enough = rough >= -_BOLDNESS - _most_that_letters_and_neighbours_add(weights)
        rows, places, sounds, rough = rows[enough], places[enough], sounds[enough], rough[enough]
        order = np.lexsort((-rough, rows))
        rows, places, sounds = rows[order], places[order], sounds[order]
        # How many of the same row come before each.
        before = np.arange(len(rows)) - np.searchsorted(rows, rows)
        few = before < _MOST_TARGETS
        return zip(rows[few].tolist(), places[few].tolist(), sounds[few].tolist(), strict=True)

    def _likely(self, text: str) -> dict[str, float]:
        """The words likely to be in `text`, each with the highest score that any of the wordings gives it."""
        likely: dict[str, float] = {}
        for wordings in self._asked:
            for word, score in wordings.likely_words(text).items():
                likely[word] = max(score, likely.get(word, 0.0))
        return likely

    def _is_pair(self, pair: tuple[str, str]) -> bool:
        return any(pair in wordings.pairs for wordings in self._asked)

    def _is_asked(self, word: str) -> bool:
        return any(word in wordings.words for wordings in self._asked)

    def _may_change(self, window: list[str]) -> bool:
        """Whether the window's words can have been meant as anything else at all."""
        is_english = all(word in self._known for word in window)
        if len(window) == 1:
            (word,) = window
            return not (is_english and (word in STOP_WORDS or self._counts[word] >= _USUAL))
        if STOP_WORDS.issuperset(window):
            return False
        makes_sense = is_english and (window[0] in _NEVER_FIRST or window[-1] in _PARTICLES)
        return not makes_sense or any(len(word) >= _WHOLE for word in window)

    def _may_be(self, window: list[str], target: str) -> bool:
        """Whether the window's words, which may change, can have been meant as `target`."""
        if target in window or _spelled_alike(window, target) < _LEAST_SPELLED:
            return False
        if len(window) == 1:
            (word,) = window
            if word not in self._known:
                return len(word) >= _SHORTEST_TARGET or target not in STOP_WORDS
            return not (target in STOP_WORDS or word.removesuffix("s") == target.removesuffix("s"))
        if len(target) < _SHORTEST_JOINED_TARGET or target in STOP_WORDS:
            return False
        if target in _NEVER_JOINED or any(len(word) >= _WHOLE and word in self._known for word in window):
            return "".join(window) == target
        if any(len(word) > _SHORTEST_JOINED_TARGET and target.startswith(word[:-1]) for word in window):
            return not all(word in self._known for word in window)
        return True

    def _is_slip(self, window: list[str], target: str) -> bool:
        """Whether fingers may have made the words of the target: one wrong letter, or no English."""
        if not all(word in self._known for word in window):
            return True
        return len(window) == 1 and OSA.distance(window[0], target) <= 1

    def _clues(
        self,
        words: list[str],
        start: int,
        end: int,
        target: str,
        heard: float,
        context: float,
        likely: dict[str, float],
    ) -> NDArray[np.float64]:
        """In the order of MendingWeights."""
        window = words[start:end]
        before = words[start - 1] if start else START
        after = words[end] if end < len(words) else END
        own = [self._is_pair(pair) for pair in pairwise((before, *window, after))]
        together = "".join(window)
        letters = _spelled_alike(window, target)
        known = [word in self._known for word in window]
        single = len(window) == 1
        return np.array(
            [
                1.0,
                heard,
                letters,
                self._common[self._places[target]],
                self._long[self._places[target]],
                context,
                max(likely.get(word, 0.0) for word in window),
                self._is_pair((before, target)),
                self._is_pair((target, after)),
                sum(own) / len(own) if self._asked else float(all(known)),
                len(window),
                not single and all(known),
                not single and not all(known),
                letters if single and not known[0] else 0.0,
                single and known[0],
                sum(map(self._is_asked, window)) / len(window),
                min(len(together), _SHORT) / _SHORT if single else 0.0,
                window[-1] in STOP_WORDS,
                window[0] in STOP_WORDS,
            ],
            dtype=np.float64,
        )


def _spelled_alike(window: Iterable[str], target: str) -> float:
    return Levenshtein.normalized_similarity("".join(window), target)


def _most_that_letters_and_neighbours_add(weights: MendingWeights) -> float:
    small = weights.ends_small + weights.starts_small
    return weights.letters + weights.before + weights.after + weights.words * _LONGEST_WINDOW + small


def _windows(words: list[str]) -> Iterator[tuple[int, int]]:
    """Up to four words in a row, without numbers and without the mask of a name."""
    mask = MASK.split()
    kept = [not word.isdigit() for word in words]
    for start in range(len(words) - len(mask) + 1):
        if words[start : start + len(mask)] == mask:
            kept[start : start + len(mask)] = [False] * len(mask)
    for start in range(len(words)):
        for end in range(start + 1, min(start + _LONGEST_WINDOW, len(words)) + 1):
            if not kept[end - 1]:
                break
            yield start, end


def _mended(words: list[str], changes: Iterable[_Change], boldness: float) -> Repaired:
    """The changes that together are likeliest, made: the best way through the words (Viterbi 1967)."""
    ending: dict[int, list[_Change]] = {}
    for change in changes:
        if change.belief + boldness > 0:
            ending.setdefault(change.end, []).append(change)
    best: list[tuple[float, _Change | None]] = [(0.0, None)]
    for end in range(1, len(words) + 1):
        ways: list[tuple[float, _Change | None]] = [(best[end - 1][0], None)]
        ways += [(best[it.start][0] + it.belief + boldness, it) for it in ending.get(end, ())]
        best.append(max(ways, key=lambda way: way[0]))
    made: list[_Change] = []
    place = len(words)
    while place:
        chosen = best[place][1]
        place = chosen.start if chosen else place - 1
        if chosen:
            made.append(chosen)
    kept: list[str] = []
    for change in reversed(made):
        kept += [*words[place : change.start], change.target]
        place = change.end
    return Repaired(
        " ".join([*kept, *words[place:]]),
        tuple((" ".join(words[it.start : it.end]), it.target) for it in reversed(made)),
        cost=-sum(it.belief for it in made),
    )
