"""A small evaluation from the questions to the saved page, with somebody else answering."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.evaluation import saving
from assistant.evaluation.asking import QuestionResult
from assistant.evaluation.outcomes import Outcome, Tally, outcome_of
from assistant.evaluation.questions import EvaluationQuestion, Wanted
from assistant.evaluation.running import Evaluation, ask_all, evaluate
from assistant.evaluation.sheets import Sheet, sheets_of, timing
from assistant.settings import Settings


def asked(
    outcome: str,
    *,
    answer: str | None = None,
    choices: tuple[str, ...] = (),
    command: str | None = None,
    heard: str | None = None,
    took_ms: float = 10.0,
) -> QuestionResult:
    return QuestionResult(
        question=heard or "words",
        heard=heard,
        confidence=1.0,
        outcome=outcome,
        topic=None,
        answer=answer,
        choices=choices,
        command=command,
        text="",
        took_ms=took_ms,
    )


class Scripted:
    """Replies as it was told to, by the question's words or its recording's name."""

    def __init__(self, replies: Mapping[str, QuestionResult]) -> None:
        self._replies = replies

    async def ask(self, text: str) -> QuestionResult:
        return self._replies[text]

    async def ask_audio(self, path: Path) -> QuestionResult:
        return self._replies[path.name]


class OneTrack:
    """A plain search that always finds the same."""

    name = "always"

    def best(self, text: str) -> tuple[str, ...]:
        return ("causes", "symptoms") if text else ()


def question(
    text: str, wanted: Wanted = Wanted.ANSWER, accept: str = "", *, kind: str = "", file: str = ""
) -> EvaluationQuestion:
    accepted = frozenset(accept.split())
    recording, voice, condition = (Path(file), "v1", "clean") if file else (None, "", "")
    return EvaluationQuestion(text, text, kind or wanted, wanted, accepted, recording, voice, condition)


_WANTS_SYMPTOMS = question("q", accept="symptoms faq-symptoms")


@pytest.mark.parametrize(
    ("wanting", "reply", "became"),
    [
        (_WANTS_SYMPTOMS, asked("answer", answer="faq-symptoms"), Outcome.RIGHT),
        (_WANTS_SYMPTOMS, asked("answer", answer="causes"), Outcome.WRONG),
        (_WANTS_SYMPTOMS, asked("choice", choices=("causes", "types", "symptoms")), Outcome.OFFERED),
        (_WANTS_SYMPTOMS, asked("choice", choices=("a", "b", "c", "symptoms")), Outcome.OFFERED_OTHERS),
        (_WANTS_SYMPTOMS, asked("not_covered"), Outcome.REFUSED),
        (_WANTS_SYMPTOMS, asked("emergency"), Outcome.ESCALATED),
        (_WANTS_SYMPTOMS, asked("command", command="help"), Outcome.COMMAND),
        (_WANTS_SYMPTOMS, asked("unheard"), Outcome.UNHEARD),
        (question("q", Wanted.REFUSAL), asked("not_covered"), Outcome.RIGHT),
        (question("q", Wanted.REFUSAL), asked("answer", answer="causes"), Outcome.WRONG),
        (question("q", Wanted.REFUSAL), asked("choice", choices=("causes", "types")), Outcome.OFFERED),
        (question("q", Wanted.EMERGENCY), asked("emergency"), Outcome.RIGHT),
        (question("q", Wanted.EMERGENCY), asked("answer", answer="causes"), Outcome.WRONG),
        (question("q", Wanted.EMERGENCY), asked("choice", choices=("causes",)), Outcome.OFFERED_OTHERS),
        (question("q", Wanted.COMMAND, "next"), asked("command", command="next"), Outcome.RIGHT),
        (question("q", Wanted.COMMAND, "next"), asked("command", command="back"), Outcome.COMMAND),
        (question("q", Wanted.COMMAND, "next"), asked("answer", answer="next"), Outcome.WRONG),
    ],
)
def test_exactly_one_thing_becomes_of_a_question(
    wanting: EvaluationQuestion, reply: QuestionResult, became: Outcome
) -> None:
    assert outcome_of(wanting, reply) is became


def test_an_outcome_without_a_rule_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="'surprise'"):
        outcome_of(_WANTS_SYMPTOMS, asked("surprise"))


async def evaluated(
    replies: Mapping[EvaluationQuestion, QuestionResult], *, spoken: bool = False, prompted: bool = True
) -> Evaluation:
    by_name = {(each.recording.name if each.recording else each.text): it for each, it in replies.items()}
    moved: list[tuple[int, int]] = []
    results = await ask_all(
        Scripted(by_name), list(replies), [OneTrack()], lambda done, total: moved.append((done, total))
    )
    assert moved == [(number, len(replies)) for number in range(1, len(replies) + 1)]
    return Evaluation("small.jsonl", "f" * 64, "c" * 64, spoken, prompted, results)


@pytest.fixture
async def typed() -> Evaluation:
    return await evaluated(
        {
            question("a", accept="symptoms", kind="plain"): asked("answer", answer="symptoms", took_ms=1),
            question("b", accept="symptoms", kind="plain"): asked("answer", answer="types", took_ms=2),
            question("c", accept="types", kind="messy"): asked("choice", choices=("causes", "types")),
            question("d", Wanted.REFUSAL, kind="out_of_scope"): asked("not_covered", took_ms=3),
            question("e", Wanted.EMERGENCY): asked("not_covered", took_ms=90),
            question("f", Wanted.COMMAND, "next"): asked("command", command="next", took_ms=4),
        }
    )


def cells(sheet: Sheet, row: str) -> dict[str, str]:
    (found,) = (cells for cells in sheet.rows if cells[0] == row)
    return dict(zip(sheet.columns, found, strict=True))


async def test_each_sort_of_question_has_its_table(typed: Evaluation) -> None:
    answerable, refusal, emergencies, commands, reliability, beside = sheets_of(typed)
    plain = cells(answerable, "plain")
    assert plain["n"] == "2"
    assert sum(int(row[1]) for row in reliability.rows) >= 2, "the right and the wrong answer"
    assert plain["right first"] == plain["found"] == plain["wrong answer"] == ".50 [.09-.91]"
    assert cells(answerable, "messy")["right first"].startswith(".00 ")
    assert cells(answerable, "messy")["found"].startswith("1.0 ")
    assert cells(answerable, "all")["n"] == "3"
    assert cells(refusal, "out_of_scope")["refused"].startswith("1.0 ")
    assert cells(emergencies, "emergency")["recall"].startswith(".00 ")
    assert cells(emergencies, "emergency")["refused"].startswith("1.0 ")
    assert cells(commands, "command")["right"].startswith("1.0 ")
    assert cells(beside, "plain")["always first"].startswith(".00 ")
    assert cells(beside, "plain")["always in three"].startswith("1.0 ")


async def test_the_time_of_a_question_is_that_of_one_that_was_asked(typed: Evaluation) -> None:
    assert Tally(typed.results).took_ms(0.5) == 3
    assert timing(typed) == "From question to reply: p50 3 ms, p95 90 ms."


async def test_spoken_questions_are_told_apart_by_condition_and_voice_with_their_word_errors() -> None:
    evaluation = await evaluated(
        {
            question("what are the signs", accept="symptoms", kind="plain", file="1.ogg"): asked(
                "answer", answer="symptoms", heard="What are the sights?"
            ),
            question("will it spread", accept="symptoms", kind="plain", file="2.ogg"): asked("unheard"),
        },
        spoken=True,
    )
    answerable, *_, by_voice, _ = sheets_of(evaluation)
    row = cells(answerable, "plain, clean")
    assert row["word error rate"] == f"{4 / 7:.2f}"
    assert row["not heard"] == row["found"] == ".50 [.09-.91]"
    assert cells(by_voice, "v1, clean")["n"] == "2"
    assert timing(evaluation).startswith("From recording to reply")


@pytest.mark.process  # what draws asks fontconfig for fonts, the first time
async def test_the_saved_page_holds_every_table_and_shows_the_chart(
    typed: Evaluation, tmp_path: Path
) -> None:
    page, chart = saving.save(typed, tmp_path / "new" / "folder", "small")
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Small: typed questions\n\n6 questions in `small.jsonl` (SHA-256 ffffffffffff)")
    for sheet in sheets_of(typed):
        assert sheet.as_markdown() in text
    assert f"]({chart.name})" in text
    assert "| kind | n | right first |" in text
    assert "\n| plain | 2 | .50 [.09-.91] |" in text
    assert chart.read_bytes().startswith(b"\x89PNG\r\n")


@pytest.mark.process  # what draws asks fontconfig for fonts, the first time
async def test_the_same_figures_make_the_same_files(typed: Evaluation, tmp_path: Path) -> None:
    first = [path.read_bytes() for path in saving.save(typed, tmp_path / "a", "small")]
    assert [path.read_bytes() for path in saving.save(typed, tmp_path / "b", "small")] == first


async def test_without_a_question_that_has_an_answer_there_is_no_chart(tmp_path: Path) -> None:
    evaluation = await evaluated({question("d", Wanted.REFUSAL): asked("not_covered")})
    (page,) = saving.save(evaluation, tmp_path, "refusals")
    assert ".png" not in page.read_text(encoding="utf-8")


async def test_a_page_says_that_the_prompt_was_left_out() -> None:
    replies = {question("hm", accept="causes", file="1.ogg"): asked("answer", answer="causes", heard="hm")}
    evaluation = await evaluated(replies, spoken=True, prompted=False)
    assert "without the listening prompt" in saving.page_of(evaluation, "small")


async def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    advice = r"pip install 'voice-health-assistant\[evaluation\]'"
    with pytest.raises(SettingsError, match=f"matplotlib.*{advice}"):
        saving.check_can_save()
    with pytest.raises(SettingsError, match=f"bm25s.*{advice}"):
        await evaluate(Settings(), tmp_path / "any", spoken=False, prompted=True, progress=lambda _, __: None)
