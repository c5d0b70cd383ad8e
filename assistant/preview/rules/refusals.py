"""How the Bot API says no."""


class RequestRefusedError(Exception):
    """A request that Telegram would not carry out. `code` is both the HTTP status and `error_code`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, object]:
        """The JSON object that Telegram answers with."""
        answer: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = dict(self.parameters)
        return answer


def bad_request(problem: str) -> RequestRefusedError:
    """Status 400, in Telegram's usual wording."""
    return RequestRefusedError(400, f"Bad Request: {problem}")


def forbidden(problem: str) -> RequestRefusedError:
    """Status 403, in Telegram's usual wording."""
    return RequestRefusedError(403, f"Forbidden: {problem}")


def conflict(problem: str) -> RequestRefusedError:
    """Status 409, in Telegram's usual wording."""
    return RequestRefusedError(409, f"Conflict: {problem}")


def too_many_requests(retry_after_s: int) -> RequestRefusedError:
    """Status 429: nothing may be sent again before `retry_after_s` seconds have passed."""
    problem = f"Too Many Requests: retry after {retry_after_s}"
    return RequestRefusedError(429, problem, retry_after=retry_after_s)


def moved(chat_id: int) -> RequestRefusedError:
    """Status 400: the group goes on as the supergroup `chat_id`."""
    problem = "Bad Request: group chat was upgraded to a supergroup chat"
    return RequestRefusedError(400, problem, migrate_to_chat_id=chat_id)
