"""The settings, and the two documents that list them."""

import re
from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import Settings, load_settings

_ROOT = Path(__file__).parents[2]


def environment_name(field_name: str) -> str:
    """The environment variable of a setting."""
    alias = Settings.model_fields[field_name].validation_alias
    return alias.choices[0] if alias is not None else f"ASSISTANT_{field_name.upper()}"


def environment_names() -> set[str]:
    return {environment_name(name) for name in Settings.model_fields}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in environment_names():
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


@pytest.mark.parametrize(("given", "port"), [("off", None), ("", None), ("0", 0), ("9999", 9999)])
def test_the_operations_port_can_be_turned_off(
    monkeypatch: pytest.MonkeyPatch, given: str, port: int | None
) -> None:
    monkeypatch.setenv("ASSISTANT_OPS_PORT", given)
    assert load_settings().ops_port == port
