"""The metrics: their labels come from closed sets, and nothing that anybody sent is among them."""

import asyncio
from enum import StrEnum

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from assistant.operations.metrics import (
    CODES,
    METHODS,
    OTHER,
    CheckName,
    Metrics,
    NodeRole,
    Settled,
    Waiting,
    WebhookStatus,
)
from assistant.reply_kind import ReplyKind
from assistant.tracing import Stage, observed, timed
from assistant.transcript import UnheardReason

_CLOSED: dict[str, type[StrEnum] | frozenset[str]] = {
    "state": Waiting,
    "outcome": Settled,
    "stage": Stage,
    "method": METHODS,
    "code": CODES,
    "kind": ReplyKind,
    "reason": UnheardReason,
    "check": CheckName,
    "status": WebhookStatus,
    "role": NodeRole,
}


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"assistant_{name}", labels)


def test_every_label_value_is_from_a_closed_set_whatever_comes_in(metrics: Metrics) -> None:
    for method in ("sendMessage", "canary", "", "send\nMessage", '"} 1'):
        for code in ("200", "canary", "5xx"):
            metrics.requested(method, code)
    for stage in Stage:
        metrics.stage_took(stage, 0.1)
    metrics.replied(ReplyKind.EMERGENCY)
    seen = set()
    for family in metrics.families():
        for sample in family.samples:
            for label, text in sample.labels.items():
                if label == "le":
                    float(text)
                else:
                    assert text in {str(each) for each in _CLOSED[label]}, (sample.name, label)
                seen.add(label)
    assert seen == {*_CLOSED, "le"}
    assert b"canary" not in metrics.page()
    assert value(metrics, "bot_api_requests_total", method=OTHER, code=OTHER) == 4


def test_what_has_not_happened_yet_is_shown_as_zero(metrics: Metrics) -> None:
    assert {reason: value(metrics, "rejected_audio_total", reason=reason) for reason in UnheardReason} == (
        dict.fromkeys(UnheardReason, 0.0)
    )
    assert value(metrics, "updates_settled_total", outcome="dead") == 0
    assert value(metrics, "stage_seconds_count", stage="recognise") == 0
    assert value(metrics, "last_backup_timestamp_seconds") == 0
    assert value(metrics, "hearing_restarts_total") == 0


def test_replies_are_counted_by_what_was_understood(metrics: Metrics) -> None:
    metrics.replied(ReplyKind.COMMAND)
    metrics.replied(ReplyKind.UNHEARD)
    metrics.replied(ReplyKind.UNHEARD)
    assert value(metrics, "replies_total", kind="command") == 1
    assert value(metrics, "replies_total", kind="unheard") == 2


def test_a_survey_replaces_the_one_before(metrics: Metrics) -> None:
    metrics.surveyed(waiting=7, spoken=3, running=2, dead=1, oldest_s=30.5)
    metrics.surveyed(waiting=2, spoken=1, running=1, dead=1, oldest_s=0.5)
    assert [value(metrics, "inbox_updates", state=state) for state in Waiting] == [2, 1, 1]
    assert value(metrics, "inbox_oldest_seconds") == 0.5
    assert value(metrics, "voices_waiting") == 1


async def test_recordings_in_hand_are_counted_until_they_are_dealt_with_however_that_ends(
    metrics: Metrics,
) -> None:
    async def fail() -> None:
        with metrics.voice_in_hand():
            assert value(metrics, "voices_in_hand") == 2
            raise ValueError("broken")

    with metrics.voice_in_hand(), pytest.raises(ValueError, match="broken"):
        await fail()
    assert value(metrics, "voices_in_hand") == 0


def test_the_page_is_what_prometheus_reads_and_has_the_process_in_it(metrics: Metrics) -> None:
    page = metrics.page().decode()
    names = {family.name for family in text_string_to_metric_families(page)}
    assert {"assistant_stage_seconds", "assistant_inbox_updates", "process_resident_memory_bytes"} <= names
    assert "_created" not in page


def test_nothing_is_counted_in_a_registry_that_everybody_shares(metrics: Metrics) -> None:
    metrics.received(1)
    assert not any(family.name.startswith("assistant_") for family in REGISTRY.collect())


def test_two_assistants_in_one_process_count_apart(metrics: Metrics) -> None:
    Metrics().received(3)
    assert value(metrics, "updates_received_total") == 0


async def test_stages_are_observed_in_the_tasks_and_threads_of_one_assistant_alone() -> None:
    mine, other = Metrics(), Metrics()

    def work() -> None:
        with timed(Stage.DECODE):
            pass

    async def serve(metrics: Metrics) -> None:
        with observed(metrics.stage_took):
            await asyncio.gather(asyncio.create_task(asyncio.to_thread(work)), asyncio.to_thread(work))

    await asyncio.gather(serve(mine), serve(other), asyncio.to_thread(work))
    assert value(mine, "stage_seconds_count", stage="decode") == 2
    assert value(other, "stage_seconds_count", stage="decode") == 2


def test_a_stage_that_fails_is_observed_too(metrics: Metrics) -> None:
    with observed(metrics.stage_took), pytest.raises(ValueError, match="broken"), timed(Stage.RENDER):
        raise ValueError("broken")
    assert value(metrics, "stage_seconds_count", stage="render") == 1
