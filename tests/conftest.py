"""What holds for the whole suite: what is run when, what is made once for all, and who watches.

Nothing of the product is imported here until a test needs it, so that a test of a small room starts at once.
"""

import functools
import gc
import ssl
import sys
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.needs import skip_without, unchecked
from tests.tiers import mark_by_fixtures, no_more_than_marked

if TYPE_CHECKING:
    from tests.contracts.accessible_suite import Listener
    from tests.contracts.outgoing_requests import Witness
    from tests.postgres import Server

_CAN_SAY_OR_SEND: Final = frozenset({"assistant.dialogue.processor", "assistant.preview.bot_api"})
"""Where one of them has been imported by a test, everything that is said and sent is watched."""
_KEEPS: Final = "assistant.storage.store"
_LISTENER: Final = pytest.StashKey["Listener"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option that shows what was looked at."""
    parser.addoption(
        "--accessibility",
        action="store_true",
        help="show how many messages were checked for accessibility, and what was found, by rule",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks what each test needs; leaves out what takes minutes, unless it is asked for."""
    mark_by_fixtures(items)
    if "long" in str(config.getoption("-m")).split():
        return
    skip = pytest.mark.skip(reason="takes minutes; run `make journeys`")
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(skip)


def pytest_collection_finish() -> None:
    """Keeps the collector from looking at hundreds of thousands of objects that live as long as the run."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool | None, bool | None]:
    """Holds each test, and what is made for it, to what it is marked for."""
    with no_more_than_marked(item):
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leaves out what cannot be looked at here."""
    skip_without(item)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """What could not be looked at; the table of what was, when it is asked for."""
    if missed := unchecked(terminalreporter.stats.get("skipped", ())):
        terminalreporter.section("not everything was checked", yellow=True)
        for line in missed:
            terminalreporter.write_line(line)
    if config.getoption("--accessibility") and _LISTENER in config.stash:
        terminalreporter.section("accessibility of all that was sent and said")
        for line in config.stash[_LISTENER].table():
            terminalreporter.write_line(line)


@pytest.fixture(scope="session", autouse=True)
def watched() -> Iterator["Witness | None"]:
    """Watches every loopback Bot API that starts; None where no test can start one."""
    if not _CAN_SAY_OR_SEND & sys.modules.keys():
        yield None
        return
    from tests.contracts.bot_api_document import BotApiDocument
    from tests.contracts.outgoing_requests import Witness
    from tests.contracts.witnesses import watching

    with watching(Witness(BotApiDocument.read())) as witness:
        yield witness


@pytest.fixture(scope="session", autouse=True)
def listened(pytestconfig: pytest.Config) -> Iterator["Listener | None"]:
    """Hears all that is sent and said; None where no test can do either."""
    if not _CAN_SAY_OR_SEND & sys.modules.keys():
        yield None
        return
    from tests.contracts.accessible_suite import Listener, preambles
    from tests.contracts.witnesses import listening

    with listening(Listener(preambles())) as listener:
        pytestconfig.stash[_LISTENER] = listener
        yield listener


@pytest.fixture(autouse=True)
def _everybody_is_served_as_they_should_be(
    request: pytest.FixtureRequest, watched: "Witness | None", listened: "Listener | None"
) -> Iterator[None]:
    """A test fails whose bot asks for what Telegram does not offer, or says what is lost on somebody."""
    yield
    if watched is None or listened is None:
        return
    from tests.contracts.witnesses import check_requests, check_words

    check_requests(request, watched)
    check_words(request, listened)


@pytest.fixture(scope="session", autouse=True)
def _certificates_are_read_once() -> Iterator[None]:
    """aiogram reads all of them for every session that it opens."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield


@pytest.fixture(autouse=True)
def _migrated_once(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each new database of a test is a copy of one that was migrated, unless it is about migrating."""
    if _KEEPS not in sys.modules or request.node.get_closest_marker("migrates"):
        yield
        return
    from tests.migrated import copied_when_new

    with copied_when_new():
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator["Server"]:
    """One server for all; whoever uses it is marked with `tests.postgres.PROCESS`."""
    from tests.postgres import running_server

    with running_server() as server:
        yield server
