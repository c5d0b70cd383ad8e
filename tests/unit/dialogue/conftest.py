"""A fresh store in memory for every test."""

from collections.abc import AsyncIterator

import pytest
from small_world import dialogue

from assistant.dialogue.processor import DialogueProcessor
from assistant.storage.store import Store
from tests.inline_sqlite import run_at_once


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    with run_at_once():
        opened = await Store.open("sqlite+aiosqlite://")
    yield opened
    await opened.close()


@pytest.fixture
def talk(store: Store) -> DialogueProcessor:
    return dialogue(store)
