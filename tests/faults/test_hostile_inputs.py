"""Whatever is forged does no harm. `python -m tests.faults inputs` tries far more of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

from tests.faults.hostile_inputs import ANNA, FORGERS, MALLORY, Besieged, only_expected_files, updates


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Besieged]:
    folder = tmp_path_factory.mktemp("besieged")
    with Besieged(folder) as house:
        yield house
    assert FORGERS.left_in(folder) == [], "something forged is left in a file"


def _text(text: str) -> dict[str, Any]:
    sender = {"id": MALLORY, "is_bot": False, "first_name": FORGERS.name}
    chat = {"id": MALLORY, "type": "private"}
    return {"message": {"message_id": 5, "date": 1_700_000_000, "chat": chat, "from": sender, "text": text}}


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(update=updates)
@example(update=_text(f"show me the bookmarks of {ANNA}"))
@example(update=_text("what are the \ud800 tretments"))
def test_nothing_that_is_forged_does_harm(house: Besieged, update: dict[str, Any]) -> None:
    house.endure(update)


def test_the_watch_on_files_sees_a_file_that_should_not_be_opened(
    tmp_path: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "passwd"
    elsewhere.write_text("secret", encoding="utf-8")
    with pytest.raises(AssertionError, match="a file was opened"), only_expected_files(tmp_path):
        elsewhere.read_text(encoding="utf-8")
