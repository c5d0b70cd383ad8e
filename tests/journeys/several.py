"""Journeys where there are two illnesses: whose answer it is, is always said, asked or chosen."""

from typing import Final

from tests.journeys.table import (
    Journey,
    Stage,
    lists,
    menu,
    offers,
    opens,
    own,
    reads,
    shows,
    tap,
    tap_title,
    told,
)

FIRST: Final = "Calcinosis Universalis"
SECOND: Final = "Fibrodysplasia ossificans progressiva"
_CURE: Final = "Is there a cure?"
_OTHER_CURE: Final = f"{SECOND}: Can FOP be cured?"

JOURNEYS_OF_SEVERAL: Final = (
    Journey(
        "Say which illness is meant",
        (
            Stage(
                reads("choice-which-illness") & offers(FIRST) & offers(SECOND),
                (own("Is there a cure for it?"),),
                (),
                ("is there a cure for it",),
            ),
            Stage(
                opens(_CURE),
                (told("number two"),),
                (menu("start"), tap("option-sections-of", topic=FIRST), menu("faq"), tap_title(_CURE)),
                ("calcinosis",),
            ),
            Stage(
                opens(_OTHER_CURE),
                (own("The other one."),),
                (tap("option-other-illness"),),
                ("the other one",),
            ),
            Stage(
                reads("bookmark-saved", title=_OTHER_CURE), (told("save"),), (tap("option-save"),), ("save",)
            ),
            Stage(
                shows("bookmarks-title") & lists(_OTHER_CURE),
                (told("my bookmarks"),),
                (tap("option-bookmarks"),),
                ("my bookmarks",),
            ),
        ),
    ),
    Journey(
        "Go on to another illness",
        (
            Stage(
                shows("illnesses-title"),
                (own("Other illnesses."),),
                (menu("help"), tap("option-illnesses")),
                ("which illnesses do you know",),
            ),
            Stage(
                opens(f"{SECOND}: Overview"),
                (told("number two"),),
                (tap_title(SECOND), tap_title("Overview")),
                ("number two",),
            ),
            Stage(
                shows("list-sections") & reads("illness-switched", topic=FIRST),
                (own("Switch to calcinosis."),),
                (menu("help"), tap("option-other-illness")),
                ("switch to calcinosis universalis",),
            ),
            Stage(opens("Overview"), (told("Overview"),), (tap_title("Overview"),), ("overview",)),
        ),
    ),
)
