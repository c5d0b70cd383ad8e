"""The command line as scripts and operators meet it: its output and its exit code.

A few commands run as processes of their own, one of each kind; the others in this one, which has imported
everything.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from assistant.cli import app
from assistant.cli.terminal import err, out
from assistant.library.loading import content_folder
from assistant.library.serving import FIRST
from assistant.speech.audio import decode
from assistant.speech.sound import AudioFile
from tests.commands_in_process import run_command
from tests.shipped import SECOND, all_topics

pytestmark = [pytest.mark.process, pytest.mark.model, pytest.mark.speech]


_ROOT: Final = Path(__file__).parents[2]
_KEPT: Final = ("PATH", "HOME", "LANG")
_COLUMNS: Final = 120
_KEYS: Final = (
    *("question", "heard", "confidence", "outcome", "topic", "answer", "choices", "command", "text"),
    "took_ms",
)

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands run: what they prepare there is used by the next one."""
    return tmp_path_factory.mktemp("operator")


@pytest.fixture
def assistant(folder: Path) -> Run:
    def run(*words: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            for name in os.environ.keys() - set(_KEPT):
                patch.delenv(name)
            for name, value in environment.items():
                patch.setenv(name, value)
            for console in (out, err):
                patch.setattr(console, "_width", _COLUMNS)
            done = run_command(app, *words, given=given)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def program(folder: Path) -> Run:
    """The same as a process of its own."""

    def run(*words: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if name in _KEPT}
        return subprocess.run(
            [sys.executable, "-m", "assistant", *words],
            cwd=folder,
            env=kept | {"PYTHONPATH": str(_ROOT), "COLUMNS": str(_COLUMNS)} | environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    return run


def told(done: subprocess.CompletedProcess[str], code: int) -> str:
    """What it wrote on standard error, after checking that it ended as it should and without a traceback."""
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stderr


def test_help_names_every_command(program: Run) -> None:
    done = program("--help")
    told(done, 0)
    serving, asking = ("run", "preview", "health", "backup", "restore"), ("ask", "speak")
    for command in (*serving, *asking, "check", "audio", "evaluate"):
        assert f" {command} " in done.stdout


def test_with_several_illnesses_answers_are_named_with_their_topic(assistant: Run, folder: Path) -> None:
    every = {"ASSISTANT_TOPICS": f"{FIRST},{SECOND}"}
    done = assistant(
        "ask", "--jsonl", given='{"text": "is it hereditary"}\n{"text": "is FOP hereditary"}', **every
    )
    told(done, 0)
    asked_back, named = map(json.loads, done.stdout.splitlines())
    assert (asked_back["outcome"], asked_back["topic"]) == ("choice", None)
    assert {each.partition("/")[0] for each in asked_back["choices"]} == {
        FIRST,
        SECOND,
    }
    assert named["answer"] == f"{SECOND}/heredity"
    assert "There are: calcinosis-universalis/overview" in told(
        assistant("speak", "symptoms", "-o", str(folder / "never.ogg"), **every), 2
    )


@pytest.mark.parametrize(("words", "topics"), [(("ask", "x"), "gout"), (("ask", "--topic", "gout", "x"), "")])
def test_an_illness_that_there_is_not_is_refused(assistant: Run, words: tuple[str, ...], topics: str) -> None:
    assert "There are: calcinosis-universalis" in told(assistant(*words, ASSISTANT_TOPICS=topics), 2)


def test_a_typed_question_gets_what_a_person_would_read(program: Run) -> None:
    done = program("ask", "how do doctors treat calcinosis universalis")
    told(done, 0)
    assert done.stdout.startswith("Calcinosis Universalis: Treatment\n")
    assert "Not yet reviewed by a doctor or nurse." in done.stdout
    assert done.stderr == "", "nothing but the answer"


def test_a_recorded_question_is_heard_and_answered_as_one_object(program: Run, folder: Path) -> None:
    spoken = folder / "spoken.ogg"
    told(program("speak", "faq-cure", "-o", str(spoken)), 0)
    samples = decode(AudioFile(spoken.read_bytes(), "audio/ogg"), max_s=300)
    assert samples.seconds > 5
    done = program("ask", "--audio", str(spoken), "--json")
    told(done, 0)
    asked = json.loads(done.stdout)
    assert tuple(asked) == _KEYS
    assert asked["heard"] == asked["question"]
    assert "cure" in asked["heard"].casefold()
    assert (asked["topic"], asked["outcome"]) == ("calcinosis-universalis", "answer")


def test_lines_are_answered_in_order_and_a_broken_one_has_its_own_error(assistant: Run, folder: Path) -> None:
    (folder / "broken.ogg").write_bytes(b"no sound")
    lines = [
        '{"text": "can calcinosis universalis be cured"}',
        "this is no JSON wobblethorpe",
        '{"text": "I can\'t breathe"}',
        "",
        '{"words": "wobblethorpe"}',
        '{"text": "next"}',
        '{"audio": "broken.ogg"}',
        '{"audio": "not-there.ogg"}',
        '{"text": "who won the football cup last year"}',
    ]
    done = assistant("ask", "--jsonl", given="\n".join(lines) + "\n")
    assert "3 line(s)" in told(done, 2)
    objects: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each.get("outcome", "error") for each in objects] == [
        "answer",
        "error",
        "emergency",
        "error",
        "command",
        "unheard",
        "error",
        "not_covered",
    ]
    assert all(tuple(each) in (_KEYS, ("error",)) for each in objects)
    assert objects[0]["answer"] == "faq-cure"
    assert objects[4]["command"] == "next"
    assert objects[5]["heard"] is None
    assert objects[1]["error"].startswith("line 2: ")
    assert "wobblethorpe" not in done.stdout + done.stderr, "an error repeats nobody's words"


def test_a_question_can_be_explained_as_part_of_its_object(assistant: Run) -> None:
    done = assistant("ask", "--explain", "--json", "can calcinosis universalis be cured")
    told(done, 0)
    asked = json.loads(done.stdout)
    assert tuple(asked) == (*_KEYS, "explain")
    best = asked["explain"]["candidates"][0]
    assert best["answer"] == f"{asked['topic']}/{asked['answer']}"
    assert best["nearest"]


def test_questions_are_evaluated_and_a_broken_line_is_told_by_its_place(
    assistant: Run, tmp_path: Path
) -> None:
    questions = tmp_path / "asked.jsonl"
    good = (
        '{"id": "1", "text": "can calcinosis universalis be cured", "kind": "plain", "accept": ["faq-cure"]}'
    )
    questions.write_text(good + "\n", encoding="utf-8")
    done = assistant("evaluate", str(questions), "--save", str(tmp_path / "saved"))
    told(done, 0)
    assert "1.0 [.21-1.0]" in done.stdout
    assert sorted(path.name for path in (tmp_path / "saved").iterdir()) == ["asked.md", "asked.png"]
    questions.write_text(good.replace("faq-cure", "cure"), encoding="utf-8")
    said = told(assistant("evaluate", str(questions)), 2)
    assert f"{questions}:1: there is no answer 'cure'." in said


@pytest.mark.parametrize(
    "options", [("--ablate", "--spoken"), ("--no-prompt",), ("--name", "../above")], ids=" ".join
)
def test_options_of_an_evaluation_that_do_not_go_together_are_refused(
    options: tuple[str, ...], assistant: Run, tmp_path: Path
) -> None:
    questions = tmp_path / "asked.jsonl"
    questions.touch()
    assert options[0] in told(assistant("evaluate", str(questions), *options), 2)


def test_asking_two_things_is_refused_with_a_sentence(assistant: Run) -> None:
    assert "Give one of" in told(assistant("ask", "a question", "--jsonl"), 2)


def test_without_a_question_every_line_of_the_input_is_one_until_it_ends(assistant: Run) -> None:
    given = "how do doctors treat calcinosis universalis\n\nwho won the football cup last year\nnext"
    done = assistant("ask", given=given)
    assert told(done, 0) == "", "no prompt where nobody types"
    assert done.stdout.startswith("Calcinosis Universalis: Treatment\n")
    assert "\n\nI have no answer to that" in done.stdout
    as_objects = assistant("ask", "--json", given=given)
    told(as_objects, 0)
    outcomes = [json.loads(line)["outcome"] for line in as_objects.stdout.splitlines()]
    assert outcomes == ["answer", "not_covered", "command"]
    assert told(assistant("ask", given=""), 0) == ""


def test_at_a_terminal_there_is_a_prompt_until_ctrl_d(folder: Path) -> None:
    ours, theirs = os.openpty()
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "ask"],
        cwd=folder,
        env=kept | {"PYTHONPATH": str(_ROOT)},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as asking:
        os.close(theirs)
        shown = _shown_until(ours, "> ")
        assert "Ctrl+D ends it." in shown
        os.write(ours, b"how do doctors treat calcinosis universalis\n")
        assert "Calcinosis Universalis: Treatment" in _shown_until(ours, "\n> ")
        os.write(ours, b"\x04")
        assert asking.wait(timeout=60) == 0
    os.close(ours)


def _shown_until(terminal: int, end: str) -> str:
    shown = ""
    while end not in shown.replace("\r", ""):
        shown += os.read(terminal, 65536).decode(errors="replace")
    return shown


def test_an_answer_that_does_not_exist_is_refused_by_naming_those_that_do(
    assistant: Run, folder: Path
) -> None:
    output = folder / "none.ogg"
    said = told(assistant("speak", "no-such-answer", "-o", str(output)), 2)
    assert "no-such-answer" in said
    assert "faq-cure" in said
    assert not output.exists()


def test_recordings_are_built_once_and_building_goes_on_where_it_stopped(
    assistant: Run, tmp_path: Path
) -> None:
    content = tmp_path / "content"
    shutil.copytree(content_folder(), content)
    keep_only(content / "en" / "calcinosis-universalis", "research", "faq-cure", "faq-prevention")
    given = {"ASSISTANT_CONTENT_DIR": str(content), "ASSISTANT_DATA_DIR": str(tmp_path / "data")}

    def build() -> str:
        done = assistant("audio", "build", "--speed", "normal", **given)
        told(done, 0)
        return done.stdout.strip()

    # Three answers, one of them in two parts.
    assert build() == "4 recordings, 4 of them new."
    kept = list((tmp_path / "data" / "recordings").glob("*.ogg"))
    assert len(kept) == 4
    kept[0].unlink()
    assert build() == "4 recordings, 1 of them new."
    assert build() == "4 recordings, 0 of them new."


def keep_only(topic: Path, *answers: str) -> None:
    """Retire all other answers, as an editor would."""
    about = topic / "topic.md"
    lines = about.read_text(encoding="utf-8").splitlines(keepends=True)
    for path in topic.rglob("*.md"):
        answer = f"faq-{path.stem}" if path.parent.name == "faq" else path.stem
        if path != about and answer not in answers:
            path.unlink()
            lines = [line for line in lines if line.strip() != f"- {answer}"]
    about.write_text("".join(lines), encoding="utf-8")


def test_good_content_passes_the_check_with_a_grade_for_every_answer(assistant: Run) -> None:
    done = assistant("check")
    told(done, 0)
    count = sum(len(topic.entries) for topic in all_topics().topics.values())
    assert f"{count} answers, no problems." in done.stdout
    assert "faq/cure.md" in done.stdout


def test_broken_content_is_reported_all_at_once_by_file_and_line(assistant: Run, tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(content_folder(), content)
    topic = content / "en" / "calcinosis-universalis"
    treatment, causes = topic / "treatment.md", topic / "causes.md"
    treatment.write_text(
        treatment.read_text(encoding="utf-8").replace("kind: section", "kind: sectoin"), encoding="utf-8"
    )
    causes.write_text(
        causes.read_text(encoding="utf-8").replace("id: causes", "id: causes\ncolour: red"), encoding="utf-8"
    )
    said = told(assistant("check", ASSISTANT_CONTENT_DIR=str(content)), 2)
    assert f"{treatment}:3: " in said
    assert f"{causes}:3: " in said
    assert "2 problem(s)" in said
    asked = assistant("ask", "what is it", ASSISTANT_CONTENT_DIR=str(content))
    assert f"{treatment}:3: " in told(asked, 2)
    assert asked.stdout == "", "half a library answers nothing"


def test_line_a_hundred_of_a_file_is_told_in_digits() -> None:
    for console in (out, err):
        with console.capture() as written:
            console.print("treatment.md:100: [1] A bracket stands here.")
        assert written.get() == "treatment.md:100: [1] A bracket stands here.\n"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param("calcinosis-universalis/causes.md", "A dose of 5 mg/dl is meant.", id="style"),
        pytest.param("interface.ftl", "what is this", id="the bot's own sentences"),
    ],
)
def test_what_the_check_says_is_not_served_is_not_served(
    assistant: Run, tmp_path: Path, file: str, text: str
) -> None:
    content = tmp_path / "content"
    shutil.copytree(content_folder(), content)
    with (content / "en" / file).open("a", encoding="utf-8") as broken:
        broken.write(f"\n{text}\n")
    checked = told(assistant("check", ASSISTANT_CONTENT_DIR=str(content)), 2)
    assert "Nothing is served" in checked
    asked = assistant("ask", "what is it", ASSISTANT_CONTENT_DIR=str(content))
    assert f"{content / 'en' / file}:" in told(asked, 2)
    assert asked.stdout == ""


def test_a_command_that_there_is_not_is_told_with_its_line(assistant: Run, tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(content_folder(), content)
    commands = content / "en" / "commands.yaml"
    commands.write_text("nxt: [go on please]\n" + commands.read_text(encoding="utf-8"), encoding="utf-8")
    said = f"{commands}:1: `nxt` is no command. Write next, if that is meant."
    assert said in told(assistant("check", ASSISTANT_CONTENT_DIR=str(content)), 2)
    assert said in told(assistant("ask", "what is it", ASSISTANT_CONTENT_DIR=str(content)), 2)


def test_what_can_be_served_and_not_spoken_is_said(assistant: Run, tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(content_folder(), content)
    with (content / "en" / "calcinosis-universalis" / "causes.md").open("a", encoding="utf-8") as answer:
        answer.write("\nThis is called \u75c5 there.\n")
    done = assistant("check", ASSISTANT_CONTENT_DIR=str(content))
    said = told(done, 0)
    assert "causes is served in writing and cannot be spoken: the voice does not know \u75c5." in said


def test_health_tells_a_bot_that_never_ran_from_one_that_receives(program: Run, tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert "No bot has run" in told(program("health", ASSISTANT_DATA_DIR=str(data)), 1)
    data.mkdir()
    (data / "heartbeat").touch()
    told(program("health", ASSISTANT_DATA_DIR=str(data)), 0)
    os.utime(data / "heartbeat", (0, 0))
    told(program("health", ASSISTANT_DATA_DIR=str(data)), 1)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ASSISTANT_MAX_VOICE_S", "ninety", ("check",)),
        ("ASSISTANT_RECOGNIZER", "parrot", ("ask", "what is it")),
        ("DATABASE_URL", "mysql://nowhere", ("run",)),
        ("BOT_TOKEN", "not-a-token", ("run",)),
        ("ASSISTANT_WHISPER_MODEL", "no-such-model", ("run",)),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_without_its_value(
    name: str, value: str, words: tuple[str, ...], program: Run
) -> None:
    given = {"BOT_TOKEN": "1:abc", "BOT_API_BASE": "http://127.0.0.1:9", name: value}
    said = told(program(*words, **given), 2)
    assert name in said
    assert value not in said.splitlines(), "the sentence is about the setting"
    if name == "BOT_TOKEN":
        assert value not in said


def test_an_output_folder_that_does_not_exist_is_a_failure_with_its_name(
    assistant: Run, tmp_path: Path
) -> None:
    output = tmp_path / "nowhere" / "a.ogg"
    assert str(output) in told(assistant("speak", "faq-cure", "-o", str(output)), 1)


def test_a_machine_with_a_file_has_every_role(program: Run) -> None:
    refused = told(program("run", "--role", "hear", "--role", "keep", BOT_TOKEN="1:x"), 2)
    assert "ASSISTANT_ROLES: with an SQLite file one machine does everything." in refused
    address = "postgresql+psycopg://somebody@/canary?host=/nowhere"
    unreached = told(program("backup", DATABASE_URL=address), 1)
    assert "server cannot be reached" in unreached
    assert "canary" not in unreached
