"""What a person can choose: how they are answered, how fast, who may hear their voice, and what is kept."""

from typing import Any

from assistant.dialogue.actions.lists import help_option, sections_option
from assistant.dialogue.actions.playback import continue_options
from assistant.dialogue.actions.reading_position import part_name, unfinished
from assistant.dialogue.person import AnswerBy, Person
from assistant.dialogue.render.suggestions import suggestion_for
from assistant.dialogue.reply import Option
from assistant.dialogue.turn import Draft, TurnContext, TurnResult
from assistant.nlu.intents import Command, CommandName
from assistant.speech.tts.script import Speed
from assistant.storage.questions import KEPT_DAYS


def with_preferences(person: Person, **changes: Any) -> Person:
    """`person` with those choices changed."""
    return person.model_copy(update={"preferences": person.preferences.model_copy(update=changes)})


def settings(context: TurnContext, argument: str | None) -> TurnResult:
    """Says what is chosen now and offers everything else."""
    now = current_choices(context, context.person)
    draft = Draft(
        title=context.say("settings-title"),
        blocks=context.paragraphs(*now),
        options=(*_other_choices(context), sections_option(context)),
        suggestions=_ways_to_change(context),
    )
    return context.turn(draft)


def text_only(context: TurnContext, argument: str | None) -> TurnResult:
    """Answers by text from now on."""
    return _answering_by(context, AnswerBy.TEXT)


def audio_on(context: TurnContext, argument: str | None) -> TurnResult:
    """Answers by voice from now on, and by text beside it: nobody who only wanted sound loses the words."""
    return _answering_by(context, AnswerBy.BOTH)


def answer_by(context: TurnContext, argument: str | None) -> TurnResult:
    """Answers in the chosen way from now on; without a choice, shows what there is."""
    chosen = next((way for way in AnswerBy if way.value == argument), None)
    return _answering_by(context, chosen) if chosen else settings(context, None)


def speed(context: TurnContext, argument: str | None) -> TurnResult:
    """Speaks at the chosen speed from now on; without a choice, shows what there is."""
    chosen = next((step for step in Speed if step.value == argument), None)
    if chosen is None:
        return settings(context, None)
    return _changed(context, speed_sentence(context, chosen), speed=chosen)


def cloud_speech(context: TurnContext, argument: str | None) -> TurnResult:
    """Lets Google hear the person's voice, or stops it. Nothing changes unless the operator offers it."""
    if not context.edition.cloud_speech_offered:
        return context.turn(
            Draft(
                blocks=context.paragraphs(context.say("cloud-not-offered")),
                options=(settings_option(context), help_option(context)),
            )
        )
    if argument not in {"on", "off"}:
        return settings(context, None)
    allowed = argument == "on"
    return _changed(context, _cloud_sentence(context, allowed), cloud_speech=allowed)


def speed_sentence(context: TurnContext, speed: Speed) -> str:
    """How fast the assistant speaks, as a sentence."""
    match speed:
        case Speed.SLOW:
            return context.say("speaks-slow")
        case Speed.NORMAL:
            return context.say("speaks-normal")
        case Speed.FAST:
            return context.say("speaks-fast")


def current_choices(context: TurnContext, person: Person) -> tuple[str, ...]:
    """What is chosen, one sentence each."""
    chosen = person.preferences
    sentences = [_way_sentence(context, chosen.answer_by), speed_sentence(context, chosen.speed)]
    if context.edition.cloud_speech_offered:
        sentences.append(_cloud_sentence(context, chosen.cloud_speech))
    sentences.append(
        context.say("questions-are-kept", days=KEPT_DAYS)
        if chosen.keep_questions
        else context.say("questions-are-not-kept")
    )
    return tuple(sentences)


def keep_questions_option(context: TurnContext) -> Option:
    """The way to have one's questions kept, or to end that."""
    if context.person.preferences.keep_questions:
        return Option(context.say("option-keep-questions-off"), Command(CommandName.KEEP_QUESTIONS, "off"))
    return Option(context.say("option-keep-questions"), Command(CommandName.KEEP_QUESTIONS))


def _answering_by(context: TurnContext, way: AnswerBy) -> TurnResult:
    if way is AnswerBy.TEXT:
        return _falling_silent(context)
    return _changed(context, _way_sentence(context, way), *continue_options(context), answer_by=way)


def _falling_silent(context: TurnContext) -> TurnResult:
    """Whoever only said "stop" must know how to hear more, and that the place in what was read is kept."""
    said = [f"{context.say('settings-changed')} {_way_sentence(context, AnswerBy.TEXT)}"]
    place, entry = unfinished(context), context.entry
    if place and entry:
        said.append(context.say("place-is-kept", name=part_name(context, entry, place.part).rstrip("?")))
    # The last thing that is heard.
    suggested = (
        Command(CommandName.AUDIO_ON),
        *([Command(CommandName.CONTINUE)] if place else []),
        Command(CommandName.SETTINGS),
    )
    draft = Draft(
        blocks=context.paragraphs(*said, context.say("answers-by-text-way-back")),
        said=tuple(said),
        options=(
            Option(context.say("option-answer-by-both"), Command(CommandName.ANSWER_BY, AnswerBy.BOTH.value)),
            *continue_options(context),
            settings_option(context),
            sections_option(context),
        ),
        suggestions=tuple(words for command in suggested if (words := suggestion_for(context, command))),
    )
    return TurnResult(draft, with_preferences(context.person, answer_by=AnswerBy.TEXT))


def _changed(context: TurnContext, sentence: str, *first: Option, **changes: Any) -> TurnResult:
    draft = Draft(
        blocks=context.paragraphs(f"{context.say('settings-changed')} {sentence}"),
        options=(*first, settings_option(context), sections_option(context)),
    )
    return TurnResult(draft, with_preferences(context.person, **changes))


def settings_option(context: TurnContext) -> Option:
    """The way to the settings."""
    return Option(context.say("option-settings"), Command(CommandName.SETTINGS))


def _way_sentence(context: TurnContext, way: AnswerBy) -> str:
    match way:
        case AnswerBy.AS_ASKED:
            return context.say("answers-as-asked")
        case AnswerBy.TEXT:
            return context.say("answers-by-text")
        case AnswerBy.VOICE:
            return context.say("answers-by-voice")
        case AnswerBy.BOTH:
            return context.say("answers-by-both")


def _cloud_sentence(context: TurnContext, allowed: bool) -> str:
    return context.say("cloud-is-on") if allowed else context.say("cloud-is-off")


def _ways_to_change(context: TurnContext) -> tuple[str, ...]:
    """Two of the ways to be answered, and a step slower or faster: three things to say."""
    chosen = context.person.preferences
    ways = [way for way in (AnswerBy.BOTH, AnswerBy.TEXT, AnswerBy.VOICE) if way is not chosen.answer_by]
    speed = CommandName.FASTER if chosen.speed is Speed.SLOW else CommandName.SLOWER
    commands = [*(Command(CommandName.ANSWER_BY, way.value) for way in ways[:2]), Command(speed)]
    return tuple(said for command in commands if (said := suggestion_for(context, command)))


def _other_choices(context: TurnContext) -> tuple[Option, ...]:
    chosen = context.person.preferences
    ways = {
        AnswerBy.AS_ASKED: context.say("option-answer-as-asked"),
        AnswerBy.TEXT: context.say("option-answer-by-text"),
        AnswerBy.VOICE: context.say("option-answer-by-voice"),
        AnswerBy.BOTH: context.say("option-answer-by-both"),
    }
    speeds = {
        Speed.SLOW: context.say("option-speak-slow"),
        Speed.NORMAL: context.say("option-speak-normal"),
        Speed.FAST: context.say("option-speak-fast"),
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
    if context.edition.cloud_speech_offered:
        label, value = (
            (context.say("option-cloud-off"), "off")
            if chosen.cloud_speech
            else (context.say("option-cloud-on"), "on")
        )
        options.append(Option(label, Command(CommandName.CLOUD_SPEECH, value)))
    options.append(keep_questions_option(context))
    return tuple(options)
