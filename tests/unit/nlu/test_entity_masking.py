import pytest

from assistant.nlu.index.entity_masking import MASK, EntityMask, with_names_masked


@pytest.mark.parametrize(
    "name",
    [
        "calcinosis universalis",
        "universal calcinosis",
        "calcinosis",
        "calsinosis universallis",
        "calcinosys",
        "calcinosis univ",
        "kalsinosis",
        "call sin oasis universe alice",
        "calcium gnosis",
        "calcinoses universals",
        "cal sinuses",
    ],
)
def test_the_illness_is_known_by_any_spelling_and_mishearing(name_mask: EntityMask, name: str) -> None:
    found = name_mask.mask(f"what is known about {name}")
    assert MASK in found.text
    assert found.topics == ("calcinosis-universalis",)


@pytest.mark.parametrize(
    "text",
    [
        "what causes calcium deposits in the skin",
        "is calcium in the muscles the reason",
        "too much calcium causes lumps",
        "does calcification hurt",
        "the sciatic nerve",
        "is fibrosis the same",
        "cirrhosis and thrombosis",
        "a general truth of medicine",
    ],
)
def test_ordinary_words_are_not_taken_for_the_illness(name_mask: EntityMask, text: str) -> None:
    assert name_mask.mask(text).topics == ()


def test_words_before_a_name_go_with_it(name_mask: EntityMask) -> None:
    assert name_mask.mask("will the calcinosis spread").text == f"will {MASK} spread"


def test_names_as_they_are_written_are_masked_with_the_article_before_them() -> None:
    masked = with_names_masked(["calcinosis universalis", "calcinosis"])
    assert masked("will the calcinosis universalis spread") == f"will {MASK} spread"
    assert masked("is calcinosis rare") == f"is {MASK} rare"
    assert with_names_masked([])("is it rare") == "is it rare"
