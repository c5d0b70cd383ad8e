"""The copy of a checked library: the same library, for the same content and rules only, and never damaged."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import MappingProxyType

import pytest
from tiny_content import TinyContent

from assistant.errors import ContentError
from assistant.library import loading, validated_copy
from assistant.library.entries import Library, Paragraph
from assistant.library.loading import content_folder, load_library
from tests.benchmarks.big_library import write_big_library


@pytest.fixture
def cache_dir(tmp_path: Path) -> Path:
    return tmp_path / "data" / "artefacts"


@pytest.fixture
def never_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading content the slow way fails from now on."""

    def refuse(*_: object) -> None:
        raise AssertionError("the content was checked again")

    monkeypatch.setattr(loading, "read_content", refuse)


def copies(cache_dir: Path) -> list[Path]:
    return sorted(cache_dir.iterdir())


@pytest.mark.parametrize("content_dir", [content_folder(), None], ids=["real", "many topics"])
def test_the_copy_is_the_same_library_and_as_hard_to_change(
    content_dir: Path | None, cache_dir: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if content_dir is None:
        write_big_library(content_dir := tmp_path / "content", topics=3)
    checked = load_library(content_dir, cache_dir=cache_dir)
    request.getfixturevalue("never_checked")
    copied = load_library(content_dir, cache_dir=cache_dir)
    assert copied == checked == load_library(content_dir, cache_dir=cache_dir)
    assert [list(topic.entries) for topic in copied.topics.values()] == [
        list(topic.entries) for topic in checked.topics.values()
    ], "the order of reading is the order of the files"
    assert types_in(copied) == types_in(checked)


def types_in(value: object) -> set[type]:
    if is_dataclass(value):
        inside = [getattr(value, part.name) for part in fields(value)]
    elif isinstance(value, Mapping):
        inside = [*value.keys(), *value.values()]
    else:
        inside = list(value) if isinstance(value, tuple) else []
    return {type(value)}.union(*(types_in(part) for part in inside))


def test_what_the_copy_holds_cannot_be_changed(content: TinyContent, cache_dir: Path) -> None:
    load_library(content.folder, cache_dir=cache_dir)
    copied = load_library(content.folder, cache_dir=cache_dir)
    assert MappingProxyType in types_in(copied)
    assert types_in(copied).isdisjoint({dict, list, set})


def test_content_that_has_not_changed_is_not_checked_again(
    content: TinyContent, cache_dir: Path, request: pytest.FixtureRequest
) -> None:
    load_library(content.folder, cache_dir=cache_dir)
    request.getfixturevalue("never_checked")
    assert load_library(content.folder, cache_dir=cache_dir).topics


def test_without_a_folder_for_it_nothing_is_kept(content: TinyContent, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    load_library(content.folder)
    assert sorted(tmp_path.rglob("*")) == before


def test_any_edit_is_seen_and_replaces_the_copy(content: TinyContent, cache_dir: Path) -> None:
    load_library(content.folder, cache_dir=cache_dir)
    (old,) = copies(cache_dir)
    content.replace("tiny-illness/cure.md", "It goes away.", "It went away.")
    edited = load_library(content.folder, cache_dir=cache_dir)
    assert edited.topics["tiny-illness"].entries["cure"].blocks[0] == Paragraph("It went away.")
    (new,) = copies(cache_dir)
    assert new != old


@pytest.mark.parametrize(
    "stray",
    ["notes.txt", "tiny-illness/extra.md", "tiny-illness/faq/picture.png", "tiny-illness/faq/more/a.md"],
)
def test_a_file_that_nothing_reads_is_reported_in_spite_of_the_copy(
    content: TinyContent, cache_dir: Path, stray: str
) -> None:
    load_library(content.folder, cache_dir=cache_dir)
    content.write(stray, b"")
    with pytest.raises(ContentError):
        load_library(content.folder, cache_dir=cache_dir)


def test_an_empty_folder_of_a_topic_is_reported_in_spite_of_the_copy(
    content: TinyContent, cache_dir: Path
) -> None:
    load_library(content.folder, cache_dir=cache_dir)
    content.path("new-illness").mkdir()
    with pytest.raises(ContentError, match="new-illness"):
        load_library(content.folder, cache_dir=cache_dir)


def test_a_file_that_is_gone_is_reported_in_spite_of_the_copy(content: TinyContent, cache_dir: Path) -> None:
    load_library(content.folder, cache_dir=cache_dir)
    content.path("tiny-illness/cure.md").unlink()
    with pytest.raises(ContentError):
        load_library(content.folder, cache_dir=cache_dir)


def test_content_with_a_problem_leaves_no_copy(content: TinyContent, cache_dir: Path) -> None:
    content.append("commands.yaml", 'next: ["show my {nothing}"]\n')
    with pytest.raises(ContentError):
        load_library(content.folder, cache_dir=cache_dir)
    assert not cache_dir.exists()


def test_what_systems_hide_and_the_interface_do_not_outdate_the_copy(
    content: TinyContent, cache_dir: Path, request: pytest.FixtureRequest
) -> None:
    load_library(content.folder, cache_dir=cache_dir)
    content.write("tiny-illness/.DS_Store", b"\x00")
    content.write("interface.ftl", "hello = Hello\n")
    request.getfixturevalue("never_checked")
    assert load_library(content.folder, cache_dir=cache_dir).topics


def _truncated(data: bytes) -> bytes:
    return data[: len(data) - len(data.splitlines()[-1]) - 1]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-20],
        _truncated,
        lambda data: data.replace(b"It goes away.", b"It comes back"),
        lambda data: data.replace(b'"entries"', b'"entires"'),
        lambda data: data + data.splitlines()[-1],
        lambda data: b"\xff" * len(data),
    ],
    ids=[
        "emptied",
        "cut short",
        "a topic lost",
        "words altered",
        "a key altered",
        "a topic twice",
        "no text",
    ],
)
def test_a_damaged_copy_is_made_again(
    content: TinyContent, cache_dir: Path, damage: Callable[[bytes], bytes]
) -> None:
    checked = load_library(content.folder, cache_dir=cache_dir)
    (path,) = copies(cache_dir)
    sound = path.read_bytes()
    path.write_bytes(damage(sound))
    assert path.read_bytes() != sound
    assert load_library(content.folder, cache_dir=cache_dir) == checked
    assert path.read_bytes() == sound


def test_a_copy_made_by_other_rules_is_made_again(
    content: TinyContent, cache_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_library(content.folder, cache_dir=cache_dir)
    (path,) = copies(cache_dir)
    before = path.read_bytes()
    rules = tmp_path / "rules"
    shutil.copytree(Path(validated_copy.__file__).parent, rules)
    with (rules / "entries.py").open("a") as file:
        file.write("\n# another rule\n")
    monkeypatch.setattr(validated_copy, "__file__", str(rules / "validated_copy.py"))
    load_library(content.folder, cache_dir=cache_dir)
    assert path.read_bytes() != before


def test_a_copy_under_the_name_of_other_content_is_not_used(content: TinyContent, cache_dir: Path) -> None:
    load_library(content.folder, cache_dir=cache_dir)
    (path,) = copies(cache_dir)
    content.append("aspects.yaml", "sea:\n  title: The sea\n")
    edited = load_library(content.folder)
    path.rename(path.with_name(f"library-en-{edited.fingerprint}.jsonl"))
    assert load_library(content.folder, cache_dir=cache_dir) == edited


def test_a_folder_that_cannot_be_written_is_no_reason_not_to_start(
    content: TinyContent, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    library: Library = load_library(content.folder, cache_dir=tmp_path / "data" / "artefacts")
    assert library.topics
    assert "library not kept" in caplog.messages
