"""Writes an ONNX graph down, and runs it."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

CONTRIB: Final = "com.microsoft"
"""The operators that ONNX Runtime adds to ONNX's own."""
_OPSET: Final = 17
_IR_VERSION: Final = 10
"""Both as the embedding model is shipped with them."""

Kind = int
"""A type of numbers, one of TensorProto's."""
FLOAT: Final[Kind] = TensorProto.FLOAT
INT32: Final[Kind] = TensorProto.INT32
INT64: Final[Kind] = TensorProto.INT64
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

    def made(self, output: str, kind: Kind, shape: tuple[int | str, ...]) -> bytes:
        """The graph with this output, as ONNX Runtime loads it."""
        out = helper.make_tensor_value_info(output, kind, shape)
        graph = helper.make_graph(self._nodes, "graph", self._inputs, [out])
        domains = [helper.make_opsetid("", _OPSET), helper.make_opsetid(CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=domains, ir_version=_IR_VERSION)
        # Only now, one by one: each step above would copy them all.
        for name, value in self._constants.items():
            model.graph.initializer.append(numpy_helper.from_array(value, name))
        return bytes(model.SerializeToString())


def session(model: bytes) -> onnxruntime.InferenceSession:
    """The model, ready to run in one thread.

    A question is too short to share out, and threads wait for each other. Additions and layer normalisations
    are left apart: ONNX Runtime's operator for both together is slower on few rows.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(
        model, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
    )
