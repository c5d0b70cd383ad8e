"""Telegram's markup: what it becomes, and the sentences with which it is refused."""

from typing import Any

import pytest

from assistant.preview.rules.markup import caption_text, check_keyboard, format_text, message_text
from assistant.preview.rules.refusals import RequestRefusedError


def entity(kind: str, offset: int, length: int, **more: str) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length} | more


def test_html_becomes_text_and_entities_in_utf16_units() -> None:
    formatted = format_text(
        '😀 <b>bold <i>both</i></b> &lt;x&gt; &amp; &#33; <a href="https://x.example/?a=1&amp;b">link</a>',
        "HTML",
    )
    assert formatted.text == "😀 bold both <x> & ! link"
    assert list(formatted.entities) == [
        entity("bold", 3, 9),
        entity("italic", 8, 4),
        entity("text_link", 21, 4, url="https://x.example/?a=1&b"),
    ]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("<strong>x</strong>", "bold"),
        ("<em>x</em>", "italic"),
        ("<ins>x</ins>", "underline"),
        ("<del>x</del>", "strikethrough"),
        ("<tg-spoiler>x</tg-spoiler>", "spoiler"),
        ('<span class="tg-spoiler">x</span>', "spoiler"),
        ("<code>x</code>", "code"),
        ("<pre>x</pre>", "pre"),
        ("<blockquote>x</blockquote>", "blockquote"),
        ("<blockquote expandable>x</blockquote>", "expandable_blockquote"),
        ("<B>x</B>", "bold"),
        ("<b>x</>", "bold"),
    ],
)
def test_every_tag_has_its_entity(source: str, kind: str) -> None:
    assert list(format_text(source, "html").entities) == [entity(kind, 0, 1)]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("é<p>x</p>", 'Unsupported start tag "p" at byte offset 2'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        (
            "<a href>x</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ('<a ="x">x</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ('<a href="x', 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=x/y>x</a>", "Unexpected end of name token at byte offset 8"),
    ],
)
def test_wrong_html_is_refused_in_telegrams_words(source: str, problem: str) -> None:
    with pytest.raises(RequestRefusedError) as refused:
        format_text(source, "HTML")
    assert refused.value.description == f"Bad Request: can't parse entities: {problem}"


def test_an_ampersand_that_is_no_reference_stands_for_itself() -> None:
    assert format_text("salt & pepper &nbsp; &#0;", "HTML").text == "salt & pepper &nbsp; &#0;"


def test_markdown_becomes_text_and_entities() -> None:
    formatted = format_text("*bold _both_* `a.b` [link](https://x.example/\\)) __u__ \\.", "MarkdownV2")
    assert formatted.text == "bold both a.b link u ."
    assert list(formatted.entities) == [
        entity("bold", 0, 9),
        entity("italic", 5, 4),
        entity("code", 10, 3),
        entity("text_link", 14, 4, url="https://x.example/)"),
        entity("underline", 19, 1),
    ]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("One. Two", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("*bold", "Can't find end of Bold entity at byte offset 0"),
        ("[link](https://x.example", "Can't find end of a URL at byte offset 6"),
    ],
)
def test_wrong_markdown_is_refused_in_telegrams_words(source: str, problem: str) -> None:
    with pytest.raises(RequestRefusedError) as refused:
        format_text(source, "MarkdownV2")
    assert refused.value.description == f"Bad Request: can't parse entities: {problem}"


@pytest.mark.parametrize(
    "wrong",
    [
        entity("bold", 0, 4),
        entity("bold", -1, 2),
        entity("bold", 1, 0),
        entity("bold", 1, 1),  # cuts the smiling face in two
        entity("shouting", 0, 1),
        entity("text_link", 0, 1),
    ],
)
def test_entities_must_fit_the_text(wrong: dict[str, Any]) -> None:
    with pytest.raises(RequestRefusedError):
        message_text("a😀", entities=[wrong])
    assert message_text("a😀", entities=[entity("bold", 1, 2)]).entities == (entity("bold", 1, 2),)


def test_commands_links_and_mentions_are_found_outside_code() -> None:
    formatted = format_text("/help@my_bot see https://x.example/a. @someone <code>/not</code>", "HTML")
    assert [(each["type"], each["offset"]) for each in formatted.entities] == [
        ("bot_command", 0),
        ("url", 17),
        ("mention", 38),
        ("code", 47),
    ]


def test_white_space_at_the_ends_goes_and_entities_move_along() -> None:
    formatted = format_text("\n  <b> x </b>\n", "HTML")
    assert (formatted.text, formatted.entities) == ("x", (entity("bold", 0, 1),))


@pytest.mark.parametrize("text", ["", "  \n ", "<b></b>"])
def test_a_message_needs_words(text: str) -> None:
    with pytest.raises(RequestRefusedError, match="message text is empty"):
        message_text(text, "HTML")


def test_lengths_are_counted_in_utf16_units_after_parsing() -> None:
    assert message_text(f"<b>{'😀' * 2048}</b>", "HTML")
    with pytest.raises(RequestRefusedError, match="message is too long"):
        message_text("😀" * 2048 + "x")
    assert caption_text("x" * 1024)
    with pytest.raises(RequestRefusedError, match="message caption is too long"):
        caption_text("x" * 1025)


def test_an_unknown_parse_mode_is_refused() -> None:
    with pytest.raises(RequestRefusedError, match="unsupported parse_mode"):
        format_text("x", "Wiki")


def test_markup_and_entities_together_are_refused() -> None:
    with pytest.raises(RequestRefusedError, match="must not be given together"):
        format_text("x", "HTML", [entity("bold", 0, 1)])


@pytest.mark.parametrize(
    ("button", "said"),
    [
        ({"text": " ", "callback_data": "x"}, "non-empty"),
        ({"text": "Go"}, "Text buttons are unallowed"),
        ({"text": "Go", "callback_data": "x", "url": "https://x.example"}, "exactly one action"),
        ({"text": "Go", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "Go", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "Go", "url": "javascript:alert(1)"}, "BUTTON_URL_INVALID"),
    ],
)
def test_a_button_needs_words_and_exactly_one_action(button: dict[str, str], said: str) -> None:
    with pytest.raises(RequestRefusedError, match=said):
        check_keyboard({"inline_keyboard": [[button]]})


def test_a_keyboard_has_at_most_a_hundred_buttons_and_an_empty_one_is_none() -> None:
    rows = [[{"text": "Go", "callback_data": "é" * 32}]] * 100
    assert check_keyboard({"inline_keyboard": rows})
    with pytest.raises(RequestRefusedError, match="too many buttons"):
        check_keyboard({"inline_keyboard": [*rows, rows[0]]})
    assert check_keyboard({"inline_keyboard": []}) is None
