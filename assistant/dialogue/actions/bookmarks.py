"""Saving answers, finding them again, and undoing a removal."""

from assistant.dialogue.actions.answers import retired
from assistant.dialogue.actions.lists import (
    Page,
    answer_list,
    bookmarks_option,
    faq_option,
    help_option,
    nothing_in_hand,
    sections_option,
    which_one,
)
from assistant.dialogue.actions.pagination import Pagination
from assistant.dialogue.reply import Option
from assistant.dialogue.turn import Draft, Drop, Effect, Keep, PutBack, TurnContext, TurnResult
from assistant.library.entries import EntryRef
from assistant.nlu.intents import Command, CommandName
from assistant.storage.bookmarks import Bookmark


class BookmarkActions:
    """The commands about bookmarks, for the answer in hand or the one that their argument names."""

    def __init__(self, reading: Pagination) -> None:
        self._reading = reading

    def bookmarks(self, context: TurnContext, argument: str | None) -> TurnResult:
        """Lists the saved answers; those that were retired are named, and can be removed."""
        title = context.say("bookmarks-title")
        if not context.bookmarks:
            return context.turn(
                Draft(
                    title=title,
                    blocks=context.paragraphs(context.say("bookmarks-none")),
                    options=(sections_option(context), faq_option(context)),
                    offered=(),
                )
            )
        gone = [kept for kept in context.bookmarks if context.edition.library.entry(kept.ref) is None]
        return answer_list(
            context,
            title,
            (context.say("bookmarks-choose"),),
            [kept.ref for kept in context.bookmarks],
            page=Page(CommandName.BOOKMARKS, argument or ""),
            closing=[context.say("bookmarks-retired", title=_gone(context, kept)) for kept in gone],
            onward=(sections_option(context),),
        )

    def save(self, context: TurnContext, argument: str | None) -> TurnResult:
        """Saves an answer. Saving twice is not an error."""
        ref = self._reading.meant(context, argument)
        if ref is None:
            return which_one(context) if argument else nothing_in_hand(context)
        entry = context.edition.library.entry(ref)
        if entry is None:
            return retired(context, ref)
        remove = Option(context.say("option-remove-bookmark"), Command(CommandName.REMOVE_BOOKMARK, str(ref)))
        if context.saved(ref):
            return _said(
                context, context.say("bookmark-saved-already", title=_name(context, entry.ref)), remove
            )
        return _said(
            context,
            context.say("bookmark-saved", title=_name(context, entry.ref)),
            remove,
            effect=Keep(ref, entry.title),
        )

    def remove_bookmark(self, context: TurnContext, argument: str | None) -> TurnResult:
        """Takes a bookmark away and offers to undo it."""
        ref = self._reading.meant(context, argument)
        if ref is None:
            return which_one(context) if argument else nothing_in_hand(context)
        kept = context.saved(ref)
        if kept is None:
            title = context.name_of(ref)
            if title is None:
                return _said(context, context.say("bookmark-not-there-unnamed"))
            return _said(context, context.say("bookmark-not-there", title=title))
        undo = Option(context.say("option-undo"), Command(CommandName.UNDO, str(ref)))
        said = context.say("bookmark-removed", title=context.name_of(ref) or kept.title)
        return _said(context, said, undo, effect=Drop(ref), removed=kept)

    def undo(self, context: TurnContext, argument: str | None) -> TurnResult:
        """Puts a removed bookmark back: the last one, or the one that the button names."""
        removed = context.person.memory.removed
        ref = self._reading.meant(context, argument) if argument else (removed.ref if removed else None)
        if ref is None:
            return _said(context, context.say("undo-nothing"))
        kept = context.saved(ref)
        if kept:
            return _said(
                context, context.say("bookmark-saved-already", title=context.name_of(ref) or kept.title)
            )
        if removed is not None and removed.ref == ref:
            return self._put_back(context, removed)
        entry = context.edition.library.entry(ref)
        if entry is None:
            return _said(context, context.say("undo-nothing"))
        return _said(
            context,
            context.say("bookmark-put-back", title=_name(context, entry.ref)),
            effect=Keep(ref, entry.title),
        )

    def _put_back(self, context: TurnContext, removed: Bookmark) -> TurnResult:
        title = context.name_of(removed.ref) or removed.title
        return _said(
            context, context.say("bookmark-put-back", title=title), effect=PutBack(removed), removed=None
        )


def _gone(context: TurnContext, kept: Bookmark) -> str:
    return context.name_of(kept.ref) or kept.title


def _name(context: TurnContext, ref: EntryRef) -> str:
    return context.name_of(ref) or str(ref)


def _said(
    context: TurnContext,
    sentence: str,
    *options: Option,
    effect: Effect | None = None,
    **memory: Bookmark | EntryRef | None,
) -> TurnResult:
    draft = Draft(
        blocks=context.paragraphs(sentence),
        options=(*options, bookmarks_option(context), sections_option(context), help_option(context)),
    )
    return context.turn(draft, *((effect,) if effect else ()), **memory)
