"""The program is killed again and again while people talk to it, and everybody's replies are counted.

What one person gets without any fault is the measure for everybody: they all do the same. `next` moves on by
one part each time, so that doing it twice shows as words that nobody should have got.

Names and questions are canaries: in the end they are looked for in all that the program told and left. One
person in three lets their questions be kept: those are in the database, and nowhere else.
"""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.people import Person
from assistant.storage.durability.backups import Backups
from tests.faults.harness import (
    CANARIES,
    SPOKEN,
    SPOKEN_WORD,
    WRITTEN,
    Row,
    asked,
    database,
    dealt_with,
    messages_of,
    program_and_telegram,
    secrecy_row,
    told_and_left,
    voice_note,
)
from tests.journeys.program import Program

_SPOKEN_AND_KEPT: Final = "Does my purple kangaroo bring on the symptoms?"
TALKS: Final = (
    ("/start faq-cure", "/save", "/start symptoms", "next", WRITTEN),
    ("/start faq-cure", "/save", "/start symptoms", "next", SPOKEN),
    (
        "keep my questions",
        "yes",
        "/start symptoms",
        "does snorkelwump bring on the symptoms",
        _SPOKEN_AND_KEPT,
    ),
)
"""What people do, in turn. Two in three end with a voice note."""

Message = tuple[str, str]
"""A message's kind and words."""


@dataclass
class Outcome:
    """What a run came to. Everything is counted in messages, but where it says otherwise."""

    updates: int
    ends: int
    lost: int = 0
    strange: int = 0
    """Messages that nobody should have got: something was done twice, or out of order."""
    repeated: int = 0
    repeated_beyond_flight: int = 0
    """Of those, the ones that were not in flight when the program ended."""
    in_flight: int = 0
    bookmarks_missing: int = 0
    bookmarks_too_many: int = 0
    dead: int = 0
    heard: bool = False
    """Whether the canaries that were spoken were heard: if not, that they are nowhere proves nothing."""
    kept: bool = False
    """Whether every question that was to be kept is in the database, for the same reason."""
    told: list[str] = field(default_factory=list)
    """The canaries in the log and the metrics."""
    left: list[str] = field(default_factory=list)
    """The files of the data folder that hold a canary, when everybody is answered."""
    codes: list[int] = field(default_factory=list)
    longest_end_s: float = 0.0

    def rows(self, how: signal.Signals) -> list[Row]:
        """The promises of docs/reliability.md about this."""
        name = "kill -9" if how is signal.SIGKILL else "SIGTERM"
        n = f"{self.updates} updates, {self.ends} times {name}"
        bookmarks = self.bookmarks_missing + self.bookmarks_too_many
        rows = [
            Row(
                f"{name}: nothing is lost",
                f"{self.lost} messages lost, {self.dead} given up",
                n,
                not (self.lost or self.dead),
            ),
            Row(
                f"{name}: nothing is done twice",
                f"{bookmarks} bookmarks wrong, {self.strange} odd replies",
                n,
                not (bookmarks or self.strange),
            ),
            Row(
                f"{name}: a reply is repeated once at most, and only in flight",
                f"{self.repeated} repeated, {self.in_flight} updates in flight,"
                f" {self.repeated_beyond_flight} beyond",
                n,
                not self.repeated_beyond_flight,
            ),
        ]
        unproven = ["questions that were to be kept are not"] if not self.kept else []
        rows.append(secrecy_row(name, n, self.told, self.left, *unproven, heard=self.heard))
        if how is signal.SIGTERM:
            good = set(self.codes) == {0} and self.longest_end_s <= 25
            figure = f"exit codes {sorted(set(self.codes))}, longest {self.longest_end_s:.1f} s"
            rows.append(Row("SIGTERM: ends well within 25 s", figure, n, good))
        return rows


async def crash(
    *,
    updates: int,
    ends: int,
    rate_per_s: float,
    how: signal.Signals,
    seed: int = 1,
) -> Outcome:
    """Sends updates from many people at that rate, ends the program that often meanwhile, and counts."""
    chance = random.Random(seed)  # noqa: S311 - the same moments in every run
    voices = {words: await voice_note(words) for words in (SPOKEN, _SPOKEN_AND_KEPT)}
    # Who comes when too many wait is sent away, as promised elsewhere; here everybody is to be heard.
    waiting = {"ASSISTANT_VOICES_WAITING": str(updates)}
    async with program_and_telegram(**waiting) as (api, program):
        await program.start()
        expected = [await _reference(api, program, talk, voices) for talk in TALKS]
        replies = "\n".join(words.lower() for talk in expected for _, words in talk)
        heard = SPOKEN_WORD in replies and "kangaroo" in replies
        people = [api.person(f"{CANARIES.name} {number}") for number in range(updates // len(TALKS[0]))]
        outcome = Outcome(len(people) * len(TALKS[0]), ends, heard=heard)
        in_flight: Counter[int] = Counter()
        turns = [number for number in range(len(people)) for _ in TALKS[0]]
        chance.shuffle(turns)
        steps: Counter[int] = Counter()
        share = len(turns) // (ends + 1)
        for life in range(ends + 1):
            batch = turns[life * share :] if life == ends else turns[life * share : (life + 1) * share]
            sending = asyncio.create_task(_send(people, batch, steps, voices, rate_per_s))
            if life < ends:
                await asyncio.sleep(chance.uniform(0.2, 1.0) * len(batch) / rate_per_s)
                began = time.monotonic()
                outcome.codes.append(await program.end(how))
                outcome.longest_end_s = max(outcome.longest_end_s, time.monotonic() - began)
                in_flight.update(
                    int(str(person)) for (person,) in asked(program, _RUNNING) if person is not None
                )
                await sending
                await program.start()
            await sending
        await dealt_with(api, program)
        await _count(program, people, expected, in_flight, outcome)
        questions = asked(program, "SELECT words FROM questions")
        outcome.kept = len(questions) == 2 * (len(people[2::3]) + 1)
        await asyncio.to_thread(Backups(database(program), program.data / "backups").make)
        outcome.told, outcome.left = await told_and_left(program)
        await program.end()
    return outcome


_RUNNING: Final = "SELECT person FROM inbox WHERE state = 'running'"


async def _reference(
    api: LoopbackBotApi, program: Program, talk: tuple[str, ...], voices: Mapping[str, bytes]
) -> Counter[Message]:
    somebody = api.person(f"Somebody who does {talk[-1]}")
    for step in talk:
        await _do(somebody, step, voices)
        await dealt_with(api, program)
    return await messages_of(somebody)


async def _send(
    people: list[Person],
    batch: list[int],
    steps: Counter[int],
    voices: Mapping[str, bytes],
    rate_per_s: float,
) -> None:
    for number in batch:
        await _do(people[number], TALKS[number % len(TALKS)][steps[number]], voices)
        steps[number] += 1
        await asyncio.sleep(1 / rate_per_s)


async def _do(person: Person, step: str, voices: Mapping[str, bytes]) -> None:
    if step in voices:
        await person.send_voice(voices[step])
    else:
        await person.send_text(step)


async def _count(
    program: Program,
    people: list[Person],
    expected: list[Counter[Message]],
    in_flight: Counter[int],
    outcome: Outcome,
) -> None:
    outcome.in_flight = in_flight.total()
    for number, person in enumerate(people):
        got, wanted = await messages_of(person), expected[number % len(TALKS)]
        outcome.lost += (wanted - got).total()
        extra = got - wanted
        outcome.strange += sum(count for message, count in extra.items() if message not in wanted)
        # A reply may be several messages: it was repeated as often as the one repeated most.
        repeated = sum(
            count for message, count in extra.items() if message in wanted and message[0] == "text"
        )
        outcome.repeated += repeated
        outcome.repeated_beyond_flight += max(0, repeated - in_flight[person.id])
    kept = Counter(int(str(person)) for (person,) in asked(program, "SELECT person FROM bookmarks"))
    for number, person in enumerate(people):
        surplus = kept[person.id] - TALKS[number % len(TALKS)].count("/save")
        outcome.bookmarks_missing += max(0, -surplus)
        outcome.bookmarks_too_many += max(0, surplus)
    [(dead,)] = asked(program, "SELECT count(*) FROM inbox WHERE state = 'dead'")
    outcome.dead = int(str(dead))
