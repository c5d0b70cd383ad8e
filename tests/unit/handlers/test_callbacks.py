"""Button data: everything the bot writes can be read back, and nothing else means anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.dialogue.person import AnswerBy
from assistant.nlu.intents import Command, CommandName
from assistant.speech.tts.script import Speed
from handlers import callbacks
from handlers.callbacks import LIMIT_BYTES, pack, unpack
from tests.shipped import all_topics

_IDS = st.from_regex(r"[a-z0-9-]{1,28}/[a-z0-9-]{1,28}", fullmatch=True)
_VALUES = {
    CommandName.ANSWER_BY: [value.value for value in AnswerBy],
    CommandName.SPEED: [value.value for value in Speed],
    CommandName.CLOUD_SPEECH: ["on", "off"],
}
_PLAIN = [name for name in CommandName if name not in _VALUES]


@pytest.mark.parametrize("name", list(CommandName))
def test_every_command_has_its_own_code(name: CommandName) -> None:
    assert name in callbacks._CODES
    assert list(callbacks._CODES.values()).count(callbacks._CODES[name]) == 1


@given(st.sampled_from(_PLAIN), st.none() | _IDS)
def test_a_command_survives_the_way_through_a_button(name: CommandName, argument: str | None) -> None:
    data = pack(Command(name, argument))
    assert len(data.encode()) <= LIMIT_BYTES
    assert unpack(data) == Command(name, argument)


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, values in _VALUES.items() for v in values])
def test_a_choice_of_a_setting_survives_the_way_through_a_button(name: CommandName, value: str) -> None:
    assert unpack(pack(Command(name, value))) == Command(name, value)


def test_a_button_can_name_every_answer_of_the_library() -> None:
    library = all_topics()
    refs = [str(entry.ref) for topic in library.topics.values() for entry in topic.entries.values()]
    assert refs
    for ref in refs:
        for name in (CommandName.SHOW, CommandName.REMOVE_BOOKMARK, CommandName.LISTEN):
            assert unpack(pack(Command(name, ref))) == Command(name, ref)


@given(st.text(max_size=80) | st.binary(max_size=80).map(lambda data: data.decode("latin-1")))
def test_forged_data_is_no_command_or_one_that_the_bot_could_have_written(data: str) -> None:
    command = unpack(data)
    assert command is None or pack(command) == data


@pytest.mark.parametrize(
    "data",
    [
        None,
        "",
        ":",
        "xx",
        "sh:",
        "sh:Symptoms",
        "sh:a b",
        "ab",
        "ab:loud",
        "sp:9",
        "cs:maybe",
        "sh\n",
        "sh:" + "a" * 62,
    ],
)
def test_data_that_the_bot_never_wrote_means_nothing(data: str | None) -> None:
    assert unpack(data) is None


@pytest.mark.parametrize(
    "command",
    [
        Command(CommandName.SHOW, "a" * 62),
        Command(CommandName.SHOW, "Ünïcode"),
        Command(CommandName.SHOW, ""),
        Command(CommandName.SPEED, "breakneck"),
    ],
)
def test_a_command_that_no_button_can_hold_is_refused_when_the_button_is_made(command: Command) -> None:
    with pytest.raises(ValueError, match="no button"):
        pack(command)
