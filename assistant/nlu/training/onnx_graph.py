"""Writes an ONNX graph down."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

CONTRIB: Final = "com.microsoft"
"""The operators that ONNX Runtime adds to ONNX's own."""
_OPSET: Final = 17
_IR_VERSION: Final = 10
"""Both as the model that is started from is shipped with them."""

Kind = int
"""A type of numbers, one of TensorProto's."""
FLOAT: Final[Kind] = TensorProto.FLOAT
UINT8: Final[Kind] = TensorProto.UINT8


class Graph:
    """An ONNX graph in the making. Whatever is added is spoken of by the name that is given back."""

    def __init__(self, inputs: Mapping[str, tuple[Kind, tuple[int | str, ...]]]) -> None:
        """`inputs`: the type and the shape of each, a name where a size is not known beforehand."""
        self._inputs = [helper.make_tensor_value_info(name, *each) for name, each in inputs.items()]
        self._constants: dict[str, NDArray[Any]] = {}
        self._nodes: list[NodeProto] = []

    def constant(self, value: NDArray[Any] | np.generic) -> str:
        """A value that stays the same."""
        name = f"constant {len(self._constants)}"
        self._constants[name] = np.asarray(value)
        return name

    def add(self, operator: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """What `operator` makes of its inputs."""
        (output,) = self.add_several(operator, *inputs, count=1, domain=domain, **attributes)
        return output

    def add_several(
        self, operator: str, *inputs: str, count: int, domain: str = "", **attributes: Any
    ) -> list[str]:
        """The same for an operator that makes several things."""
        outputs = [f"{operator} {len(self._nodes)} {number}" for number in range(count)]
        self._nodes.append(helper.make_node(operator, inputs, outputs, domain=domain, **attributes))
        return outputs

    def give(self, value: str, name: str) -> None:
        """Gives `value` back under that name."""
        self._nodes.append(helper.make_node("Identity", [value], [name]))

    def made(self, outputs: Mapping[str, tuple[Kind, tuple[int | str, ...]]]) -> bytes:
        """The graph with these outputs, as ONNX Runtime loads it."""
        given = [helper.make_tensor_value_info(name, *each) for name, each in outputs.items()]
        graph = helper.make_graph(self._nodes, "graph", self._inputs, given)
        domains = [helper.make_opsetid("", _OPSET), helper.make_opsetid(CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=domains, ir_version=_IR_VERSION)
        for name, value in self._constants.items():
            model.graph.initializer.append(numpy_helper.from_array(value, name))
        return bytes(model.SerializeToString())
