"""The operations port, over real HTTP."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from assistant.errors import SettingsError, StorageError
from assistant.operations.health import Health
from assistant.operations.metrics import CheckName, Metrics
from assistant.operations.server import Operations


async def well() -> None:
    """Nothing is wrong."""


@pytest.fixture
def operations() -> Operations:
    return Operations(Health(fresh_s=0.0), Metrics())


@pytest.fixture
async def get(operations: Operations) -> AsyncIterator[Any]:
    async with operations.listening("127.0.0.1", 0) as port, aiohttp.ClientSession() as client:

        async def fetch(path: str, method: str = "GET") -> tuple[int, Any, str]:
            async with client.request(method, f"http://127.0.0.1:{port}{path}") as answer:
                is_json = answer.content_type == "application/json"
                body = await (answer.json() if is_json else answer.text())
                return answer.status, body, answer.headers.get("Cache-Control", "")

        yield fetch


async def test_while_it_starts_it_lives_and_is_not_ready(get: Any) -> None:
    assert (await get("/livez"))[:2] == (200, "alive\n")
    status, body, caching = await get("/readyz")
    assert status == 503
    assert body["ready"] is False
    assert body["checks"]["store"] == {"ok": False, "problem": "starting"}
    assert caching == "no-store"


async def test_it_is_ready_when_nothing_is_wrong_and_not_when_anything_is(
    operations: Operations, get: Any
) -> None:
    for name in CheckName:
        operations.health.watch(name, well)
    status, body, _ = await get("/readyz")
    assert (status, body["ready"]) == (200, True)
    assert set(body["checks"]) == {"telegram", "store", "content", "hearing"}

    async def full() -> None:
        raise StorageError("The database could not be written to (SQLITE_FULL).")

    operations.health.watch(CheckName.STORE, full)
    status, body, _ = await get("/readyz")
    assert (status, body["ready"]) == (503, False)
    assert body["checks"]["store"]["problem"] == "The database could not be written to (SQLITE_FULL)."
    assert body["checks"]["telegram"] == {"ok": True, "problem": None}
    assert (await get("/livez"))[0] == 200, "a start would not mend the disk"


async def test_it_is_dead_when_what_must_run_for_ever_has_ended(operations: Operations, get: Any) -> None:
    operations.health.watch_life(lambda: False)
    assert (await get("/livez"))[:2] == (503, "dead\n")


async def test_metrics_are_brought_up_to_date_and_readiness_is_among_them(
    operations: Operations, get: Any
) -> None:
    async def broken() -> None:
        raise StorageError("The database could not be read (SQLITE_IOERR).")

    async def backed_up() -> None:
        operations.metrics.backed_up(1_700_000_000.0)

    operations.health.watch(CheckName.CONTENT, well)
    operations.refresh_with(broken)
    operations.refresh_with(backed_up)
    status, page, caching = await get("/metrics")
    assert (status, caching) == (200, "no-store")
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }
    assert samples["assistant_last_backup_timestamp_seconds",] == 1_700_000_000
    assert samples["assistant_ready", "content"] == 1
    assert samples["assistant_ready", "store"] == 0


async def test_nothing_else_is_there_and_nothing_can_be_changed(get: Any) -> None:
    assert (await get("/"))[0] == 404
    assert (await get("/metrics/more"))[0] == 404
    for path in ("/livez", "/readyz", "/metrics"):
        assert (await get(path, "POST"))[0] == 405
        assert (await get(path, "HEAD"))[0] in (200, 503)


async def test_a_port_that_is_taken_is_named(operations: Operations) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        port = one.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"ASSISTANT_OPS_.*127.0.0.1:{port}"):
            async with operations.listening("127.0.0.1", port):
                pass


async def test_a_host_that_is_not_this_machine_is_named(operations: Operations) -> None:
    with pytest.raises(SettingsError, match="ASSISTANT_OPS_HOST"):
        async with operations.listening("203.0.113.7", 0):
            pass


async def test_tasks_that_never_end_are_counted(get: Any) -> None:
    async def tasks() -> float:
        _, page, _ = await get("/metrics")
        (family,) = (each for each in text_string_to_metric_families(page) if each.name == "assistant_tasks")
        return family.samples[0].value

    before = await tasks()
    leaked = [asyncio.create_task(asyncio.Event().wait()) for _ in range(7)]
    assert await tasks() == before + 7
    for task in leaked:
        task.cancel()
