"""A machine that only takes updates in asks for the kinds that those want who answer."""

from typing import Any

from handlers.bounds import Bounds
from handlers.dispatcher import USED_UPDATES, build_dispatcher
from tests.shipped_sentences import shipped_sentences


class Nothing:
    """Everything that the handlers need, and none of it is asked for anything."""

    sentences = shipped_sentences()
    store: Any = None
    dialogue: Any = None
    stt: Any = None
    tts: Any = None
    metrics: Any = None


def test_every_kind_that_is_handled_is_asked_for_and_no_other() -> None:
    dispatcher = build_dispatcher(Nothing(), Bounds())
    assert sorted(USED_UPDATES) == sorted(dispatcher.resolve_used_update_types())
