"""Why a question was understood as it was: what `assistant ask --explain` shows."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from assistant.library.entries import EntryRef, Library
from assistant.nlu.interpreter import Context
from assistant.nlu.pipeline import Explanation, Pipeline
from assistant.nlu.stages.ranking import Piece

_MOST_CANDIDATES = 3
_MOST_PIECES = 3


def explain(interpreter: Pipeline, library: Library, text: str) -> dict[str, Any]:
    """The stages that `text` went through, as JSON wants them. It holds the person's words: store it nowhere.

    `candidates` are the three best answers with up to three wordings or sentences that speak for each, what
    counts most first; `rest` is what all other signals add together. A `score` is a logit, a `belief` the
    share that the thresholds are about. An empty text has no
    alarm, no candidates and no score of "none of them".
    """
    found = interpreter.explain(text, Context())
    beliefs = _beliefs(found, library)
    candidates = [
        {"answer": str(ref), "aspect": _aspect(library, ref)}
        | _scored(score, beliefs.get(ref, 0.0), interpreter.pieces(found.reading, ref.topic, ref))
        for ref, score in found.ranked[:_MOST_CANDIDATES]
    ]
    none = None
    if found.ranked and found.topic:
        none = _scored(found.none, beliefs[None], interpreter.pieces(found.reading, found.topic, None))
    return {
        "plain": found.plain,
        "mended": [list(change) for change in found.changes],
        "reading": found.reading,
        "alarm": asdict(found.alarm) if found.alarm else None,
        "candidates": candidates,
        "none": none,
        "thresholds": asdict(interpreter.tuning.thresholds) | asdict(interpreter.tuning.emergencies),
    }


def lines_of(explained: dict[str, Any]) -> Iterator[str]:
    """The same for a terminal."""
    yield f"read as      {explained['reading'] or '-'}"
    changes = "; ".join(f"{written} -> {understood}" for written, understood in explained["mended"])
    yield f"mended       {changes or '-'}"
    yield f"alarm        {_facts(explained['alarm'])}"
    yield f"thresholds   {_facts(explained['thresholds'])}"
    for number, candidate in enumerate(explained["candidates"], start=1):
        yield ""
        yield from _block(f"{number}. {candidate['answer']} ({candidate['aspect']})", candidate)
    if explained["none"] is not None:
        yield ""
        yield from _block("None of them", explained["none"])


def _beliefs(found: Explanation, library: Library) -> dict[EntryRef | None, float]:
    """The share of each answer, and of "none of them" (None).

    As in decision.py, of one aspect's answers the best stands for all.
    """
    if not found.ranked:
        return {}
    by_aspect: dict[str, float] = {}
    for ref, score in found.ranked:
        by_aspect.setdefault(_aspect(library, ref), score)
    highest = max(found.none, *by_aspect.values())
    whole = sum(math.exp(score - highest) for score in (found.none, *by_aspect.values()))
    shares: dict[EntryRef | None, float] = {
        ref: math.exp(score - highest) / whole for ref, score in found.ranked
    }
    return shares | {None: math.exp(found.none - highest) / whole}


def _aspect(library: Library, ref: EntryRef) -> str:
    entry = library.entry(ref)
    return entry.aspect if entry else ""


def _scored(score: float, belief: float, pieces: tuple[Piece, ...]) -> dict[str, Any]:
    shown = [piece for piece in pieces if piece.text is not None][:_MOST_PIECES]
    return {
        "score": round(score, 2),
        "belief": round(belief, 3),
        "evidence": [
            {
                "signal": piece.signal,
                "score": round(piece.score, 3),
                "adds": round(piece.adds, 2),
                "text": piece.text,
            }
            for piece in shown
        ],
        "rest": round(sum(piece.adds for piece in pieces if piece not in shown), 2),
    }


def _block(heading: str, part: dict[str, Any]) -> Iterator[str]:
    yield f"{heading}: score {part['score']:.2f}, belief {part['belief']:.3f}"
    for piece in part["evidence"]:
        yield f"   {piece['adds']:+6.2f}  {piece['signal']:<9}{piece['score']:.3f}  {piece['text']}"
    yield f"   {part['rest']:+6.2f}  other signals"


def _facts(values: dict[str, Any] | None) -> str:
    if values is None:
        return "-"
    return ", ".join(
        f"{name} {value:.2f}" if isinstance(value, float) else f"{name} {value}"
        for name, value in values.items()
    )
