from pathlib import Path

from tests.benchmarks.figures import PAGE, Figure, last_release, ms, write_page
from tests.benchmarks.typed_updates import _room_of


def test_the_table_takes_the_old_ones_place_and_the_rest_of_the_page_stays(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    for figure in ("1 / 2", "3 / 4"):
        write_page([Figure("a recording heard before, ms", figure, "5 / 6", 40)], page)
    written, before = page.read_text(encoding="utf-8"), PAGE.read_text(encoding="utf-8")
    assert "| a recording heard before, ms | 40 | – | 3 / 4 | 5 / 6 | 58 / 73 |" in written
    assert "1 / 2" not in written
    assert written.partition("<!--")[0] == before.partition("<!--")[0]
    assert written.rpartition("-->")[2] == before.rpartition("-->")[2]


def test_the_last_release_has_figures_by_the_names_that_the_table_has() -> None:
    source = Path(PAGE.parents[1] / "tests" / "benchmarks" / "__main__.py").read_text(encoding="utf-8")
    for name in last_release():
        assert name.replace("30", "{RATE_PER_S}") in source or name in source


def test_percentiles_are_of_what_was_measured() -> None:
    assert ms([0.001 * each for each in range(1, 102)]) == "51 / 96"
    assert ms([]) == "–"


def test_a_stack_belongs_to_the_room_of_its_innermost_frame_that_has_one() -> None:
    turn = "run (/a/assistant/dialogue/processor.py:1)"
    encoder = "see (/a/assistant/nlu/index/encoder.py:2);run (/lib/numpy/memmap.py:3)"
    assert _room_of(f"thread;{turn};{encoder}") == "understanding"
    assert _room_of(f"thread;{turn};execute (/lib/sqlalchemy/engine/base.py:4)") == "SQL"
    assert _room_of(f"thread;{turn}") == "the turn and the queue"
    assert _room_of("thread;boot (/lib/runpy.py:5)") == "other"
