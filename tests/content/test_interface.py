"""`interface.ftl` and the code that speaks from it: neither has a sentence that the other does not know."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Message, MessageReference, Resource, Term, TermReference, VariableReference
from fluent.syntax.visitor import Visitor

from assistant.dialogue.render.message_catalogue import FAMILIES, MessageCatalogue
from assistant.library.checking import HEARD_NOT_SAID, MAX_SENTENCE_WORDS
from assistant.library.house_style import wandering_in
from assistant.library.plain_markdown import Passage
from assistant.library.reading_grade import reading_grade
from assistant.text import sentences_in, words_in

_ROOT: Final = Path(__file__).parents[2]
_FILE: Final = _ROOT / "content" / "en" / "interface.ftl"
_SPEAKERS: Final = frozenset({"sentences", "_sentences", "context"})
"""Whatever says sentences goes by one of these names; another `say` (of a reply, say) is none of ours."""
_GRADE: Final = 6.0
_TOO_SHORT_TO_GRADE: Final = 10
"""The grade of fewer words says more about one of them than about the sentence."""
_GIVEN: Final = (
    "North America",
    "United Kingdom",
    "Telegram",
    "Voice Messages",
    "Privacy and Security",
    "General information, not medical advice",
)
"""Names, and the one phrase that is laid down: nobody here can choose shorter words for them."""
_PLAUSIBLE: Final = {
    "count": 9,
    "first": 4,
    "label": "Show more",
    "last": 6,
    "minutes": 4,
    "name": "Symptoms",
    "named": "Symptoms",
    "number": 2,
    "parts": 3,
    "reviewer": "Ann Lee",
    "seconds": 90,
    "sections": 5,
    "source": "the article",
    "title": "How it is found",
    "topic": "this illness",
    "understood": "what helps",
    "words": "what can help me",
    "written": "wat helps",
}
"""What stands in the gaps of a sentence; "it" in any other."""
_WORST_SHOWN: Final = 10
_EMOJI_OR_MARKUP: Final = re.compile(r"[*_`#<>\[\]|~\\]|https?:|[\u2190-\u2bff\U0001f000-\U0001faff]")


@dataclass(frozen=True)
class Call:
    """One place where the code says something: an id, or a family's prefix, and the names it fills in."""

    where: str
    id: str
    is_family: bool
    arguments: frozenset[str]


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()
        self.references: set[str] = set()

    def visit_VariableReference(self, node: VariableReference) -> None:  # noqa: N802 - fluent's own name
        self.names.add(node.id.name)

    def visit_MessageReference(self, node: MessageReference) -> None:  # noqa: N802 - fluent's own name
        self.references.add(node.id.name)

    def visit_TermReference(self, node: TermReference) -> None:  # noqa: N802 - fluent's own name
        self.references.add(f"-{node.id.name}")


def _messages(resource: Resource) -> dict[str, _Variables]:
    found = {}
    for item in resource.body:
        if isinstance(item, Message | Term):
            variables = _Variables()
            variables.visit(item)
            found[f"-{item.id.name}" if isinstance(item, Term) else item.id.name] = variables
    return found


MESSAGES: Final = _messages(FluentParser().parse(_FILE.read_text(encoding="utf-8")))


def _needs(name: str) -> set[str]:
    return MESSAGES[name].names.union(*(_needs(other) for other in MESSAGES[name].references))


def _calls_in(source: str, where: str) -> Iterator[Call]:
    for node in ast.walk(ast.parse(source)):
        if not (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say"
        ):
            continue
        speaker = node.func.value
        name = speaker.attr if isinstance(speaker, ast.Attribute) else getattr(speaker, "id", "")
        if name not in _SPEAKERS:
            continue
        place = f"{where}:{node.lineno}"
        arguments = frozenset(keyword.arg or "**" for keyword in node.keywords)
        match node.args:
            case [ast.Constant(value=str(message))]:
                yield Call(place, message, False, arguments)
            case [ast.JoinedStr(values=[ast.Constant(value=str(prefix)), ast.FormattedValue()])]:
                yield Call(place, prefix, True, arguments)
            case [ast.Name(id="message_id")] if place.startswith("assistant/dialogue/turn.py"):
                continue  # TurnContext.say hands on what its callers write out.
            case _:
                yield Call(place, "an id that cannot be searched for", False, arguments)


@cache
def _calls() -> tuple[Call, ...]:
    return tuple(
        call
        for room in ("assistant", "handlers")
        for path in sorted((_ROOT / room).rglob("*.py"))
        for call in _calls_in(path.read_text(encoding="utf-8"), path.relative_to(_ROOT).as_posix())
    )


def _problems(calls: Sequence[Call]) -> list[str]:
    problems = []
    used: set[str] = set()
    for call in calls:
        if call.is_family:
            ids = [f"{call.id}{member}" for member in FAMILIES.get(call.id, ())]
            if not ids:
                problems.append(f"{call.where}: FAMILIES does not declare {call.id!r}")
        else:
            ids = [call.id]
        missing = [name for name in ids if name not in MESSAGES]
        problems += [f"{call.where}: no message {name!r}" for name in missing]
        used.update(ids)
        for name in ids:
            if (
                name in MESSAGES
                and _needs(name) != call.arguments
                and not _covered_elsewhere(call, name, calls)
            ):
                problems.append(
                    f"{call.where}: {name!r} needs {sorted(_needs(name))}, not {sorted(call.arguments)}"
                )
    families = {call.id for call in calls if call.is_family}
    problems += [f"FAMILIES: nothing says {prefix!r}" for prefix in FAMILIES if prefix not in families]
    reachable = set(used)
    for name in used & set(MESSAGES):
        reachable |= MESSAGES[name].references
    problems += [f"interface.ftl: nothing says {name!r}" for name in MESSAGES if name not in reachable]
    return problems


def _covered_elsewhere(call: Call, name: str, calls: Sequence[Call]) -> bool:
    # One member of a family may need more than the others; it is then written out where it is said.
    return call.is_family and any(other.id == name and other.arguments == _needs(name) for other in calls)


def test_code_and_sentences_know_each_other() -> None:
    assert _problems(_calls()) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('sentences.say("no-such-sentence")', "no message 'no-such-sentence'"),
        ('sentences.say("heard-back")', "'heard-back' needs ['words'], not []"),
        ('context.say("footer-general", extra=1)', "'footer-general' needs [], not ['extra']"),
        ('self._sentences.say(f"strange-{kind}")', "FAMILIES does not declare 'strange-'"),
        ("self.sentences.say(name)", "no message 'an id that cannot be searched for'"),
    ],
)
def test_a_wrong_call_is_found(line: str, problem: str) -> None:
    assert any(problem in found for found in _problems([*_calls(), *_calls_in(line, "made_up.py")]))


def test_an_unused_sentence_is_found() -> None:
    without = [call for call in _calls() if call.id != "undo-nothing"]
    assert _problems(without) == ["interface.ftl: nothing says 'undo-nothing'"]


def _said() -> dict[str, str]:
    sentences = MessageCatalogue.load(_ROOT / "content", "en")
    said = {}
    for name in MESSAGES:
        if name.startswith(("-", *HEARD_NOT_SAID)):
            continue
        needs = _needs(name)
        said[name] = sentences.say(
            name, **{need: _PLAUSIBLE.get(need, "it") for need in needs - {"date"}}, **_date(needs)
        )
    return said


def _passage(text: str) -> Passage:
    return Passage(text, (0,), 1)


def _date(needs: set[str]) -> dict[str, object]:
    return {"date": date(2026, 5, 3)} if "date" in needs else {}


def test_the_assistants_own_sentences_can_be_read_after_six_years_of_school() -> None:
    said = _said()
    grade = reading_grade([_passage(text) for text in said.values()], _GIVEN)
    graded = [
        (own, name, text)
        for name, text in said.items()
        if len(text.split()) >= _TOO_SHORT_TO_GRADE
        and (own := reading_grade([_passage(text)], _GIVEN)) is not None
    ]
    worst = sorted(graded, reverse=True)[:_WORST_SHOWN]
    table = "\n".join(f"{own:5.1f}  {name}: {text}" for own, name, text in worst)
    assert grade is not None
    assert grade <= _GRADE, f"{grade:.1f} all in all; the hardest:\n{table}"
    assert [name for own, name, _ in worst if own > _GRADE] == [], f"the hardest:\n{table}"


def test_the_assistants_own_sentences_hold_nothing_that_cannot_be_said() -> None:
    assert {name: text for name, text in _said().items() if _EMOJI_OR_MARKUP.search(text)} == {}


def test_the_assistants_own_sentences_keep_to_one_english_and_one_word_for_one_thing() -> None:
    found = {name: [remark.remedy for remark in wandering_in(text)] for name, text in _said().items()}
    assert {name: remedies for name, remedies in found.items() if remedies} == {}


def test_nobody_has_to_keep_a_long_sentence_of_the_assistants_in_mind() -> None:
    long = [
        (name, sentence.text)
        for name, text in _said().items()
        for sentence in sentences_in(text)
        if len(words_in(sentence.text, compounds=True)) > MAX_SENTENCE_WORDS
    ]
    assert long == []


def test_button_labels_are_short_full_words() -> None:
    labels = {name: text for name, text in _said().items() if name.startswith("option-")}
    assert {name: text for name, text in labels.items() if len(text) > 40 or text.endswith(".")} == {}
    assert len({text.casefold() for text in labels.values()}) == len(labels)
