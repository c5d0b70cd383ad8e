"""Every setting, read from the environment or `.env` here and nowhere else."""

import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final, Literal, NamedTuple, Self
from urllib.request import getproxies_environment, proxy_bypass

from dotenv import dotenv_values
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.addresses import is_this_machine, parts_of, proxy_problem, webhook_problem
from assistant.errors import SettingsError

TELEGRAM: Final = "https://api.telegram.org"
ROLES: Final = ("receive", "answer", "hear", "keep")
"""What a machine can do; one alone does all of it."""

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_FILE: Final = Path(".env")
_ENCODING: Final = "utf-8-sig"
"""UTF-8, also with the mark at its beginning that some editors write: it is no part of the first name."""
_PREFIX: Final = "ASSISTANT_"
_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]{0,80}")
_ALIKE: Final = 0.75
"""Two letters exchanged in the shortest name are above."""
_NUMBER: Final = re.compile(r"\+?[0-9](?:[ -]?[0-9]){1,14}")


class Settings(BaseSettings):
    """What an operator can choose. Each field's description is the text in docs/settings.md."""

    model_config = SettingsConfigDict(
        env_file=_FILE,
        env_file_encoding=_ENCODING,
        env_prefix=_PREFIX,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
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
    bot_api_files: Annotated[
        Path | None,
        Field(
            description=(
                "The working folder of a Bot API server of your own that runs with `--local`, where this "
                "program sees it: files are read there. Empty: they are fetched from the server."
            )
        ),
    ] = None
    proxy: Annotated[
        SecretStr | None,
        Field(
            description=(
                "The proxy to Telegram, to Google and to where models are fetched, such as "
                "`socks5://127.0.0.1:1080` or `http://name:word@proxy:3128`. Empty: as `HTTPS_PROXY`, "
                "`ALL_PROXY` and `NO_PROXY` say."
            )
        ),
    ] = None
    database_url: Annotated[
        str,
        Field(
            validation_alias=AliasChoices("DATABASE_URL"),
            description=(
                "Where people, bookmarks and the inbox are kept: an SQLite file, or for several machines a "
                "server, as `postgresql+psycopg://user@host/name`."
            ),
        ),
    ] = "sqlite+aiosqlite:///data/assistant.db"
    database_direct_url: Annotated[
        str,
        Field(
            description=(
                "The server's own address, where `DATABASE_URL` names a pooler such as PgBouncer before it. "
                "Empty: as `DATABASE_URL`."
            )
        ),
    ] = ""
    roles: Annotated[
        str,
        Field(
            description=(
                "What this machine does, where several share a server: `receive` takes updates in, `answer` "
                "answers what is typed, `hear` what is spoken, `keep` makes backups."
            )
        ),
    ] = ",".join(ROLES)
    lease_s: Annotated[
        float,
        Field(
            ge=1,
            le=300,
            description=(
                "Seconds after which other machines take over what one has in hand that hangs or is cut off."
            ),
        ),
    ] = 10.0
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
    sends_per_second: Annotated[
        int,
        Field(
            ge=0,
            le=1000,
            description=(
                "Messages that machines which share a server send in a second, all together. 0: only what "
                "Telegram itself says is too much."
            ),
        ),
    ] = 30
    voices_waiting: Annotated[
        int,
        Field(
            ge=1,
            description=(
                "Voice notes of all people that may wait to be heard: about what one minute serves. Who "
                "speaks beyond that is told that it takes longer, and is heard later; typed questions are "
                "served."
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

    @field_validator("bot_token", "webhook_secret", "proxy", "content_dir", "bot_api_files", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("roles")
    @classmethod
    def _roles_are_known(cls, value: str) -> str:
        named = {name.strip() for name in value.lower().split(",")}
        if not named <= set(ROLES):
            raise ValueError(f"must be one or more of {', '.join(ROLES)}, with commas between")
        return ",".join(role for role in ROLES if role in named)

    @field_validator("bot_api_base")
    @classmethod
    def _base_is_an_address(cls, value: str) -> str:
        value = value.strip()
        parts = parts_of(value)
        if parts is None or parts.scheme not in ("https", "http") or len(value.split()) > 1:
            raise ValueError("must begin with https:// or http:// and name a host, without spaces")
        return value.rstrip("/")

    @field_validator("emergency_number")
    @classmethod
    def _number_can_be_called(cls, value: str) -> str:
        value = value.strip()
        if value and not _NUMBER.fullmatch(value):
            raise ValueError(
                "must be one number that can be called: digits, with spaces at most, such as 112"
            )
        return value

    @field_validator("proxy")
    @classmethod
    def _proxy_can_be_spoken_to(cls, value: SecretStr | None) -> SecretStr | None:
        problem = None if value is None else proxy_problem(value.get_secret_value())
        if problem is not None:
            raise ValueError(problem)
        return value

    @field_validator("ops_port", mode="before")
    @classmethod
    def _no_port_is_none(cls, value: object) -> object:
        return None if isinstance(value, str) and value.strip().lower() in ("", "off") else value

    @field_validator("webhook_secret")
    @classmethod
    def _secret_is_one_for_telegram(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("must be 1 to 256 of A-Z, a-z, 0-9, _ and -")
        return value

    @model_validator(mode="after")
    def _webhook_is_one_for_telegram(self) -> Self:
        if self.webhook_url:
            problem = webhook_problem(self.webhook_url, is_telegram=self.bot_api_base == TELEGRAM)
            if problem is not None:
                raise ValueError(f"ASSISTANT_WEBHOOK_URL {problem}")
        return self

    @property
    def named_roles(self) -> tuple[str, ...]:
        """What this machine does."""
        return tuple(self.roles.split(","))

    @model_validator(mode="after")
    def _machines_can_work_together(self) -> Self:
        is_server = self.database_url.startswith("postgresql")
        if not is_server and self.named_roles != ROLES:
            raise ValueError(
                "ASSISTANT_ROLES: with an SQLite file one machine does everything. Leave it out, or name a "
                "PostgreSQL server in DATABASE_URL."
            )
        if is_server and self.webhook_url and self.webhook_secret is None:
            raise ValueError(
                "ASSISTANT_WEBHOOK_SECRET is empty: machines that share a server share it too. Choose one, "
                "and give it to each."
            )
        return self

    def proxy_for(self, url: str) -> str | None:
        """The proxy through which `url` is asked; None: directly. This machine is never asked through one.

        It may hold a password: for no log. Raises SettingsError for one of the environment that nobody here
        can speak to.
        """
        parts = parts_of(url)
        if parts is None or is_this_machine(str(parts.hostname)) or proxy_bypass(parts.netloc):
            return None
        if self.proxy is not None:
            return self.proxy.get_secret_value()
        named = getproxies_environment()
        kind = parts.scheme if parts.scheme in named else "all"
        proxy = named.get(kind)
        if not proxy:
            return None
        proxy = proxy if "://" in proxy else f"http://{proxy}"
        # "h": the proxy resolves names, as every one of ours does.
        proxy = re.sub(r"^socks(5h|4a)?://", lambda kind: f"socks{(kind[1] or '5')[0]}://", proxy)
        if (problem := proxy_problem(proxy)) is not None:
            raise SettingsError(f"{kind.upper()}_PROXY: {problem}")
        return proxy


def load_settings(roles: str | None = None) -> Settings:
    """The settings of this process; `roles`, from the command line, count for more than the environment's.

    Raises SettingsError naming every setting that cannot be used, never its value.
    """
    try:
        _require_readable(_FILE)
        return Settings() if roles is None else Settings(roles=roles)
    except ValidationError as error:
        lines = []
        for detail in error.errors(include_input=False, include_url=False):
            # What holds for several settings together has no name of its own; its text names one.
            name = str(detail["loc"][0]) if detail["loc"] else ""
            shown = name if name.isupper() else f"ASSISTANT_{name.upper()}"
            lines.append(f"{shown}: {detail['msg']}" if name else detail["msg"])
        raise SettingsError("Some settings cannot be used:\n" + "\n".join(lines)) from None


class UnknownName(NamedTuple):
    """A name in `.env` or the environment that looks like a setting and is none."""

    name: str
    nearest: str | None
    """The setting that was probably meant."""


def unknown_names() -> tuple[UnknownName, ...]:
    """What was set and has no effect: every ASSISTANT_ name that is no setting, and in `.env`, which is
    written for this program, every other name that is nearly one. Raises SettingsError as `load_settings`."""
    _require_readable(_FILE)
    in_file = _upper(dotenv_values(_FILE, encoding=_ENCODING)) if _FILE.is_file() else frozenset()
    known = {setting_name(name) for name in Settings.model_fields}
    found = []
    for name in sorted((in_file | _upper(os.environ)) - known):
        nearest = next(iter(get_close_matches(name, known, n=1, cutoff=_ALIKE)), None)
        if name.startswith(_PREFIX) or (nearest and name in in_file):
            found.append(UnknownName(name, nearest))
    return tuple(found)


def setting_name(field_name: str) -> str:
    """The name in the environment of a field of Settings."""
    alias = Settings.model_fields[field_name].validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"{_PREFIX}{field_name.upper()}"


def _upper(named: Mapping[str, object]) -> frozenset[str]:
    """The names as settings are compared. What could be anything but a name, such as a token, is left out."""
    return frozenset(name for each in named if _NAME.fullmatch(name := each.upper()))


def _require_readable(file: Path) -> None:
    """Raises SettingsError for a file of settings that is there and cannot be read as text."""
    if not file.is_file():
        return
    try:
        text = file.read_text(encoding=_ENCODING)
    except UnicodeDecodeError:
        text = "\0"
    except OSError as error:
        raise SettingsError(f"{file} cannot be read ({error.strerror or type(error).__name__}).") from None
    if "\0" in text:
        raise SettingsError(
            f"{file} is not written in UTF-8. Save it again in that encoding: editors offer it under "
            "“Save as”, and PowerShell with `Out-File -Encoding utf8`."
        )
