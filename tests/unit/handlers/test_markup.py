"""Formatted text: nothing is lost, nothing is too long, and every entity stands where its words stand."""

from aiogram.utils.formatting import Bold, Italic, Text, sizeof
from hypothesis import given
from hypothesis import strategies as st

from assistant.dialogue.person import AnswerBy
from assistant.dialogue.reply import Reply
from assistant.library.entries import BulletList, Paragraph
from assistant.nlu.intents import NotCovered
from handlers.output.markup import MESSAGE_LIMIT, Passage, first_page, pages, passages

_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1, max_size=12)
_TEXTS = st.lists(_WORDS, min_size=1, max_size=60).map(" ".join)


def _reply(**changes: object) -> Reply:
    fields: dict[str, object] = {
        "intent": NotCovered(),
        "title": None,
        "blocks": (),
        "deliver": AnswerBy.TEXT,
        **changes,
    }
    return Reply(**fields)  # type: ignore[arg-type] # each test names only what it is about


def _marked(page: Text) -> list[tuple[str, str]]:
    text, entities = page.render()
    return [(str(entity.type), entity.extract_from(text)) for entity in entities]


def test_a_reply_is_written_from_what_was_heard_down_to_the_footer() -> None:
    reply = _reply(
        heard='I heard: "what is it"',
        title="Overview",
        blocks=(Paragraph("First."), BulletList(("one", "two"))),
        footer=("Source: a book.", "Not reviewed."),
    )
    [page] = pages(passages(reply))
    text, _ = page.render()
    assert text == (
        'I heard: "what is it"\n\nOverview\n\nFirst.\n\n• one\n• two\n\nSource: a book.\nNot reviewed.'
    )
    assert _marked(page) == [("bold", "Overview"), ("italic", "Source: a book.\nNot reviewed.")]


def test_entities_count_utf16_units_so_that_astral_characters_do_not_shift_them() -> None:
    reply = _reply(heard='I heard: "🦴🦴 𝒞alcinosis"', title="Symptoms 🦴", footer=("Kept 𝒶part.",))
    [page] = pages(passages(reply))
    assert _marked(page) == [("bold", "Symptoms 🦴"), ("italic", "Kept 𝒶part.")]


def test_markup_in_words_stays_words() -> None:
    [page] = pages(passages(_reply(heard='I heard: "<b>*bold*</b> _x_ [a](b) &amp;"')))
    assert page.render() == ('I heard: "<b>*bold*</b> _x_ [a](b) &amp;"', [])


def test_a_message_of_exactly_the_limit_is_not_divided() -> None:
    assert len(pages([Passage("a" * MESSAGE_LIMIT)])) == 1
    assert len(pages([Passage("a" * (MESSAGE_LIMIT - 1) + "🦴")])) == 2


def test_a_long_reply_is_divided_between_paragraphs() -> None:
    blocks = tuple(Paragraph(f"{number} " + "word " * 200) for number in range(9))
    found = [page.render()[0] for page in pages(passages(_reply(blocks=blocks)))]
    assert len(found) == 3
    assert all(text[0].isdigit() and text.endswith("word") for text in found)


def test_a_paragraph_too_long_for_a_message_is_divided_after_a_sentence() -> None:
    sentence = "This sentence has exactly as many words as it needs."
    found = [page.render()[0] for page in pages([Passage(" ".join([sentence] * 200), Italic)])]
    assert len(found) == 3
    assert all(text.startswith("This") and text.endswith("needs.") for text in found)
    assert all(
        _marked(page)[0][0] == "italic" for page in pages([Passage(" ".join([sentence] * 200), Italic)])
    )


def test_a_list_too_long_for_a_message_is_divided_between_items() -> None:
    items = tuple(f"item {number}. With more. " + "x" * 90 for number in range(90))
    found = [page.render()[0] for page in pages(passages(_reply(blocks=(BulletList(items),))))]
    assert len(found) > 1
    assert all(text.startswith("• item") for text in found)


@given(st.lists(st.tuples(_TEXTS, st.sampled_from([Text, Bold, Italic])), max_size=8), st.integers(20, 200))
def test_pages_lose_no_character_keep_the_limit_and_never_cut_a_surrogate_pair(
    content: list[tuple[str, type[Text]]], limit: int
) -> None:
    found = pages([Passage(text, style) for text, style in content], limit)
    written = ""
    for page in found:
        text, entities = page.render()
        assert 0 < sizeof(text) <= limit
        assert text.strip() == text
        for entity in entities:
            assert entity.extract_from(text).strip()
        written += text
    assert "".join(written.split()) == "".join("".join(text.split()) for text, _ in content)


def test_only_what_fits_from_the_top_is_taken_for_a_caption() -> None:
    page = first_page([Passage("heard"), Passage("title", Bold), Passage("x" * 30, Italic)], 20)
    assert page.render()[0] == "heard\n\ntitle"
