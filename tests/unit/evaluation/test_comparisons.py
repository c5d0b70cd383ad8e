"""What the assistant is measured against: a plain search, and itself with a part left out."""

import pytest

from assistant.evaluation.ablation import variants
from assistant.evaluation.plain_searches import KeywordSearch
from assistant.library.entries import Library
from assistant.nlu.index.encoder import Encoder
from assistant.nlu.interpreter import Context
from assistant.nlu.pipeline import Pipeline
from assistant.nlu.stages.fallback_policy import Thresholds


def test_a_plain_search_finds_an_answer_by_its_own_words(small_library: Library) -> None:
    found = KeywordSearch(small_library).best("large or painful deposits may need to be taken out by surgery")
    assert found[0] == "treatment"
    assert len(set(found)) == len(found) == 3


@pytest.mark.parametrize("text", ["", "xylophone wobblethorpe"])
def test_a_plain_search_finds_nothing_without_a_word_in_common(small_library: Library, text: str) -> None:
    assert KeywordSearch(small_library).best(text) == ()


@pytest.mark.model
def test_each_variant_leaves_out_what_its_name_says(small_library: Library, encoder: Encoder) -> None:
    masked, stages = {}, {}
    for name, library, without in variants(small_library):
        interpreter = Pipeline(library, encoder, Thresholds(), without=without)
        try:
            found = interpreter.explain("what are the symptoms of calcinosis universalis", Context())
        finally:
            interpreter.shut_down()
        masked[name] = "this condition" in found.parse.masked
        stages[name] = {stage for stage, _ in found.steps}
    whole = stages.pop("everything")
    assert [name for name, is_so in masked.items() if not is_so] == ["names not masked"]
    for name, ran in stages.items():
        assert len(whole - ran) == name.startswith("no stage"), name
