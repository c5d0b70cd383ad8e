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
    sections_option,
)
from assistant.dialogue.actions.playback import continue_options, listen_all_option
from assistant.dialogue.actions.preferences import keep_questions_option
from assistant.dialogue.render.suggestions import invitations
from assistant.dialogue.reply import Option
from assistant.dialogue.turn import Draft, Moment, Turn
from assistant.library.entries import EntryRef, Kind, Topic
from assistant.nlu.intents import Command, CommandName
from assistant.storage.questions import KEPT_DAYS

_FEW_TOPICS: Final = MOST_OPTIONS - 2
"""So many topics are named one by one; of more, only how many there are."""


def start(moment: Moment, argument: str | None) -> Turn:
    """Greets, says what this is and is not, and begins afresh; a link opens its answer instead.

    `argument` is an answer's id, `topic/answer`, or `topic_answer` as a Telegram link has to write it.
    """
    if argument is None:
        return _greeting(moment)
    topics = moment.edition.library.topics
    if argument in topics:
        return sections(moment, argument)
    ref = linked(moment, argument)
    if ref and moment.edition.library.entry(ref):
        return answer(moment, ref)
    return _greeting(moment, moment.say("start-unknown-link"))


def linked(moment: Moment, argument: str) -> EntryRef | None:
    """The answer that a link names; None when it is not written like one."""
    try:
        return EntryRef.parse(argument.replace("_", "/", 1))
    except ValueError:
        topic = moment.topic
        return EntryRef(topic.id, argument) if topic else None


def help_(moment: Moment, argument: str | None) -> Turn:
    """Says what a person can do, by voice, by typing and by buttons."""
    said = (
        moment.say("help-ask"),
        moment.say("help-voice"),
        moment.say("help-listen"),
        moment.say("help-speed"),
        moment.say("help-bookmarks"),
    )
    limits = moment.say("help-limits")
    draft = Draft(
        title=moment.say("help-title"),
        blocks=moment.paragraphs(*said, moment.say("help-type"), limits),
        said=(*said, limits),
        # What has not been named yet.
        invites=(moment.say("invite-faq"), moment.say("invite-settings"), moment.say("invite-privacy")),
        options=(
            *continue_options(moment),
            sections_option(moment),
            faq_option(moment),
            bookmarks_option(moment),
            *([listen_all_option(moment)] if moment.topic else []),
            Option(moment.say("option-settings"), Command(CommandName.SETTINGS)),
            Option(moment.say("option-about"), Command(CommandName.ABOUT)),
            Option(moment.say("option-privacy"), Command(CommandName.PRIVACY)),
        ),
    )
    return moment.turn(draft)


def sections(moment: Moment, argument: str | None) -> Turn:
    """Lists a topic's sections. `argument`: nothing, a topic, a page, or `topic/page`."""
    return _answers_of(moment, argument, Kind.SECTION, CommandName.SECTIONS)


def faq(moment: Moment, argument: str | None) -> Turn:
    """Lists a topic's frequently asked questions. `argument` as for `sections`."""
    return _answers_of(moment, argument, Kind.FAQ, CommandName.FAQ)


def about(moment: Moment, argument: str | None) -> Turn:
    """Says what this is, where its answers come from, and what it is not."""
    topic = moment.topic
    sources = {entry.source for entry in topic.entries.values()} if topic else set()
    reviewed = topic is not None and all(entry.review.reviewed_by for entry in topic.entries.values())
    texts = [
        *([moment.say("about-what", topic=topic.title)] if topic else []),
        moment.say("about-how"),
        *([] if reviewed else [moment.say("about-not-reviewed")]),
        *(moment.say("footer-source", source=source) for source in sorted(sources)),
        moment.say("about-limits"),
        moment.say("about-voice"),
    ]
    draft = Draft(
        title=moment.say("about-title"),
        blocks=moment.paragraphs(*texts),
        options=(
            sections_option(moment),
            Option(moment.say("option-privacy"), Command(CommandName.PRIVACY)),
            help_option(moment),
        ),
    )
    return moment.turn(draft)


def privacy(moment: Moment, argument: str | None) -> Turn:
    """Says what is kept, where and for how long, who hears a voice, and how to erase everything."""
    voice = [moment.say("privacy-voice")]
    if moment.edition.cloud_speech_offered:
        allowed = moment.person.preferences.cloud_speech
        voice = [
            moment.say("privacy-cloud-on")
            if allowed
            else f"{moment.say('privacy-voice')} {moment.say('privacy-cloud-off')}"
        ]
    if moment.person.preferences.keep_questions:
        messages = (moment.say("privacy-messages-kept", days=KEPT_DAYS), moment.say("privacy-questions-on"))
        who = moment.say("privacy-who-editors")
    else:
        messages = (moment.say("privacy-messages"), moment.say("privacy-questions-off"))
        who = moment.say("privacy-who")
    draft = Draft(
        title=moment.say("privacy-title"),
        blocks=moment.paragraphs(
            moment.say("privacy-kept"),
            *messages,
            *voice,
            who,
            moment.say("privacy-copies", count=moment.edition.backups_kept),
            moment.say("privacy-export"),
            moment.say("privacy-erase"),
        ),
        options=(
            Option(moment.say("option-export"), Command(CommandName.EXPORT)),
            Option(moment.say("option-erase"), Command(CommandName.FORGET_ME)),
            keep_questions_option(moment),
            Option(moment.say("option-settings"), Command(CommandName.SETTINGS)),
            help_option(moment),
        ),
        # How to erase everything has just been said.
        invites=(moment.say("invite-settings"), moment.say("invite-help")),
    )
    return moment.turn(draft)


def language(moment: Moment, argument: str | None) -> Turn:
    """Says honestly which languages there are."""
    draft = Draft(
        blocks=moment.paragraphs(moment.say("language-only-english")),
        options=(sections_option(moment), help_option(moment)),
    )
    return moment.turn(draft)


def _greeting(moment: Moment, *first: str) -> Turn:
    topics = tuple(moment.edition.library.topics.values())
    left = continue_options(moment)
    ways: list[Option] = []
    if len(topics) == 1:
        about_what = moment.say("start-topic", topic=topics[0].title)
        ways = [sections_option(moment), faq_option(moment)]
    elif len(topics) <= _FEW_TOPICS:
        about_what = moment.say("start-topics")
        ways = [_topic_option(moment, topic) for topic in topics]
    else:
        about_what = moment.say("start-many-topics", count=len(topics))
        ways = [bookmarks_option(moment)]
    shown, said = emergency_numbers(moment)
    reviewed = all(entry.review.reviewed_by for topic in topics for entry in topic.entries.values())
    before = [
        *first,
        *([moment.say("start-only-english")] if _other_language(moment) else []),
        about_what,
        moment.say("start-limits"),
        *([] if reviewed else [moment.say("start-not-reviewed")]),
    ]
    after = moment.say("start-ask")
    if len(topics) == 1:
        ways += [
            bookmarks_option(moment),
            Option(moment.say("option-settings"), Command(CommandName.SETTINGS)),
        ]
    draft = Draft(
        title=moment.say("start-title"),
        blocks=moment.paragraphs(
            *before,
            moment.say("start-emergency", number=shown),
            f"{after} {moment.say('start-help')}",
        ),
        said=(*before, moment.say("start-emergency", number=said), after),
        options=(*left, *ways, help_option(moment)),
        invites=invitations(moment, (*left, *ways[: 1 if left else 2], help_option(moment))),
        offered=(),
    )
    return moment.turn(draft, entry=None, aloud=False)


def _other_language(moment: Moment) -> bool:
    app = moment.app_language
    return app is not None and app.partition("-")[0].lower() != moment.edition.library.language


def _topic_option(moment: Moment, topic: Topic) -> Option:
    return Option(
        moment.say("option-sections-of", topic=topic.title), Command(CommandName.SECTIONS, topic.id)
    )


def _answers_of(moment: Moment, argument: str | None, kind: Kind, command: CommandName) -> Turn:
    named, _, page = (argument or "").partition("/")
    if not page and named not in moment.edition.library.topics:
        named, page = "", named
    topic = moment.edition.library.topics.get(named) or moment.topic
    if topic is None:
        return _greeting(moment)
    title, onward = moment.say("list-faq"), [sections_option(moment, topic)]
    if kind is Kind.SECTION:
        title = moment.say("list-sections")
        onward = [listen_all_option(moment, topic), faq_option(moment, topic)]
    return answer_list(
        moment,
        title,
        (moment.say("list-choose"),),
        [entry.ref for entry in topic.of_kind(kind)],
        page=Page(command, page, f"{topic.id}/"),
        onward=onward,
        said_last=(moment.say("invite-listen-all"),) if kind is Kind.SECTION and page in {"", "1"} else (),
        topic=topic.id,
    )
