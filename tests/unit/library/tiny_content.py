"""A tiny library in a temporary folder: tests break one file of it and look at what is said."""

from pathlib import Path
from textwrap import dedent

import pytest

from assistant.errors import ContentError, Problem
from assistant.library.loading import load_library

FILES = {
    "aspects.yaml": """\
        symptoms:
          title: Symptoms
        cure:
          title: Cure
        """,
    "commands.yaml": """\
        bookmarks: [show my bookmarks]
        show: ["open {answer}"]
        "yes": [yes, yes please]
        no: [no]
        answer_by:voice: [speak to me]
        """,
    "emergencies.yaml": """\
        breathing:
          title: Trouble breathing
          text: |
            Call {number} now.

            - Sit upright.
            - Do not
              wait.
          signals: [sos]
          listen_for: [I cannot breathe.]
        """,
    "tiny-illness/topic.md": """\
        ---
        id: tiny-illness
        title: Tiny Illness
        other_names: [tinyitis]
        pronunciations:
          tinyitis: "tˌIniˈItɪs"
        listen_for: [tiny, tinyitis]
        sections: [symptoms, cure]
        faq: [faq-cure]
        sources:
          article: "A short article about it."
        ---
        """,
    "tiny-illness/symptoms.md": """\
        ---
        id: symptoms
        kind: section
        aspect: symptoms
        title: Symptoms
        questions:
          - what does it look like
        source: article
        reviewed_by:
        reviewed_on:
        review_due:
        ---
        It is small.
        You can see it.

        - A dot.
        - A line.

        That is tinyitis.
        """,
    "tiny-illness/cure.md": """\
        ---
        id: cure
        kind: section
        aspect: cure
        title: Cure
        questions: [will it go away]
        source: article
        reviewed_by: Dr Example
        reviewed_on: 2026-01-31
        review_due: 2099-01-31
        ---
        It goes away.

        That is tinyitis.
        """,
    "tiny-illness/faq/cure.md": """\
        ---
        id: faq-cure
        kind: faq
        aspect: cure
        title: Is there a cure?
        questions: [is there a cure for it]
        source: article
        ---
        Yes, there is.

        That is tinyitis.
        """,
}


class TinyContent:
    """A content folder whose files can be rewritten."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, text in FILES.items():
            self.write(name, dedent(text))

    def path(self, name: str) -> Path:
        return self.folder / "en" / name

    def text(self, name: str) -> str:
        return self.path(name).read_text(encoding="utf-8")

    def write(self, name: str, text: str | bytes) -> None:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def replace(self, name: str, old: str, new: str) -> None:
        text = self.text(name)
        assert text.count(old) == 1, f"{old!r} should stand once in {name}"
        self.write(name, text.replace(old, new))

    def append(self, name: str, text: str) -> None:
        self.write(name, self.text(name) + text)

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong; loading must fail."""
        with pytest.raises(ContentError) as caught:
            load_library(self.folder)
        return caught.value.problems

    def only_problem(self) -> tuple[str, int, str]:
        """The one thing wrong, as file name, line and text."""
        (problem,) = self.problems()
        assert problem.remedy.endswith("."), "a remedy is a full sentence"
        return problem.path.relative_to(self.folder / "en").as_posix(), problem.line, problem.problem
