"""What the assistant is measured against: plain searches, and itself with a part left out."""

import pytest

from assistant.evaluation.ablation import variants
from assistant.evaluation.plain_searches import KeywordSearch, PlainSearch, SentenceSearch
from assistant.library.entries import Library
from assistant.nlu.index.dense import MiniLmEncoder
from assistant.nlu.interpreter import Context
from assistant.nlu.pipeline import Pipeline


@pytest.fixture(params=["keywords", "sentences"])
def search(request: pytest.FixtureRequest, small_library: Library, minilm: MiniLmEncoder) -> PlainSearch:
    if request.param == "keywords":
        return KeywordSearch(small_library)
    return SentenceSearch(small_library, minilm)


def test_a_plain_search_finds_an_answer_by_its_own_words(search: PlainSearch) -> None:
    found = search.best("large or painful deposits may need to be taken out by surgery")
    assert found[0] == "treatment"
    assert len(set(found)) == len(found) == 3


def test_a_plain_search_finds_nothing_in_no_words(search: PlainSearch) -> None:
    assert search.best("") == ()


def test_keywords_find_nothing_without_a_word_in_common(small_library: Library) -> None:
    assert KeywordSearch(small_library).best("xylophone wobblethorpe") == ()


def test_each_variant_leaves_out_what_its_name_says(small_library: Library, minilm: MiniLmEncoder) -> None:
    text = "what are the symptmos of calcinosis universalis"
    masked, mended, scores = {}, {}, {}
    for name, library, tuning in variants(small_library):
        interpreter = Pipeline(library, minilm, tuning)
        try:
            found = interpreter.explain(text, Context())
        finally:
            interpreter.shut_down()
        masked[name] = "this condition" in found.reading
        mended[name] = any("symptmos" in written for written, _ in found.changes)
        scores[name] = (found.ranked, found.none)
    assert [name for name, is_so in masked.items() if not is_so] == ["names not masked"]
    assert mended["everything"]
    assert not mended["nothing mended"]
    whole = scores.pop("everything")
    assert all(other != whole for other in scores.values()), "and each of them counts"
