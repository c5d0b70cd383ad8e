import pytest

from assistant.library.values import Library
from assistant.understanding.examples import shared_words, topic_words
from assistant.understanding.names import MASK, NameMask
from assistant.understanding.repair import VocabularyRepair
from assistant.understanding.vectors import MiniLmEncoder


def words_of(library: Library) -> list[str]:
    words = shared_words(library)
    for topic in library.topics.values():
        words += topic_words(topic)
    return list(words.elements())


@pytest.fixture(scope="module")
def repairer(library: Library, encoder: MiniLmEncoder) -> VocabularyRepair:
    return VocabularyRepair(words_of(library), encoder.known_words())


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
def test_the_illness_is_known_by_any_spelling_and_mishearing(name_mask: NameMask, name: str) -> None:
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
def test_ordinary_words_are_not_taken_for_the_illness(name_mask: NameMask, text: str) -> None:
    assert name_mask.mask(text).topics == ()


def test_words_before_a_name_go_with_it(name_mask: NameMask) -> None:
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
def test_typos_and_misheard_words_are_mended(repairer: VocabularyRepair, heard: str, meant: str) -> None:
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
def test_good_english_is_left_alone(library: Library, encoder: MiniLmEncoder, text: str) -> None:
    off_topic = {
        word for line in library.off_topic for word in line.replace("(", " ").replace("|", " ").split()
    }
    repairer = VocabularyRepair(words_of(library), encoder.known_words() | off_topic)
    assert repairer.repair(text).changes == ()
