"""Works out what a person means: emergencies first, then commands, then the library's answers."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.library.entries import EntryRef, Library
from assistant.nlu.index.dense import Gallery, MiniLmEncoder, ShippedVectors, VectorCache, Vectors
from assistant.nlu.index.examples import TopicExamples, shared_examples, shared_words
from assistant.nlu.index.topic_retrieval import index_of
from assistant.nlu.intents import Answer, Choice, Command, CommandName, Intent, NotCovered
from assistant.nlu.interpreter import Context
from assistant.nlu.lexicon import ASKING, STOP_WORDS
from assistant.nlu.stages.command_classifier import CommandClues, CommandWeights
from assistant.nlu.stages.command_grammar import CommandGrammar
from assistant.nlu.stages.context_resolution import Anaphora, follow_up_of
from assistant.nlu.stages.emergency_signals import EmergencySignals
from assistant.nlu.stages.entity_masking import EntityMask, Masked
from assistant.nlu.stages.fallback_policy import MAX_OFFERED, Thresholds, decide
from assistant.nlu.stages.letter_repair import LetterRepair
from assistant.nlu.stages.ranking import Evidence, Piece, Ranker, Ranking, SharedWordings, TopicShelf, Weights
from assistant.nlu.stages.spelling_correction import Repaired, SpellingCorrection
from assistant.nlu.stages.triage import Alarm, EmergencyThresholds, EmergencyWeights, Scores, Triage
from assistant.nlu.words import (
    MAX_CHARACTERS,
    bounded,
    clauses,
    is_by_hand,
    passages,
    plain,
    told,
    without_fillers,
)
from assistant.text import legible

_LONG_MESSAGE: Final = 14
"""Words. In a longer message the question is looked for clause by clause as well."""
_MOST_READINGS: Final = 8
_ONLY_POLITE: Final = frozenset({CommandName.START, CommandName.ABOUT})
"""A greeting beside a question, or "what is it" after a story, is not what the person wants."""
_SHORTEST_CLAUSE: Final = 3
_CLAUSE_COST: Final = 1.5
"""In logits: how much better a clause must fit than the whole message, which says more."""

_STORY: Final = 18
"""Words. In a longer text an emergency is looked for in what a sentence tells beside what it asks, too."""
_LONG_STORY: Final = 60
"""Words. In a longer text it is looked for sentence by sentence too."""
_LONGEST_REQUEST: Final = 30
"""Words. In a longer text no command is looked for clause by clause."""
_LONGEST_STORY: Final = 20_000
"""Characters; Telegram sends at most 4,096 at once."""
_SHORTEST_WORD: Final = 3
_SLIP_LETTERS: Final = 5
"""Letters. A shorter word is one slip away from too many others."""
_SENSIBLE: Final = 1 / 3
"""The least share of a text that must be words."""
_CALM_TOPICS: Final = 3
"""So many topics' own questions show the watch for emergencies what is none; more say nothing new."""
_LIKELY_TOPICS: Final = 3
"""So many topics are looked at closely for a question that names none, with none in hand."""
_TOPICS_AT_HAND: Final = 32
"""So many topics stay unpacked."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """Every number that decides; each class documents where its numbers come from."""

    weights: Weights = field(default_factory=Weights)
    thresholds: Thresholds = field(default_factory=Thresholds)
    emergencies: EmergencyThresholds = field(default_factory=EmergencyThresholds)
    alarm_weights: EmergencyWeights = field(default_factory=EmergencyWeights)
    command_weights: CommandWeights = field(default_factory=CommandWeights)
    mends: bool = True
    """Whether typos and misheard words are mended; without, an evaluation shows what mending is worth."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One way to read a question: plain text with names masked, its topics and its scores."""

    text: str
    vector: Vectors
    likeness: Vectors
    ranking: Ranking


class _LookedAt(NamedTuple):
    """A text's embedding, and its likeness with the whole gallery."""

    vector: Vectors
    likeness: Vectors


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a text was understood as it was. For people who look into it; nothing here is stored."""

    intent: Intent
    plain: str
    topic: str | None = None
    """The topic whose answers it was compared with."""
    changes: tuple[tuple[str, str], ...] = ()
    """What was mended: (as written, as understood)."""
    reading: str = ""
    """The text that decided, mended and masked."""
    ranked: tuple[tuple[EntryRef, float], ...] = ()
    none: float = 0.0
    """The score of "no answer fits", on the same scale."""
    alarm: Alarm | None = None


class Pipeline:
    """The Interpreter for one library. All work is done on its own single thread."""

    def __init__(
        self,
        library: Library,
        encoder: MiniLmEncoder,
        tuning: Tuning,
        cache_dir: Path | None = None,
        shipped: ShippedVectors | None = None,
    ) -> None:
        """`tuning` is what training finds for the library; `cache_dir` keeps what is made of the content,
        but for the vectors that are `shipped`."""
        self.tuning = tuning
        self._thresholds = tuning.thresholds
        self._encoder = encoder
        self._topics = library.topics
        ranks = encoder.ranked_words()
        self._known = known = frozenset(ranks) | frozenset(
            word for text in library.off_topic for word in plain(text).split()
        )
        self._cache = cache = VectorCache(encoder, cache_dir, shipped)
        self._gallery = gallery = Gallery(cache)
        examples = shared_examples(library)
        self._shared = shared = SharedWordings(examples, gallery)
        self._index = index = index_of(library, examples, known, cache, cache_dir)
        self._mask = EntityMask(index.names)
        self._signals = EmergencySignals(library)
        self._words = shared_words(library)
        names = (name for topic in library.topics.values() for name in (topic.title, *topic.other_names))
        self._letters = LetterRepair(ranks, {*self._words, *plain(" ".join(names)).split()})
        self._commands = CommandGrammar(library, gallery, tuning.command_weights)
        harmless = (
            *shared.texts,
            *(text for topic in islice(index.sampled(), _CALM_TOPICS) for text in topic.own.texts),
            *self._commands.typical,
        )
        self._watch = Triage(library, harmless, gallery, tuning.emergencies, tuning.alarm_weights)
        self._ranker = Ranker(shared, index.heads, tuning.weights)
        self._at_hand = lru_cache(_TOPICS_AT_HAND)(self._opened)
        cache.save()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="understanding")

    async def interpret(self, text: str, context: Context) -> Intent:
        """What `text` means; never raises for any text, and never answers an empty one."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self.meaning_of, text, context)

    async def close(self) -> None:
        """Ends the thread; the interpreter cannot be used afterwards."""
        await asyncio.to_thread(self.shut_down)

    def shut_down(self) -> None:
        """The same as `close`, for callers without an event loop; waits for the question in work."""
        self._thread.shutdown()

    def meaning_of(self, text: str, context: Context) -> Intent:
        """The same as `interpret`, on the calling thread."""
        return self.explain(text, context).intent

    def rank(self, text: str, context: Context) -> list[tuple[EntryRef, float]]:
        """All answers of the topic with their scores, best first, whatever the outcome."""
        return list(self.explain(text, context).ranked)

    def explain(self, text: str, context: Context) -> Explanation:
        """What `text` means, with the evidence."""
        text = self._letters.repaired(legible(text))
        signal = self._signals.found_in(text)
        written = bounded(text)
        said = plain(written)
        if signal is not None:
            return Explanation(signal, said)
        named = self._mask.mask(said)
        is_slash = written.startswith("/")
        if not self._topics or is_slash or not (named.topics or self._makes_sense(written, said)):
            return Explanation(self._commands.find(written, context) or NotCovered(), said)
        follow_up = None if named.topics else self._follow_up(named.text, context)
        shelf, repair = self._at_hand(self._topic(named, context))
        leaning = follow_up.readings if isinstance(follow_up, Anaphora) else ()
        by_hand = not context.heard and is_by_hand(text)
        mendings = repair.repairs(named.text, by_hand=by_hand)[: 1 if context.heard else None]
        ways = _ways_to_read(self._mask, named.text, mendings, leaning)
        first = next(iter(ways))
        is_long = len(named.text.split()) > _LONG_MESSAGE
        # Of a long message without its fillers the meaning is the same.
        as_said = first if is_long and not ways[first].changes else named.text
        looked_at = self._looked_at(list(dict.fromkeys((as_said, *ways))))
        readings = [self._read(way, looked_at[way], shelf) for way in ways]
        best = _best(readings, ways)
        # As said, and with what is safely mended; what is boldly mended raises no alarm.
        whole = dict.fromkeys((as_said, first))
        alarm = self._alarm(text, [(each, looked_at[each].likeness) for each in whole])
        command = self._commands.find(written, context)
        # "Thank you so much" is no cry for help, however unlike all calm examples it may be.
        is_plainly_command = command is not None and not (alarm and alarm.phrase)
        intent: Intent | None = None if is_plainly_command else self._watch.decide(alarm, heard=context.heard)
        intent = intent or command
        intent = intent or (follow_up if isinstance(follow_up, Command) else None)
        if intent is None and not named.topics:
            nearest = max(self._shared.nearest(readings[0].likeness), readings[0].ranking.nearest)
            intent = self._commands.find_meant(as_said, looked_at[as_said].likeness, nearest)
        if intent is None:
            outcome = decide(best.ranking, self._thresholds)
            if is_long and not isinstance(outcome, Answer):
                parts = self._clauses(written, ways, repair, by_hand=by_hand)
                ways |= parts
                looked_at |= self._looked_at([part for part in parts if part not in looked_at])
                readings += [self._read(part, looked_at[part], shelf) for part in parts]
                best = _best(readings, ways)
                outcome = decide(best.ranking, self._thresholds)
            if not named.topics and not isinstance(outcome, Answer):
                intent = self._command_beside_reasons(written, looked_at)
            if len(text) > MAX_CHARACTERS and isinstance(outcome, Answer):
                outcome = _offered(outcome)
            intent = intent or _with_notes(outcome, self._watch.caution(alarm), ways[best.text].changes)
        return Explanation(
            intent=intent,
            plain=said,
            topic=shelf.topic,
            changes=ways[best.text].changes,
            reading=best.text,
            ranked=best.ranking.best_first(),
            none=best.ranking.none,
            alarm=alarm,
        )

    def evidence(self, text: str, context: Context) -> Evidence | None:
        """What speaks for each answer when the mended question is read as a whole; None for an empty text."""
        named = self._mask.mask(plain(bounded(text)))
        if not named.text or not self._topics:
            return None
        shelf, repair = self._at_hand(self._topic(named, context))
        read = without_fillers(repair.repair(named.text).text)
        vector = self._encoder.encode([read])
        (likeness,) = self._gallery.likeness(vector)
        return self._ranker.evidence(read, vector[0], likeness, shelf)

    def pieces(self, reading: str, topic: str, answer: EntryRef | None) -> tuple[Piece, ...]:
        """What the score of `answer`, or of "none of them", is made of, what counts most first.

        `reading` is a text as an Explanation has it: mended and masked; `topic` the one it was compared with.
        """
        vector = self._encoder.encode([reading])
        (likeness,) = self._gallery.likeness(vector)
        shelf, _ = self._at_hand(topic)
        return self._ranker.pieces(reading, vector[0], likeness, shelf, answer)

    def clues(self, text: str) -> Scores | None:
        """What speaks for an emergency: a row for the text as said, one as mended; None for an empty one."""
        said = plain(bounded(text))
        if not said:
            return None
        named = self._mask.mask(said)
        _, repair = self._at_hand(self._topic(named, Context()))
        texts = (named.text, without_fillers(repair.repair(named.text).text))
        likeness = self._gallery.likeness(self._encoder.encode(texts))
        return np.stack([self._watch.clues(*each) for each in zip(texts, likeness, strict=True)])

    @property
    def guessed(self) -> tuple[Command, ...]:
        """The commands that may be meant in other words, in the order of their clues."""
        return self._commands.guessed

    def command_clues(self, text: str) -> CommandClues | None:
        """What speaks for each command and for none; None for a text that cannot be one, as it names a topic
        or is empty."""
        named = self._mask.mask(plain(bounded(text)))
        if named.topics or not named.text or not self.guessed:
            return None
        (likeness,) = self._gallery.likeness(self._encoder.encode([named.text]))
        return self._commands.clues(named.text, likeness)

    def _read(self, text: str, seen: _LookedAt, shelf: TopicShelf) -> Rewrite:
        return Rewrite(text, *seen, self._ranker.rank(text, *seen, shelf))

    def _clauses(
        self, written: str, ways: Collection[str], repair: SpellingCorrection, *, by_hand: bool
    ) -> dict[str, Repaired]:
        """The clauses of a long message that may hold its question, mended, without those read already."""
        parts = _whole_clauses(written)
        # What is told beside a question, "it is healed now", is none.
        asked = [part for part in parts if ASKING.search(part)]
        found: dict[str, Repaired] = {}
        for part in dict.fromkeys(asked or parts):
            if len(ways) + len(found) == _MOST_READINGS:
                break
            mended = repair.repair(self._mask.masked(part), by_hand=by_hand)
            read = without_fillers(mended.text)
            if len(read.split()) >= _SHORTEST_CLAUSE and read not in ways:
                found.setdefault(read, replace(mended, cost=_CLAUSE_COST))
        return found

    def _makes_sense(self, written: str, said: str) -> bool:
        """Whether enough of a text is words. Of noise nothing can be said, and none of it is an alarm.

        `said` is the same in plain words, which have no letters but Latin ones.
        """
        words = said.split()
        if 2 * sum(map(len, words)) < sum(map(str.isalpha, written)):
            return False
        known = sum(len(word) >= _SHORTEST_WORD and word in self._known for word in words)
        small = sum(word in STOP_WORDS for word in words)
        if not known and len(words) <= _LONG_MESSAGE:
            known = sum(map(self._is_one_slip_away, words))
        return bool(known) and (known + small) >= _SENSIBLE * len(words)

    def _is_one_slip_away(self, word: str) -> bool:
        """Whether one wrong, missing, added or swapped letter makes it a word that questions hold."""
        return len(word) >= _SLIP_LETTERS and bool(
            process.extractOne(word, list(self._words), scorer=OSA.distance, score_cutoff=1)
        )

    def _alarm(self, written: str, whole: Iterable[tuple[str, Vectors]]) -> Alarm | None:
        """The strongest alarm: in the whole text, however read, or in any part of a long story."""
        alarms = [self._watch.weigh(*read) for read in whole]
        words = len(written.split())
        if words > _STORY:
            story = written[:_LONGEST_STORY]
            parts = dict.fromkeys((told(story), *(passages(story) if words > _LONG_STORY else ())))
            loud = [part for part in parts if self._watch.is_said(part)]
            if loud := loud[:_MOST_READINGS]:
                near = self._gallery.likeness(self._encoder.encode(loud))
                alarms += [self._watch.weigh(*read) for read in zip(loud, near, strict=True)]
        return max(alarms, key=lambda alarm: alarm.strength if alarm else 0.0)

    def _looked_at(self, texts: Sequence[str]) -> dict[str, _LookedAt]:
        vectors = self._encoder.encode(texts)
        pairs = zip(vectors, self._gallery.likeness(vectors), strict=True)
        return {text: _LookedAt(*pair) for text, pair in zip(texts, pairs, strict=True)}

    def _command_beside_reasons(self, written: str, looked_at: Mapping[str, _LookedAt]) -> Command | None:
        """The command in one clause, when the others only say why: "too fast, can you slow down"."""
        parts = _whole_clauses(written)
        if len(parts) < 2 or len(written.split()) > _LONGEST_REQUEST:
            return None
        near = {**looked_at, **self._looked_at([part for part in parts if part not in looked_at])}
        meant = {
            self._commands.find_meant(
                part, near[part].likeness, self._shared.nearest(near[part].likeness), surely=True
            )
            for part in parts
        }
        wanted = {command for command in meant if command and command.name not in _ONLY_POLITE}
        return wanted.pop() if len(wanted) == 1 else None

    def _follow_up(self, said: str, context: Context) -> Command | Anaphora | None:
        """What the words may mean together with the answer last given."""
        last = context.entry
        topic = self._topics.get(last.topic) if last else None
        entry = topic.entries.get(last.entry) if last and topic else None
        return follow_up_of(said, entry, topic) if entry and topic else None

    def _topic(self, named: Masked, context: Context) -> str:
        """The topic a question is about: named in it, in hand, the only one, or the likeliest."""
        if named.topics:
            return named.topics[0]
        if context.topic is not None and context.topic in self._index.packed:
            return context.topic
        if len(self._index.packed) == 1:
            return next(iter(self._index.packed))
        (vector,) = self._encoder.encode([named.text])
        likely = self._index.nearest(vector, _LIKELY_TOPICS)
        return max(likely, key=lambda topic: self._nearness(self._index.examples(topic), vector))

    def _nearness(self, topic: TopicExamples, vector: Vectors) -> float:
        """How near a topic's own wordings and its sentences come, together; without opening the topic."""
        texts = (topic.own.texts, topic.sentences.texts)
        return sum(float((self._cache.encode(each) @ vector).max(initial=0)) for each in texts)

    def _opened(self, topic: str) -> tuple[TopicShelf, SpellingCorrection]:
        examples = self._index.examples(topic)
        shelf = TopicShelf(examples, self._shared, self._cache)
        words = self._words + examples.words if self.tuning.mends else Counter[str]()
        asked = (self._shared.heard, shelf.heard) if self.tuning.mends else ()
        return shelf, SpellingCorrection(words, self._known, asked)


def _ways_to_read(
    mask: EntityMask, masked: str, mendings: Iterable[Repaired], leaning: Iterable[tuple[str, float]]
) -> dict[str, Repaired]:
    """The ways to read a whole question: mended, as said, with the last answer."""
    ways: dict[str, Repaired] = {}
    for mended in mendings:
        # Once more: a name in pieces is known as one when they are mended.
        text = mask.masked(mended.text) if mended.changes else masked
        ways.setdefault(without_fillers(text), mended)
    for text, cost in leaning:
        ways.setdefault(mask.masked(text), Repaired(text, (), cost))
    return ways


def _best(readings: Iterable[Rewrite], ways: Mapping[str, Repaired]) -> Rewrite:
    """The reading that some answer fits best, what it costs to read it so taken off."""
    return max(readings, key=lambda reading: reading.ranking.margin - ways[reading.text].cost)


def _whole_clauses(written: str) -> list[str]:
    """The clauses that are long enough to ask for something, plain."""
    return [part for part in map(plain, clauses(written)) if len(part.split()) >= _SHORTEST_CLAUSE]


def _offered(answer: Answer) -> Choice:
    """Of a text too long to be read in full nothing is certain."""
    return Choice((answer.entry, *answer.also)[:MAX_OFFERED], answer.confidence)


def _with_notes(
    intent: Answer | Choice | NotCovered, caution: str | None, mended: tuple[tuple[str, str], ...]
) -> Answer | Choice | NotCovered:
    """The outcome with what is to be said before it."""
    if isinstance(intent, NotCovered):
        return replace(intent, caution=caution)
    shown = tuple(
        (written, meant) for written, meant in mended if written.replace(" ", "") != meant.replace(" ", "")
    )
    return replace(intent, caution=caution, repaired=shown)
