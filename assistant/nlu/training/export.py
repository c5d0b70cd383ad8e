"""Writes the trained network as the graph that serving runs, its products in whole numbers."""

from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from assistant.nlu.index.encoder import ALARMS, DIMENSIONS, INTENTS, MAX_TOKENS, VECTOR, WORDS, WordTable
from assistant.nlu.training.network import EPSILON, HEADS, SHARPNESS, Network, read_shipped, whole
from assistant.nlu.training.onnx_graph import CONTRIB, FLOAT, UINT8, Graph

_ZERO: Final = 128
"""What stands for 0, in the middle of the unsigned numbers that a row is rounded to."""
_LARGEST: Final = 127
_TABLE: Final = "inner.embeddings.word_embeddings.weight_{}"


def word_table(shipped: Path) -> WordTable:
    """Where the word embeddings lie in the file of the model that is started from.

    They are read from there as they are: nothing trains them. Raises ValueError when they lie otherwise.
    """
    values, _ = read_shipped(shipped)
    words, scale = (values[_TABLE.format(each)] for each in ("q", "scale"))
    content = shipped.read_bytes()
    return WordTable(len(words), _place(content, words), _place(content, scale.astype(np.float32)))


def _place(content: bytes, values: NDArray[np.generic]) -> int:
    place = content.find(values.tobytes())
    if place < 0:
        raise ValueError("the word embeddings do not lie in the model's file as they are")
    return place


def exported(network: Network) -> bytes:
    """An ONNX graph from the embeddings of a text's words, WORDS, to VECTOR, INTENTS and ALARMS.

    Each product's input is rounded while it runs (dynamic quantization, Jacob et al., 2018).
    """
    return _Export(network).made()


class _Export:
    def __init__(self, network: Network) -> None:
        self._network = network
        self._graph = Graph({WORDS: (FLOAT, (1, "count", DIMENSIONS))})

    def made(self) -> bytes:
        graph, network = self._graph, self._network
        start = graph.constant(np.array([0], dtype=np.int64))
        count = graph.add("Shape", WORDS, start=1, end=2)
        places = graph.add("Slice", self._value(network.places[:MAX_TOKENS]), start, count, start)
        rows = self._normalised(graph.add("Add", WORDS, places), network.normal)
        for layer in network.layers:
            rows = self._layer(rows, layer)
        mean = graph.add("ReduceMean", rows, axes=[1], keepdims=0)
        vector = graph.add("LpNormalization", mean, axis=-1, p=2)
        graph.give(vector, VECTOR)
        for name, head in ((INTENTS, network.intents), (ALARMS, network.alarms)):
            logits = graph.add(
                "Gemm", vector, self._value(head.weight * SHARPNESS), self._value(head.bias), transB=1
            )
            graph.give(graph.add("Softmax", logits, axis=-1), name)
        sizes = {
            VECTOR: DIMENSIONS,
            INTENTS: network.intents.out_features,
            ALARMS: network.alarms.out_features,
        }
        return graph.made({name: (FLOAT, (1, size)) for name, size in sizes.items()})

    def _layer(self, rows: str, layer: nn.Module) -> str:
        """Attention, then a perceptron, each added to what came in."""
        graph = self._graph
        asked = graph.add_several("Split", self._product(rows, layer.asked), count=3, axis=-1)
        attended = graph.add(
            "MultiHeadAttention", *asked, self._value(layer.asked.bias), domain=CONTRIB, num_heads=HEADS
        )
        attended = graph.add("Add", self._product(attended, layer.attended), self._value(layer.attended.bias))
        rows = self._normalised(graph.add("Add", rows, attended), layer.attended_normal)
        thought = self._product(rows, layer.thought)
        thought = graph.add("BiasGelu", thought, self._value(layer.thought.bias), domain=CONTRIB)
        output = graph.add("Add", self._product(thought, layer.output), self._value(layer.output.bias))
        return self._normalised(graph.add("Add", rows, output), layer.output_normal)

    def _normalised(self, rows: str, normal: nn.Module) -> str:
        weight, bias = self._value(normal.weight), self._value(normal.bias)
        return self._graph.add("LayerNormalization", rows, weight, bias, axis=-1, epsilon=EPSILON)

    def _product(self, rows: str, dense: nn.Module) -> str:
        """Each row is rounded on a scale of its own, so that one loud token costs the others nothing."""
        graph = self._graph
        numbers, scale = whole(dense.weight)
        most = graph.add("ReduceMax", graph.add("Abs", rows), axes=[-1], keepdims=1)
        step = graph.add("Mul", graph.add("Max", most, self._number(EPSILON)), self._number(1 / _LARGEST))
        # A cast cuts off what is behind the point: half a step more, and it rounds.
        shifted = graph.add("Add", graph.add("Div", rows, step), self._number(_ZERO + 0.5))
        rounded = graph.add("Cast", shifted, to=UINT8)
        weights = graph.constant(numbers.detach().numpy().astype(np.int8))
        sums = graph.add("MatMulInteger", rounded, weights, graph.constant(np.uint8(_ZERO)))
        scaled = graph.add("Mul", graph.add("Cast", sums, to=FLOAT), step)
        return graph.add("Mul", scaled, self._value(scale[0]))

    def _number(self, value: float) -> str:
        return self._graph.constant(np.float32(value))

    def _value(self, tensor: torch.Tensor) -> str:
        return self._graph.constant(tensor.detach().numpy().astype(np.float32))
