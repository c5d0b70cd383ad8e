"""Models of Telegram's that are built when they are first used are the same as those built at once."""

import subprocess
import sys
from typing import Final

import aiogram.methods
import aiogram.types
import pytest
from pydantic import BaseModel

_BUILT: Final = """
import handlers
from aiogram.methods.base import Response
from aiogram.types import Update, Sticker

assert not Sticker.__pydantic_complete__, "built at once: did aiogram change how it is imported?"
sender = {"id": 7, "is_bot": False, "first_name": "A"}
message = {"message_id": 1, "date": 0, "chat": {"id": 7, "type": "private"}, "from": sender, "text": "hello"}
given = {"update_id": 1, "message": {**message, "reply_to_message": message}}
update = Response[list[Update]].model_validate({"ok": True, "result": [given]}).result[0]
assert update.message.reply_to_message.from_user.first_name == "A"
assert not Sticker.__pydantic_complete__, "built for an update without one"
"""


@pytest.mark.process
def test_only_what_is_used_is_built() -> None:
    ended = subprocess.run([sys.executable, "-c", _BUILT], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("room", [aiogram.types, aiogram.methods])
def test_each_can_be_built(room: object) -> None:
    models = [each for each in vars(room).values() if isinstance(each, type) and issubclass(each, BaseModel)]
    assert len(models) > 100
    for model in models:
        model.model_rebuild()
        assert model.__pydantic_complete__, model.__name__
