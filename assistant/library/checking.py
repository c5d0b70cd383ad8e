"""What an editor should know before publishing: what does not load, and what is hard to follow by ear."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from assistant.errors import Problem
from assistant.library.content_files import in_order
from assistant.library.entries import EmergencyGuide, Paragraph
from assistant.library.findings import Findings
from assistant.library.fluent_file import parsed, sayings
from assistant.library.front_matter import TopicFile
from assistant.library.house_style import (
    HardWord,
    closings_missing,
    unexplained_in,
    unheard_in,
    wandering_in,
)
from assistant.library.loading import LoadResult, read_content
from assistant.library.plain_markdown import Passage
from assistant.library.reading_grade import reading_grade
from assistant.library.reviews import review_remarks
from assistant.library.topic_folder import EntryParts, TopicParts
from assistant.text import sentences_in, words_in

MAX_GRADE: Final = 9.0
"""Years of school; health texts for everyone aim at 6 to 9."""
MAX_SENTENCE_WORDS: Final = 17
"""GOV.UK's guidance for writers allows 25; listeners cannot look back, and hold fewer in mind."""
MAX_LABEL: Final = 40
"""Characters; a small screen cuts the rest of a button off."""
"""What stands before a topic's name on its longest button."""
HEARD_NOT_SAID: Final = ("pick-", "correction-", "signs-of-")
"""How names in `interface.ftl` begin whose words people say to the assistant, and not it to them."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found. Nothing is wrong when `problems` is empty; `warnings` can wait."""

    problems: tuple[Problem, ...]
    """What keeps the content from loading, and what breaks the rules of style; by file and line."""
    unfinished: tuple[Problem, ...]
    """What is to be done to drafts before they can be served; by file and line."""
    warnings: tuple[Problem, ...]
    """What an editor should look at soon, such as a review that has run out."""
    grades: Mapping[Path, float]
    """The Flesch-Kincaid reading grade of each answer's file, even one with problems; in reading order."""


def check(content_dir: Path, language: str = "en", today: date | None = None) -> Report:
    """All that is wrong with the content in `content_dir`/`language`; never raises for any content.

    `today` decides which reviews have run out; by default it is the date in UTC.
    """
    return report_on(read_content(content_dir, language), content_dir / language, today)


def problems_of(loaded: LoadResult, folder: Path) -> tuple[Problem, ...]:
    """What keeps this content, read from its language's `folder`, from being served: what `check` finds."""
    return report_on(loaded, folder).problems


def report_on(loaded: LoadResult, folder: Path, today: date | None = None) -> Report:
    """As `check`, for content that is read already, from the folder of its language."""
    language = folder.name
    today = today or datetime.now(UTC).date()
    style: list[Problem] = []
    unfinished = list(loaded.unfinished)
    warnings: list[Problem] = []
    grades: dict[Path, float] = {}
    for topic in loaded.topics:
        names = _names_of(topic)
        warnings += _long_name(topic)
        (unfinished if topic.is_draft else style).extend(_spoken_fields(topic))
        for entry in _in_reading_order(topic):
            findings = Findings(entry.path)
            _check_entry(entry, findings)
            _check_words(entry, topic.fields, loaded.glossary, findings)
            grade = None if names is None else reading_grade(entry.prose.passages, names, language)
            if grade is not None:
                grades[entry.path] = grade
                _check_grade(grade, entry.prose.passages[0].first_line, findings)
            (unfinished if entry.is_draft else style).extend(findings.problems)
            warnings += review_remarks(entry, today)
    style += _check_emergencies(loaded, folder / "emergencies.yaml", language)
    warnings += _interface_warnings(folder / "interface.ftl")
    problems = in_order((*loaded.problems, *style))
    return Report(problems, in_order(unfinished), tuple(warnings), MappingProxyType(grades))


def _names_of(topic: TopicParts) -> tuple[str, ...] | None:
    """What the grade leaves out; None when `topic.md` cannot be used: a grade with names would mislead."""
    fields = topic.fields
    return (fields.title, *fields.other_names, *fields.pronunciations) if fields else None


def _in_reading_order(topic: TopicParts) -> list[EntryParts]:
    order = (
        {id_: place for place, id_ in enumerate((*topic.fields.sections, *topic.fields.faq))}
        if topic.fields
        else {}
    )
    return [
        topic.entries[id_] for id_ in sorted(topic.entries, key=lambda id_: (order.get(id_, len(order)), id_))
    ]


# --- what is said aloud ---


class _Unspoken(NamedTuple):
    pattern: re.Pattern[str]
    problem: str
    remedy: str


_UNSPOKEN: Final = (
    _Unspoken(
        re.compile(
            r"https?://\S*|www\.\S*|\b[\w-]+\.(?:org|com|net|int|gov|edu|eu|uk|de)\b(?:/\S*)?", re.IGNORECASE
        ),
        "A web address",
        "Say in words where to look.",
    ),
    _Unspoken(re.compile(r"\S+@\S+\.\S+"), "An e-mail address", "Say in words whom to ask."),
    _Unspoken(
        re.compile(r"[(\[{][^)\]}]*[)\]}]?|[)\]}]"),
        "A bracket",
        "Write the aside as a sentence of its own, or leave it out.",
    ),
    _Unspoken(
        re.compile(
            r"\b(?:e\.\s?g|i\.\s?e|etc|vs|cf|approx|incl|esp|resp|dr|prof)\.|\bno\.(?=\s?\d)", re.IGNORECASE
        ),
        "An abbreviation",
        "Write the words out, as they are to be spoken.",
    ),
    _Unspoken(
        re.compile(r"\d\s?(?:mg|µg|mcg|g|kg|ml|l|cm|mm|m|km|h|min|s|mmol|iu|°\s?[cf])\b", re.IGNORECASE),
        "A unit in letters",
        "Write the unit as a word, such as milligrams.",
    ),
    _Unspoken(
        re.compile(r"[&%+=<>~/*#@^|\\°]"), "A sign that has no sound of its own", "Write it as a word."
    ),
)


def _unspoken_in(text: str) -> Iterator[tuple[int, str, str]]:
    """Where something stands that cannot be heard, with the problem and the remedy; each place once."""
    seen: set[int] = set()
    for kind in _UNSPOKEN:
        for match in kind.pattern.finditer(text):
            if seen.isdisjoint(place := range(*match.span())):
                seen.update(place)
                yield match.start(), f"{kind.problem} stands here: “{match.group()}”.", kind.remedy
    for offset, character in enumerate(text):
        if unicodedata.category(character) in ("So", "Sk") and offset not in seen:
            name = unicodedata.name(character, "a symbol").lower()
            yield offset, f"A symbol stands here: {name}.", "Say it in words, or leave it out."


def _check_entry(entry: EntryParts, findings: Findings) -> None:
    if entry.fields and entry.document:
        line = entry.document.line_of(("title",))
        _check_field(entry.fields.title, line, findings)
        if (length := len(entry.fields.title)) > MAX_LABEL:
            findings.add(
                line,
                f"This title has {length} characters; a button shows {MAX_LABEL}.",
                "Find shorter words; the text below can say the rest.",
            )
    for passage in entry.prose.passages:
        _check_passage(passage, findings)


def _check_words(
    entry: EntryParts, topic: TopicFile | None, glossary: tuple[HardWord, ...], findings: Findings
) -> None:
    """Whether the answer names its illness, explains its hard words, and ends as it should."""
    placed = [
        (sentence, passage) for passage in entry.prose.passages for sentence in sentences_in(passage.text)
    ]
    if not placed:
        return
    first = placed[0][1].first_line
    whole = " ".join(sentence.text for sentence, _ in placed)
    names = (topic.title, *topic.other_names) if topic else ()
    if names and not any(name.casefold() in whole.casefold() for name in names):
        findings.add(
            first,
            "This answer never names its illness: who hears it does not know what it is about.",
            f"Say “{names[0]}” once, early.",
        )
    for place, remark in unexplained_in([sentence.text for sentence, _ in placed], glossary):
        sentence, passage = placed[place]
        findings.add(passage.line_at(sentence.offset + remark.offset), remark.problem, remark.remedy)
    if entry.fields:  # What its front matter ends with is not known where that could not be read.
        for remark in closings_missing(whole, entry.fields.closing):
            findings.add(first, remark.problem, remark.remedy)


def _check_field(text: str, line: int, findings: Findings) -> None:
    for _, problem, remedy in (*_unspoken_in(text), *wandering_in(text)):
        findings.add(line, problem, remedy)


def _check_passage(passage: Passage, findings: Findings) -> None:
    for offset, problem, remedy in (
        *_unspoken_in(passage.text),
        *wandering_in(passage.text),
        *unheard_in(passage.text),
    ):
        findings.add(passage.line_at(offset), problem, remedy)
    _check_lengths(passage, findings)


def _check_lengths(passage: Passage, findings: Findings) -> None:
    for sentence in sentences_in(passage.text):
        length = len(words_in(sentence.text, compounds=True))
        if length > MAX_SENTENCE_WORDS:
            findings.add(
                passage.line_at(sentence.offset),
                f"This sentence has {length} words; over {MAX_SENTENCE_WORDS} are hard to follow by ear.",
                "Make it two sentences.",
            )


def _check_grade(grade: float, line: int, findings: Findings) -> None:
    if grade > MAX_GRADE:
        findings.add(
            line,
            f"The reading grade is {grade:.1f}; it should be {MAX_GRADE:.0f} or lower.",
            "Use shorter sentences and words; those under `pronunciations` in topic.md do not count.",
        )


def _spoken_fields(topic: TopicParts) -> list[Problem]:
    if topic.fields is None or topic.document is None:
        return []
    findings = Findings(topic.folder / "topic.md")
    _check_field(topic.fields.title, topic.document.line_of(("title",)), findings)
    for name, citation in topic.fields.sources.items():
        _check_field(citation, topic.document.line_of(("sources", name)), findings)
    return findings.problems


def _long_name(topic: TopicParts) -> Iterator[Problem]:
    if topic.fields and topic.document and len(topic.fields.title) > MAX_LABEL:
        yield Problem(
            topic.folder / "topic.md",
            topic.document.line_of(("title",)),
            f"“{topic.fields.title}” is too long for a button, which shows {MAX_LABEL} characters.",
            "If there is a shorter name, make it the title, and put this one under `other_names`.",
        )


def _check_emergencies(loaded: LoadResult, path: Path, language: str) -> list[Problem]:
    findings = Findings(path)
    # Number and crisis line are the operator's; a word of the same length keeps every offset.
    passages = [
        replace(passage, text=passage.text.replace("{number}", " number ").replace("{crisis}", " helper "))
        for passage in loaded.emergencies
    ]
    for passage in passages:
        _check_passage(passage, findings)
    grade = reading_grade(passages, (), language)
    if grade is not None:
        _check_grade(grade, passages[0].first_line, findings)
    lines = {passage.text: passage.first_line for passage in loaded.emergencies}
    for guide in loaded.library.emergencies.values() if loaded.library else ():
        _check_guide(guide, lines, findings)
    return findings.problems


def _check_guide(guide: EmergencyGuide, lines: Mapping[str, int], findings: Findings) -> None:
    match guide.blocks:
        case (Paragraph(text=text), *_) if "{number}" in sentences_in(text)[0].text:
            return
    findings.add(
        lines.get(guide.title, 1),
        f"The number to call does not stand in the first sentence about `{guide.kind}`.",
        "Begin with it: Call {number} now.",
    )


def _interface_warnings(path: Path) -> list[Problem]:
    """Where the assistant's own sentences leave the house's English, or are too long to follow by ear.

    Whether the file can be read at all is for whoever speaks from it to say.
    """
    findings = Findings(path)
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    for name, passage in sayings(source, parsed(source)):
        if name.startswith(HEARD_NOT_SAID):
            continue
        for remark in wandering_in(passage.text):
            findings.add(passage.line_at(remark.offset), remark.problem, remark.remedy)
        _check_lengths(passage, findings)
    return findings.problems
