"""all-MiniLM-L6-v2 with two heads, as torch trains it.

The word embeddings stay as they are shipped: they are most of the model, and questions of a few thousand
people would move only the words that they happen to use.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import torch
import torch.nn.functional as F  # noqa: N812  # its name everywhere
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from assistant.nlu.index.encoder import DIMENSIONS
from assistant.nlu.index.labels import Kinds

LAYERS: Final = 6
HEADS: Final = 12
EPSILON: Final = 1e-12
"""As published (Wang et al., 2020)."""
SHARPNESS: Final = 12.0
"""A vector is of unit length: beliefs of its product with a head would hardly differ."""
LARGEST: Final = 63
"""Weights are shipped as whole numbers up to this: with seven bits no processor's sums overflow (those
without VNNI add pairs of products in sixteen)."""
_DENSE: Final = 6
"""Products in a layer, in the shipped graph's order: query, key, value, attention's output, and the
perceptron's two."""
_EMBEDDINGS: Final = "inner.embeddings"


def whole(weights: Tensor) -> tuple[Tensor, Tensor]:
    """`weights` as whole numbers up to LARGEST, and the scale of each column."""
    scale = weights.abs().amax(dim=0, keepdim=True).clamp_min(EPSILON) / LARGEST
    return torch.round(weights / scale), scale


class _Dense(nn.Module):
    """A product that already is as it will be shipped, while its gradient is that of the real one."""

    def __init__(self, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight))
        self.bias = nn.Parameter(torch.tensor(bias))

    def forward(self, rows: Tensor) -> Tensor:
        numbers, scale = whole(self.weight)
        shipped = self.weight + (numbers * scale - self.weight).detach()
        return rows @ shipped + self.bias


class _Normal(nn.Module):
    def __init__(self, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight))
        self.bias = nn.Parameter(torch.tensor(bias))

    def forward(self, rows: Tensor) -> Tensor:
        return F.layer_norm(rows, (DIMENSIONS,), self.weight, self.bias, EPSILON)


class _Layer(nn.Module):
    def __init__(
        self, values: dict[str, NDArray[Any]], dense: list[NDArray[np.float32]], number: int
    ) -> None:
        super().__init__()
        of = f"inner.encoder.layer.{number}"
        query, key, value, attention, intermediate, output = dense
        biases = [values[f"{of}.attention.self.{each}.bias"] for each in ("query", "key", "value")]
        self.asked = _Dense(np.concatenate([query, key, value], axis=1), np.concatenate(biases))
        self.attended = _Dense(attention, _as_float(values[f"{of}.attention.output.dense.bias"]))
        self.attended_normal = _normal(values, f"{of}.attention.output.LayerNorm")
        self.thought = _Dense(intermediate, _as_float(values[f"{of}.intermediate.dense.bias"]))
        self.output = _Dense(output, _as_float(values[f"{of}.output.dense.bias"]))
        self.output_normal = _normal(values, f"{of}.output.LayerNorm")

    def forward(self, rows: Tensor, seen: Tensor, dropout: float) -> Tensor:
        count, length, _ = rows.shape
        asked = self.asked(rows).view(count, length, 3, HEADS, DIMENSIONS // HEADS).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(*asked, attn_mask=seen)
        attended = self.attended(attended.transpose(1, 2).reshape(count, length, DIMENSIONS))
        rows = self.attended_normal(rows + F.dropout(attended, dropout, self.training))
        output = self.output(F.gelu(self.thought(rows)))
        normal: Tensor = self.output_normal(rows + F.dropout(output, dropout, self.training))
        return normal


class Network(nn.Module):
    """The encoder and its heads: intents by softmax, and what kind of emergency it is, if any."""

    def __init__(self, shipped: Path, kinds: Kinds, dropout: float = 0.1) -> None:
        """`shipped`: the model to start from. Raises ValueError when it is not built as expected."""
        super().__init__()
        values, dense = read_shipped(shipped)
        self.register_buffer("words", torch.tensor(_table(values, "word_embeddings")), persistent=False)
        places = _table(values, "position_embeddings")
        places = places + values[f"{_EMBEDDINGS}.token_type_embeddings.weight"][0]
        self.places = nn.Parameter(torch.tensor(_as_float(places)))
        self.normal = _normal(values, f"{_EMBEDDINGS}.LayerNorm")
        self.layers = nn.ModuleList(
            _Layer(values, dense[number * _DENSE : (number + 1) * _DENSE], number) for number in range(LAYERS)
        )
        self.intents = nn.Linear(DIMENSIONS, len(kinds.intents))
        self.alarms = nn.Linear(DIMENSIONS, len(kinds.alarms))
        self._dropout = dropout

    def forward(self, tokens: Tensor, seen: Tensor) -> tuple[Tensor, Tensor]:
        """The logits of both heads. `seen` is 1 for each token of a text and 0 behind its end."""
        words: Tensor = self.words
        rows = self.normal(words[tokens] + self.places[: tokens.shape[1]])
        rows = F.dropout(rows, self._dropout, self.training)
        looked_at = seen[:, None, None, :].bool()
        for layer in self.layers:
            rows = layer(rows, looked_at, self._dropout)
        weights = seen[..., None].float()
        vector = F.normalize((rows * weights).sum(1) / weights.sum(1), dim=1) * SHARPNESS
        return self.intents(vector), self.alarms(vector)


def read_shipped(path: Path) -> tuple[dict[str, NDArray[Any]], list[NDArray[np.float32]]]:
    """All values of the model that is started from, and its products in the order of their use."""
    model = onnx.load(path)
    values = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    cast = {node.output[0]: node.input[0] for node in model.graph.node if node.op_type == "Cast"}
    products = {
        node.output[0]: _as_float(values[cast[node.input[0]]] * values[node.input[1]])
        for node in model.graph.node
        if node.op_type == "Mul" and cast.get(node.input[0]) in values
    }
    used = (node.input[1] for node in model.graph.node if node.op_type == "MatMul")
    dense = [products[name] for name in used if name in products]
    if len(dense) != LAYERS * _DENSE:
        raise ValueError(f"the embedding model has {len(dense)} products, not {LAYERS * _DENSE}")
    return values, dense


def _table(values: dict[str, NDArray[Any]], name: str) -> NDArray[np.float32]:
    whole_numbers, scale = (values[f"{_EMBEDDINGS}.{name}.weight_{each}"] for each in ("q", "scale"))
    return _as_float(whole_numbers * scale)


def _normal(values: dict[str, NDArray[Any]], of: str) -> _Normal:
    return _Normal(*(_as_float(values[f"{of}.{each}"]) for each in ("weight", "bias")))


def _as_float(values: NDArray[Any]) -> NDArray[np.float32]:
    return np.array(values, dtype=np.float32)
