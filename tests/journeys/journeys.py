"""The table of journeys: what people come to do, each of three ways to do it, and what is then so."""

from typing import Final

from assistant.storage.questions import KEPT_DAYS
from tests.journeys.house import say
from tests.journeys.table import (
    Journey,
    Mode,
    Stage,
    is_heard,
    is_no_longer_menu,
    is_silent,
    lasts,
    menu,
    offers,
    opens,
    opens_part,
    own,
    reads,
    recalled,
    shows,
    tap,
    tap_title,
    told,
    turns_page,
)

_OVERVIEW: Final = "Overview"
_SYMPTOMS: Final = "Symptoms"
_TREATMENT: Final = "Treatment"
_AFFECTED: Final = "Who is affected"
_CURE: Final = "Is there a cure?"
_START: Final = menu("start")
_LISTEN: Final = tap("option-listen")

_GREETED: Final = Stage(shows("start-title"), (own("Hello."),), (_START,), ("hello",))
_TOLD_OF_SPEED: Final = Stage(
    shows("help-title"),
    (own("Help."), told("more help"), told("more help")),
    (menu("help"), tap("option-more-help")),
    ("help",),
)
_ASKED: Final = Stage(
    opens(_CURE),
    (own("Is there a cure for it?"),),
    (_START, tap("option-faq"), tap_title(_CURE)),
    ("is there a cure for it",),
)
_SAVED: Final = Stage(reads("bookmark-saved", title=_CURE), (told("save"),), (tap("option-save"),), ("save",))
_AT_SETTINGS: Final = Stage(shows("settings-title"), (own("Settings."),), (menu("settings"),), ("settings",))

JOURNEYS: Final = (
    Journey(
        "First contact",
        (
            _GREETED,
            Stage(shows("help-title"), (told("help"),), (tap("option-help"),), ("help",)),
            Stage(
                shows("about-title"),
                (own("Tell me about yourself."),),
                (tap("option-about"),),
                ("tell me about yourself",),
            ),
            Stage(shows("start-title"), (own("Start over."),), (_START,), ("start over",)),
        ),
    ),
    Journey(
        "Browse the sections",
        (
            _GREETED,
            Stage(shows("list-sections"), (told("all sections"),), (tap("option-sections"),), ("sections",)),
            Stage(turns_page(), (told("next"),), (tap("option-show-more"),), ("show more",)),
            Stage(turns_page(), (own("Back."),), (tap("option-show-earlier"),), ("show earlier",)),
            Stage(
                opens(_AFFECTED),
                (told("next"), told(_AFFECTED)),
                (tap_title(_AFFECTED),),
                ("who is affected",),
            ),
            # Aloud it is in two parts.
            Stage(opens("Types"), (told("next"), told("next")), (tap("option-next"),), ("next",)),
            Stage(opens(_AFFECTED), (own("Back."),), (tap("option-previous"),), ("back",)),
            Stage(
                shows("list-sections"),
                (recalled("all sections"),),
                (tap("option-sections"),),
                ("all sections",),
            ),
        ),
    ),
    Journey(
        "Pick from the questions",
        (
            _GREETED,
            Stage(
                shows("list-faq"), (told("common questions"),), (tap("option-faq"),), ("common questions",)
            ),
            Stage(
                opens("What symptoms can it cause?"),
                (own("The second one."),),
                (tap_title("What symptoms can it cause?"),),
                ("the second one",),
            ),
            Stage(
                shows("list-related") & offers("Symptoms"),
                (told("related questions"),),
                (tap("option-related"),),
                ("related questions",),
            ),
            Stage(opens("Symptoms"), (told("Symptoms"),), (tap_title("Symptoms"),), ("symptoms",)),
        ),
    ),
    Journey(
        "Ask and follow up",
        (
            Stage(
                opens(_CURE),
                (own("Is there a cure for it?"),),
                (_START, tap("option-faq"), tap_title(_CURE)),
                ("is there a cure for it",),
            ),
            Stage(
                opens(_AFFECTED),
                (own("What about children?"),),
                (tap("option-sections"), tap_title(_AFFECTED)),
                ("what about children?",),
            ),
        ),
    ),
    Journey(
        "Hear it again, slower and faster",
        (
            _TOLD_OF_SPEED,
            Stage(
                opens(_CURE) & is_heard(),
                (own("Is there a cure for it?"),),
                (tap("option-faq"), tap_title(_CURE), tap("option-listen")),
                ("is there a cure for it", "listen"),
            ),
            Stage(opens(_CURE) & is_heard(), (recalled("repeat"),), (tap("option-listen"),), ("repeat",)),
            Stage(
                lasts(longer=True),
                (recalled("speak slower"),),
                (
                    menu("settings"),
                    tap("option-speak-slow"),
                    menu("faq"),
                    tap_title(_CURE),
                    tap("option-listen"),
                ),
                ("slower",),
            ),
            Stage(
                lasts(longer=False),
                (recalled("speak faster"),),
                (
                    menu("settings"),
                    tap("option-speak-normal"),
                    menu("faq"),
                    tap_title(_CURE),
                    tap("option-listen"),
                ),
                ("faster",),
            ),
        ),
    ),
    Journey(
        "Say whether an answer helped",
        (
            _ASKED,
            Stage(
                reads("feedback-sorry") & offers(say("option-related")),
                (own("That did not help."),),
                (tap("option-not-helped"),),
                ("that did not help",),
            ),
            Stage(
                shows("list-related"),
                (told("related questions"),),
                (tap("option-related"),),
                ("related questions",),
            ),
            Stage(
                opens(_TREATMENT),
                (own(f"{_TREATMENT}."),),
                (tap_title(_TREATMENT),),
                (_TREATMENT.lower(),),
            ),
            Stage(
                reads("feedback-glad"),
                (own("That helped."),),
                (tap("option-helped"),),
                ("that helped",),
            ),
        ),
    ),
    Journey(
        "Save, find again, remove, undo",
        (
            _ASKED,
            _SAVED,
            Stage(
                shows("bookmarks-title") & offers(_CURE),
                (told("my bookmarks"),),
                (tap("option-bookmarks"),),
                ("my bookmarks",),
            ),
            Stage(opens(_CURE), (told("number one"),), (tap_title(_CURE),), ("number one",)),
            Stage(
                reads("bookmark-removed", title=_CURE),
                (told("remove bookmark"),),
                (tap("option-remove-bookmark"),),
                ("remove bookmark",),
            ),
            Stage(
                reads("bookmark-put-back", title=_CURE),
                (told("put it back"),),
                (tap("option-undo"),),
                ("undo",),
            ),
            Stage(
                shows("bookmarks-title"),
                (recalled("my bookmarks"),),
                (tap("option-bookmarks"),),
                ("my bookmarks",),
            ),
            Stage(opens(_CURE), (told(_CURE),), (tap_title(_CURE),), ("is there a cure",)),
        ),
    ),
    Journey(
        "Choose how it answers",
        (
            _AT_SETTINGS,
            Stage(
                reads("answers-by-voice"),
                (own("Answer by voice."),),
                (tap("option-answer-by-voice"),),
                ("answer by voice",),
            ),
            Stage(
                reads("answers-by-both"),
                (recalled("text and voice"),),
                (tap("option-settings"), tap("option-answer-by-both")),
                ("answer by text and voice",),
            ),
            Stage(
                reads("answers-by-text"),
                (recalled("text only"),),
                (tap("option-settings"), tap("option-answer-by-text")),
                ("text only",),
            ),
            Stage(
                opens(_CURE) & is_silent(),
                (own("Is there a cure for it?"),),
                (menu("faq"), tap_title(_CURE)),
                ("is there a cure for it",),
            ),
            Stage(
                opens(_CURE) & is_heard(),
                (own("Listen to this."),),
                (tap("option-listen"),),
                ("listen to this",),
            ),
            Stage(
                reads("answers-by-both"),
                (own("Audio on."),),
                (menu("settings"), tap("option-answer-by-both")),
                ("audio on",),
            ),
            Stage(
                reads("answers-as-asked"),
                (own("Answer the way I ask."),),
                (tap("option-settings"), tap("option-answer-as-asked")),
                ("answer the way I ask",),
            ),
        ),
    ),
    Journey(
        "Choose how fast it speaks",
        (
            _TOLD_OF_SPEED,
            Stage(
                reads("speaks-slow"),
                (told("speak slower"),),
                (tap("option-settings"), tap("option-speak-slow")),
                ("slower",),
            ),
            Stage(
                reads("speaks-normal"),
                (recalled("speak faster"),),
                (menu("settings"), tap("option-speak-normal")),
                ("faster",),
            ),
            Stage(
                reads("speaks-fast"),
                (recalled("speak faster"),),
                (tap("option-settings"), tap("option-speak-fast")),
                ("faster",),
            ),
            Stage(
                reads("speaks-normal"),
                (own("Speak at normal speed."),),
                (tap("option-settings"), tap("option-speak-normal")),
                ("speak at normal speed",),
            ),
        ),
    ),
    Journey(
        "Privacy, and everything erased",
        (
            _ASKED,
            _SAVED,
            Stage(
                shows("privacy-title"),
                (own("What do you know about me?"),),
                (tap("option-help"), tap("option-privacy")),
                ("what do you know about me",),
            ),
            Stage(
                reads("export-stays"),
                (told("send me my data"),),
                (tap("option-export"),),
                ("send me my data",),
            ),
            Stage(
                shows("forget-title"),
                (told("erase everything"),),
                (tap("option-erase"),),
                ("erase everything about me",),
            ),
            Stage(reads("forget-kept"), (own("No, leave it."),), (tap("option-erase-no"),), ("no",)),
            Stage(offers(_CURE), (recalled("my bookmarks"),), (menu("bookmarks"),), ("my bookmarks",)),
            Stage(
                shows("forget-title"),
                (recalled("erase everything"),),
                (menu("forget"),),
                ("forget me",),
            ),
            Stage(reads("forget-done"), (told("yes"),), (tap("option-erase-yes"),), ("yes",)),
            Stage(
                reads("bookmarks-none"), (recalled("my bookmarks"),), (menu("bookmarks"),), ("my bookmarks",)
            ),
        ),
    ),
    Journey(
        "Let the editors see one's questions, and end it",
        (
            Stage(
                shows("privacy-title"),
                (own("What do you know about me?"), told("more about privacy")),
                (menu("privacy"), tap("option-more-privacy")),
                ("what do you know about me",),
            ),
            Stage(
                shows("keep-questions-title"),
                (told("keep my questions"),),
                (tap("option-keep-questions"),),
                ("keep my questions",),
            ),
            Stage(
                reads("keep-questions-left"),
                (own("No, do not keep them."),),
                (tap("option-keep-questions-no"),),
                ("no",),
            ),
            Stage(
                shows("keep-questions-title"),
                (recalled("keep my questions"),),
                (menu("settings"), tap("option-keep-questions")),
                ("keep my questions",),
            ),
            Stage(
                reads("keep-questions-on", days=KEPT_DAYS),
                (told("yes"),),
                (tap("option-keep-questions-yes"),),
                ("yes",),
            ),
            Stage(
                reads("keep-questions-off"),
                (told("stop keeping my questions"),),
                (tap("option-keep-questions-off"),),
                ("stop keeping my questions",),
            ),
        ),
    ),
    Journey(
        "Listen to a long answer",
        (
            Stage(
                opens_part(_AFFECTED, 1, 2),
                (own("Who can get calcinosis?"),),
                (_START, tap("option-sections"), tap_title(_AFFECTED), _LISTEN),
                ("who can get calcinosis", "listen"),
            ),
            Stage(opens_part(_AFFECTED, 2, 2), (told("next"),), (tap("option-next-part"),), ("next",)),
            Stage(opens_part(_AFFECTED, 1, 2), (own("Back."),), (tap("option-previous-part"),), ("back",)),
            Stage(shows("where-title"), (own("Where am I?"),), (), ("where am I?",)),
            Stage(opens_part(_AFFECTED, 2, 2), (told("next"),), (tap("option-next-part"),), ("next",)),
            Stage(
                opens_part(_AFFECTED, 1, 2),
                (own("Start this one again."),),
                (tap("option-previous-part"),),
                ("start this one again",),
            ),
            Stage(
                shows("start-title") & offers(say("option-continue")),
                (own("Hello."),),
                (_START,),
                ("hello",),
                after_restart=True,
            ),
            Stage(
                opens_part(_AFFECTED, 2, 2),
                (told("continue where I stopped"),),
                (tap("option-continue"),),
                ("continue where I stopped",),
            ),
        ),
    ),
    Journey(
        "Listen to the whole topic",
        (
            Stage(shows("list-sections"), (own("All sections."),), (menu("sections"),), ("sections",)),
            Stage(
                opens_part(_OVERVIEW, 1, 2),
                (told("listen to the whole topic"),),
                (tap("option-listen-all"),),
                ("listen to the whole topic",),
            ),
            Stage(opens_part(_OVERVIEW, 2, 2), (told("next"),), (tap("option-next-part"),), ("next",)),
            Stage(opens_part(_SYMPTOMS, 1, 2), (told("next"),), (tap("option-next"),), ("next",)),
            Stage(shows("where-title"), (own("Where am I?"),), (), ("where am I?",)),
            Stage(
                reads("answers-by-text") & reads("place-is-kept", name="Symptoms, part one of two"),
                (own("Stop."),),
                (menu("settings"), tap("option-answer-by-text")),
                ("stop",),
            ),
            Stage(
                reads("answers-by-both"),
                (told("speak to me"),),
                (tap("option-answer-by-both"),),
                ("audio on",),
            ),
            Stage(
                opens_part(_SYMPTOMS, 2, 2),
                (told("continue where I stopped"),),
                (tap("option-continue"),),
                ("continue where I stopped",),
            ),
        ),
    ),
    Journey(
        "Put right what was misunderstood",
        (
            Stage(opens(_CURE), (own("Is there a cure for it?"),), (), ("is there a cure for it",)),
            Stage(opens(_TREATMENT), (own("No, I said treatment."),), (), ("no, I said treatment",)),
            Stage(
                reads("not-covered"),
                (own("How do I get to the hospital by bus?"),),
                (),
                ("how do I get to the hospital by bus",),
            ),
            Stage(
                reads("not-covered") & is_no_longer_menu(),
                (own("How do I renew my passport?"),),
                (),
                ("how do I renew my passport",),
            ),
            Stage(shows("help-title"), (told("help"),), (), ("help",)),
        ),
    ),
)

_LONG_AT_THE_PAGE: Final = {
    Mode.VOICE: {journey.name for journey in JOURNEYS} - {"Ask and follow up"},
    Mode.BUTTONS: {"Hear it again, slower and faster", "Listen to a long answer"},
    Mode.TYPING: {
        "Hear it again, slower and faster",
        "Listen to a long answer",
        "Listen to the whole topic",
    },
}
"""Whoever speaks does so in real time, and long answers take long to be spoken."""


def is_long_at_the_page(journey: Journey, mode: Mode) -> bool:
    """Whether it is made at the page only when that is asked for, and not in every run of the tests."""
    return journey.name in _LONG_AT_THE_PAGE[mode]
