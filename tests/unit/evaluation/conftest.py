"""A library with the real answers and few wordings, so that several interpreters of it can be made."""

from dataclasses import replace

import pytest

from assistant.library.entries import Library
from assistant.nlu.index.dense import MiniLmEncoder
from tests.shipped import shipped_library


@pytest.fixture(scope="module")
def small_library() -> Library:
    whole = shipped_library()
    topics = {
        key: replace(
            topic,
            entries={
                id_: replace(entry, questions=entry.questions[:2]) for id_, entry in topic.entries.items()
            },
        )
        for key, topic in whole.topics.items()
    }
    aspects = {key: replace(aspect, questions=aspect.questions[:4]) for key, aspect in whole.aspects.items()}
    emergencies = {
        key: replace(guide, wordings=guide.wordings[:3], look_alikes=guide.look_alikes[:3])
        for key, guide in whole.emergencies.items()
    }
    commands = {key: replace(each, wordings=each.wordings[:3]) for key, each in whole.commands.items()}
    return replace(
        whole,
        topics=topics,
        aspects=aspects,
        emergencies=emergencies,
        commands=commands,
        off_topic=whole.off_topic[:25],
    )


@pytest.fixture(scope="module")
def minilm() -> MiniLmEncoder:
    return MiniLmEncoder()
