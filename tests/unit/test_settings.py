"""The settings, and the two documents that list them."""

import re
from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import ROLES, Settings, UnknownName, load_settings, unknown_names
from assistant.settings import setting_name as environment_name

_ROOT = Path(__file__).parents[2]
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


def environment_names() -> set[str]:
    return {environment_name(name) for name in Settings.model_fields}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*environment_names(), *_PROXIES, *map(str.upper, _PROXIES)):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_the_example_file_lists_every_setting_and_no_other() -> None:
    text = (_ROOT / ".env.example").read_text(encoding="utf-8")
    listed = re.findall(r"^#? ?([A-Z_]+)=", text, flags=re.MULTILINE)
    assert sorted(listed) == sorted(environment_names())


def test_the_example_file_shows_the_defaults() -> None:
    text = (_ROOT / ".env.example").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^#? ?([A-Z_]+)=(.*)$", text, flags=re.MULTILINE))
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else str(field.default)
        assert shown[environment_name(name)] == default


def test_the_document_shows_every_setting_as_it_is_and_no_other() -> None:
    text = (_ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([A-Z_]+)` \| `?(.*?)`? \| (.*) \|$", text, flags=re.MULTILINE)
    assert sorted(listed) == sorted(
        (environment_name(name), "" if field.default is None else str(field.default), field.description)
        for name, field in Settings.model_fields.items()
    )


def test_the_example_file_can_be_used_as_it_is(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes((_ROOT / ".env.example").read_bytes())
    assert load_settings() == Settings(_env_file=None)


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_a_setting_that_cannot_be_used_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_MAX_VOICE_S", "a-secret-by-mistake")
    monkeypatch.setenv("ASSISTANT_WORKERS", "0")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert "ASSISTANT_MAX_VOICE_S" in str(raised.value)
    assert "ASSISTANT_WORKERS" in str(raised.value)
    assert "a-secret-by-mistake" not in str(raised.value)


def test_the_token_never_shows_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "123456:a-token-nobody-may-see")
    settings = load_settings()
    assert "a-token-nobody-may-see" not in repr(settings)
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == "123456:a-token-nobody-may-see"


def test_an_empty_token_means_the_local_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "")
    assert load_settings().bot_token is None


@pytest.mark.parametrize(
    "url",
    [
        "bot.example.org/take",
        "http://bot.example.org/take",
        "https:///take",
        "https://bot.example.org:8080/take",
        "https://bot.example.org:port/take",
        "https://somebody:word@bot.example.org/take",
        "https://bot.example.org/take?it=1",
        "https://bot.example.org/{anything}",
    ],
)
def test_an_address_that_telegram_would_not_send_to_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("ASSISTANT_WEBHOOK_URL", url)
    with pytest.raises(SettingsError, match="ASSISTANT_WEBHOOK_URL"):
        load_settings()


@pytest.mark.parametrize("url", ["https://bot.example.org", "https://bot.example.org:8443/a/b-c_d.e~f"])
def test_an_address_that_telegram_sends_to_is_taken(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ASSISTANT_WEBHOOK_URL", url)
    assert load_settings().webhook_url == url


def test_a_bot_api_server_of_ones_own_may_send_over_plain_http_to_any_port(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BOT_API_BASE", "http://127.0.0.1:8081")
    monkeypatch.setenv("ASSISTANT_WEBHOOK_URL", "http://127.0.0.1:5000/take")
    assert load_settings().webhook_url == "http://127.0.0.1:5000/take"


@pytest.mark.parametrize("secret", ["with spaces canary", "canary" * 50, "canaries-ähem"])
def test_a_secret_that_telegram_would_refuse_is_named_and_never_shown(
    monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("ASSISTANT_WEBHOOK_SECRET", secret)
    with pytest.raises(SettingsError, match="ASSISTANT_WEBHOOK_SECRET") as raised:
        load_settings()
    assert "canar" not in str(raised.value)


@pytest.mark.parametrize(
    ("given", "port"), [("off", None), ("OFF ", None), ("", None), ("0", 0), ("9999", 9999)]
)
def test_the_operations_port_can_be_turned_off(
    monkeypatch: pytest.MonkeyPatch, given: str, port: int | None
) -> None:
    monkeypatch.setenv("ASSISTANT_OPS_PORT", given)
    assert load_settings().ops_port == port


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_a_file_in_another_encoding_is_refused_with_a_sentence(tmp_path: Path, encoding: str) -> None:
    (tmp_path / ".env").write_text("# für später\nBOT_TOKEN=1:canary\n", encoding=encoding)
    with pytest.raises(SettingsError, match=r"\.env is not written in UTF-8") as raised:
        load_settings()
    assert "canary" not in str(raised.value)


def test_a_file_may_begin_with_the_mark_of_its_encoding(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ASSISTANT_WORKERS=3\n", encoding="utf-8-sig")
    assert load_settings().workers == 3


@pytest.mark.parametrize(
    "base",
    [
        *("api.telegram.org", "localhost:8081", "ftp://host", "https://"),
        *("http://host:port", "http://h/?a=1", "http://h x"),
    ],
)
def test_a_server_without_an_address_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, base: str
) -> None:
    monkeypatch.setenv("BOT_API_BASE", base)
    with pytest.raises(SettingsError, match="BOT_API_BASE"):
        load_settings()


def test_blanks_around_an_address_are_no_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_API_BASE", " https://bots.example/ ")
    assert load_settings().bot_api_base == "https://bots.example"


@pytest.mark.parametrize("number", ["none", "one one two", "112 or 911", "-", "call 112", "1" * 16, "1"])
def test_an_emergency_number_that_nobody_can_call_is_refused(
    monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    monkeypatch.setenv("ASSISTANT_EMERGENCY_NUMBER", number)
    with pytest.raises(SettingsError, match="ASSISTANT_EMERGENCY_NUMBER"):
        load_settings()


@pytest.mark.parametrize("number", ["", "112", "999", "15", "+49 30 1234567", "0800-123 456"])
def test_an_emergency_number_that_can_be_called_is_taken(
    monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    monkeypatch.setenv("ASSISTANT_EMERGENCY_NUMBER", number)
    assert load_settings().emergency_number == number


def test_a_name_that_is_no_setting_is_told_with_the_nearest_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ASSISTANT_WORKRES", "3")
    monkeypatch.setenv("assistant_quite_else", "3")
    monkeypatch.setenv("BOT_TOKNE", "of another program's environment")
    (tmp_path / ".env").write_text("BOT_TOKN=1:canary\nCOMPOSE_PROJECT_NAME=x\n1:canary=\n")
    assert unknown_names() == (
        UnknownName("ASSISTANT_QUITE_ELSE", None),
        UnknownName("ASSISTANT_WORKRES", "ASSISTANT_WORKERS"),
        UnknownName("BOT_TOKN", "BOT_TOKEN"),
    )


def test_every_setting_is_known_in_whatever_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("assistant_workers", "3")
    assert unknown_names() == ()


_TELEGRAM = "https://api.telegram.org"


@pytest.mark.parametrize(
    ("named", "url", "proxy"),
    [
        ({}, _TELEGRAM, None),
        ({"HTTPS_PROXY": "http://p:1"}, _TELEGRAM, "http://p:1"),
        ({"https_proxy": "p:1"}, _TELEGRAM, "http://p:1"),
        ({"ALL_PROXY": "socks5h://p:1"}, _TELEGRAM, "socks5://p:1"),
        ({"ALL_PROXY": "socks://a:b@p:1", "HTTP_PROXY": "http://q:1"}, _TELEGRAM, "socks5://a:b@p:1"),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "telegram.org"}, _TELEGRAM, None),
        ({"HTTPS_PROXY": "http://p:1"}, "http://bots.example:8081", None),
        ({"ALL_PROXY": "http://p:1"}, "http://127.0.0.1:8081", None),
        ({"HTTPS_PROXY": "http://p:1", "ASSISTANT_PROXY": "socks5://q:2"}, _TELEGRAM, "socks5://q:2"),
        ({"ASSISTANT_PROXY": "socks5://q:2"}, "http://localhost:8081", None),
    ],
)
def test_a_proxy_is_the_settings_or_the_environments(
    monkeypatch: pytest.MonkeyPatch, named: dict[str, str], url: str, proxy: str | None
) -> None:
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    assert load_settings().proxy_for(url) == proxy


@pytest.mark.parametrize("proxy", ["proxy:3128", "https://proxy:3128", "socks5://proxy", "http://:3128"])
def test_a_proxy_that_nobody_can_speak_to_is_refused_and_never_shown(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("ASSISTANT_PROXY", proxy)
    with pytest.raises(SettingsError, match="ASSISTANT_PROXY") as raised:
        load_settings()
    assert proxy not in str(raised.value)
    monkeypatch.delenv("ASSISTANT_PROXY")
    monkeypatch.setenv("ALL_PROXY", "ftp://canary:1")
    with pytest.raises(SettingsError, match="ALL_PROXY") as raised:
        load_settings().proxy_for(_TELEGRAM)
    assert "canary" not in str(raised.value)


def test_a_machine_with_a_file_does_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="ASSISTANT_ROLES: with an SQLite file"):
        load_settings("hear")
    assert load_settings("keep, hear,answer,receive").named_roles == ROLES
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://somebody@db/assistant")
    monkeypatch.setenv("ASSISTANT_ROLES", "keep,receive")
    assert load_settings().named_roles == ("receive", "keep")
    assert load_settings("hear").named_roles == ("hear",)
    with pytest.raises(SettingsError, match=r"ASSISTANT_ROLES: .*must be one or more of receive"):
        load_settings("cook")


def test_machines_that_share_a_webhook_share_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://somebody@db/assistant")
    monkeypatch.setenv("ASSISTANT_WEBHOOK_URL", "https://bot.example.org/hook")
    with pytest.raises(SettingsError, match="ASSISTANT_WEBHOOK_SECRET is empty"):
        load_settings()
    monkeypatch.setenv("ASSISTANT_WEBHOOK_SECRET", "canary")
    load_settings()
