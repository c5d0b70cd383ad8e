"""Works out what a person means: the stages that words go through, in their order, and what runs them.

Serving, explaining, evaluating and choosing thresholds all run this.
"""

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

from assistant.library.entries import EntryRef, Library, Topic, counterpart
from assistant.nlu.index.encoder import Encoder, Vectors
from assistant.nlu.index.entity_masking import EntityMask
from assistant.nlu.index.examples import TopicExamples, compared_forms, unlearnt_commands
from assistant.nlu.index.topic_retrieval import index_of
from assistant.nlu.index.vectors import ShippedVectors, VectorCache
from assistant.nlu.intents import Command, CommandName, Intent, NotCovered
from assistant.nlu.interpreter import Context, Manner
from assistant.nlu.parse import Look, Parse, Stage, facts
from assistant.nlu.recent_meanings import RecentMeanings
from assistant.nlu.stages.answering import SURE_ALONE, SURE_BESIDE_OTHERS, AnswerStage, TopicAnswers
from assistant.nlu.stages.command_grammar import CommandGrammar, command_of
from assistant.nlu.stages.command_stage import CommandStage
from assistant.nlu.stages.context_resolution import asks_the_same, follow_up_of
from assistant.nlu.stages.emergency import EmergencyStage
from assistant.nlu.stages.emergency_signals import EmergencySignals
from assistant.nlu.stages.fallback_policy import MAX_OFFERED, Thresholds
from assistant.nlu.stages.foreign_language import ForeignLanguage
from assistant.nlu.stages.letter_repair import LetterRepair
from assistant.nlu.stages.noise import Noise
from assistant.nlu.words import bounded, parts_of, plain
from assistant.text import legible

_TOPICS_AT_HAND: Final = 32
"""So many topics stay unpacked."""

ORDER: Final[Mapping[Manner, tuple[str, ...]]] = {
    Manner.TYPED: (
        *("language", "letters", "signals", "grammar", "names", "choice", "noise"),
        *("follow-up", "encoder", "emergency", "command", "answer"),
    ),
    Manner.SPOKEN: (
        *("signals", "grammar", "names", "choice", "noise"),
        *("follow-up", "encoder", "emergency", "command", "answer"),
    ),
}
"""What a recogniser wrote down is English, in whole words."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a text was understood as it was. For people who look into it; nothing here is stored."""

    intent: Intent
    parse: Parse
    steps: tuple[tuple[str, Mapping[str, Any]], ...]
    """Each stage that ran, and what it found out."""


class Pipeline:
    """The Interpreter for one library. All work is done on its own single thread."""

    def __init__(
        self,
        library: Library,
        encoder: Encoder,
        thresholds: Thresholds,
        cache_dir: Path | None = None,
        shipped: ShippedVectors | None = None,
        without: Collection[str] = (),
    ) -> None:
        """`cache_dir` keeps what is made of the content between starts, but for vectors that are `shipped`.

        The stages named in `without` are left out: an evaluation shows what each is worth.
        """
        self.thresholds = thresholds
        self.kinds = encoder.kinds
        self._encoder = encoder
        self._topics = library.topics
        self._aspects = tuple(library.aspects)
        self._made_with = (thresholds, cache_dir, shipped, without)
        self._cache = VectorCache(encoder, cache_dir, shipped)
        known = frozenset(encoder.ranked_words)
        self._index = index_of(library, known, self._cache, cache_dir)
        self._mask = EntityMask(self._index.names)
        self._signals = EmergencySignals(library)
        self._answers_of = lru_cache(_TOPICS_AT_HAND)(self._opened)
        unlearnt = unlearnt_commands(library, encoder.kinds)
        alike = self._cache.encode([wording for _, wording in unlearnt])
        self._cache.save()
        commands = CommandStage(encoder.kinds, thresholds, [command_of(key) for key, _ in unlearnt], alike)
        grammar = CommandGrammar(library, self._mask)
        words = {*plain(" ".join(_titles_of(library))).split(), *grammar.words}
        cries = (cry for guide in library.emergencies.values() for cry in (*guide.listen_for, *guide.signals))
        letters = LetterRepair(encoder.ranked_words, words, frozenset(plain(" ".join(cries)).split()))
        stages = (
            Stage("language", ForeignLanguage(library)),
            Stage("letters", lambda parse: replace(parse, written=letters.repaired(parse.written))),
            Stage("signals", self._signalled),
            Stage("names", self._named),
            Stage("choice", self._chosen),
            Stage("noise", Noise(known | words)),
            Stage("grammar", grammar.stage),
            Stage("follow-up", self._followed),
            Stage("encoder", self._looked),
            Stage("emergency", EmergencyStage(encoder.kinds, thresholds, self._look_masked)),
            Stage("command", commands),
            Stage(
                "answer",
                AnswerStage(self._answers_of, thresholds, self._look_masked, _few(library.topics)),
            ),
        )
        by_name = {stage.name: stage for stage in stages}
        self._stages = {
            manner: tuple(by_name[name] for name in order if name not in without)
            for manner, order in ORDER.items()
        }
        self._recent = RecentMeanings()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="understanding")

    async def interpret(self, text: str, context: Context) -> Intent:
        """What `text` means; never raises for any text, and never answers an empty one.

        What was asked there lately is known without asking the thread: a text and where it is asked decide
        what it means.
        """
        meaning = self._recent.of(text, context)
        if meaning is None:
            loop = asyncio.get_running_loop()
            meaning = await loop.run_in_executor(self._thread, self.meaning_of, text, context)
            self._recent.keep(text, context, meaning)
        return meaning

    async def for_content(self, library: Library) -> "Pipeline":
        """Another one for changed content: texts that stayed as they were are not embedded again.

        Made on this one's thread, as both have one encoder. Raises ValueError as `build_interpreter` does.
        """
        made = partial(Pipeline, library, self._encoder, *self._made_with)
        return await asyncio.get_running_loop().run_in_executor(self._thread, made)

    async def close(self) -> None:
        """Ends the thread; the interpreter cannot be used afterwards."""
        await asyncio.to_thread(self.shut_down)

    def shut_down(self) -> None:
        """The same as `close`, for callers without an event loop; waits for the question in work."""
        self._thread.shutdown()

    def meaning_of(self, text: str, context: Context) -> Intent:
        """The same as `interpret`, on the calling thread."""
        return self.explain(text, context).intent

    def explain(self, text: str, context: Context) -> Explanation:
        """What `text` means, and what each stage found out on the way."""
        parse = Parse(legible(text), context)
        steps = []
        for stage in self._stages[context.manner]:
            after = stage.work(parse)
            steps.append((stage.name, facts(parse, after)))
            parse = after
            if parse.intent is not None:
                break
        return Explanation(parse.intent or NotCovered(), parse, tuple(steps))

    def nearest(self, parse: Parse, entry_count: int) -> dict[str, list[tuple[str, float]]]:
        """For the answers that were weighed, best first, the texts of each that are most like the words."""
        if not parse.looks:
            return {}
        found: dict[str, list[tuple[str, float]]] = {}
        vector = parse.looks[0].seen.vector
        for answers in map(self._answers_of, parse.topics):
            best = answers.candidates(parse.looks[0]).best[:entry_count]
            found |= {str(ref): answers.nearest(vector, ref, entry_count) for ref, _ in best}
        return found

    def examples_of(self, topic: str) -> TopicExamples:
        """What is special to a topic, as it is compared with questions."""
        return self._index.examples(topic)

    def vectors_of(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, which is plain with names masked."""
        return self._cache.encode(texts)

    def as_compared(self, topic: Topic, wording: str) -> tuple[str, ...]:
        """Each form of a topic's wording as it stands among its examples."""
        own = ((name, id_) for name, id_ in self._index.names if id_ == topic.id)
        return tuple(compared_forms(topic, own, [wording]))

    def best_aspects(self, topic: str, text: str, ignoring: Sequence[Collection[int]]) -> tuple[int, ...]:
        """For each set of rows: the aspect that the topic would answer with, had it no wordings there."""
        answers, look = self._answers_of(topic), self._look_at(text)
        return tuple(answers.aspect_of(answers.candidates(look, rows).best[0][0]) for rows in ignoring)

    def _signalled(self, parse: Parse) -> Parse:
        return replace(parse, intent=self._signals.found_in(parse.written))

    def _named(self, parse: Parse) -> Parse:
        said = plain(bounded(parse.written))
        named = self._mask.mask(said)
        return replace(parse, plain=said, masked=named.text, named=named.topics)

    def _chosen(self, parse: Parse) -> Parse:
        """The answer that is picked by its illness, where answers of several are offered."""
        named = self._mask.named_alone(parse.plain) if len(parse.named) == 1 else None
        about = [ref for ref in parse.context.offered if ref.topic == named]
        if len(about) != 1 or len(parse.context.offered) == 1:
            return parse
        return replace(parse, intent=Command(CommandName.SHOW, str(about[0])))

    def _followed(self, parse: Parse) -> Parse:
        last = parse.context.entry
        if last and (other := self._same_of_another(last, parse)):
            return replace(parse, follow_up=Command(CommandName.SHOW, str(other)))
        topic = self._topics.get(last.topic) if last and not parse.named else None
        entry = topic.entries.get(last.entry) if last and topic else None
        if entry is None or topic is None:
            return parse
        found = follow_up_of(parse.masked, entry, topic)
        if found is None:
            return parse
        if isinstance(found, Command):
            return replace(parse, follow_up=found)
        return replace(parse, readings=tuple((self._mask.masked(text), cost) for text, cost in found))

    def _same_of_another(self, last: EntryRef, parse: Parse) -> EntryRef | None:
        """What was answered last, about the other illness: "and with calcinosis?"."""
        if len(parse.named) != 1 or parse.named[0] == last.topic or last.topic not in self._topics:
            return None
        if not asks_the_same(parse.masked):
            return None
        entry = self._topics[last.topic].entries.get(last.entry)
        return counterpart(entry, self._topics[parse.named[0]]) if entry else None

    def _looked(self, parse: Parse) -> Parse:
        if not self._topics:
            return replace(parse, intent=NotCovered())
        looks = [self._look_at(part) for part in parts_of(parse.masked)]
        looks += [self._look_at(text, cost) for text, cost in parse.readings]
        parse = replace(parse, looks=tuple(looks))
        return replace(parse, topics=self._topics_meant(parse))

    def _look_at(self, text: str, cost: float = 0.0) -> Look:
        return Look(text, self._encoder.see(text), cost)

    def _look_masked(self, text: str) -> Look:
        return self._look_at(self._mask.masked(text))

    def _topics_meant(self, parse: Parse) -> tuple[str, ...]:
        """The topics a question may be about: named in it, or in hand, or else any of the likeliest."""
        packed = self._index.packed
        if parse.named:
            return parse.named[:MAX_OFFERED]
        if parse.context.topic is not None and parse.context.topic in packed:
            return (parse.context.topic,)
        if len(packed) <= MAX_OFFERED or not parse.looks:
            return tuple(packed)[:MAX_OFFERED]
        vector = parse.looks[0].seen.vector
        likely = self._index.nearest(vector, MAX_OFFERED)
        return tuple(sorted(likely, key=lambda topic: -self._answers_of(topic).nearness(vector)))

    def _opened(self, topic: str) -> TopicAnswers:
        aspects = (*self._aspects, *self._topics[topic].aspects)
        kinds, ordinary = self._encoder.kinds, self._encoder.ranked_words
        sure = SURE_ALONE if len(self._topics) == 1 else SURE_BESIDE_OTHERS
        return TopicAnswers(self._index.examples(topic), aspects, kinds, self._cache, ordinary, sure)


def _few(topics: Iterable[str]) -> tuple[str, ...]:
    """All topics, unless there are too many to look through for a word."""
    every = tuple(topics)
    return every if len(every) <= _TOPICS_AT_HAND else ()


def _titles_of(library: Library) -> Iterator[str]:
    """The names of topics, answers and aspects: what people say most."""
    yield from (aspect.title for aspect in library.aspects.values())
    for topic in library.topics.values():
        yield from (topic.title, *topic.other_names)
        yield from (entry.title for entry in topic.entries.values())
