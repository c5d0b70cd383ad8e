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
from assistant.dialogue.actions.pagination import Reading
from assistant.dialogue.reply import Option
from assistant.dialogue.turn import Draft, Drop, Effect, Keep, Moment, PutBack, Turn
from assistant.library.entries import EntryRef
from assistant.nlu.intents import Command, CommandName
from assistant.storage.bookmarks import Bookmark


class BookmarkDesk:
    """The commands about bookmarks, for the answer in hand or the one that their argument names."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def bookmarks(self, moment: Moment, argument: str | None) -> Turn:
        """Lists the saved answers; those that were retired are named, and can be removed."""
        title = moment.say("bookmarks-title")
        if not moment.shelf:
            return moment.turn(
                Draft(
                    title=title,
                    blocks=moment.paragraphs(moment.say("bookmarks-none")),
                    options=(sections_option(moment), faq_option(moment)),
                    offered=(),
                )
            )
        gone = [kept for kept in moment.shelf if moment.edition.library.entry(kept.ref) is None]
        return answer_list(
            moment,
            title,
            (moment.say("bookmarks-choose"),),
            [kept.ref for kept in moment.shelf],
            page=Page(CommandName.BOOKMARKS, argument or ""),
            closing=[moment.say("bookmarks-retired", title=kept.title) for kept in gone],
            onward=(sections_option(moment),),
        )

    def save(self, moment: Moment, argument: str | None) -> Turn:
        """Saves an answer. Saving twice is not an error."""
        ref = self._reading.meant(moment, argument)
        if ref is None:
            return which_one(moment) if argument else nothing_in_hand(moment)
        entry = moment.edition.library.entry(ref)
        if entry is None:
            return retired(moment, ref)
        remove = Option(moment.say("option-remove-bookmark"), Command(CommandName.REMOVE_BOOKMARK, str(ref)))
        if moment.saved(ref):
            return _said(moment, moment.say("bookmark-saved-already", title=entry.title), remove)
        return _said(
            moment, moment.say("bookmark-saved", title=entry.title), remove, effect=Keep(ref, entry.title)
        )

    def remove_bookmark(self, moment: Moment, argument: str | None) -> Turn:
        """Takes a bookmark away and offers to undo it."""
        ref = self._reading.meant(moment, argument)
        if ref is None:
            return which_one(moment) if argument else nothing_in_hand(moment)
        kept = moment.saved(ref)
        if kept is None:
            title = moment.title_of(ref)
            if title is None:
                return _said(moment, moment.say("bookmark-not-there-unnamed"))
            return _said(moment, moment.say("bookmark-not-there", title=title))
        undo = Option(moment.say("option-undo"), Command(CommandName.UNDO, str(ref)))
        said = moment.say("bookmark-removed", title=moment.title_of(ref) or kept.title)
        return _said(moment, said, undo, effect=Drop(ref), removed=kept)

    def undo(self, moment: Moment, argument: str | None) -> Turn:
        """Puts a removed bookmark back: the last one, or the one that the button names."""
        removed = moment.person.memory.removed
        ref = self._reading.meant(moment, argument) if argument else (removed.ref if removed else None)
        if ref is None:
            return _said(moment, moment.say("undo-nothing"))
        kept = moment.saved(ref)
        if kept:
            return _said(
                moment, moment.say("bookmark-saved-already", title=moment.title_of(ref) or kept.title)
            )
        if removed is not None and removed.ref == ref:
            return self._put_back(moment, removed)
        entry = moment.edition.library.entry(ref)
        if entry is None:
            return _said(moment, moment.say("undo-nothing"))
        return _said(
            moment, moment.say("bookmark-put-back", title=entry.title), effect=Keep(ref, entry.title)
        )

    def _put_back(self, moment: Moment, removed: Bookmark) -> Turn:
        title = moment.title_of(removed.ref) or removed.title
        return _said(
            moment, moment.say("bookmark-put-back", title=title), effect=PutBack(removed), removed=None
        )


def _said(
    moment: Moment,
    sentence: str,
    *options: Option,
    effect: Effect | None = None,
    **memory: Bookmark | EntryRef | None,
) -> Turn:
    draft = Draft(
        blocks=moment.paragraphs(sentence),
        options=(*options, bookmarks_option(moment), sections_option(moment), help_option(moment)),
    )
    return moment.turn(draft, *((effect,) if effect else ()), **memory)
