"""What is recorded before anybody asks: at the usual speed first, when nobody is served, and never twice."""

from typing import Any, cast

from assistant.errors import SpeechError
from assistant.speech.tts.preparation import prepare
from assistant.speech.tts.script import Script, Speed
from assistant.speech.tts.service import TextToSpeech

_HELP, _CURE, _CAUSES = (Script(title, ("Some words.",), "en", {}) for title in ("Help", "Cure", "Causes"))


class Studio:
    """Notes what is recorded, and when it was quiet."""

    def __init__(self, *kept: tuple[Script, Speed], broken: Script | None = None) -> None:
        self.kept = kept
        self.broken = broken
        self.done: list[Any] = []

    def has(self, script: Script, speed: Speed) -> bool:
        return (script, speed) in self.kept

    async def record(self, script: Script, speed: Speed) -> None:
        if script is self.broken:
            raise SpeechError("every voice failed")
        self.done.append((script.title, speed))

    async def quiet(self) -> None:
        self.done.append("quiet")


async def prepared(studio: Studio) -> list[Any]:
    await prepare(cast("TextToSpeech", studio), lambda: (_HELP, _CURE, _CAUSES), studio.quiet)
    return studio.done


async def test_all_is_recorded_at_the_usual_speed_before_any_other_and_each_when_it_is_quiet() -> None:
    done = await prepared(Studio())
    assert done[::2] == ["quiet"] * 9
    assert done[1::2] == [
        (script.title, speed)
        for speed in (Speed.NORMAL, Speed.SLOW, Speed.FAST)
        for script in (_HELP, _CURE, _CAUSES)
    ]


async def test_what_is_kept_is_not_recorded_again_and_what_fails_holds_nothing_up() -> None:
    studio = Studio((_HELP, Speed.NORMAL), *((_CAUSES, speed) for speed in Speed), broken=_CURE)
    done = [each for each in await prepared(studio) if each != "quiet"]
    assert done == [("Help", Speed.SLOW), ("Help", Speed.FAST)]
