"""Which topics are served, as an operator names them."""

import pytest
from tiny_content import TinyContent

from assistant.errors import SettingsError
from assistant.library.loading import load_library
from assistant.library.serving import ALL, FIRST, serving
from tests.shipped import SECOND, all_topics


@pytest.mark.parametrize(
    ("named", "served"),
    [
        ("", [FIRST]),
        ("  ", [FIRST]),
        (ALL, list(all_topics().topics)),
        (SECOND, [SECOND]),
        (f" {SECOND} ,{FIRST},{SECOND}", [SECOND, FIRST]),
    ],
)
def test_topics_are_served_in_the_order_they_are_named(named: str, served: list[str]) -> None:
    assert list(serving(all_topics(), named).topics) == served


def test_content_of_another_illness_alone_is_served_without_being_named(content: TinyContent) -> None:
    assert list(serving(load_library(content.folder)).topics) == ["tiny-illness"]


def test_an_unknown_id_is_refused_with_those_that_exist() -> None:
    with pytest.raises(SettingsError, match=f"'gout'.*{', '.join(all_topics().topics)}"):
        serving(all_topics(), f"{FIRST},gout")


def test_a_topic_may_have_aspects_and_silences_of_its_own(content: TinyContent) -> None:
    content.replace(
        "tiny-illness/topic.md",
        "sources:",
        "aspects:\n  size: {title: Size}\nsilences: [is it red]\nsources:",
    )
    content.replace("tiny-illness/cure.md", "aspect: cure", "aspect: size")
    library = load_library(content.folder)
    topic = library.topics["tiny-illness"]
    assert topic.entries["cure"].aspect == "size"
    assert (list(topic.aspects), topic.silences) == (["size"], ("is it red",))
    assert "size" not in library.aspects


def test_an_aspect_of_all_topics_is_not_one_topics_own(content: TinyContent) -> None:
    content.replace("tiny-illness/topic.md", "sources:", "aspects:\n  cure: {title: Cure}\nsources:")
    name, line, problem = content.only_problem()
    assert (name, line) == ("tiny-illness/topic.md", 11)
    assert "aspects.yaml already" in problem
