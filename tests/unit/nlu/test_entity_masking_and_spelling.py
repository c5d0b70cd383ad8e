from collections import Counter

import pytest

from assistant.library.entries import Library
from assistant.nlu.index.dense import MiniLmEncoder
from assistant.nlu.index.examples import shared_examples, shared_words, topic_words
from assistant.nlu.index.phonetic_index import HeardWordings, SoundsIndex
from assistant.nlu.stages.entity_masking import MASK, EntityMask
from assistant.nlu.stages.spelling_correction import SpellingCorrection


def words_of(library: Library) -> Counter[str]:
    words = shared_words(library)
    for topic in library.topics.values():
        words += topic_words(topic)
    return words


@pytest.fixture(scope="module")
def repairer(library: Library, encoder: MiniLmEncoder) -> SpellingCorrection:
    known = encoder.known_words() | {
        word for line in library.off_topic for word in line.replace("(", " ").replace("|", " ").split()
    }
    return SpellingCorrection(words_of(library), known, [HeardWordings(shared_examples(library).asked)])


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


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("symptms", "symptoms"),
        ("desease", "disease"),
        ("sclerodermia", "scleroderma"),
        ("dia gnosis", "diagnosis"),
        ("bye opsy", "biopsy"),
        ("ultra sound", "ultrasound"),
        ("cortico steroids", "corticosteroids"),
        ("epidemy ology", "epidemiology"),
    ],
)
def test_typos_and_misheard_words_are_mended(repairer: SpellingCorrection, heard: str, meant: str) -> None:
    mended = repairer.repair(f"tell me about {heard} now")
    assert meant in mended.text.split()
    assert mended.changes == ((heard, meant),)


@pytest.mark.parametrize(
    "text",
    [
        "does it affect my health too",
        "will the wound heal that fast",
        "can they operate on it",
        "the danger of getting ill",
        "measles",
        "limescale",
        "my arms and legs",
        "does it flare up at night",
        "what should I look out for",
    ],
)
def test_good_english_is_left_alone(repairer: SpellingCorrection, text: str) -> None:
    assert repairer.repair(text).changes == ()


@pytest.mark.parametrize(
    "text",
    [
        "do i need a scan",
        "did you ever think of it",
        "why is there itching",
        "can it come later",
        "what should i do next",
    ],
)
def test_ordinary_questions_have_no_other_reading(repairer: SpellingCorrection, text: str) -> None:
    (only,) = repairer.repairs(text)
    assert (only.text, only.changes, only.cost) == (text, (), 0.0)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("what are the sim tums of this condition", "what are the symptoms of this condition"),
        ("how come on is this condition", "how common is this condition"),
        ("can the the pause its be removed by surge a re", "surgery"),
        ("what do search is being done on it", "research"),
    ],
)
def test_one_of_several_mendings_is_what_was_said(
    repairer: SpellingCorrection, heard: str, meant: str
) -> None:
    assert any(meant in mended.text for mended in repairer.repairs(heard))


def test_mendings_come_likeliest_first_and_as_said_where_that_is_likely_too(
    repairer: SpellingCorrection,
) -> None:
    doubtful = repairer.repairs("how come on is this condition")
    assert [it.cost for it in doubtful] == sorted(it.cost for it in doubtful)
    assert doubtful[0].cost == 0.0
    assert {it.changes for it in doubtful} == {(), (("come on", "common"),)}


def test_what_is_far_less_likely_than_the_likeliest_is_left_out(repairer: SpellingCorrection) -> None:
    (mended,) = repairer.repairs("what treat mint is there")
    assert mended.changes == (("treat mint", "treatment"),)


def test_a_masked_name_is_never_mended(repairer: SpellingCorrection) -> None:
    assert all(MASK in mended.text for mended in repairer.repairs(f"symptms of {MASK}"))


def test_nothing_is_mended_without_words_to_mend_to(repairer: SpellingCorrection) -> None:
    assert [it.text for it in SpellingCorrection({}, ()).repairs("symptms")] == ["symptms"]
    assert [it.text for it in repairer.repairs("")] == [""]


def test_the_wording_that_sounds_alike_comes_first_wherever_the_spaces_are() -> None:
    index = SoundsIndex(["how is it diagnosed", "who can get it", "will it come back"])
    scores = index.scores("how is it dye egg nosed")
    assert scores.argmax() == 0
    assert 0 < scores[0] <= 1
    assert index.scores("").max() == 0


def test_likely_words_are_those_of_wordings_that_sound_alike() -> None:
    wordings = HeardWordings(["can surgery help", "is it rare"])
    likely = wordings.likely_words("can surge a re help")
    assert likely["surgery"] > likely.get("rare", 0.0)
