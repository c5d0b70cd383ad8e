"""The loader on sound content: what it gives, and that nobody can change it."""

from assistant.library.loading import load_library
from assistant.library.values import BulletList, Paragraph


def test_sound_content_loads(content) -> None:
    library = load_library(content.folder)
    topic = library.topics["tiny-illness"]
    assert list(topic.entries) == ["symptoms", "cure", "faq-cure"]
    assert topic.entries["symptoms"].blocks == (
        Paragraph("It is small. You can see it."),
        BulletList(("A dot.", "A line.")),
    )
    assert set(library.commands) == {"bookmarks", "show", "yes", "no", "answer_by:voice"}
