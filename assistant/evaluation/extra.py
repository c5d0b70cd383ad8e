"""What evaluating needs and nothing else does: the packages of the extra `evaluation`."""

import importlib.util

from assistant.errors import SettingsError


def require(package: str, purpose: str) -> None:
    """Raises SettingsError saying what to install where `package` is missing. `purpose` begins a sentence."""
    if importlib.util.find_spec(package) is None:
        raise SettingsError(
            f"{purpose}, and {package} is not installed. Install it with "
            "`pip install 'voice-health-assistant[evaluation]'`."
        )
