"""What runs the bot on many machines, read by the very programs that it is written for."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from sqlalchemy import create_engine, text

from assistant.operations.metrics import Metrics, NodeRole
from assistant.settings import Settings, setting_name
from assistant.storage.tables import metadata
from tests.needs import CADDY, COMPOSE, PROMTOOL

_ROOT: Final = Path(__file__).parents[2]
_DEPLOY: Final = _ROOT / "deploy"
_CHART: Final = _DEPLOY / "helm"
_ROLES: Final = ("receive", "answer", "hear", "keep")
_SECRETS: Final = {
    "BOT_TOKEN": "1:made-up",
    "BOT_DOMAIN": "bot.example.org",
    "ASSISTANT_WEBHOOK_SECRET": "made-up",
    "POSTGRES_PASSWORD": "p@ss/word",
}
_VALUES: Final = {"botToken": "1:made-up", "webhookSecret": "made-up"}
_ARCHIVE: Final = {"archive": {"enabled": True, "destinationPath": "s3://b", "credentials": "c"}}
_KUBERNETES: Final = "1.33"
_OWN_KINDS: Final = {"v1", "apps/v1", "autoscaling/v2", "networking.k8s.io/v1", "policy/v1"}


def _run(*words: str | Path | None, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(
        [str(word) for word in words], env=known | environment, capture_output=True, text=True, check=False
    )


def _compose(folder: Path, secrets: dict[str, str]) -> subprocess.CompletedProcess[str]:
    (folder / "deploy").mkdir()
    for name in ("docker-compose.yml", "deploy/docker-compose.scale.yml", "deploy/Caddyfile"):
        shutil.copy(_ROOT / name, folder / name)
    file = folder / ".env"
    file.write_text("".join(f"{name}={value}\n" for name, value in secrets.items()))
    scale = folder / "deploy" / "docker-compose.scale.yml"
    return _run(COMPOSE, "--env-file", file, "-f", scale, "config", "--format", "json")


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    read = _compose(tmp_path_factory.mktemp("compose"), _SECRETS)
    assert read.returncode == 0, read.stderr
    everything: dict[str, Any] = json.loads(read.stdout)
    return everything


compose = [pytest.mark.needs("docker-compose"), pytest.mark.process]


def marked(marks: list[pytest.MarkDecorator]) -> Any:
    def put(test: Any) -> Any:
        for mark in marks:
            test = mark(test)
        return test

    return put


@marked(compose)
def test_every_role_runs_twice_and_is_as_shut_in_as_the_single_machine(composed: dict[str, Any]) -> None:
    for role in _ROLES:
        service = composed["services"][role]
        assert service["command"] == ["run", "--role", role]
        assert service["deploy"]["replicas"] == 2
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["stop_grace_period"] == "40s"
        assert service["healthcheck"]["test"] == ["CMD", "assistant", "health"]
        assert "ports" not in service
        # Two nodes in one data folder would take each other's signs of life for their own.
        kept = [volume["target"] for volume in service.get("volumes", [])]
        assert kept == (["/data/backups"] if role == "keep" else [])
        assert any(each.startswith("/data:") for each in service["tmpfs"])


@marked(compose)
def test_only_the_proxy_is_reached_from_outside_and_the_database_reaches_nobody(
    composed: dict[str, Any],
) -> None:
    published = [name for name, service in composed["services"].items() if service.get("ports")]
    assert published == ["proxy"]
    assert list(composed["services"]["db"]["networks"]) == ["inside"]
    assert composed["networks"]["inside"]["internal"] is True


@marked(compose)
def test_the_password_is_in_no_address_and_reaches_the_database_as_a_file(composed: dict[str, Any]) -> None:
    node = composed["services"]["answer"]["environment"]
    assert node["PGPASSWORD"] == _SECRETS["POSTGRES_PASSWORD"]
    assert _SECRETS["POSTGRES_PASSWORD"] not in node["DATABASE_URL"]
    database = composed["services"]["db"]
    assert _SECRETS["POSTGRES_PASSWORD"] not in json.dumps(database)
    assert database["environment"]["POSTGRES_PASSWORD_FILE"] == database["secrets"][0]["target"]


@marked(compose)
def test_no_words_of_people_get_into_the_log_of_the_database(composed: dict[str, Any]) -> None:
    options = dict(word.removeprefix("-c").split("=") for word in composed["services"]["db"]["command"][1:])
    assert options["log_statement"] == "none"
    assert options["log_min_error_statement"] == "panic"
    assert options["log_parameter_max_length"] == options["log_parameter_max_length_on_error"] == "0"


@marked(compose)
@pytest.mark.parametrize("missing", sorted(_SECRETS))
def test_what_is_missing_is_named_before_anything_starts(tmp_path: Path, missing: str) -> None:
    read = _compose(tmp_path, {name: value for name, value in _SECRETS.items() if name != missing})
    assert read.returncode != 0
    assert f"Write {missing} into .env" in read.stderr


@pytest.mark.needs("caddy")
@pytest.mark.process
def test_caddy_can_read_its_file() -> None:
    read = _run(CADDY, "validate", "--config", _DEPLOY / "Caddyfile", BOT_DOMAIN="bot.example.org")
    assert read.returncode == 0, read.stderr


def test_the_proxy_sends_on_what_telegram_is_told_to_send_to_where_receivers_listen() -> None:
    proxy = (_DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    scale = (_DEPLOY / "docker-compose.scale.yml").read_text(encoding="utf-8")
    (path,) = re.findall(r"ASSISTANT_WEBHOOK_URL: https://\$\{BOT_DOMAIN\S+.*\}(/\S+)$", scale, re.MULTILINE)
    assert f"handle {path} {{" in proxy
    assert f"dynamic a receive {Settings.model_fields['webhook_port'].default} {{" in proxy


def rendered(**values: Any) -> list[dict[str, Any]]:
    """What Helm makes of the chart."""
    import helm_python

    with helm_python.Chart.load(_CHART) as chart:
        chart.validate_schema(_VALUES | values)
        files = chart.render(_VALUES | values, name="bot", namespace="bot")
    return [each for file in files.values() for each in yaml.safe_load_all(file) if each]


def of_kind(kind: str, everything: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each for each in everything if each["kind"] == kind}


helm = pytest.mark.needs("helm")


@pytest.fixture(scope="module")
def chart() -> list[dict[str, Any]]:
    return rendered(database=_ARCHIVE)


@helm
def test_helm_finds_nothing_wrong_with_the_chart() -> None:
    import helm_python

    found = helm_python.lint(_CHART, _VALUES, strict=True)
    assert found["errors"] == []
    assert [each["error"] for each in found["messages"] if each["severity"] > 1] == []


@helm
def test_kubernetes_knows_every_field_of_its_own_kinds(chart: list[dict[str, Any]]) -> None:
    import kubernetes_validate

    own = [each for each in chart if each["apiVersion"] in _OWN_KINDS]
    assert len(own) >= 12
    for each in own:
        kubernetes_validate.validate(each, _KUBERNETES, strict=True)


@helm
def test_every_role_has_a_deployment_that_is_shut_in_and_asked_how_it_is(chart: list[dict[str, Any]]) -> None:
    deployments = of_kind("Deployment", chart)
    assert set(deployments) == {f"bot-{role}" for role in _ROLES}
    for role in _ROLES:
        pod = deployments[f"bot-{role}"]["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        assert container["args"] == ["run", "--role", role]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        assert pod["terminationGracePeriodSeconds"] == 40
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        asked = {name: container[f"{name}Probe"]["httpGet"]["path"] for name in ("liveness", "readiness")}
        assert asked == {"liveness": "/livez", "readiness": "/readyz"}
    port = Settings.model_fields["ops_port"].default
    assert {"name": "operations", "containerPort": port} in container["ports"]


@helm
def test_what_grows_grows_by_what_it_lacks(chart: list[dict[str, Any]]) -> None:
    assert of_kind("HorizontalPodAutoscaler", chart)["bot-answer"]["spec"]["minReplicas"] == 2
    assert of_kind("PodDisruptionBudget", chart)["bot-receive"]["spec"]["minAvailable"] == 1
    assert of_kind("Deployment", chart)["bot-receive"]["spec"]["replicas"] == 2
    hear = of_kind("ScaledObject", chart)["bot-hear"]["spec"]
    assert hear["scaleTargetRef"]["name"] == "bot-hear"
    for scaled in ("bot-answer", "bot-hear"):
        assert "replicas" not in of_kind("Deployment", chart)[scaled]["spec"], "two would pull at it"
    (trigger,) = hear["triggers"]
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        assert connection.execute(text(trigger["metadata"]["query"])).scalar_one() == 0


@helm
def test_the_database_has_two_copies_before_telegram_is_told_and_forgets_within_a_week(
    chart: list[dict[str, Any]],
) -> None:
    cluster = of_kind("Cluster", chart)["bot-db"]["spec"]
    assert cluster["instances"] == 3
    assert cluster["postgresql"]["synchronous"] == {"method": "any", "number": 1, "failoverQuorum": True}
    assert cluster["postgresql"]["parameters"]["log_statement"] == "none"
    days = int(of_kind("ObjectStore", chart)["bot-db"]["spec"]["retentionPolicy"].removesuffix("d"))
    assert of_kind("ScheduledBackup", chart)["bot-db"]["spec"]["schedule"] == "0 0 3 * * *"
    assert days + 1 <= 7, "and the day between two base copies"


@helm
@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"botToken": ""}, "botToken"),
        ({"webhookSecret": ""}, "webhookSecret"),
        ({"database": {"create": False}}, "database.host"),
        ({"database": {"archive": {"windowDays": 30}}}, "windowDays"),
        ({"database": {"instances": 1}}, "instances"),
        ({"settings": {"PASSWORD": "x"}}, "PASSWORD"),
        ({"role": {}}, "role"),
    ],
)
def test_values_that_cannot_be_meant_are_refused_by_name(values: dict[str, Any], named: str) -> None:
    import helm_python

    with pytest.raises(helm_python.HelmError, match=named):
        rendered(**values)


@helm
def test_a_database_and_secrets_of_your_own_take_the_place_of_the_chart_s() -> None:
    own = rendered(
        botToken="",
        webhookSecret="",
        existingSecret="ours",
        database={"create": False, "host": "db.example.org", "secret": "db"},
    )
    kinds = {each["kind"] for each in own}
    assert not kinds & {"Cluster", "Secret", "PodMonitor"}
    settings = of_kind("ConfigMap", own)["bot-settings"]["data"]
    assert settings["DATABASE_URL"] == "postgresql+psycopg://db.example.org/assistant"


def alerts() -> list[dict[str, Any]]:
    groups: dict[str, Any] = yaml.safe_load((_CHART / "files" / "alerts.yml").read_text(encoding="utf-8"))
    return [rule for group in groups["groups"] for rule in group["rules"]]


def shown() -> Iterator[str]:
    """What the dashboard asks Prometheus for."""
    dashboard = json.loads((_CHART / "files" / "dashboard.json").read_text(encoding="utf-8"))
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield target["expr"]


def test_the_chart_s_alerts_are_those_of_the_page_and_what_only_many_machines_have() -> None:
    page = (_ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    written = [rule for group in yaml.safe_load(block)["groups"] for rule in group["rules"]]
    ours = alerts()
    assert ours[: len(written)] == written
    added = [rule["alert"] for rule in ours[len(written) :]]
    assert added == ["NodeLost", "FenceHit", "LockNotDirect", "DeadTuples"]


@pytest.mark.needs("promtool")
@pytest.mark.process
def test_prometheus_can_read_the_alerts_and_all_that_the_dashboard_asks(tmp_path: Path) -> None:
    asked = [{"record": f"panel:{number}", "expr": expr} for number, expr in enumerate(shown())]
    dashboard = tmp_path / "dashboard.yml"
    dashboard.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": asked}]}))
    read = _run(PROMTOOL, "check", "rules", _CHART / "files" / "alerts.yml", dashboard)
    assert read.returncode == 0, read.stderr
    assert f"{len(asked)} rules found" in read.stdout


_EVERY: Final = "15s"
_TIMES: Final = "x80"
"""Twenty minutes."""
_QUIET: Final = {
    'up{job="assistant",pod="a"}': "1",
    'up{job="assistant",pod="r"}': "1",
    'assistant_role{role="answer",pod="a"}': "1",
    'assistant_role{role="receive",pod="r"}': "1",
    'assistant_nodes{role="answer",pod="a"}': "1",
    'assistant_nodes{role="receive",pod="a"}': "1",
    'assistant_last_contact_timestamp_seconds{pod="a"}': "0",
    'assistant_last_contact_timestamp_seconds{pod="r"}': "0+15",
    'assistant_last_backup_timestamp_seconds{pod="a"}': "0",
    'assistant_last_backup_timestamp_seconds{pod="r"}': "0+15",
    'assistant_inbox_oldest_seconds{pod="a"}': "1",
    'assistant_taken_over_total{pod="a"}': "0",
    'assistant_fenced_total{pod="a"}': "0",
    "cnpg_inbox_dead": "1000",
    "cnpg_inbox_live": "100",
}
"""Two nodes that are well, one of which neither hears of Telegram nor makes backups."""


@pytest.mark.needs("promtool")
@pytest.mark.process
@pytest.mark.parametrize(
    ("differing", "fires"),
    [
        ({}, {}),
        ({'assistant_taken_over_total{pod="a"}': "0 0 3+0"}, {"NodeLost": {}}),
        ({'assistant_fenced_total{pod="a"}': "0 0 1+0"}, {"FenceHit": {}}),
        ({'assistant_nodes{role="answer",pod="a"}': "0"}, {"LockNotDirect": {"role": "answer"}}),
        ({"cnpg_inbox_dead": "200000"}, {"DeadTuples": {}}),
        ({'up{job="assistant",pod="a"}': "0"}, {"AssistantGone": {"job": "assistant", "pod": "a"}}),
        ({'assistant_last_contact_timestamp_seconds{pod="r"}': "0"}, {"TelegramSilent": {}}),
        ({'assistant_inbox_oldest_seconds{pod="a"}': "90"}, {"PeopleWait": {}}),
    ],
)
def test_an_alert_fires_when_it_should_and_at_no_other_time(
    tmp_path: Path, differing: dict[str, str], fires: dict[str, dict[str, str]]
) -> None:
    series = [
        {"series": name, "values": f"{values}{'' if '+' in values else '+0'}{_TIMES}"}
        for name, values in (_QUIET | differing).items()
    ]
    expected = [
        {
            "eval_time": "15m",
            "alertname": rule["alert"],
            "exp_alerts": [{"exp_labels": labels} for name, labels in fires.items() if name == rule["alert"]],
        }
        for rule in alerts()
    ]
    played = {"interval": _EVERY, "input_series": series, "alert_rule_test": expected}
    file = tmp_path / "played.yml"
    rules = str(_CHART / "files" / "alerts.yml")
    file.write_text(yaml.safe_dump({"rule_files": [rules], "evaluation_interval": _EVERY, "tests": [played]}))
    read = _run(PROMTOOL, "test", "rules", file)
    assert read.returncode == 0, read.stdout + read.stderr


_LIBPQ: Final = {"PGUSER", "PGPASSWORD", "PGSSLMODE", "PGSSLROOTCERT"}
"""What the driver of PostgreSQL reads by itself."""
_KNOWN: Final = {setting_name(field) for field in Settings.model_fields} | _LIBPQ


@marked(compose)
def test_a_node_is_told_of_settings_that_exist(composed: dict[str, Any]) -> None:
    for role in _ROLES:
        told = set(composed["services"][role]["environment"])
        assert told - _KNOWN == {"BOT_DOMAIN", "POSTGRES_PASSWORD"}, "these come with the whole of .env"


@helm
def test_a_pod_is_told_of_settings_that_exist(chart: list[dict[str, Any]]) -> None:
    told = set(of_kind("ConfigMap", chart)["bot-settings"]["data"])
    told |= set(of_kind("Secret", chart)["bot-secrets"]["stringData"])
    for deployment in of_kind("Deployment", chart).values():
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        told |= {each["name"] for each in container["env"]}
    assert {"DATABASE_URL", "BOT_TOKEN", "ASSISTANT_LEASE_S", "PGPASSWORD"} <= told
    assert told - _KNOWN == set()


def test_the_roles_are_those_of_the_program() -> None:
    assert set(_ROLES) == set(NodeRole)


@helm
def test_alerts_and_dashboard_ask_for_metrics_that_exist(chart: list[dict[str, Any]]) -> None:
    queries = yaml.safe_load(of_kind("ConfigMap", chart)["bot-db-queries"]["data"]["queries"])
    counted = {
        f"cnpg_{name}_{metric}" for name, each in queries.items() for metric in merged(each["metrics"])
    }
    metrics = Metrics()
    metrics.requested("sendMessage", "200")
    offered = counted | {sample.name for family in metrics.families() for sample in family.samples}
    asked = {
        name
        for expr in (*(rule["expr"] for rule in alerts()), *shown())
        for name in re.findall(r"\b(?:assistant|cnpg|process)_\w+", expr)
    }
    assert len(asked) > 15
    assert asked - offered == set()


def merged(listed: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: value for each in listed for name, value in each.items()}


@helm
def test_the_chart_carries_alerts_and_dashboard_word_for_word(chart: list[dict[str, Any]]) -> None:
    (rule,) = of_kind("PrometheusRule", chart).values()
    assert [each for group in rule["spec"]["groups"] for each in group["rules"]] == alerts()
    board = of_kind("ConfigMap", chart)["bot-dashboard"]["data"]["assistant.json"]
    assert json.loads(board) == json.loads((_CHART / "files" / "dashboard.json").read_text(encoding="utf-8"))
