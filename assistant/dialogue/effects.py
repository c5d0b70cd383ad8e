"""Carries out what a turn decided is to happen to what is kept."""

from collections.abc import Iterable
from typing import assert_never

from assistant.dialogue.turn import (
    CountFeedback,
    Drop,
    Effect,
    Erase,
    EraseQuestions,
    Keep,
    KeepQuestion,
    PutBack,
)
from assistant.storage.store import Unit
from assistant.storage.tallies import HELPED, NOT_HELPED, Tally


async def carry_out(unit: Unit, person_id: int, effects: Iterable[Effect]) -> None:
    """Does these, in this order, to what is kept about that person. Raises StorageError."""
    for effect in effects:
        match effect:
            case Keep(ref=ref, title=title):
                await unit.bookmarks.add(person_id, ref, title)
            case Drop(ref=ref):
                await unit.bookmarks.remove(person_id, ref)
            case PutBack(bookmark=bookmark):
                await unit.bookmarks.restore(person_id, bookmark)
            case Erase():
                await unit.people.forget(person_id)
            case KeepQuestion(question=question):
                await unit.questions.keep(person_id, question)
            case EraseQuestions():
                await unit.questions.erase(person_id)
            case CountFeedback(ref=ref, version=version, helped=helped, instead=instead):
                said, opposite = (HELPED, NOT_HELPED) if helped else (NOT_HELPED, HELPED)
                await unit.tallies.add(Tally(said, str(ref), version))
                if instead:
                    await unit.tallies.take_back(Tally(opposite, str(ref), version))
            case _:
                assert_never(effect)
