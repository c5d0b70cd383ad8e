"""The six things that can become of what somebody said, in the words that scripts and metrics see."""

from enum import StrEnum


class ReplyKind(StrEnum):
    """What a reply was: `outcome` in `assistant ask --json`, and a label of the metrics."""

    ANSWER = "answer"
    CHOICE = "choice"
    NOT_COVERED = "not_covered"
    EMERGENCY = "emergency"
    COMMAND = "command"
    UNHEARD = "unheard"
