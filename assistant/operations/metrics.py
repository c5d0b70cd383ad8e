"""Every number that Prometheus can ask for. Labels come from closed sets, never from what anybody sent.

What stands higher counts here; nothing here knows what that is.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.metrics_core import Metric

from assistant.reply_kind import ReplyKind
from assistant.tracing import Stage
from assistant.transcript import UnheardReason

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Settled(StrEnum):
    """What became of an update that was begun."""

    DONE = "done"
    FAILED = "failed"
    """Its handler failed; it is tried again."""
    POSTPONED = "postponed"
    """Its answer could not be delivered, or others go first; it is tried again."""
    INTERRUPTED = "interrupted"
    """The program was stopped meanwhile; it is taken up at the next start."""
    DEAD = "dead"
    """Nobody could deal with it; nothing more is tried."""


class Waiting(StrEnum):
    """Where an update of the inbox stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DEAD = "dead"


class NodeRole(StrEnum):
    """What a machine does, where several share the work."""

    RECEIVE = "receive"
    ANSWER = "answer"
    HEAR = "hear"
    KEEP = "keep"


class CheckName(StrEnum):
    """What must be so before people can be served."""

    TELEGRAM = "telegram"
    """Telegram was reached, and gives its updates to this program."""
    STORE = "store"
    """Something can be written to the database."""
    CONTENT = "content"
    """The answers are loaded, and questions can be matched with them."""
    HEARING = "hearing"
    """The speech recogniser is loaded."""


class WebhookStatus(StrEnum):
    """What the webhook answers."""

    STORED = "200"
    NO_UPDATE = "400"
    NOT_TELEGRAM = "401"
    TOO_SLOW = "408"
    TOO_BIG = "413"
    NOT_STORED = "503"


OTHER: Final = "other"
"""Stands for every method or code that the lists below do not name."""

METHODS: Final = frozenset(
    {
        "getMe",
        "getUpdates",
        "setWebhook",
        "deleteWebhook",
        "getWebhookInfo",
        "setMyCommands",
        "setMyName",
        "setMyDescription",
        "setMyShortDescription",
        "sendMessage",
        "sendVoice",
        "sendAudio",
        "sendDocument",
        "sendChatAction",
        "editMessageText",
        "editMessageCaption",
        "editMessageReplyMarkup",
        "deleteMessage",
        "answerCallbackQuery",
        "answerInlineQuery",
        "getFile",
        OTHER,
    }
)
"""The Bot API's methods that the bot uses."""

CODES: Final = frozenset(
    {"200", "400", "401", "403", "404", "409", "413", "429", "5xx", "timeout", "network", "unreadable", OTHER}
)
"""How a request to the Bot API can end."""


class Metrics:
    """The instruments of one running assistant, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._inbox = self._gauge("inbox_updates", "Updates in the inbox.", "state", Waiting)
        self._oldest = self._gauge("inbox_oldest_seconds", "How long the oldest unsettled update has waited.")
        self._received = self._counter("updates_received", "New updates that were stored.")
        self._settled = self._counter("updates_settled", "How updates ended.", "outcome", Settled)
        self._left_out = self._counter(
            "updates_left_out", "Updates that nobody could be told of: without a number, or for another bot."
        )
        self._stage_s = Histogram(
            "assistant_stage_seconds",
            "Seconds that each stage of an answer took.",
            ["stage"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        _show_zeros(self._stage_s, Stage)
        self._requests = Counter(
            "assistant_bot_api_requests",
            "Requests to the Bot API, every attempt counted, and how each ended.",
            ["method", "code"],
            registry=self.registry,
        )
        self._replies = self._counter("replies", "Replies, by what was understood.", "kind", ReplyKind)
        self._rejected = self._counter(
            "rejected_audio", "Recordings without words to go on.", "reason", UnheardReason
        )
        self._webhook = self._counter(
            "webhook_requests", "Requests to the webhook, and how each was answered.", "status", WebhookStatus
        )
        self._voices = self._gauge("voices_waiting", "Recordings in the inbox that wait for their turn.")
        self._in_hand = self._gauge("voices_in_hand", "Recordings that are being fetched, read or heard.")
        self._hearing_restarts = self._counter(
            "hearing_restarts", "How often a process that reads or hears recordings was replaced."
        )
        self._backup = self._gauge(
            "last_backup_timestamp_seconds", "When the newest backup was made, in Unix time; 0: never."
        )
        self._clock = self._gauge(
            "clock_set_seconds",
            "How far the machine's clock is ahead of the one that the bot goes by; behind: negative.",
        )
        self._backup_failures = self._counter("backup_failures", "Backups that could not be made.")
        self._contact = self._gauge(
            "last_contact_timestamp_seconds",
            "When Telegram last answered a poll, or confirmed or used the webhook, in Unix time; 0: never.",
        )
        self._ready = self._gauge("ready", "Whether each thing needed to serve is there.", "check", CheckName)
        self._role = self._gauge("role", "Whether this machine has that role.", "role", NodeRole)
        self._nodes = self._gauge("nodes", "Machines that live, by role.", "role", NodeRole)
        self._taken_over = self._counter(
            "taken_over", "Updates taken up that a machine that is gone, or this one's last run, left behind."
        )
        self._fenced = self._counter(
            "fenced", "Updates of which nothing was saved here, because another machine had them by then."
        )
        self._claim_s = Histogram(
            "assistant_claim_seconds",
            "Seconds that it took to claim the next updates.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._tasks = self._gauge(
            "tasks", "Tasks of the event loop: what is served now, and what goes on beside it."
        )
        ProcessCollector(registry=self.registry)

    def _gauge(self, name: str, text: str, label: str = "", values: Iterable[str] = ()) -> Gauge:
        gauge = Gauge(f"assistant_{name}", text, [label] if label else [], registry=self.registry)
        _show_zeros(gauge, values)
        return gauge

    def _counter(self, name: str, text: str, label: str = "", values: Iterable[str] = ()) -> Counter:
        counter = Counter(f"assistant_{name}", text, [label] if label else [], registry=self.registry)
        _show_zeros(counter, values)
        return counter

    def stage_took(self, stage: Stage, seconds: float) -> None:
        """A stage ended."""
        self._stage_s.labels(stage.value).observe(seconds)

    def requested(self, method: str, code: str) -> None:
        """One request to the Bot API ended, well or badly. What is on no list counts as `other`."""
        self._requests.labels(method if method in METHODS else OTHER, code if code in CODES else OTHER).inc()

    def webhook_called(self, status: HTTPStatus) -> None:
        """Somebody called the webhook, and was answered so."""
        self._webhook.labels(WebhookStatus(str(status.value)).value).inc()

    def received(self, count: int) -> None:
        """This many new updates were stored."""
        self._received.inc(count)

    def settled(self, outcome: Settled) -> None:
        """An update that was begun has ended, for now or for good."""
        self._settled.labels(outcome.value).inc()

    def has_roles(self, roles: Iterable[NodeRole]) -> None:
        """This machine has these roles."""
        for role in roles:
            self._role.labels(role.value).set(1)

    def counted_nodes(self, nodes: Mapping[NodeRole, int]) -> None:
        """So many machines live, for each role."""
        for role, count in nodes.items():
            self._nodes.labels(role.value).set(count)

    def taken_over(self, count: int) -> None:
        """So many updates were taken up that a machine that is gone had begun."""
        self._taken_over.inc(count)

    def fenced(self) -> None:
        """An update was another machine's by the time this one would have saved what it changes."""
        self._fenced.inc()

    @contextmanager
    def claiming(self) -> Iterator[None]:
        """The next updates are being claimed for as long as the block lasts."""
        with self._claim_s.time():
            yield

    def left_out(self, count: int) -> None:
        """So many updates were left out, and nobody could be told."""
        self._left_out.inc(count)

    def replied(self, kind: ReplyKind) -> None:
        """Somebody was answered."""
        self._replies.labels(kind.value).inc()

    def rejected(self, reason: UnheardReason) -> None:
        """Somebody's recording gave no words."""
        self._rejected.labels(reason.value).inc()

    @contextmanager
    def voice_in_hand(self) -> Iterator[None]:
        """A recording is being fetched, read or heard for as long as the block lasts."""
        with self._in_hand.track_inprogress():
            yield

    def hearing_restarted(self) -> None:
        """A process that reads or hears recordings ended, and the next was started."""
        self._hearing_restarts.inc()

    def backed_up(self, at: float) -> None:
        """The newest backup was made at `at`, in Unix time."""
        self._backup.set(at)

    def clock_set(self, by_s: float) -> None:
        """The machine's clock is so many seconds ahead of the one that the bot goes by."""
        self._clock.set(by_s)

    def backup_failed(self) -> None:
        """A backup was due and could not be made."""
        self._backup_failures.inc()

    def contacted(self, at: float) -> None:
        """Telegram was last in touch at `at`, in Unix time."""
        self._contact.set(at)

    def surveyed(self, *, waiting: int, spoken: int, running: int, dead: int, oldest_s: float) -> None:
        """How many updates the inbox holds now, of which state, and how long the oldest has waited.

        `spoken` counts those that wait to be listened to.
        """
        self._inbox.labels(Waiting.WAITING).set(waiting)
        self._inbox.labels(Waiting.RUNNING).set(running)
        self._inbox.labels(Waiting.DEAD).set(dead)
        self._oldest.set(oldest_s)
        self._voices.set(spoken)

    def counted_tasks(self, count: int) -> None:
        """This many tasks have begun and not ended."""
        self._tasks.set(count)

    def checked(self, ready: Mapping[CheckName, bool]) -> None:
        """What is ready now, and what is not."""
        for name, is_ready in ready.items():
            self._ready.labels(name.value).set(is_ready)

    def families(self) -> list[Metric]:
        """All metrics, without the moments at which their series began: nobody asks for those."""
        return list(_WithoutBeginnings(self.registry).collect())

    def page(self) -> bytes:
        """All metrics in Prometheus's text format."""
        return generate_latest(_WithoutBeginnings(self.registry))


class _WithoutBeginnings:
    """A registry whose families have no `_created` samples."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        for family in self._registry.collect():
            family.samples = [each for each in family.samples if not each.name.endswith("_created")]
            yield family


def _show_zeros(instrument: MetricWrapperBase, values: Iterable[str]) -> None:
    """A series that is missing until it first happens is hard to alert on."""
    for value in values:
        instrument.labels(str(value))
