"""Telegram through a proxy, as an operator's network may want it: requests and files, and nothing told."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError

from assistant.preview.bot_api import LoopbackBotApi
from handlers.inbound.download import Fetched, download, server_of
from handlers.session import Session
from tests.proxies import PROXIES, Proxy

Opened = Callable[[int], AbstractAsyncContextManager[Proxy]]


def _bot(api: LoopbackBotApi, proxy: str) -> Bot:
    # By name, as Telegram is asked: the proxy has to resolve it.
    server = server_of(f"http://localhost:{api.port}", None)
    return Bot(api.token, session=Session(server, timeout=5, proxy=proxy))


@pytest.mark.parametrize("proxied", PROXIES)
async def test_requests_and_files_go_through_the_proxy(proxied: Opened) -> None:
    async with LoopbackBotApi() as api, proxied(api.port) as proxy:
        sent = await api.person("Anna").send_voice(b"x" * 70_000, seconds=3)
        async with _bot(api, proxy.url) as bot:
            assert (await bot.get_me()).is_bot
            assert await download(bot, sent.file_id, max_bytes=100_000) == Fetched(b"x" * 70_000)
    assert set(proxy.asked) == {f"localhost:{api.port}"}


@pytest.mark.parametrize("proxy", ["http://name:canary@127.0.0.1:9", "socks5://name:canary@127.0.0.1:9"])
async def test_a_proxy_that_is_away_is_a_fault_of_the_network(proxy: str) -> None:
    async with LoopbackBotApi() as api, _bot(api, proxy) as bot:
        with pytest.raises(TelegramNetworkError) as raised:
            await bot.get_me()
    assert "canary" not in str(raised.value)


async def test_a_proxy_that_refuses_is_a_fault_of_the_network() -> None:
    async with LoopbackBotApi() as api, PROXIES[0](api.port) as proxy:
        bot = _bot(api, proxy.url.replace("word@", "canary@"))
        async with bot:
            with pytest.raises(TelegramNetworkError) as raised:
                await bot.get_me()
    assert "canary" not in str(raised.value)
