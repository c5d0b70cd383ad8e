"""What only some commands need: packages that an extra of the installation brings."""

import importlib.util

from assistant.errors import SettingsError


def require(extra: str, *packages: str, purpose: str) -> None:
    """Raises SettingsError saying what to install where one is missing. `purpose` begins the sentence."""
    missing = [package for package in packages if importlib.util.find_spec(package) is None]
    if missing:
        raise SettingsError(
            f"{purpose} needs {', '.join(missing)}. Install the extra: "
            f"`pip install 'voice-health-assistant[{extra}]'`."
        )
