"""Why a question was understood as it was: what `assistant ask --explain` shows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any, Final

from assistant.library.entries import EntryRef
from assistant.nlu.interpreter import Context
from assistant.nlu.pipeline import Pipeline

_MOST_CANDIDATES: Final = 3
_MOST_BELIEFS: Final = 4


def explain(interpreter: Pipeline, text: str, context: Context, meant: object) -> dict[str, Any]:
    """The stages that `text` went through, as JSON wants them. It holds the person's words: store it nowhere.

    `stages` are those that ran, with what each found out; `beliefs` the likeliest labels of the trained
    encoder; `alarm` its belief in an emergency; `candidates` the answers that were weighed, with the
    topic's own texts that are most like the question. `decided` is where the outcome `meant` was reached:
    in understanding, or in the conversation around it (a list that is open, a question that waits, pictures,
    other readings of a recording).
    """
    found = interpreter.explain(text, context)
    looks = found.parse.looks
    labels = interpreter.kinds.intents
    beliefs = sorted(zip(labels, map(float, looks[0].seen.intents), strict=True), key=_last) if looks else []
    return {
        "stages": [{"stage": name, "found": _plain(told)} for name, told in found.steps],
        "beliefs": [[label, round(belief, 3)] for label, belief in beliefs[:_MOST_BELIEFS]],
        "alarm": None
        if found.parse.alarm is None
        else [found.parse.alarm[0], round(found.parse.alarm[1], 3)],
        "candidates": [
            {"answer": answer, "nearest": [[near, round(likeness, 3)] for near, likeness in texts]}
            for answer, texts in interpreter.nearest(found.parse, _MOST_CANDIDATES).items()
        ],
        "thresholds": asdict(interpreter.thresholds),
        "decided": "understanding" if meant == found.intent else "conversation",
    }


def lines_of(explained: Mapping[str, Any]) -> Iterator[str]:
    """The same for a terminal."""
    for step in explained["stages"]:
        told = "; ".join(f"{name} {value}" for name, value in step["found"].items())
        yield f"{step['stage']:<11}{told or '-'}"
    yield f"{'beliefs':<11}" + (
        ", ".join(f"{label} {belief:.3f}" for label, belief in explained["beliefs"]) or "-"
    )
    yield f"{'alarm':<11}" + ("-" if explained["alarm"] is None else "{} {:.3f}".format(*explained["alarm"]))
    yield f"{'thresholds':<11}" + ", ".join(
        f"{name} {value}" for name, value in explained["thresholds"].items()
    )
    yield f"{'decided':<11}in {explained['decided']}"
    for candidate in explained["candidates"]:
        yield f"\n{candidate['answer']}"
        yield from (f"   {likeness:.3f}  {near}" for near, likeness in candidate["nearest"])


def _last(pair: tuple[str, float]) -> float:
    return -pair[1]


def _plain(value: Any) -> Any:
    """As JSON has it; a value of understanding by its name and what it holds."""
    match value:
        case EntryRef():
            return str(value)
        case Mapping():
            return {key: _plain(each) for key, each in value.items()}
        case float():
            return round(value, 3)
        case str() | int() | None:
            return value
        case Sequence():
            return [_plain(each) for each in value]
        case _ if is_dataclass(value):
            fields = {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
            return {"outcome": type(value).__name__} | {name: each for name, each in fields.items() if each}
        case _:
            return str(value)
