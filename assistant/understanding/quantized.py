"""The embedding model with its large products in whole numbers of 8 bits: it takes half the time.

The model is shipped with such weights and multiplies them as 32-bit floats. Here what comes in is rounded to
8 bits as well, each token on a scale of its own, while it runs: dynamic quantization (Jacob et al., 2018).
The weights stay as they are.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper

_ZERO: Final = 128
"""What stands for 0, in the middle of the unsigned numbers that the fast instructions take on that side."""
_LARGEST: Final = 127
_OPSET: Final = 17
_IR_VERSION: Final = 10
"""Both as the embedding model has them."""
_TINY: Final = np.float32(1e-12)
"""Nothing is divided by zero."""

_CONSTANTS: Final[Mapping[str, NDArray[Any]]] = {
    "whole/zero": np.array(_ZERO, dtype=np.uint8),
    "whole/step": np.array(1 / _LARGEST, dtype=np.float32),
    # A cast cuts off what is behind the point: half a step more, and it rounds.
    "whole/shift": np.array(_ZERO + 0.5, dtype=np.float32),
}


@cache
def multiplies_exactly() -> bool:
    """Whether this processor adds up products of 8-bit numbers as they are.

    x86 processors without VNNI, of before 2019 or so, add them in pairs and cut what is beyond 16 bits.
    """
    size = 64
    largest = int(np.iinfo(np.uint8).max)
    weights = np.full((size, size), _LARGEST, dtype=np.int8)
    product = _session(
        [helper.make_node("MatMulInteger", ["whole", "weights"], ["sums"])], weights, {}, "sums"
    )
    (sums,) = product.run(None, {"whole": np.full((1, size), largest, dtype=np.uint8)})
    return bool((sums == largest * _LARGEST * size).all())


class WholeProduct:
    """Rows times a matrix that stays the same, in whole numbers of 8 bits: a quarter of the memory to read.

    Of vectors of length 1 with hundreds of places, products differ from exact ones by .0003 (one standard
    deviation; .0025 at most, of 61,000). Each row's depends on that row alone. For processors that
    `multiplies_exactly`.
    """

    def __init__(self, matrix: NDArray[np.float32]) -> None:
        scale = np.maximum(np.abs(matrix).max(axis=0), _TINY) / _LARGEST
        nodes = _product("whole", "rows/scale", "weights", "weights/scale", "products")
        constants = {**_CONSTANTS, "weights/scale": scale.astype(np.float32)[None]}
        whole = np.rint(matrix / scale).astype(np.int8)
        self._session = _session(nodes, whole, constants, "products", "rows/scale")

    def __call__(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """One row for each of `rows`, one column for each of the matrix."""
        scale = np.maximum(np.abs(rows).max(axis=1, keepdims=True), _TINY) / np.float32(_LARGEST)
        whole = (rows / scale + _CONSTANTS["whole/shift"]).astype(np.uint8)
        (products,) = self._session.run(None, {"whole": whole, "rows/scale": scale})
        return np.asarray(products, dtype=np.float32)


def _session(
    nodes: list[NodeProto],
    weights: NDArray[np.int8],
    constants: Mapping[str, NDArray[Any]],
    output: str,
    *scales: str,
) -> onnxruntime.InferenceSession:
    """A graph of 8-bit rows called "whole", with a scale for each where one is named, times "weights"."""
    height, width = weights.shape
    kind = TensorProto.FLOAT if scales else TensorProto.INT32
    graph = helper.make_graph(
        nodes,
        "product",
        [
            helper.make_tensor_value_info("whole", TensorProto.UINT8, ["rows", height]),
            *(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", 1]) for name in scales),
        ],
        [helper.make_tensor_value_info(output, kind, ["rows", width])],
        [
            numpy_helper.from_array(value, name)
            for name, value in {"weights": weights, **constants}.items()
            if any(name in node.input for node in nodes)
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
    return onnxruntime.InferenceSession(
        model.SerializeToString(), one_thread(), providers=["CPUExecutionProvider"]
    )


def one_thread() -> onnxruntime.SessionOptions:
    """How models run here: a question is too short to share out, and threads wait for each other."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def in_whole_numbers(model: Path) -> bytes:
    """The model, as ONNX Runtime loads it, with every product of 8-bit weights in whole numbers.

    Its inputs and outputs are the same, what comes out is a little different: see `docs/understanding.md`.
    """
    made = onnx.load(model)
    graph = made.graph
    weights = _weights(graph)
    rounded: dict[str, tuple[str, str]] = {}
    nodes: list[NodeProto] = []
    for node in graph.node:
        if node.op_type != "MatMul" or node.input[1] not in weights:
            nodes.append(node)
            continue
        source = node.input[0]
        if source not in rounded:
            nodes += _rounding(source)
            rounded[source] = _whole(source), _scale(source)
        nodes += _product(*rounded[source], *weights[node.input[1]], node.output[0])
    del graph.node[:]
    graph.node.extend(nodes)
    graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in _CONSTANTS.items())
    return bytes(made.SerializeToString())


def _weights(graph: GraphProto) -> Mapping[str, tuple[str, str]]:
    """Weights of two dimensions that are 8-bit numbers times a scale: the names of both, by the product's."""
    kinds = {each.name: (each.data_type, len(each.dims)) for each in graph.initializer}
    cast = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "Cast"}
    return {
        node.output[0]: (cast[node.input[0]], node.input[1])
        for node in graph.node
        if node.op_type == "Mul"
        and kinds.get(cast.get(node.input[0], "")) == (TensorProto.INT8, 2)
        and node.input[1] in kinds
    }


def _whole(source: str) -> str:
    return f"{source}/whole"


def _scale(source: str) -> str:
    return f"{source}/scale"


def _rounding(source: str) -> list[NodeProto]:
    """Each row as 8-bit numbers and a scale: its largest magnitude becomes 127."""
    size, most, steps, shifted = (f"{source}/{name}" for name in ("size", "most", "steps", "shifted"))
    return [
        helper.make_node("Abs", [source], [size]),
        helper.make_node("ReduceMax", [size], [most], axes=[-1], keepdims=1),
        helper.make_node("Mul", [most, "whole/step"], [_scale(source)]),
        helper.make_node("Div", [source, _scale(source)], [steps]),
        helper.make_node("Add", [steps, "whole/shift"], [shifted]),
        helper.make_node("Cast", [shifted], [_whole(source)], to=TensorProto.UINT8),
    ]


def _product(whole: str, scale: str, weights: str, weights_scale: str, target: str) -> list[NodeProto]:
    sums, floats, scaled = (f"{target}/{name}" for name in ("sums", "floats", "scaled"))
    return [
        helper.make_node("MatMulInteger", [whole, weights, "whole/zero"], [sums]),
        helper.make_node("Cast", [sums], [floats], to=TensorProto.FLOAT),
        helper.make_node("Mul", [floats, scale], [scaled]),
        helper.make_node("Mul", [scaled, weights_scale], [target]),
    ]
