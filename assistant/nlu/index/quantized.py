"""Products in whole numbers of 8 bits: quicker than floats, and a quarter of the memory to read.

What comes in is rounded while it runs, each row on a scale of its own: dynamic quantization (Jacob et al.,
2018).
"""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.index.onnx_graph import FLOAT, INT32, UINT8, Graph, session

_ZERO: Final = 128
"""What stands for 0, in the middle of the unsigned numbers that the fast instructions take on that side."""
_LARGEST: Final = 127
_TINY: Final = np.float32(1e-12)
"""Nothing is divided by zero."""


@cache
def multiplies_exactly() -> bool:
    """Whether this processor adds up products of 8-bit numbers as they are.

    x86 processors without VNNI, of before 2019 or so, add them in pairs and cut what is beyond 16 bits.
    """
    size = 64
    largest = int(np.iinfo(np.uint8).max)
    graph = Graph({"rows": (UINT8, (1, size))})
    weights = graph.constant(np.full((size, size), _LARGEST, dtype=np.int8))
    model = graph.made(graph.add("MatMulInteger", "rows", weights), INT32, (1, size))
    (sums,) = session(model).run(None, {"rows": np.full((1, size), largest, dtype=np.uint8)})
    return bool((sums == largest * _LARGEST * size).all())


def add_product(
    graph: Graph, rows: str, weights: NDArray[np.int8], scale: NDArray[np.float32], *, whole: bool = True
) -> str:
    """Adds the product of `rows` with `weights`, of which each column stands on a scale of its own.

    In `whole` numbers it differs a little from that of floats; each row's depends on that row alone.
    """
    if not whole:
        return graph.add("MatMul", rows, graph.constant(weights * scale))
    most = graph.add("ReduceMax", graph.add("Abs", rows), axes=[-1], keepdims=1)
    most = graph.add("Max", most, graph.constant(_TINY))
    row_scale = graph.add("Mul", most, graph.constant(np.float32(1 / _LARGEST)))
    steps = graph.add("Div", rows, row_scale)
    # A cast cuts off what is behind the point: half a step more, and it rounds.
    shifted = graph.add("Add", steps, graph.constant(np.float32(_ZERO + 0.5)))
    rounded = graph.add("Cast", shifted, to=UINT8)
    sums = graph.add("MatMulInteger", rounded, graph.constant(weights), graph.constant(np.uint8(_ZERO)))
    scaled = graph.add("Mul", graph.add("Cast", sums, to=FLOAT), row_scale)
    return graph.add("Mul", scaled, graph.constant(scale))


class WholeProduct:
    """Rows times a matrix that stays the same, in whole numbers.

    Of vectors of length 1 with hundreds of places, products differ from exact ones by less than a hundredth
    (`test_quantized.py` holds them to it). Each row's depends on that row alone. For processors
    that `multiplies_exactly`.
    """

    def __init__(self, matrix: NDArray[np.float32]) -> None:
        height, self._width = matrix.shape
        scale = np.maximum(np.abs(matrix).max(axis=0), _TINY) / np.float32(_LARGEST)
        graph = Graph({"rows": (FLOAT, ("count", height))})
        whole = np.empty(matrix.shape, dtype=np.int8)
        for line, into in zip(matrix, whole, strict=True):
            into[:] = np.rint(line / scale)
        product = add_product(graph, "rows", whole, scale)
        self._session = session(graph.made(product, FLOAT, ("count", self._width)))

    def __call__(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """One row for each of `rows`, one column for each of the matrix."""
        if not len(rows):
            return np.zeros((0, self._width), dtype=np.float32)
        (products,) = self._session.run(None, {"rows": rows})
        return np.asarray(products, dtype=np.float32)
