"""Updates made from Telegram's own description of its types: whatever it allows, somebody may send."""

from collections.abc import Mapping
from typing import Any, Final

from hypothesis import strategies as st

_ARRAY: Final = "Array of "
_DEEPEST: Final = 3
_PLAIN: Final[Mapping[str, st.SearchStrategy[Any]]] = {
    "Integer": st.integers(0, 2**31 - 1),
    "Float": st.floats(0, 90),
    "Boolean": st.booleans(),
    "String": st.sampled_from(["a", "user", "private", "bold", "what causes it", "https://example.org"]),
    "True": st.just(True),
}
# fmt: off
CONTENT: Final = frozenset(
    {
        "text", "caption", "rich_message", "animation", "audio", "document", "live_photo",
        "paid_media", "photo", "sticker", "story", "video", "video_note", "voice", "checklist",
        "contact", "dice", "game", "poll", "venue", "location", "invoice", "giveaway",
    }
)
"""What a message is: words, sound, or something else that a person sends."""
BESIDE: Final = frozenset(
    {
        "direct_messages_topic", "sender_boost_count", "sender_business_bot", "sender_tag",
        "guest_query_id", "business_connection_id", "forward_origin", "reply_to_message",
        "external_reply", "quote", "reply_to_story", "reply_to_checklist_task_id",
        "reply_to_poll_option_id", "guest_bot_caller_user", "guest_bot_caller_chat",
        "has_protected_content", "is_from_offline", "is_paid_post", "media_group_id",
        "author_signature", "paid_star_count", "entities", "link_preview_options",
        "suggested_post_info", "effect_id", "caption_entities", "show_caption_above_media",
        "has_media_spoiler", "reply_markup",
    }
)
"""What may stand beside it, and must never cost anybody an answer."""
SAID_BY_THE_TEST: Final = frozenset(
    {
        "message_id", "message_thread_id", "is_topic_message", "from", "sender_chat", "date", "chat",
        "is_automatic_forward", "via_bot", "edit_date",
    }
)
"""Who said it where and when, on which it depends whether there is an answer at all."""
# fmt: on


class Described:
    """Makes values of Telegram's types, complete or not, as the strategy's source of chance decides."""

    def __init__(self, types: Mapping[str, Any]) -> None:
        self._types = types

    def beside(self, content: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
        """What may stand beside that content in a message: any of its other fields, as far as described."""
        fields = [
            field
            for field in self._types["Message"]["fields"]
            if field["name"] in BESIDE and field["name"] not in content
        ]
        chosen = st.lists(st.sampled_from(fields), max_size=4, unique_by=lambda field: field["name"])
        return chosen.flatmap(
            lambda some: st.fixed_dictionaries({field["name"]: self._of(field["types"], 0) for field in some})
        )

    def _of(self, types: list[str], depth: int) -> st.SearchStrategy[Any]:
        return st.one_of(*(self._one(name, depth) for name in types))

    def _one(self, name: str, depth: int) -> st.SearchStrategy[Any]:
        if name in _PLAIN:
            return _PLAIN[name]
        if name.startswith(_ARRAY):
            return st.lists(self._one(name.removeprefix(_ARRAY), depth + 1), max_size=2)
        described = self._types[name]
        if described.get("subtypes"):
            return self._of(described["subtypes"], depth + 1)
        # An object that ends too early is one that a model refuses: that is meant to happen.
        fields = [] if depth >= _DEEPEST else described.get("fields", [])
        needed = {f["name"]: self._of(f["types"], depth + 1) for f in fields if f["required"]}
        return st.fixed_dictionaries(needed)
