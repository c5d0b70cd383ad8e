"""What each part of hearing is worth, and where its gates belong.

    python -m tests.benchmarks.hearing MANIFEST... [--save FILE] [--keep FILE]

A MANIFEST is what `assistant evaluate --spoken` takes; `tests/evaluation/speak.py` makes one. Each recording
is heard three times: without a prompt, with it, and with everything. Then come two tables: what is found as
one part after the other is added, and the gates fitted anew without one voice at a time and tried on that
voice, beside those that are set. `--keep` remembers what was heard, so that the next run takes seconds: throw
that file away when anything in `assistant/speech` or the words to listen for has changed.
"""

import argparse
import asyncio
import json
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, assert_never

from rich.console import Console

from assistant.evaluation.asking import QuestionResult
from assistant.evaluation.outcomes import Outcome, Result, Tally, grouped, result_of
from assistant.evaluation.questions import EvaluationQuestion, Wanted, read_questions
from assistant.evaluation.sheets import Sheet
from assistant.evaluation.transcripts import summed
from assistant.library.entries import Library
from assistant.library.loading import content_folder, load_library
from assistant.library.naming import AnswerNames
from assistant.nlu.assembly import build_interpreter
from assistant.nlu.intents import Answer, Choice, Command, Emergency, Intent, NotCovered
from assistant.nlu.interpreter import Context, Manner
from assistant.nlu.stages.nbest_fusion import Gates, understood
from assistant.speech.sandbox.client import SandboxedDecoder
from assistant.speech.sound import AudioFile
from assistant.speech.stt.biasing_prompt import listening_prompt, second_prompt
from assistant.speech.stt.service import SpeechToText
from assistant.speech.stt.whisper_recognizer import WhisperRecognizer
from assistant.transcript import Heard, Unheard, UnheardReason

LONGEST_S: Final = 120.0
TRIES: Final = 150
"""Gates tried at random for each voice left out."""
SEED: Final = 11
PREFERRED: Final = 0.02
"""How much better in worth per recording other gates must be to be preferred to those that are set."""
CONSOLE: Final = Console(width=220, highlight=False)
WAYS: Final = ("bare", "prompted", "full")

_NEVER_ASKS: Final = Gates(sure=0.0, faint=0.0)
_RANGES: Final[dict[str, Sequence[float]]] = {
    "sharpness": (0, 2, 4, 6, 8),
    "clear": (0.75, 0.8, 0.85, 0.9),
    "sure": (0.6, 0.65, 0.7, 0.75),
    "faint": (0.5, 0.54, 0.57, 0.6, 0.65),
    "agreed": (0.3, 0.4, 0.5, 0.6, 0.7),
    "ordered": (0.0, 0.4, 0.5, 0.6),
    "alarmed": (0.2, 0.25, 0.3, 0.35, 0.4, 0.5),
    "calm": (0.75, 0.8, 0.85, 0.9, 1.0),
    "cautious": (0.05, 0.1, 0.15, 0.2, 0.25),
    "answer": (0.5, 0.6, 0.7),
    "doubt": (0.25, 0.35, 0.45),
    "refuse": (0.5, 0.6, 0.7),
}
_WORTH: Final[dict[Wanted, dict[Outcome, float]]] = {
    Wanted.ANSWER: {
        Outcome.RIGHT: 1.0,
        Outcome.OFFERED: 0.85,
        Outcome.OFFERED_OTHERS: -0.2,
        Outcome.REFUSED: -0.2,
        Outcome.COMMAND: -1.0,
        Outcome.WRONG: -2.0,
        Outcome.ESCALATED: -2.0,
    },
    Wanted.REFUSAL: {
        Outcome.RIGHT: 1.0,
        Outcome.UNHEARD: 0.6,
        Outcome.COMMAND: -0.7,
        Outcome.WRONG: -1.5,
        Outcome.ESCALATED: -1.5,
    },
    Wanted.EMERGENCY: {Outcome.RIGHT: 2.0, Outcome.UNHEARD: -0.5},
    Wanted.COMMAND: {
        Outcome.RIGHT: 1.0,
        Outcome.UNHEARD: 0.0,
        Outcome.REFUSED: -0.2,
        Outcome.OFFERED_OTHERS: -0.3,
        Outcome.COMMAND: -1.0,
        Outcome.ESCALATED: -1.5,
    },
}
"""What a person gains or loses by each outcome, for the fit. What is not named loses 1 where an emergency is
missed, and nothing or 0.7 elsewhere. Set by judgement: a wrong answer undoes two right ones."""
_ELSE: Final = {Wanted.ANSWER: 0.0, Wanted.REFUSAL: 0.0, Wanted.EMERGENCY: -1.0, Wanted.COMMAND: -0.7}

Hearing = Heard | Unheard


@dataclass(frozen=True, slots=True)
class Take:
    """One recording and what was heard in it, in each of the WAYS."""

    question: EvaluationQuestion
    heard: dict[str, Hearing]


class Mind:
    """An interpreter that remembers what it made of each text, for the same texts are asked over and over."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._interpreter = build_interpreter(library)
        self._known: dict[str, Intent] = {}

    async def interpret(self, text: str) -> Intent:
        if text not in self._known:
            self._known[text] = await self._interpreter.interpret(text, Context(manner=Manner.SPOKEN))
        return self._known[text]

    async def outcome(self, take: Take, way: str, gates: Gates | None) -> Result:
        """`gates` None: the first reading alone, where it is not faint."""
        heard = take.heard[way]
        intent: Intent | Unheard
        if isinstance(heard, Unheard):
            intent = heard
        elif gates is not None:
            intent, heard = await understood(self.interpret, heard, self.library, gates)
        elif heard.confidence < Gates().faint:
            intent = Unheard(UnheardReason.UNCLEAR)
        else:
            intent = await self.interpret(heard.text)
        return result_of(take.question, _asked(intent, heard))

    async def outcomes(self, takes: Iterable[Take], way: str, gates: Gates | None) -> tuple[Result, ...]:
        return tuple([await self.outcome(take, way, gates) for take in takes])


def _asked(intent: Intent | Unheard, heard: Hearing) -> QuestionResult:
    text = heard.text if isinstance(heard, Heard) else None
    answer: str | None = None
    choices: tuple[str, ...] = ()
    command: str | None = None
    match intent:
        case Answer(entry=ref):
            outcome, answer = "answer", ref.entry
        case Choice(entries=refs):
            outcome, choices = "choice", tuple(ref.entry for ref in refs)
        case NotCovered():
            outcome = "not_covered"
        case Emergency():
            outcome = "emergency"
        case Command(name=name):
            outcome, command = "command", name.value
        case Unheard():
            outcome = "unheard"
        case _:
            assert_never(intent)
    return QuestionResult(text, text, 0.0, outcome, None, answer, choices, command, "", 0.0)


async def hear(questions: Sequence[EvaluationQuestion], library: Library, console: Console) -> list[Take]:
    """Every recording in each of the WAYS. Some seconds each."""
    prompt, again = listening_prompt(library), second_prompt(library)
    ways = {"bare": ("", ""), "prompted": (prompt, ""), "full": (prompt, again)}
    takes: list[Take] = [Take(question, {}) for question in questions]
    for way, (first, second) in ways.items():
        recognizer = WhisperRecognizer("", first, threads=2, second_prompt=second)
        stt = SpeechToText(SandboxedDecoder(max_s=LONGEST_S + 1), recognizer, None, max_voice_s=LONGEST_S)
        await stt.warm_up()
        took = []
        for take in takes:
            assert take.question.recording is not None
            file = AudioFile(take.question.recording.read_bytes(), "audio/ogg")
            started = time.perf_counter()
            take.heard[way] = await stt.hear(file, cloud_allowed=False)
            took.append(time.perf_counter() - started)
        took.sort()
        half, most = took[len(took) // 2], took[int(len(took) * 0.95)]
        console.print(f"Heard {way}: p50 {1000 * half:.0f} ms, p95 {1000 * most:.0f} ms")
        await stt.close()
    return takes


def stages(name: str, rows: Sequence[tuple[str, tuple[Result, ...]]], condition: str) -> Sheet:
    """What became of the recordings of one condition, one row a stage."""
    columns = ("", "word error rate", "found", "wrong answer", "escalated", "refused or not heard")
    columns += ("emergencies", "commands")
    cells = []
    for stage, results in rows:
        by = grouped(
            (each for each in results if each.question.condition == condition),
            lambda result: result.question.wanted,
        )
        asked, none = by.get(Wanted.ANSWER, Tally(())), by.get(Wanted.REFUSAL, Tally(()))
        errors = summed(each.errors for tally in by.values() for each in tally.results if each.errors)
        cells.append(
            (
                stage,
                f"{errors.rate:.2f}",
                str(asked.found),
                str(asked.share(Outcome.WRONG)),
                str(asked.share(Outcome.ESCALATED)),
                str(none.share(Outcome.RIGHT, Outcome.UNHEARD)),
                str(by.get(Wanted.EMERGENCY, Tally(())).right_first),
                str(by.get(Wanted.COMMAND, Tally(())).right_first),
            )
        )
    return Sheet(f"{name}, {condition}", columns, tuple(cells))


async def staged(takes: Sequence[Take], mind: Mind) -> list[tuple[str, tuple[Result, ...]]]:
    """One part after the other."""
    return [
        ("first reading, no prompt", await mind.outcomes(takes, "bare", None)),
        ("+ the library's words as prompt", await mind.outcomes(takes, "prompted", None)),
        ("+ other readings, weighed together", await mind.outcomes(takes, "full", _NEVER_ASKS)),
        ("+ asking back", await mind.outcomes(takes, "full", Gates())),
    ]


def worth(results: Iterable[Result]) -> float:
    """Of one recording, on average."""
    worths = [_WORTH[each.question.wanted].get(each.outcome, _ELSE[each.question.wanted]) for each in results]
    return sum(worths) / len(worths)


async def voices(takes: Sequence[Take], mind: Mind) -> Sheet:
    """Gates fitted on the other voices, tried on the one left out, beside the gates that are set."""
    tried = list(_tried())
    found = [await mind.outcomes(takes, "full", gates) for gates in tried]
    names = sorted({take.question.voice for take in takes})
    rows = []
    chosen: list[Result] = []
    for voice in names:
        fitted = _best(found, lambda each, voice=voice: each.question.voice != voice)
        left_out = [each for each in found[fitted] if each.question.voice == voice]
        as_set = [each for each in found[0] if each.question.voice == voice]
        chosen += left_out
        change = {key: value for key, value in asdict(tried[fitted]).items() if value != asdict(Gates())[key]}
        rows.append((voice, *_figures(as_set), *_figures(left_out), _named(change)))
    rows.append(("all", *_figures(found[0]), *_figures(chosen), ""))
    columns = (
        "voice left out",
        "n",
        "found",
        "wrong",
        "worth",
        "n",
        "found",
        "wrong",
        "worth",
        "gates fitted",
    )
    return Sheet("As set (left), and fitted on the other voices (right)", columns, tuple(rows))


def _tried() -> Iterator[Gates]:
    dice = random.Random(SEED)  # noqa: S311 - no secret: the same gates every time
    yield Gates()
    for key, values in _RANGES.items():
        yield from (replace(Gates(), **{key: value}) for value in values)
    for _ in range(TRIES):
        changed = {key: dice.choice(values) for key, values in _RANGES.items() if dice.random() < 0.3}
        yield replace(Gates(), **changed)


def _best(found: Sequence[tuple[Result, ...]], counts: Any) -> int:
    worths = [worth(each for each in results if counts(each)) for results in found]
    best = max(range(len(found)), key=worths.__getitem__)
    return best if worths[best] > worths[0] + PREFERRED else 0


def _figures(results: Sequence[Result]) -> tuple[str, ...]:
    asked = Tally(tuple(each for each in results if each.question.wanted is Wanted.ANSWER))
    return str(asked.n), str(asked.found), str(asked.share(Outcome.WRONG)), f"{worth(results):.3f}"


def _named(change: dict[str, float]) -> str:
    return ", ".join(f"{key} {value:g}" for key, value in change.items()) or "as set"


def _kept(file: Path, questions: Sequence[EvaluationQuestion]) -> list[Take] | None:
    if not file.is_file():
        return None
    known = json.loads(file.read_text())
    return [
        Take(each, {way: _revived(known[str(each.recording)][way]) for way in WAYS}) for each in questions
    ]


def _keep(file: Path, takes: Iterable[Take]) -> None:
    known = {
        str(take.question.recording): {way: asdict(each) for way, each in take.heard.items()}
        for take in takes
    }
    file.write_text(json.dumps(known))


def _revived(given: dict[str, Any]) -> Hearing:
    if "reason" in given:
        return Unheard(UnheardReason(given["reason"]))
    lists = {key: tuple(given[key]) for key in ("alternatives", "confidences")}
    return Heard(**{**given, **lists})


async def measured(
    questions: Sequence[EvaluationQuestion], library: Library, keep: Path | None
) -> list[Sheet]:
    """Both tables, for all conditions."""
    takes = _kept(keep, questions) if keep else None
    if takes is None:
        takes = await hear(questions, library, CONSOLE)
        if keep:
            _keep(keep, takes)
    mind = Mind(library)
    rows = await staged(takes, mind)
    conditions = dict.fromkeys(take.question.condition for take in takes)
    sheets = [stages("One part after the other", rows, condition) for condition in conditions]
    return [*sheets, await voices(takes, mind)]


def main(manifests: Sequence[Path], save: Path | None, keep: Path | None) -> None:
    library = load_library(content_folder())
    questions = [
        q for path in manifests for q in read_questions(path, AnswerNames.in_library(library), spoken=True)
    ]
    sheets = asyncio.run(measured(questions, library, keep))
    for sheet in sheets:
        CONSOLE.print(sheet.as_rich())
    if save:
        intro = (
            f"# Hearing, one part after the other\n\n{len(questions)} recordings of {len(manifests)} sets, "
            f"content {library.fingerprint[:12]}. Each share stands with its 95 % Wilson interval. "
            "[How to read this](../understanding.md#figures). Made by `python -m tests.benchmarks.hearing`."
        )
        save.write_text("\n\n".join([intro, *(sheet.as_markdown() for sheet in sheets)]) + "\n")


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("manifests", nargs="+", type=Path)
    given.add_argument("--save", type=Path, help="also write the tables to this Markdown file")
    given.add_argument("--keep", type=Path, help="remember what was heard in this file")
    arguments = given.parse_args()
    main(arguments.manifests, arguments.save, arguments.keep)
