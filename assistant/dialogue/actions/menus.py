"""Where a person finds their way: hello, help, sections, questions, about, privacy and language."""

from typing import Final

from assistant.dialogue.actions.answers import answer, emergency_numbers
from assistant.dialogue.actions.lists import (
    MOST_OPTIONS,
    Page,
    answer_list,
    bookmarks_option,
    faq_option,
    help_option,
    page_number,
    sections_option,
)
from assistant.dialogue.actions.playback import continue_options, listen_all_option
from assistant.dialogue.actions.preferences import keep_questions_option
from assistant.dialogue.render.suggestions import suggestions_for
from assistant.dialogue.reply import Option
from assistant.dialogue.turn import Draft, TurnContext, TurnResult
from assistant.library.entries import EntryRef, Kind, Topic
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


def about(context: TurnContext, argument: str | None) -> TurnResult:
    """Says what this is, where its answers come from, and what it is not."""
    topic = context.topic
    sources = {entry.source for entry in topic.entries.values()} if topic else set()
    reviewed = topic is not None and all(entry.review.reviewed_by for entry in topic.entries.values())
    texts = [
        *([context.say("about-what", topic=topic.title)] if topic else []),
        context.say("about-how"),
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
        about_what = context.say("start-topics")
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
    return context.turn(draft, entry=None, aloud=False)


def _other_language(context: TurnContext) -> bool:
    app = context.app_language
    return app is not None and app.partition("-")[0].lower() != context.edition.library.language


def _topic_option(context: TurnContext, topic: Topic) -> Option:
    return Option(
        context.say("option-sections-of", topic=topic.title), Command(CommandName.SECTIONS, topic.id)
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
    return answer_list(
        context,
        title,
        (context.say("list-choose"),),
        [entry.ref for entry in topic.of_kind(kind)],
        page=Page(command, page, f"{topic.id}/"),
        onward=onward,
        said_last=(context.say("invite-listen-all"),) if kind is Kind.SECTION and page in {"", "1"} else (),
        topic=topic.id,
    )
