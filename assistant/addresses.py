"""What a web address must be to be asked, spoken through, or sent to."""

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

_PATH: Final = re.compile(r"[A-Za-z0-9/_.~-]*")
_WEBHOOK_PORTS: Final = (443, 80, 88, 8443)
"""The only ones that Telegram sends to (Bot API, `setWebhook`)."""
_PROXIES: Final = ("http", "socks5", "socks4")
"""What can be spoken to a proxy, whatever is spoken to what is behind it."""


def parts_of(url: str) -> SplitResult | None:
    """The parts of a web address; None when it is none, or says more than where something is."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - looking at it raises ValueError
    except ValueError:
        return None
    return parts if parts.hostname and not (parts.query or parts.fragment) else None


def proxy_problem(proxy: str) -> str | None:
    """Why nobody here can speak to this proxy; never its words, which may hold a password."""
    parts = parts_of(proxy)
    if parts is None or parts.port is None or parts.scheme not in _PROXIES:
        return "must begin with http://, socks5:// or socks4:// and name a host and its port"
    return None


def by_scheme(proxy: str | None) -> dict[str, str]:
    """The proxy as `requests` wants it: for each scheme, with names left for it to resolve."""
    if proxy is None:
        return {}
    proxy = proxy.replace("socks5://", "socks5h://").replace("socks4://", "socks4a://")
    return {"http": proxy, "https": proxy}


def is_this_machine(host: str) -> bool:
    """Whether the host is the machine that asks."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def webhook_problem(url: str, *, is_telegram: bool) -> str | None:
    """Why updates cannot be sent to this address; a Bot API server of one's own also takes plain http."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is no web address"
    if parts.hostname is None or parts.scheme not in (("https",) if is_telegram else ("https", "http")):
        return "must begin with https:// and name a host"
    if is_telegram and port not in (None, *_WEBHOOK_PORTS):
        return "must have one of the ports that Telegram sends to: 443, 80, 88 or 8443"
    if parts.username is not None or parts.query or parts.fragment or not _PATH.fullmatch(parts.path):
        return "must be a host, a port and a plain path, and nothing else"
    return None
