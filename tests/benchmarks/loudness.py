"""Is every note equally loud? All that is prepared is recorded at each speed, and measured as it is played.

    python -m tests.benchmarks.loudness

prints, for each speed, how many notes there are, the lowest and the highest integrated loudness and the
highest true peak (EBU R 128), and names those that are not as they should be. It takes some minutes. Where a
note is off, it ends with exit code 1.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from assistant.app import open_services
from assistant.dialogue.prepared_scripts import scripts_to_have_ready
from assistant.settings import Settings
from assistant.speech.audio import decode
from assistant.speech.sound import AudioFile
from assistant.speech.tts.loudness import TARGET_LUFS, Loudness, measure
from assistant.speech.tts.mastering import MOST_DBTP
from assistant.speech.tts.script import Recording, Script, Speed
from assistant.speech.tts.service import TextToSpeech
from assistant.storage.store import IN_MEMORY

FARTHEST_LU: Final = 1.0
"""So far from the target may a note be."""
_LONGEST_S: Final = 180.0
_PLAYED_HZ: Final = 48_000


@dataclass(frozen=True, slots=True)
class Measured:
    """A note, by how it begins, and how loud it is."""

    begins: str
    loudness: Loudness

    @property
    def is_as_it_should_be(self) -> bool:
        """As loud as every other note, and without harsh peaks."""
        return (
            abs(self.loudness.integrated_lufs - TARGET_LUFS) <= FARTHEST_LU
            and self.loudness.true_peak_dbtp <= MOST_DBTP
        )


def as_played(note: Recording) -> Loudness:
    """How loud the note is, decoded as a phone does."""
    return measure(decode(AudioFile(note.ogg, "audio/ogg"), max_s=_LONGEST_S, sample_rate_hz=_PLAYED_HZ))


async def measured(tts: TextToSpeech, scripts: Sequence[Script], speed: Speed) -> list[Measured]:
    """Records and measures each of them."""
    found = []
    for script in scripts:
        note = await tts.record(script, speed)
        found.append(Measured(script.title, await asyncio.to_thread(as_played, note)))
    return found


async def main() -> bool:
    """Prints the table; whether every note is as it should be."""
    console = Console()
    table = Table("speed", "notes", "quietest, LUFS", "loudest, LUFS", "highest peak, dBTP")
    wrong: list[tuple[Speed, Measured]] = []
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder))
        async with open_services(settings, database_url=IN_MEMORY) as services:
            scripts = scripts_to_have_ready(services.dialogue, services.library, services.sentences)
            for speed in Speed:
                found = await measured(services.tts, scripts, speed)
                loud = [each.loudness.integrated_lufs for each in found]
                peak = max(each.loudness.true_peak_dbtp for each in found)
                table.add_row(speed, f"{len(found)}", f"{min(loud):.2f}", f"{max(loud):.2f}", f"{peak:.2f}")
                wrong += [(speed, each) for each in found if not each.is_as_it_should_be]
    console.print(table)
    console.print(
        f"The target is {TARGET_LUFS:.0f} LUFS within {FARTHEST_LU:.0f} LU, and {MOST_DBTP:.0f} dBTP at most."
    )
    for speed, each in wrong:
        console.print(
            f"Not so, {speed}: {each.begins} "
            f"({each.loudness.integrated_lufs:.2f} LUFS, {each.loudness.true_peak_dbtp:.2f} dBTP)"
        )
    return not wrong


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main()) else 1)
