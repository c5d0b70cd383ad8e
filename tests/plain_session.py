"""aiogram's own way to a Bot API on this machine."""

from aiogram.client.session.aiohttp import AiohttpSession


class PlainSession(AiohttpSession):
    """One that closes at once. aiogram waits a quarter of a second for TLS connections; here are none."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
