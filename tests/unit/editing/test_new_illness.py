"""An illness is launched from an empty folder by commands alone, as `content/README.md` says."""

from pathlib import Path

import pytest

from tests.benchmarks.new_illness import ANSWERS, ASKED, TOPIC, answers_in, launched


@pytest.mark.process
def test_from_an_empty_folder_to_an_illness_that_answers(tmp_path: Path) -> None:
    steps = {step.what: step for step in launched(tmp_path)}
    assert [(step.what, step.code) for step in steps.values() if step.code] == [], [
        step.said for step in steps.values() if step.code
    ]
    assert "not written yet" in steps["see what is wanted"].said
    assert "New drafts" not in steps["bring the answers in"].said, "the skeleton had all of them"
    assert "This sentence has" in steps["see what is wrong with them"].said
    assert f"{len(ANSWERS)} answer(s) of {TOPIC} are served" in steps["let out what was read"].said
    (*_, asked) = steps.values()
    assert answers_in(asked.said) == list(ASKED.values())
    assert "Dr Invented" in asked.said, "what was reviewed says so"
