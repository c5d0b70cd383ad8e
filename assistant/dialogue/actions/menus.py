"""Where a person finds their way: hello, help, sections, questions, about, privacy and language."""

from typing import Final

from assistant.dialogue.actions.answers import answer, emergency_numbers
from assistant.dialogue.actions.lists import (
    LONGEST_LABEL,
    MOST_OPTIONS,
    Page,
    answer_list,
    bookmarks_option,
    faq_option,
    help_option,
    illness_options,
    numbered,
    page_number,
    sections_option,
)
from assistant.dialogue.actions.playback import continue_options, listen_all_option
from assistant.dialogue.actions.preferences import keep_questions_option
from assistant.dialogue.person import Listing
from assistant.dialogue.render.suggestions import suggestions_for
from assistant.dialogue.reply import Option
from assistant.dialogue.turn import Draft, TurnContext, TurnResult, preceded
from assistant.library.entries import EntryRef, Kind, Topic, counterpart
from assistant.nlu.intents import Command, CommandName
from assistant.storage.questions import KEPT_DAYS

_FEW_TOPICS: Final = MOST_OPTIONS - 2
"""So many topics are named one by one; of more, only how many there are."""


def start(context: TurnContext, argument: str | None) -> TurnResult:
    """Greets, says what this is and is not, and begins afresh; a link opens its answer instead.

    `argument` is an answer's id, `topic/answer`, or `topic_answer` as a Telegram link has to write it.
    """
    if argument is None:
        return _greeting(context)
    topics = context.edition.library.topics
    if argument in topics:
        return sections(context, argument)
    ref = linked(context, argument)
    if ref and context.edition.library.entry(ref):
        return answer(context, ref)
    return _greeting(context, context.say("start-unknown-link"))


def linked(context: TurnContext, argument: str) -> EntryRef | None:
    """The answer that a link names; None when it is not written like one."""
    try:
        return EntryRef.parse(argument.replace("_", "/", 1))
    except ValueError:
        topic = context.topic
        return EntryRef(topic.id, argument) if topic else None


def help_(context: TurnContext, argument: str | None) -> TurnResult:
    """Says what a person can do, by voice, by typing and by buttons.

    All of it is shown at once, and said a little at a time: `argument` is the part to say, counted from one.
    """
    parts = (
        f"{context.say('help-ask')} {context.say('help-voice')}",
        context.say("help-listen"),
        context.say("help-speed"),
        context.say("help-answers"),
        f"{context.say('help-bookmarks')} {context.say('help-feedback')}",
        *([context.say("help-illnesses")] if context.knows_several else []),
    )
    part = min(page_number(argument), len(parts))
    said, limits = parts[part - 1], context.say("help-limits")
    more = context.say("option-more-help")
    is_last = part == len(parts)
    draft = Draft(
        title=context.say("help-title"),
        blocks=context.paragraphs(*(parts if part == 1 else (said,)), context.say("help-type"), limits),
        said=(said, *((limits,) if is_last else ())),
        suggestions=(context.say("invite-settings"),) if is_last else (context.say("invite-more-help"),),
        options=(
            *([] if is_last else [Option(more, Command(CommandName.HELP, str(part + 1)))]),
            *continue_options(context),
            sections_option(context),
            faq_option(context),
            bookmarks_option(context),
            *illness_options(context),
            *([listen_all_option(context)] if context.topic else []),
            Option(context.say("option-settings"), Command(CommandName.SETTINGS)),
            Option(context.say("option-about"), Command(CommandName.ABOUT)),
            Option(context.say("option-privacy"), Command(CommandName.PRIVACY)),
        )[:MOST_OPTIONS],
    )
    return context.turn(draft)


def sections(context: TurnContext, argument: str | None) -> TurnResult:
    """Lists a topic's sections. `argument`: nothing, a topic, a page, or `topic/page`."""
    return _answers_of(context, argument, Kind.SECTION, CommandName.SECTIONS)


def faq(context: TurnContext, argument: str | None) -> TurnResult:
    """Lists a topic's common questions. `argument` as for `sections`."""
    return _answers_of(context, argument, Kind.FAQ, CommandName.FAQ)


def illnesses(context: TurnContext, argument: str | None) -> TurnResult:
    """Says which illnesses there are answers about, and which one is in hand; each is a way to it."""
    topics = tuple(context.edition.library.topics.values())
    if len(topics) == 1:
        return context.turn(
            Draft(
                blocks=context.paragraphs(context.say("illnesses-one", topic=topics[0].title)),
                options=(sections_option(context), faq_option(context), help_option(context)),
            )
        )
    intro = (
        context.say("illnesses-known", count=len(topics)),
        *([context.say("illnesses-in-hand", topic=context.topic.title)] if context.topic else []),
    )
    named = topics[:_FEW_TOPICS]
    draft = Draft(
        title=context.say("illnesses-title"),
        blocks=context.paragraphs(*intro),
        options=(
            *(Option(topic.title, Command(CommandName.SWITCH, topic.id)) for topic in named),
            help_option(context),
        ),
        said=(*intro, numbered(context, [topic.title for topic in named], 1, len(named))),
        suggestions=(context.say("list-pick-spoken"),),
        # "Number two" opens the first answer about the second illness.
        offered=tuple(next(iter(topic.entries.values())).ref for topic in named),
        listing=(listing := Listing(first=1, last=len(named), at_a_time=len(named))),
        listing_aloud=listing,
    )
    return context.turn(draft)


def switch(context: TurnContext, argument: str | None) -> TurnResult:
    """Goes on to that illness, with its sections; "the other one" to what is in hand, about the other one.

    Where answers about several illnesses are offered, it is the choice of the one about that.
    """
    topics, memory = context.edition.library.topics, context.person.memory
    topic = topics.get(argument) if argument else _the_other(context)
    if topic is None or not context.knows_several:
        return illnesses(context, None)
    offered = [ref for ref in memory.offered if ref.topic == topic.id]
    is_choice = len(offered) == 1 and len({ref.topic for ref in memory.offered}) > 1
    if is_choice and (memory.guessed or (argument is None and memory.entry in memory.offered)):
        return answer(context, offered[0])
    same = counterpart(context.entry, topic) if argument is None and context.entry else None
    if same is not None:
        return answer(context, same)
    return preceded(context, sections(context, topic.id), context.say("illness-switched", topic=topic.title))


def _the_other(context: TurnContext) -> Topic | None:
    """The illness that is not in hand, where there are two."""
    others = [each for each in context.edition.library.topics.values() if each is not context.topic]
    return others[0] if context.topic and len(others) == 1 else None


def about(context: TurnContext, argument: str | None) -> TurnResult:
    """Says what this is, where its answers come from, and what it is not."""
    topic = context.topic
    topics = (topic,) if topic else tuple(context.edition.library.topics.values())[:_FEW_TOPICS]
    entries = [entry for each in topics for entry in each.entries.values()]
    sources = {entry.source for entry in entries}
    reviewed = all(entry.review.reviewed_by for entry in entries)
    texts = [
        *([context.say("about-what", topic=topic.title)] if topic else []),
        context.say("about-how-several") if context.knows_several else context.say("about-how"),
        *([] if reviewed else [context.say("about-not-reviewed")]),
        *(context.say("footer-source", source=source) for source in sorted(sources)),
        context.say("about-limits"),
        context.say("about-voice"),
    ]
    draft = Draft(
        title=context.say("about-title"),
        blocks=context.paragraphs(*texts),
        options=(
            sections_option(context),
            Option(context.say("option-privacy"), Command(CommandName.PRIVACY)),
            *illness_options(context),
            help_option(context),
        ),
    )
    return context.turn(draft)


def privacy(context: TurnContext, argument: str | None) -> TurnResult:
    """Says what is kept, where and for how long, who hears a voice, and how to erase everything.

    All of it is shown at once, and said a little at a time: `argument` is the part to say, counted from one.
    """
    is_kept = context.person.preferences.keep_questions
    messages, questions = context.say("privacy-messages"), context.say("privacy-questions-off")
    if is_kept:
        messages = context.say("privacy-messages-kept", days=KEPT_DAYS)
        questions = context.say("privacy-questions-on")
    parts = (
        (
            context.say("privacy-kept"),
            messages,
            _who_hears(context),
            context.say("privacy-export"),
            context.say("privacy-erase"),
        ),
        (
            questions,
            context.say("privacy-who-editors") if is_kept else context.say("privacy-who"),
            context.say("privacy-cloud-voice")
            if context.edition.cloud_voice
            else context.say("privacy-no-one-else"),
        ),
        (context.say("privacy-copies", count=context.edition.backups_kept), context.say("privacy-feedback")),
    )
    part = min(page_number(argument), len(parts))
    is_last = part == len(parts)
    shown = [each for one in parts for each in one] if part == 1 else parts[part - 1]
    more = Option(context.say("option-more-privacy"), Command(CommandName.PRIVACY, str(part + 1)))
    draft = Draft(
        title=context.say("privacy-title"),
        blocks=context.paragraphs(*shown),
        said=parts[part - 1],
        options=(
            *([] if is_last else [more]),
            Option(context.say("option-export"), Command(CommandName.EXPORT)),
            Option(context.say("option-erase"), Command(CommandName.FORGET_ME)),
            keep_questions_option(context),
            Option(context.say("option-settings"), Command(CommandName.SETTINGS)),
            help_option(context),
        ),
        suggestions=(context.say("invite-settings") if is_last else context.say("invite-more-privacy"),),
    )
    return context.turn(draft)


def _who_hears(context: TurnContext) -> str:
    """Where somebody's voice goes."""
    if not context.edition.cloud_speech_offered:
        return context.say("privacy-voice")
    if context.person.preferences.cloud_speech:
        return context.say("privacy-cloud-on")
    return f"{context.say('privacy-voice')} {context.say('privacy-cloud-off')}"


def language(context: TurnContext, argument: str | None) -> TurnResult:
    """Says honestly which languages there are."""
    draft = Draft(
        blocks=context.paragraphs(context.say("language-only-english")),
        options=(sections_option(context), help_option(context)),
    )
    return context.turn(draft)


def _greeting(context: TurnContext, *first: str) -> TurnResult:
    topics = tuple(context.edition.library.topics.values())
    left = continue_options(context)
    ways: list[Option] = []
    if len(topics) == 1:
        about_what = context.say("start-topic", topic=topics[0].title)
        ways = [sections_option(context), faq_option(context)]
    elif len(topics) <= _FEW_TOPICS:
        about_what = context.say("start-topics", topics="; ".join(topic.title for topic in topics))
        ways = [_topic_option(context, topic) for topic in topics]
    else:
        about_what = context.say("start-many-topics", count=len(topics))
        ways = [bookmarks_option(context)]
    shown, said = emergency_numbers(context)
    reviewed = all(entry.review.reviewed_by for topic in topics for entry in topic.entries.values())
    before = [
        *first,
        *([context.say("start-only-english")] if _other_language(context) else []),
        about_what,
        context.say("start-limits"),
        *([] if reviewed else [context.say("start-not-reviewed")]),
    ]
    after = context.say("start-ask")
    if len(topics) == 1:
        ways += [
            bookmarks_option(context),
            Option(context.say("option-settings"), Command(CommandName.SETTINGS)),
        ]
    draft = Draft(
        title=context.say("start-title"),
        blocks=context.paragraphs(
            *before,
            context.say("start-emergency", number=shown),
            f"{after} {context.say('start-help')}",
        ),
        said=(*before, context.say("start-emergency", number=said), after),
        options=(*left, *ways, help_option(context)),
        suggestions=suggestions_for(context, (*left, *ways[: 1 if left else 2], help_option(context))),
        offered=(),
    )
    # Whoever begins again is asked again which illness is meant.
    begun = {"topic": None} if context.knows_several else {}
    return context.turn(draft, entry=None, aloud=False, **begun)


def _other_language(context: TurnContext) -> bool:
    app = context.app_language
    return app is not None and app.partition("-")[0].lower() != context.edition.library.language


def _topic_option(context: TurnContext, topic: Topic) -> Option:
    label = context.say("option-sections-of", topic=topic.title)
    return Option(
        label if len(label) <= LONGEST_LABEL else topic.title, Command(CommandName.SECTIONS, topic.id)
    )


def _answers_of(context: TurnContext, argument: str | None, kind: Kind, command: CommandName) -> TurnResult:
    named, _, page = (argument or "").partition("/")
    if not page and named not in context.edition.library.topics:
        named, page = "", named
    topic = context.edition.library.topics.get(named) or context.topic
    if topic is None:
        return _greeting(context)
    title, onward = context.say("list-faq"), [sections_option(context, topic)]
    if kind is Kind.SECTION:
        title = context.say("list-sections")
        onward = [listen_all_option(context, topic), faq_option(context, topic)]
    onward += illness_options(context, topic)
    left = context.person.memory.entry
    # "Save" and "next" are about nothing of an illness that was left.
    kept = left if left is not None and left.topic == topic.id else None
    return answer_list(
        context,
        title,
        (context.say("list-choose"),),
        [entry.ref for entry in topic.of_kind(kind)],
        page=Page(command, page, f"{topic.id}/"),
        onward=onward,
        said_last=(context.say("invite-listen-all"),) if kind is Kind.SECTION and page in {"", "1"} else (),
        topic=topic.id,
        entry=kept,
    )
