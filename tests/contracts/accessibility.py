"""Whether a message reaches somebody who hears it, or sees little of it: one function for each rule.

After WCAG 2.2 (1.1.1 text alternatives, 1.3.1 and 1.3.3 structure and signs, 1.4.1 colour, 2.4.4 and 2.4.6
links and headings) and W3C's guidance on cognitive accessibility (COGA) and on natural language interfaces
(NAUR).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.speech.tts.script import Script
from assistant.text import sentences_in
from tests.contracts.outgoing_messages import Outgoing

MOST_BUTTONS: Final = 8
LONGEST_LABEL: Final = 40
MOST_BEFORE_THE_POINT: Final = 2
"""Sentences that may stand before the first one that the person came for."""

_QUOTED: Final = re.compile(r"\".*\"|“.*”")
"""Somebody's own words, said back: theirs to choose. From the first mark of a line to the last."""
_NO_PICTURES: Final = frozenset("°©®™")
_ARROW: Final = re.compile(r"[\u2190-\u21ff\u2794-\u27bf\u27f0-\u27ff\u2900-\u297f«»‹›]|[-=]+>|<[-=]+")
_DRAWING: Final = re.compile(r"([^\w\s.])(?:\s?\1){2,}|[\u2500-\u259f]|\S(?: {3,}|\t)\S")
"""The same sign three times and more, box drawing, or columns made of spaces."""
_LIST_SIGN: Final = re.compile(r"^(?:[•-] |\d+[.)] )")
"""What a screen reader knows as a list: "bullet", or a number."""
_ABBREVIATION: Final = re.compile(
    r"(?<![\w/])(?:e\.g|i\.e|etc|approx|incl|vs|cf|hrs?|mins?|secs?|yrs?|msgs?|pls|info|prev|nav|config|prefs|faqs?"
    r"|w/o?)(?!\w)|&",
    re.IGNORECASE,
)
_CAPITALS: Final = re.compile(r"(?<![\w/])[A-Z]{2,}(?!\w)")
_SAID_AS_LETTERS: Final = frozenset({"CT", "MRI", "DNA", "FOP"})
"""Better known, and better heard, as letters than in words."""
_NEEDS_A_QUESTION: Final = frozenset({"yes", "no", "ok", "okay", "sure", "cancel", "confirm"})
_LEADS_NOWHERE: Final = frozenset(
    {"here", "click here", "tap here", "this", "this link", "link", "more", "read more"}
)
_ADDRESS: Final = re.compile(r"(?:https?://|www\.|t\.me/)\S+|\S+@\S+\.\w+", re.IGNORECASE)
_MARKUP: Final = re.compile(r"[*_`#<>\[\]|~\\{}]|&\w+;")
_NOT_HEARD: Final = frozenset(
    {
        "spoiler",
        "strikethrough",
        "underline",
        "code",
        "pre",
        "custom_emoji",
        "blockquote",
        "expandable_blockquote",
    }
)
"""Formatting that no screen reader speaks of, or that hides words."""
_EMPHASIS: Final = frozenset({"bold", "italic"})
_FILLER: Final = re.compile(
    r"(?:sorry|thank you|thanks|please note|note that|welcome|great|as you may know)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a message, and what to do about it."""

    rule: str
    where: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.problem} {self.remedy} [{self.rule}]"


Rule = Callable[[Outgoing], Iterator[tuple[str, str]]]
"""What is wrong and what to do, for each fault that a message has."""


def words_before_signs(message: Outgoing) -> Iterator[tuple[str, str]]:
    """No meaning in an emoji or an arrow alone: some hear its name within a sentence, some hear nothing."""
    for line in own_lines(message):
        if _signs(line[:2]) or (_signs(line) and not _words(line)):
            yield f"the line {line!r} begins with a sign.", "Begin with the words that it stands for."
        elif _ARROW.search(line):
            yield f"the line {line!r} has an arrow in it.", "Say the way in words."


def words_on_buttons(message: Outgoing) -> Iterator[tuple[str, str]]:
    """Labels are read out one by one, far from the text: each says in full words what it does."""
    for label in message.labels:
        if _signs(label) or _ARROW.search(label) or not _words(label):
            yield f"the button {label!r} has a sign on it.", "Use words alone."
        if len(label) > LONGEST_LABEL:
            yield (
                f"the button {label!r} is cut off on a small screen.",
                f"Use {LONGEST_LABEL} characters at most.",
            )
        if label.rstrip().endswith(("…", "...")):
            yield f"the button {label!r} breaks off.", "Find shorter words for all of it."
        if label.strip().casefold() in _NEEDS_A_QUESTION and "?" not in message.text:
            yield (
                f"the button {label!r} answers no question.",
                "Ask it in the text, or say on the button what it does.",
            )


def few_buttons(message: Outgoing) -> Iterator[tuple[str, str]]:
    """As many as can be listened to, and reached one after the other."""
    if len(message.labels) > MOST_BUTTONS:
        yield (
            f"it has {len(message.labels)} buttons.",
            f"Show {MOST_BUTTONS} at most, and a way to the others.",
        )


def one_column(message: Outgoing) -> Iterator[tuple[str, str]]:
    """Buttons side by side are narrow, hard to hit, and read in an order that nobody sees."""
    if any(len(row) > 1 for row in message.rows):
        yield "its buttons stand side by side.", "Put each on a line of its own."


def unlike_buttons(message: Outgoing) -> Iterator[tuple[str, str]]:
    """Whoever hears two equal labels, or says one, cannot tell which is which."""
    counted = Counter(" ".join(label.split()).casefold() for label in message.labels)
    for label, times in counted.items():
        if times > 1:
            yield f"{times} buttons say {label!r}.", "Say on each what only this one does."


def no_drawings(message: Outgoing) -> Iterator[tuple[str, str]]:
    """A line drawn with characters is read out character by character."""
    for line in own_lines(message):
        if _DRAWING.search(line) or not (_words(line) or _signs(line)):
            yield f"the line {line!r} is drawn.", "Say what it shows, or leave an empty line."


def full_words(message: Outgoing) -> Iterator[tuple[str, str]]:
    """Short forms are guessed at by whoever reads with difficulty, and mangled by whatever reads aloud."""
    for line in [*own_lines(message), *message.labels]:
        for short in _ABBREVIATION.findall(line):
            yield f"{short!r} in {line!r} is short for something.", "Write the whole words."


def no_capitals(message: Outgoing) -> Iterator[tuple[str, str]]:
    """Words in capitals are spelled out by some screen readers, and are hard to read for everybody."""
    for line in [*own_lines(message), *message.labels]:
        for word in _CAPITALS.findall(line):
            if word not in _SAID_AS_LETTERS:
                yield (
                    f"{word!r} in {line!r} is all capitals.",
                    "Write it in small letters, or in whole words.",
                )


def words_beside_files(message: Outgoing) -> Iterator[tuple[str, str]]:
    """What is heard can be read, and what is seen can be heard."""
    if message.carries and not _words(message.text):
        yield f"the {message.carries} has no caption.", "Say in the caption what it is."
    if message.name is not None and not _words(message.name):
        yield "the audio file has no title.", "Give it one: it is what the player shows and says."


def links_say_where(message: Outgoing) -> Iterator[tuple[str, str]]:
    """Links and the buttons that leave the chat are listed without their surroundings."""
    linked = [span.text for span in message.spans if span.kind == "text_link"]
    leaving = [button.label for row in message.rows for button in row if button.opens]
    for words in [*linked, *leaving]:
        if words.strip().casefold() in _LEADS_NOWHERE or _ADDRESS.search(words):
            yield f"the link {words!r} does not say where it leads.", "Name the place in words."
    for line in own_lines(message):
        if _ADDRESS.fullmatch(line):
            yield f"the line {line!r} is an address and no more.", "Say first what is there."


def formatting_is_extra(message: Outgoing) -> Iterator[tuple[str, str]]:
    """Nobody hears bold; a line of its own is a heading for the ear too."""
    for span in message.spans:
        if span.kind in _NOT_HEARD:
            yield f"{span.text!r} has the formatting {span.kind!r}.", "Say in words what it means."
        elif span.kind in _EMPHASIS and not span.fills_lines:
            yield (
                f"{span.text!r} is set off by {span.kind} alone.",
                "Give it a line of its own, or plain letters.",
            )


RULES: Final[dict[str, Rule]] = {
    "words before signs": words_before_signs,
    "words on buttons": words_on_buttons,
    "few buttons": few_buttons,
    "one column": one_column,
    "unlike buttons": unlike_buttons,
    "no drawings": no_drawings,
    "full words": full_words,
    "no capitals": no_capitals,
    "words beside files": words_beside_files,
    "links say where": links_say_where,
    "formatting is extra": formatting_is_extra,
}
TO_THE_POINT: Final = "to the point"
SPEAKABLE: Final = "speakable"


def findings_in(message: Outgoing, preambles: Sequence[re.Pattern[str]] = ()) -> Iterator[Finding]:
    """What is wrong with a message. `preambles` are lines that say nothing new, however true."""
    for name, rule in RULES.items():
        yield from (Finding(name, str(message), *fault) for fault in rule(message))
    if before_the_point(message, preambles) > MOST_BEFORE_THE_POINT:
        yield Finding(
            TO_THE_POINT, str(message), "it is slow to begin.", "Say first what the person came for."
        )


def before_the_point(message: Outgoing, preambles: Sequence[re.Pattern[str]]) -> int:
    """How many sentences stand before the first useful one; headings do not count."""
    headings = {span.text for span in message.spans if span.kind == "bold" and span.fills_lines}
    count = 0
    for line in filter(None, map(str.strip, message.text.splitlines())):
        if line in headings:
            continue
        known = any(pattern.fullmatch(line) for pattern in preambles)
        for sentence in sentences_in(line):
            if not known and not _FILLER.match(sentence.text):
                return count
            count += 1
    return count


def findings_in_script(script: Script) -> Iterator[Finding]:
    """What a voice would stumble over: markup, addresses, signs and short forms.

    A script that is not kept begins with the person's own words, which are theirs to choose.
    """
    where = f"script {script.title!r}"
    own = (script.title if getattr(script, "keep", True) else "", *script.paragraphs)
    for text in filter(None, own):
        found = _MARKUP.search(text) or _ADDRESS.search(text) or _ARROW.search(text) or _DRAWING.search(text)
        stumble = _signs(text) or (found.group() if found else "")
        if stumble:
            yield Finding(
                SPEAKABLE, where, f"{stumble!r} cannot be said.", "Write words, or leave it to the text."
            )
        for short in _ABBREVIATION.findall(text):
            yield Finding(SPEAKABLE, where, f"{short!r} is short for something.", "Write the whole words.")
    if not _words(script.title + "".join(script.paragraphs)):
        yield Finding(SPEAKABLE, where, "it says nothing.", "Send no voice at all.")


def own_lines(message: Outgoing) -> list[str]:
    """The lines without their list signs, and without what is quoted."""
    lines = (_LIST_SIGN.sub("", line.strip()) for line in message.text.splitlines())
    return [line for line in (_QUOTED.sub("something", line) for line in lines) if line]


def _words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _signs(text: str) -> str:
    """The emoji and pictures in a text."""
    return "".join(
        character
        for character in text
        if (unicodedata.category(character) == "So" and character not in _NO_PICTURES)
        or character in "\ufe0f\u20e3"
    )
