"""Slow answers, the same for every service."""

import asyncio

from aiohttp import web
from aiohttp.typedefs import Middleware

from lab.jitter.noise import Noise
from lab.kernel.http import Handler

_LONGEST_SECONDS = 0.5


def delaying(noise: Noise, service: str) -> Middleware:
    """Middleware that lets some requests wait before anything is done about them."""

    @web.middleware
    async def wait(request: web.Request, handler: Handler) -> web.StreamResponse:
        if noise.happens("slow", service):
            await asyncio.sleep(noise.draw("delay", service) * _LONGEST_SECONDS)
        return await handler(request)

    return wait
