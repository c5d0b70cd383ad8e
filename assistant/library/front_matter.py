"""What content files must look like: a pydantic model for each, and plain words when one does not fit."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Final, NoReturn, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from assistant.library.entries import Closing, Kind, State
from assistant.library.findings import Findings
from assistant.library.plain_yaml import Document

TOPIC_ID_LENGTH: Final = 32
"""Buttons carry `topic/answer`, and Telegram gives a button 64 bytes in all."""
ANSWER_ID_LENGTH: Final = 24
WORDING_LENGTH: Final = 300
"""Nobody says a longer example; it is a paragraph in the wrong place."""

_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_COMMAND_KEY: Final = re.compile(r"[a-z]+(?:_[a-z]+)*(?::[a-z]+(?:_[a-z]+)*)?")
_SPOKEN_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PHONEMES: Final = re.compile(r"[^\s/()\[\]]+")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_BRACES: Final = re.compile(r"\{[^{}]*\}|[{}]")


def _refuse(problem: str, remedy: str) -> NoReturn:
    # The problem travels in the context, since pydantic fills in braces that stand in the template itself.
    raise PydanticCustomError("content", "{problem}", {"problem": problem, "remedy": remedy})


def _text(value: str) -> str:
    if not (text := " ".join(value.split())):
        _refuse("This is empty.", "Write the text, or remove the line.")
    return text


def _id_of_at_most(length: int) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not _ID.fullmatch(value):
            _refuse(
                f"`{value}` cannot be an id.",
                "Use lower-case letters, digits and single hyphens between them.",
            )
        if len(value) > length:
            _refuse(
                f"The id `{value}` is longer than {length} characters.",
                "Choose a shorter one; buttons carry it.",
            )
        return value

    return check


def _wording_with(*slots: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        text = _text(value)
        if len(text) > WORDING_LENGTH:
            _refuse(
                f"This wording is longer than {WORDING_LENGTH} characters.", "Write what somebody would say."
            )
        _check_slots(text, slots)
        return text

    return check


def _check_slots(text: str, slots: tuple[str, ...]) -> None:
    for slot in _BRACES.findall(text):
        if slot not in slots:
            remedy = f"Remove it; only {' and '.join(slots)} can stand here." if slots else "Remove it."
            _refuse(f"`{slot}` means nothing here.", remedy)


def _command_wording(value: str) -> str:
    text = _wording_with("{answer}")(value)
    if "{answer}" in text.removesuffix("{answer}") or text == "{answer}":
        _refuse(
            "`{answer}` does not stand at the end.",
            "Write it once, after at least one word: `open {answer}`.",
        )
    return text


def _emergency_text(value: str) -> str:
    _check_slots(value, ("{number}", "{crisis}"))
    return value


def _emergency_line(value: str) -> str:
    return _emergency_text(_text(value))


def _command_key(value: str) -> str:
    if not _COMMAND_KEY.fullmatch(value):
        _refuse(
            f"`{value}` cannot be a command.", "Write a command's name, or name:value, in lower-case letters."
        )
    return value


def _spoken_word(value: str) -> str:
    if value != value.lower() or not _SPOKEN_WORD.fullmatch(value):
        _refuse(f"`{value}` is not one lower-case word.", "Give each word its own line, in lower case.")
    return value


def _phonemes(value: str) -> str:
    if not _PHONEMES.fullmatch(value):
        _refuse(
            f"`{value}` cannot be phonemes.", "Write misaki phonemes without spaces, slashes or brackets."
        )
    return value


def _written_date(value: object) -> object:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value) if _DATE.fullmatch(value) else _no_date(value)
        except ValueError:
            _no_date(value)
    return value


def _no_date(value: str) -> NoReturn:
    _refuse(f"`{value}` is not a date.", "Write year-month-day, as in 2027-01-31.")


def _nothing_is_empty_list(value: object) -> object:
    return [] if value is None else value


def _nothing_is_served(value: object) -> object:
    return State.SERVED if value is None else value


def _nothing_is_empty_mapping(value: object) -> object:
    return {} if value is None else value


Text = Annotated[str, AfterValidator(_text)]
TopicId = Annotated[str, AfterValidator(_id_of_at_most(TOPIC_ID_LENGTH))]
AnswerId = Annotated[str, AfterValidator(_id_of_at_most(ANSWER_ID_LENGTH))]
Question = Annotated[str, AfterValidator(_wording_with("{name}"))]
Date = Annotated[date | None, BeforeValidator(_written_date)]
ServedUnlessSaid = Annotated[State, BeforeValidator(_nothing_is_served)]
Item = TypeVar("Item")
OptionalList = Annotated[list[Item], BeforeValidator(_nothing_is_empty_list)]
SomeItems = Annotated[list[Item], Field(min_length=1)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Reviewed(_File):
    """What can be reviewed: who did it, when, and until when that holds."""

    reviewed_by: Text | None = None
    reviewed_on: Date = None
    review_due: Date = None

    @model_validator(mode="after")
    def _review_is_whole(self) -> Self:
        given = {
            name: value
            for name in ("reviewed_by", "reviewed_on", "review_due")
            if (value := getattr(self, name)) is not None
        }
        if given and len(given) < 3:
            names = " and ".join(f"`{name}`" for name in given)
            _refuse(
                f"The review is incomplete: only {names} is given.",
                "Fill in `reviewed_by`, `reviewed_on` and `review_due`, or leave all three empty.",
            )
        if self.reviewed_on and self.review_due and self.review_due <= self.reviewed_on:
            _refuse(
                "`review_due` is not after `reviewed_on`.",
                "Give the date by which the text is looked at again.",
            )
        return self


class TopicFile(_File):
    """The front matter of `topic.md`."""

    id: TopicId
    title: Text
    state: ServedUnlessSaid = State.SERVED
    """Of a draft, every answer is one."""
    other_names: OptionalList[Text] = []
    pronunciations: Annotated[
        dict[Annotated[str, AfterValidator(_spoken_word)], Annotated[str, AfterValidator(_phonemes)]],
        BeforeValidator(_nothing_is_empty_mapping),
    ] = {}
    listen_for: OptionalList[Text] = []
    sections: SomeItems[AnswerId]
    faq: OptionalList[AnswerId] = []
    sources: Annotated[dict[AnswerId, Text], Field(min_length=1)]


class EntryFile(_Reviewed):
    """The front matter of one answer."""

    id: AnswerId
    kind: Kind
    aspect: AnswerId
    title: Text
    state: ServedUnlessSaid = State.SERVED
    questions: SomeItems[Question]
    source: AnswerId
    closing: OptionalList[Closing] = []


class AspectFields(_File):
    """One aspect in `aspects.yaml`."""

    title: Text


class EmergencyFields(_Reviewed):
    """One kind of emergency in `emergencies.yaml`."""

    title: Text
    text: Annotated[str, AfterValidator(_emergency_text)]
    """Markdown; `{number}` stands where the emergency number is said, `{crisis}` where a crisis line is."""
    caution: Annotated[str, AfterValidator(_emergency_line)] | None = None
    """One line for a message that only may be such an emergency, with the same slots."""
    source: Text | None = None
    """Who published the first aid that the text tells, and when."""
    signals: OptionalList[Annotated[str, AfterValidator(_text)]] = []
    """Whole messages that are hardly a sentence: a number to call, a word, a sign."""
    listen_for: OptionalList[Text] = []
    """Short sentences that people cry out, which the ears expect."""


class GlossaryFields(_File):
    """One hard word in `glossary.yaml`."""

    words: SomeItems[Text]
    plain: SomeItems[Text]
    meaning: Text
    source: Text
    """Whether the answers' source explains the word, or those who wrote the answers."""


class GlossaryFile(RootModel[Annotated[dict[AnswerId, GlossaryFields], Field(min_length=1)]]):
    """`glossary.yaml`: hard words, and what must stand beside them."""


class AspectsFile(RootModel[Annotated[dict[AnswerId, AspectFields], Field(min_length=1)]]):
    """`aspects.yaml`: what people ask of any illness."""


class CommandsFile(
    RootModel[
        Annotated[
            dict[
                Annotated[str, AfterValidator(_command_key)],
                SomeItems[Annotated[str, AfterValidator(_command_wording)]],
            ],
            Field(min_length=1),
        ]
    ]
):
    """`commands.yaml`: the ways to say each command."""


class EmergenciesFile(RootModel[Annotated[dict[AnswerId, EmergencyFields], Field(min_length=1)]]):
    """`emergencies.yaml`: red flags and the fixed texts for them."""


Model = TypeVar("Model", bound=BaseModel)


def fit(document: Document, model: type[Model], findings: Findings) -> Model | None:
    """The document as `model`; None, with a finding at the right line for everything that does not fit."""
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            location = tuple(part for part in detail["loc"] if part != "[key]")
            problem, remedy = _in_plain_words(detail, model)
            findings.add(document.line_of(location), problem, remedy)
        return None


_SHAPES: Final[Mapping[str, tuple[str, str]]] = {
    "string_type": ("should be text", "Write the text behind the colon."),
    "list_type": ("should be a list", "Put each item on its own line, beginning with `- `."),
    "dict_type": ("should hold keys with values", "Write lines of the form `key: value` below it."),
    "model_type": ("should hold keys with values", "Write lines of the form `key: value` below it."),
    "too_short": ("is empty", "Give at least one."),
    "enum": ("is not one of the words that can stand here", "Write one of these: {expected}."),
}


def _in_plain_words(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    context = detail.get("ctx", {})
    if detail["type"] == "content":
        return str(context["problem"]), str(context["remedy"])
    name = next((f"`{part}`" for part in reversed(detail["loc"]) if isinstance(part, str)), "The file")
    if detail["type"] == "missing":
        return f"{name} is missing.", f"Add a line {name[:-1]}: ...`."
    if detail["type"] == "extra_forbidden":
        keys = ", ".join(_keys_beside(detail, model))
        return (
            f"{name} is not a key that means anything here.",
            f"Correct or remove it. The keys are: {keys}.",
        )
    said, remedy = _SHAPES.get(
        detail["type"], ("does not fit", "Compare it with the format in content/README.md.")
    )
    if detail["input"] is None:
        said = "is empty"
    if detail["loc"] and isinstance(detail["loc"][-1], int):
        name = f"Item {detail['loc'][-1] + 1} of {name}"
    return f"{name} {said}.", remedy.format(expected=str(context.get("expected", "")).replace("'", "`"))


def _keys_beside(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, ...]:
    if not issubclass(model, RootModel):
        return tuple(model.model_fields)
    if model is GlossaryFile:
        return tuple(GlossaryFields.model_fields)
    return tuple((EmergencyFields if model is EmergenciesFile else AspectFields).model_fields)
