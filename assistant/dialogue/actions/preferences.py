"""What a person can choose: how they are answered, how fast, who may hear their voice, and what is kept."""

from typing import Any

from assistant.dialogue.actions.lists import help_option, sections_option
from assistant.dialogue.actions.playback import continue_options
from assistant.dialogue.actions.reading_position import part_name, unfinished
from assistant.dialogue.person import AnswerBy, Person
from assistant.dialogue.render.suggestions import invitation
from assistant.dialogue.reply import Option
from assistant.dialogue.turn import Draft, Moment, Turn
from assistant.nlu.intents import Command, CommandName
from assistant.speech.tts.script import Speed
from assistant.storage.questions import KEPT_DAYS


def with_preferences(person: Person, **changes: Any) -> Person:
    """`person` with those choices changed."""
    return person.model_copy(update={"preferences": person.preferences.model_copy(update=changes)})


def settings(moment: Moment, argument: str | None) -> Turn:
    """Says what is chosen now and offers everything else."""
    now = current_choices(moment, moment.person)
    draft = Draft(
        title=moment.say("settings-title"),
        blocks=moment.paragraphs(*now),
        options=(*_other_choices(moment), sections_option(moment)),
        invites=_ways_to_change(moment),
    )
    return moment.turn(draft)


def text_only(moment: Moment, argument: str | None) -> Turn:
    """Answers by text from now on."""
    return _answering_by(moment, AnswerBy.TEXT)


def audio_on(moment: Moment, argument: str | None) -> Turn:
    """Answers by voice from now on, and by text beside it: nobody who only wanted sound loses the words."""
    return _answering_by(moment, AnswerBy.BOTH)


def answer_by(moment: Moment, argument: str | None) -> Turn:
    """Answers in the chosen way from now on; without a choice, shows what there is."""
    chosen = next((way for way in AnswerBy if way.value == argument), None)
    return _answering_by(moment, chosen) if chosen else settings(moment, None)


def speed(moment: Moment, argument: str | None) -> Turn:
    """Speaks at the chosen speed from now on; without a choice, shows what there is."""
    chosen = next((step for step in Speed if step.value == argument), None)
    if chosen is None:
        return settings(moment, None)
    return _changed(moment, speed_sentence(moment, chosen), speed=chosen)


def cloud_speech(moment: Moment, argument: str | None) -> Turn:
    """Lets Google hear the person's voice, or stops it. Nothing changes unless the operator offers it."""
    if not moment.edition.cloud_speech_offered:
        return moment.turn(
            Draft(
                blocks=moment.paragraphs(moment.say("cloud-not-offered")),
                options=(settings_option(moment), help_option(moment)),
            )
        )
    if argument not in {"on", "off"}:
        return settings(moment, None)
    allowed = argument == "on"
    return _changed(moment, _cloud_sentence(moment, allowed), cloud_speech=allowed)


def speed_sentence(moment: Moment, speed: Speed) -> str:
    """How fast the assistant speaks, as a sentence."""
    match speed:
        case Speed.SLOW:
            return moment.say("speaks-slow")
        case Speed.NORMAL:
            return moment.say("speaks-normal")
        case Speed.FAST:
            return moment.say("speaks-fast")


def current_choices(moment: Moment, person: Person) -> tuple[str, ...]:
    """What is chosen, one sentence each."""
    chosen = person.preferences
    sentences = [_way_sentence(moment, chosen.answer_by), speed_sentence(moment, chosen.speed)]
    if moment.edition.cloud_speech_offered:
        sentences.append(_cloud_sentence(moment, chosen.cloud_speech))
    sentences.append(
        moment.say("questions-are-kept", days=KEPT_DAYS)
        if chosen.keep_questions
        else moment.say("questions-are-not-kept")
    )
    return tuple(sentences)


def keep_questions_option(moment: Moment) -> Option:
    """The way to have one's questions kept, or to end that."""
    if moment.person.preferences.keep_questions:
        return Option(moment.say("option-keep-questions-off"), Command(CommandName.KEEP_QUESTIONS, "off"))
    return Option(moment.say("option-keep-questions"), Command(CommandName.KEEP_QUESTIONS))


def _answering_by(moment: Moment, way: AnswerBy) -> Turn:
    if way is AnswerBy.TEXT:
        return _falling_silent(moment)
    return _changed(moment, _way_sentence(moment, way), *continue_options(moment), answer_by=way)


def _falling_silent(moment: Moment) -> Turn:
    """Whoever only said "stop" must know how to hear more, and that the place in what was read is kept."""
    said = [f"{moment.say('settings-changed')} {_way_sentence(moment, AnswerBy.TEXT)}"]
    place, entry = unfinished(moment), moment.entry
    if place and entry:
        said.append(moment.say("place-is-kept", name=part_name(moment, entry, place.part).rstrip("?")))
    # The last thing that is heard.
    invited = (
        Command(CommandName.AUDIO_ON),
        *([Command(CommandName.CONTINUE)] if place else []),
        Command(CommandName.SETTINGS),
    )
    draft = Draft(
        blocks=moment.paragraphs(*said, moment.say("answers-by-text-way-back")),
        said=tuple(said),
        options=(
            Option(moment.say("option-answer-by-both"), Command(CommandName.ANSWER_BY, AnswerBy.BOTH.value)),
            *continue_options(moment),
            settings_option(moment),
            sections_option(moment),
        ),
        invites=tuple(words for command in invited if (words := invitation(moment, command))),
    )
    return Turn(draft, with_preferences(moment.person, answer_by=AnswerBy.TEXT))


def _changed(moment: Moment, sentence: str, *first: Option, **changes: Any) -> Turn:
    draft = Draft(
        blocks=moment.paragraphs(f"{moment.say('settings-changed')} {sentence}"),
        options=(*first, settings_option(moment), sections_option(moment)),
    )
    return Turn(draft, with_preferences(moment.person, **changes))


def settings_option(moment: Moment) -> Option:
    """The way to the settings."""
    return Option(moment.say("option-settings"), Command(CommandName.SETTINGS))


def _way_sentence(moment: Moment, way: AnswerBy) -> str:
    match way:
        case AnswerBy.AS_ASKED:
            return moment.say("answers-as-asked")
        case AnswerBy.TEXT:
            return moment.say("answers-by-text")
        case AnswerBy.VOICE:
            return moment.say("answers-by-voice")
        case AnswerBy.BOTH:
            return moment.say("answers-by-both")


def _cloud_sentence(moment: Moment, allowed: bool) -> str:
    return moment.say("cloud-is-on") if allowed else moment.say("cloud-is-off")


def _ways_to_change(moment: Moment) -> tuple[str, ...]:
    """Two of the ways to be answered, and a step slower or faster: three things to say."""
    chosen = moment.person.preferences
    ways = [way for way in (AnswerBy.BOTH, AnswerBy.TEXT, AnswerBy.VOICE) if way is not chosen.answer_by]
    speed = CommandName.FASTER if chosen.speed is Speed.SLOW else CommandName.SLOWER
    commands = [*(Command(CommandName.ANSWER_BY, way.value) for way in ways[:2]), Command(speed)]
    return tuple(said for command in commands if (said := invitation(moment, command)))


def _other_choices(moment: Moment) -> tuple[Option, ...]:
    chosen = moment.person.preferences
    ways = {
        AnswerBy.AS_ASKED: moment.say("option-answer-as-asked"),
        AnswerBy.TEXT: moment.say("option-answer-by-text"),
        AnswerBy.VOICE: moment.say("option-answer-by-voice"),
        AnswerBy.BOTH: moment.say("option-answer-by-both"),
    }
    speeds = {
        Speed.SLOW: moment.say("option-speak-slow"),
        Speed.NORMAL: moment.say("option-speak-normal"),
        Speed.FAST: moment.say("option-speak-fast"),
    }
    options = [
        Option(label, Command(CommandName.ANSWER_BY, way.value))
        for way, label in ways.items()
        if way is not chosen.answer_by
    ]
    options += [
        Option(label, Command(CommandName.SPEED, step.value))
        for step, label in speeds.items()
        if step is not chosen.speed
    ]
    if moment.edition.cloud_speech_offered:
        label, value = (
            (moment.say("option-cloud-off"), "off")
            if chosen.cloud_speech
            else (moment.say("option-cloud-on"), "on")
        )
        options.append(Option(label, Command(CommandName.CLOUD_SPEECH, value)))
    options.append(keep_questions_option(moment))
    return tuple(options)
