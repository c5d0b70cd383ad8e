"""all-MiniLM-L6-v2 as a graph of its own, made of the shipped model's weights: it takes less time.

The model is shipped with weights of 8 bits and multiplies them as 32-bit floats. Here the large products are
in whole numbers, where the processor can; queries, keys and values are one product; and what attention and
the perceptron do between products are single operators instead of many small ones. The sentence's vector is
worked out in the graph too. The weights stay as they are.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from assistant.nlu.index.onnx_graph import CONTRIB, FLOAT, INT64, Graph
from assistant.nlu.index.quantized import add_product

DIMENSIONS: Final = 384
TOKENS: Final = "tokens"
"""The graph's one input: the token ids of one text, in a row."""
_LAYERS: Final = 6
_HEADS: Final = 12
_EPSILON: Final = 1e-12
"""All four as published (Wang et al., 2020)."""
_DENSE: Final = 6
"""Products in a layer, in the shipped graph's order: query, key, value, attention's output, and the
perceptron's two."""

_Weights = tuple[NDArray[np.int8], NDArray[np.float32]]
"""Whole numbers, and the scale of each column."""


def minilm(shipped: Path, *, whole: bool) -> bytes:
    """A model whose input is TOKENS and whose output is the mean of what it makes of them, of length 1.

    `whole`: with the large products in whole numbers, for processors that add those up exactly; what comes
    out is a little different then. Raises ValueError for a model that is not built as expected.
    """
    values, dense = _read(shipped)
    if len(dense) != _LAYERS * _DENSE:
        raise ValueError(f"the embedding model has {len(dense)} products, not {_LAYERS * _DENSE}")
    return _Builder(values, whole=whole).made(dense)


def _read(shipped: Path) -> tuple[dict[str, NDArray[Any]], list[_Weights]]:
    """All values of the shipped model, and the weights of its products in the order of their use."""
    model = onnx.load(shipped)
    values = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    cast = {node.output[0]: node.input[0] for node in model.graph.node if node.op_type == "Cast"}
    weights = {
        node.output[0]: (values[cast[node.input[0]]], values[node.input[1]])
        for node in model.graph.node
        if node.op_type == "Mul" and cast.get(node.input[0]) in values
    }
    used = (node.input[1] for node in model.graph.node if node.op_type == "MatMul")
    return values, [weights[name] for name in used if name in weights]


class _Builder:
    def __init__(self, values: dict[str, NDArray[Any]], *, whole: bool) -> None:
        self._values = values
        self._whole = whole
        self._graph = Graph({TOKENS: (INT64, (1, "count"))})

    def made(self, dense: list[_Weights]) -> bytes:
        hidden = self._embedded()
        for layer in range(_LAYERS):
            weights = dense[layer * _DENSE : (layer + 1) * _DENSE]
            hidden = self._layer(hidden, f"inner.encoder.layer.{layer}", weights)
        mean = self._graph.add("ReduceMean", hidden, axes=[1], keepdims=0)
        vector = self._graph.add("LpNormalization", mean, axis=-1, p=2)
        return self._graph.made(vector, FLOAT, (1, DIMENSIONS))

    def _embedded(self) -> str:
        """Each token as the sum of its word and its place; all are of the first of two sentences."""
        graph, values, of = self._graph, self._values, "inner.embeddings"
        # Scaled when looked up: as floats, the words would take four times the memory.
        table, scale = (values[f"{of}.word_embeddings.weight_{each}"] for each in ("q", "scale"))
        words = graph.add("Cast", graph.add("Gather", graph.constant(table), TOKENS), to=FLOAT)
        words = graph.add("Mul", words, graph.add("Gather", graph.constant(scale), TOKENS))
        table, scale = (values[f"{of}.position_embeddings.weight_{each}"] for each in ("q", "scale"))
        table = table * scale + values[f"{of}.token_type_embeddings.weight"][0]
        start = graph.constant(np.array([0], dtype=np.int64))
        count = graph.add("Shape", TOKENS, start=1, end=2)
        places = graph.add("Slice", graph.constant(table.astype(np.float32)), start, count, start)
        return self._normalised(graph.add("Add", words, places), f"{of}.LayerNorm")

    def _layer(self, hidden: str, of: str, weights: list[_Weights]) -> str:
        """One layer of the encoder: attention, then a perceptron, each added to what came in."""
        graph = self._graph
        query, key, value, attention_output, intermediate, output = weights
        together = np.concatenate([query[0], key[0], value[0]], axis=1)
        scales = np.concatenate([query[1], key[1], value[1]], axis=-1)
        biases = [self._values[f"{of}.attention.self.{each}.bias"] for each in ("query", "key", "value")]
        asked = graph.add_several("Split", self._product(hidden, (together, scales)), count=3, axis=-1)
        attended = graph.add(
            "MultiHeadAttention",
            *asked,
            graph.constant(np.concatenate(biases)),
            domain=CONTRIB,
            num_heads=_HEADS,
        )
        attended = self._joined(hidden, attended, attention_output, f"{of}.attention.output")
        bias = graph.constant(self._values[f"{of}.intermediate.dense.bias"])
        thought = graph.add("BiasGelu", self._product(attended, intermediate), bias, domain=CONTRIB)
        return self._joined(attended, thought, output, f"{of}.output")

    def _joined(self, before: str, after: str, weights: _Weights, of: str) -> str:
        """`after` through a dense layer, added to `before` and normalised."""
        bias = self._graph.constant(self._values[f"{of}.dense.bias"])
        dense = self._graph.add("Add", self._product(after, weights), bias)
        return self._normalised(self._graph.add("Add", dense, before), f"{of}.LayerNorm")

    def _normalised(self, rows: str, of: str) -> str:
        weight, bias = (self._graph.constant(self._values[f"{of}.{each}"]) for each in ("weight", "bias"))
        return self._graph.add("LayerNormalization", rows, weight, bias, axis=-1, epsilon=_EPSILON)

    def _product(self, rows: str, weights: _Weights) -> str:
        return add_product(self._graph, rows, *weights, whole=self._whole)
