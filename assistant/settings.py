"""Every setting, read from the environment or `.env` here and nowhere else."""

import re
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingsError

TELEGRAM: Final = "https://api.telegram.org"

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PATH: Final = re.compile(r"[A-Za-z0-9/_.~-]*")
_WEBHOOK_PORTS: Final = (443, 80, 88, 8443)
"""The only ones that Telegram sends to (Bot API, `setWebhook`)."""


class Settings(BaseSettings):
    """What an operator can choose. Each field's description is the text in docs/settings.md."""

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
    ] = TELEGRAM
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
    voices_waiting: Annotated[
        int,
        Field(
            ge=1,
            description=(
                "Voice notes of all people that may wait to be heard: about what one minute serves. Who "
                "speaks beyond that is told to come back in a minute; typed questions are served."
            ),
        ),
    ] = 60

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
                "The emergency number of your country, said first in emergencies. Set it wherever the bot is "
                "public. Empty: 112, 911 or the local number."
            )
        ),
    ] = ""
    crisis_line: Annotated[
        str,
        Field(
            description=(
                "Whom people in your country can call who think of suicide, in the words to be said, such as "
                "`Samaritans, 116 123`. Empty: findahelpline.com."
            )
        ),
    ] = ""
    workers: Annotated[int, Field(ge=1, le=64, description="Conversations served side by side.")] = 8
    preview_port: Annotated[
        int, Field(ge=0, le=65535, description="The local chat page's port on 127.0.0.1.")
    ] = 8765
    webhook_url: Annotated[
        str,
        Field(
            description=(
                "The public https address to which Telegram sends updates. Empty: the bot asks for them "
                "(long polling)."
            )
        ),
    ] = ""
    webhook_secret: Annotated[
        SecretStr | None,
        Field(
            description=(
                "What Telegram proves itself with, 1 to 256 of `A-Z a-z 0-9 _ -`. Empty: a new one at each "
                "start."
            )
        ),
    ] = None
    webhook_host: Annotated[str, Field(description="Where the webhook listens, behind your proxy.")] = (
        "127.0.0.1"
    )
    webhook_port: Annotated[int, Field(ge=1, le=65535, description="The webhook's port.")] = 8080
    ops_host: Annotated[
        str, Field(description="Where `/livez`, `/readyz` and `/metrics` listen. `0.0.0.0` in a container.")
    ] = "127.0.0.1"
    ops_port: Annotated[
        int | None,
        Field(
            ge=0,
            le=65535,
            description="The port of `/livez`, `/readyz` and `/metrics`. 0: any free one. `off`: none.",
        ),
    ] = 9464
    log_format: Annotated[Literal["console", "json"], Field(description="How log lines look.")] = "console"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Field(description="The least important log lines shown."),
    ] = "info"

    @field_validator("bot_token", mode="before")
    @classmethod
    def _empty_token_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("ops_port", mode="before")
    @classmethod
    def _no_port_is_none(cls, value: object) -> object:
        return None if value in ("", "off") else value

    @field_validator("webhook_secret", mode="before")
    @classmethod
    def _empty_secret_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("webhook_secret")
    @classmethod
    def _secret_is_one_for_telegram(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("must be 1 to 256 of A-Z, a-z, 0-9, _ and -")
        return value

    @model_validator(mode="after")
    def _webhook_is_one_for_telegram(self) -> Self:
        if self.webhook_url:
            problem = _webhook_problem(self.webhook_url, is_telegram=self.bot_api_base == TELEGRAM)
            if problem is not None:
                raise ValueError(f"ASSISTANT_WEBHOOK_URL {problem}")
        return self

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
            # What holds for several settings together has no name of its own; its text names one.
            name = str(detail["loc"][0]) if detail["loc"] else ""
            shown = name if name.isupper() else f"ASSISTANT_{name.upper()}"
            lines.append(f"{shown}: {detail['msg']}" if name else detail["msg"])
        raise SettingsError("Some settings cannot be used:\n" + "\n".join(lines)) from None


def _webhook_problem(url: str, *, is_telegram: bool) -> str | None:
    """Why updates cannot be sent to this address; a Bot API server of one's own also takes plain http."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is no web address"
    if parts.hostname is None or parts.scheme not in (("https",) if is_telegram else ("https", "http")):
        return "must begin with https:// and name a host"
    if is_telegram and port not in (None, *_WEBHOOK_PORTS):
        return "must have one of the ports that Telegram sends to: 443, 80, 88 or 8443"
    if parts.username is not None or parts.query or parts.fragment or not _PATH.fullmatch(parts.path):
        return "must be a host, a port and a plain path, and nothing else"
    return None
