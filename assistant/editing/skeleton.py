"""A new topic's folder, with everything that is to be written, and beside it what is wanted there."""

import shutil
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import TypeAdapter, ValidationError

from assistant.errors import SettingsError
from assistant.files import READ_BY_ALL
from assistant.library.front_matter import TopicId
from assistant.library.loading import content_folder
from assistant.library.shared_files import SHARED_FILES
from assistant.library.topic_folder import FAQ_PREFIX


class AnswerPlan(NamedTuple):
    """One answer that an illness usually has; ids, aspects and titles are the same for all illnesses."""

    id: str
    aspect: str
    title: str
    wanted: str
    """What belongs into the text."""


PLANNED: Final = (
    AnswerPlan("overview", "overview", "Overview", "What the illness is and does, in five sentences."),
    AnswerPlan(
        "symptoms", "symptoms", "Symptoms", "What people feel and see; the common first, then the rare."
    ),
    AnswerPlan(
        "how-common", "how-common", "How common it is", "How many people have it, and how sure that is."
    ),
    AnswerPlan(
        "causes", "causes", "Causes", "What brings it about; what is believed, and what is not known."
    ),
    AnswerPlan(
        "who-is-affected", "who-is-affected", "Who is affected", "Ages, sexes, families, other illnesses."
    ),
    AnswerPlan("types", "types", "Types", "Its forms, and what tells them apart."),
    AnswerPlan("diagnosis", "diagnosis", "Diagnosis", "How it is found: who looks, and with which tests."),
    AnswerPlan(
        "treatment", "treatment", "Treatment", "What is done about it, by whom, and what that can bring."
    ),
    AnswerPlan("prognosis", "prognosis", "Outlook", "How it goes on, with treatment and without."),
    AnswerPlan("risk-factors", "risk-factors", "Risk factors", "What makes it likelier."),
    AnswerPlan(
        "complications", "complications", "Complications", "What it can lead to, and its warning signs."
    ),
    AnswerPlan("prevention", "prevention", "Prevention", "What keeps it away or slows it, if anything does."),
    AnswerPlan("living-with", "living-with", "Living with it", "Daily life: work, moving, eating, support."),
    AnswerPlan("epidemiology", "epidemiology", "Epidemiology", "What is counted: regions, ages, studies."),
    AnswerPlan("research", "research", "Research", "What is being looked into."),
    AnswerPlan("history", "history", "History", "Who described it first, and what was learnt since."),
    AnswerPlan("faq-what-is", "definition", "What is it?", "One sentence, then two that explain it."),
    AnswerPlan("faq-symptoms", "symptoms", "What are the symptoms?", "The symptoms in short."),
    AnswerPlan("faq-causes", "causes", "What causes it?", "The causes in short."),
    AnswerPlan("faq-diagnosis", "diagnosis", "How is it found?", "The diagnosis in short."),
    AnswerPlan("faq-cure", "cure", "Is there a cure?", "Yes or no first; then what helps."),
    AnswerPlan("faq-prevention", "prevention", "Can it be prevented?", "Yes or no first; then how."),
    AnswerPlan("faq-prognosis", "prognosis", "What is the outlook?", "The outlook in short."),
)
_TOPIC: Final = """\
---
# An illness that is being written. Fill in what stands empty, then ask `assistant check --topic {id}` what is
# still missing. While the line `state: draft` stands here, nobody gets any of it.
id: {id}
# The illness's name, as people see it and hear it. Needed.
title:
state: draft
# Other names that people use for it, each on a line of its own that begins with two spaces and "- ".
other_names:
# Words that the voice says wrong, each with its sounds: content/README.md says how. None is needed to begin.
pronunciations:
# Words that people will say and that are hard to hear right, the rarest first; as under other_names.
listen_for:
# The answers in reading order. Take out a line for which you have nothing to say, and delete its file.
sections:
{sections}
faq:
{faq}
# Where the answers come from. Needed: a short key, and words that can be read aloud, such as
#   leaflet: "the leaflet “Living with it”, by the patients' association, of 2026"
# Write it below, with two spaces before the key.
sources:
---
"""
_ANSWER: Final = """\
---
# {wanted}
id: {id}
kind: {kind}
aspect: {aspect}
# Shown on a button and said first.
title: {title}
# Goes when somebody has read the answer and lets it out: `assistant topic publish {topic} {id}`.
state: draft
# How people ask for this, twelve ways or more, each on a line that begins with two spaces and "- ". Write
# {{name}} for the illness's name. What is asked of every illness in the same words is known already.
questions:
# A key that stands under `sources:` in topic.md. Needed.
source:
# Where the text speaks of medicines, diet or treatment, a line "  - medicines"; of signs that can be an
# emergency, a line "  - warning-signs". The check says when one is missing.
closing:
# For the reviewer alone: a name, and two days such as 2027-01-31.
reviewed_by:
reviewed_on:
review_due:
---
"""


class Started(NamedTuple):
    """What was written."""

    folder: Path
    answers: int
    shared: tuple[str, ...]
    """The files of no topic that were missing beside it, and are now those that come with the program."""


def start_topic(content_dir: Path, language: str, topic: str) -> Started:
    """A folder for the topic with this id, all of it drafts; whole or not at all.

    Raises SettingsError for an id that cannot be one or is taken, OSError when it cannot be written.
    """
    refuse_bad_id(topic)
    among = content_dir / language
    folder = among / topic
    if folder.exists():
        raise SettingsError(
            f"{folder} is there already, and stays as it is. Choose another id, or go on in that folder."
        )
    among.mkdir(parents=True, exist_ok=True)
    shared = tuple(name for name in SHARED_FILES if not (among / name).exists())
    for name in shared:
        shutil.copyfile(content_folder() / language / name, among / name)
    half = Path(tempfile.mkdtemp(prefix=".", suffix=".part", dir=among))
    try:
        for name, text in _files(topic):
            (half / name).parent.mkdir(exist_ok=True)
            (half / name).write_text(text, encoding="utf-8")
            (half / name).chmod(READ_BY_ALL)
        half.chmod(0o755)
        half.rename(folder)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return Started(folder, len(PLANNED), shared)


def refuse_bad_id(topic: str) -> None:
    """Raises SettingsError for what cannot be a topic's id."""
    try:
        TypeAdapter(TopicId).validate_python(topic)
    except ValidationError as error:
        told = error.errors(include_url=False)[0].get("ctx", {})
        raise SettingsError(f"{told.get('problem')} {told.get('remedy')}") from None


def file_of(id_: str) -> str:
    """The name of an answer's file in its topic's folder."""
    return f"faq/{id_.removeprefix(FAQ_PREFIX)}.md" if id_.startswith(FAQ_PREFIX) else f"{id_}.md"


def _files(topic: str) -> list[tuple[str, str]]:
    faq = [plan for plan in PLANNED if plan.id.startswith(FAQ_PREFIX)]
    sections = [plan for plan in PLANNED if plan not in faq]
    about = _TOPIC.format(id=topic, sections=_listed(sections), faq=_listed(faq))
    answers = [
        (
            file_of(plan.id),
            _ANSWER.format(**plan._asdict(), kind="faq" if plan in faq else "section", topic=topic),
        )
        for plan in PLANNED
    ]
    return [("topic.md", about), *answers]


def _listed(plans: list[AnswerPlan]) -> str:
    return "\n".join(f"  - {plan.id}" for plan in plans)
