"""Carries out what a turn decided is to happen to what is kept."""

from collections.abc import Iterable
from typing import assert_never

from assistant.dialogue.turn import Drop, Effect, Erase, EraseQuestions, Keep, KeepQuestion, PutBack
from assistant.storage.store import Unit


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
            case _:
                assert_never(effect)
