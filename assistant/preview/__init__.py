"""The local chat page: a loopback Bot API and a web page, so that the real bot runs without Telegram."""

from assistant.preview.bot_api import Call, LoopbackBotApi
from assistant.preview.faults import Fault, FaultPlan, FloodLimits
from assistant.preview.people import Group, Person, Press
from assistant.preview.received import Alert, InlineResult, Received

__all__ = [
    "Alert",
    "Call",
    "Fault",
    "FaultPlan",
    "FloodLimits",
    "Group",
    "InlineResult",
    "LoopbackBotApi",
    "Person",
    "Press",
    "Received",
]
