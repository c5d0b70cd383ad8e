"""The loader on sound content: what it gives, and that nobody can change it."""

from collections.abc import Mapping
from dataclasses import FrozenInstanceError, fields, is_dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest
from tiny_content import TinyContent

from assistant.errors import ContentError
from assistant.library.entries import BulletList, EntryRef, Kind, Paragraph, Review
from assistant.library.loading import content_folder, load_library


def test_sections_come_first_then_questions_as_the_topic_orders_them(content: TinyContent) -> None:
    content.replace("tiny-illness/topic.md", "[symptoms, cure]", "[cure, symptoms]")
    topic = load_library(content.folder).topics["tiny-illness"]
    assert list(topic.entries) == ["cure", "symptoms", "faq-cure"]
    assert [entry.kind for entry in topic.entries.values()] == [Kind.SECTION, Kind.SECTION, Kind.FAQ]


def test_an_answer_holds_its_text_its_wordings_and_its_citation_in_words(content: TinyContent) -> None:
    entry = load_library(content.folder).entry(EntryRef("tiny-illness", "symptoms"))
    assert entry is not None
    assert entry.blocks == (
        Paragraph("It is small. You can see it."),
        BulletList(("A dot.", "A line.")),
        Paragraph("That is tinyitis."),
    )
    assert entry.questions == ("what does it look like",)
    assert entry.source == "A short article about it."
    assert entry.review == Review()


def test_a_review_is_read_as_dates(content: TinyContent) -> None:
    entry = load_library(content.folder).entry(EntryRef("tiny-illness", "cure"))
    assert entry is not None
    assert entry.review == Review("Dr Example", date(2026, 1, 31), date(2099, 1, 31))


def test_words_that_yaml_takes_for_truth_values_and_numbers_stay_words(content: TinyContent) -> None:
    content.append("commands.yaml", "next: [12:30, 2027-01-31]\n")
    library = load_library(content.folder)
    assert set(library.commands) == {"bookmarks", "show", "yes", "no", "answer_by:voice", "next"}
    assert library.commands["no"].wordings == ("no",)
    assert library.commands["next"].wordings == ("12:30", "2027-01-31")


def test_an_emergency_text_keeps_the_place_of_the_number(content: TinyContent) -> None:
    guide = load_library(content.folder).emergencies["breathing"]
    assert guide.blocks == (Paragraph("Call {number} now."), BulletList(("Sit upright.", "Do not wait.")))
    assert guide.signals == ("sos",)
    assert guide.listen_for == ("I cannot breathe.",)


def test_windows_line_ends_and_a_byte_order_mark_make_no_difference(content: TinyContent) -> None:
    before = load_library(content.folder)
    for name in ("tiny-illness/symptoms.md", "commands.yaml"):
        content.write(name, b"\xef\xbb\xbf" + content.text(name).replace("\n", "\r\n").encode())
    after = load_library(content.folder)
    assert (after.topics, after.commands) == (before.topics, before.commands)


def test_files_that_systems_hide_in_folders_are_passed_over(content: TinyContent) -> None:
    content.write("tiny-illness/.DS_Store", b"\x00\x01")
    assert load_library(content.folder).topics


def _reachable(value: object) -> list[object]:
    inside: list[object] = []
    if is_dataclass(value):
        inside = [getattr(value, part.name) for part in fields(value)]
    elif isinstance(value, Mapping):
        inside = [*value.keys(), *value.values()]
    elif isinstance(value, tuple):
        inside = list(value)
    return [value, *(further for part in inside for further in _reachable(part))]


def test_nothing_in_a_library_can_be_changed(content: TinyContent) -> None:
    library = load_library(content.folder)
    values = _reachable(library)
    assert not [value for value in values if isinstance(value, list | set | dict)]
    assert all(isinstance(value, MappingProxyType) for value in values if isinstance(value, Mapping))
    with pytest.raises(FrozenInstanceError):
        library.language = "de"  # type: ignore[misc]  # the point of the test
    with pytest.raises(TypeError):
        library.topics["other"] = library.topics["tiny-illness"]  # type: ignore[index]  # the same


def test_the_fingerprint_stays_for_the_same_files_and_changes_with_any_byte(
    content: TinyContent, tmp_path: Path
) -> None:
    first = load_library(content.folder).fingerprint
    assert load_library(content.folder).fingerprint == first
    assert load_library(TinyContent(tmp_path / "elsewhere").folder).fingerprint == first
    content.append("tiny-illness/faq/cure.md", "\n")
    assert load_library(content.folder).fingerprint != first
    assert len(first) == 64


def test_a_missing_folder_is_one_problem_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        load_library(tmp_path / "nowhere")
    (problem,) = caught.value.problems
    assert problem.path == tmp_path / "nowhere" / "en"


def test_the_content_folder_is_the_one_beside_the_package_in_a_checkout() -> None:
    assert content_folder() == Path(__file__).parents[3] / "content"
