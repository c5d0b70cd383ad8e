"""Every setting, read from the environment or `.env` here and nowhere else."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingsError


class Settings(BaseSettings):
    """What an operator can choose. Each field's description is the text of the README's table."""

    model_config = SettingsConfigDict(
        env_file=".env", env_prefix="ASSISTANT_", extra="ignore", frozen=True, populate_by_name=True
    )

    bot_token: Annotated[
        SecretStr | None,
        Field(
            validation_alias=AliasChoices("BOT_TOKEN"),
            description="The token from @BotFather. Empty: the local chat page runs instead.",
        ),
    ] = None
    bot_api_base: Annotated[
        str, Field(validation_alias=AliasChoices("BOT_API_BASE"), description="The Bot API server.")
    ] = "https://api.telegram.org"
    database_url: Annotated[
        str,
        Field(
            validation_alias=AliasChoices("DATABASE_URL"),
            description="Where people, bookmarks and the inbox are kept.",
        ),
    ] = "sqlite+aiosqlite:///data/assistant.db"
    data_dir: Annotated[Path, Field(description="Recordings, backups and artefacts.")] = Path("data")
    backups_kept: Annotated[
        int,
        Field(
            ge=0,
            le=1000,
            description="Daily backups kept in the data folder. 0: the bot makes and removes none.",
        ),
    ] = 7
    content_dir: Annotated[
        Path | None, Field(description="The content folder. Empty: the one that comes with the program.")
    ] = None
    messages_per_minute: Annotated[
        int, Field(ge=1, description="Messages one person may send in a minute.")
    ] = 30
    voices_per_minute: Annotated[
        int, Field(ge=1, description="Voice notes one person may send in a minute.")
    ] = 10

    recognizer: Annotated[
        Literal["whisper", "google"],
        Field(
            description=(
                "`whisper` hears on this machine. `google` sends voices to Google, for people who agreed "
                "to it; everybody else is heard by Whisper."
            )
        ),
    ] = "whisper"
    whisper_model: Annotated[
        str,
        Field(
            description=(
                "A faster-whisper model by name or folder. Empty: the English model that comes with the "
                "program."
            )
        ),
    ] = ""
    google_speech_endpoint: Annotated[
        str, Field(description="Where the Google recogniser sends voices. Empty: Google's own address.")
    ] = ""
    synthesizer: Annotated[
        Literal["local", "gtts"],
        Field(
            description=(
                "The voice to prefer: `local` speaks on this machine, `gtts` is Google's, over the network."
            )
        ),
    ] = "local"
    gtts_base: Annotated[
        str, Field(description="Where gTTS asks for speech. Empty: Google's own address.")
    ] = ""
    gtts_timeout_s: Annotated[
        float, Field(gt=0, description="Seconds to wait for one piece of gTTS speech.")
    ] = 10.0
    max_voice_s: Annotated[
        int, Field(ge=1, le=3600, description="The longest voice note accepted, in seconds.")
    ] = 90
    max_voice_bytes: Annotated[
        int,
        Field(
            ge=1024,
            le=20_971_520,
            description="The biggest voice note accepted, in bytes; Telegram gives bots at most 20 MiB.",
        ),
    ] = 5_000_000
    speech_threads: Annotated[int, Field(ge=1, description="Processor threads for one recognition.")] = 2
    emergency_number: Annotated[
        str,
        Field(
            description=(
                "The local emergency number, said first in emergencies. Empty: 112, with 911 and 999 named."
            )
        ),
    ] = ""
    workers: Annotated[int, Field(ge=1, le=64, description="Conversations served side by side.")] = 8
    preview_port: Annotated[
        int, Field(ge=0, le=65535, description="The local chat page's port on 127.0.0.1.")
    ] = 8765
    log_format: Annotated[Literal["console", "json"], Field(description="How log lines look.")] = "console"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Field(description="The least important log lines shown."),
    ] = "info"

    @field_validator("bot_token", mode="before")
    @classmethod
    def _empty_token_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("content_dir", mode="before")
    @classmethod
    def _empty_folder_is_none(cls, value: object) -> object:
        return None if value == "" else value


def load_settings() -> Settings:
    """The settings of this process.

    Raises SettingsError naming every setting that cannot be used, never its value.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = []
        for detail in error.errors(include_input=False, include_url=False):
            name = str(detail["loc"][0])
            lines.append(f"{name if name.isupper() else 'ASSISTANT_' + name.upper()}: {detail['msg']}")
        raise SettingsError("Some settings cannot be used:\n" + "\n".join(lines)) from None
