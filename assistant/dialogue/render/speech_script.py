"""What a reply says aloud: what was heard where that is in doubt, the reply, and what can be said next."""

from dataclasses import replace
from typing import Final

from assistant.dialogue.render.spoken_text import as_sentence
from assistant.dialogue.render.suggestions import MOST_SUGGESTIONS, suggestions_for
from assistant.dialogue.reply import Option
from assistant.dialogue.turn import Draft, TurnContext, script_of
from assistant.dialogue.utterance import Spoken, Utterance
from assistant.speech.tts.script import Script
from assistant.transcript import Heard

_WORDS_REPEATED: Final = 12
"""Enough to tell whether it was heard right; all of it is shown."""


def said_aloud(
    context: TurnContext,
    draft: Draft,
    options: tuple[Option, ...],
    utterance: Utterance | None,
) -> Script | None:
    """The script of a reply; None when it has no words.

    It says at most three things that can be said next. An answer says back what was heard by its title, with
    which it begins: recordings of answers are kept and shared, and nothing that a person said may be kept. A
    reply that is in doubt `repeats_heard`: its script holds the person's words, and says that it is not to be
    kept.
    """
    script = script_of(draft, context.pronunciations(draft), context.edition.library.language)
    if script is None:
        return None
    suggestions = suggestions_for(context, options) if draft.suggestions is None else draft.suggestions
    script = replace(script, paragraphs=(*script.paragraphs, *_together(suggestions[:MOST_SUGGESTIONS])))
    heard = _said_back(context, utterance) if draft.repeats_heard else None
    if heard is None:
        return script
    return replace(script, title=heard, paragraphs=(script.title, *script.paragraphs), keep=False)


def _together(suggestions: tuple[str, ...]) -> tuple[str, ...]:
    """One paragraph: a pause before what can be said next, and none within."""
    return (" ".join(as_sentence(suggestion) for suggestion in suggestions),) if suggestions else ()


def _said_back(context: TurnContext, utterance: Utterance | None) -> str | None:
    if not (isinstance(utterance, Spoken) and isinstance(utterance.outcome, Heard)):
        return None
    words = utterance.outcome.text.split()
    if not words:
        return None
    said = " ".join(words[:_WORDS_REPEATED]).rstrip(".,;:!? ")
    if len(words) > _WORDS_REPEATED:
        return context.say("heard-back-long-spoken", words=said)
    return context.say("heard-back-spoken", words=said)
