"""A library with the real answers and few wordings, so that several interpreters of it can be made."""

from dataclasses import replace

import pytest

from assistant.library.entries import Library
from assistant.nlu.assembly import build_encoder
from assistant.nlu.index.encoder import Encoder
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
    commands = {key: replace(each, wordings=each.wordings[:3]) for key, each in whole.commands.items()}
    return replace(whole, topics=topics, commands=commands)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return build_encoder("en")
