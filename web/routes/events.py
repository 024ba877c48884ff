"""Live news for an open page (server-sent events): which list changed, never what is in it."""

import asyncio
from collections.abc import AsyncIterator

import orjson
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from foundation.access import Actor, Reach, reach
from foundation.errors import LianzhenError
from foundation.live import News
from web.deps import SignedIn, TheHouse, address_of, cookie_of
from web.house import House

router = APIRouter(tags=["events"])

BEAT_SECONDS = 20.0
WAITING_LIMIT = 1000  # a page that does not read is told once to look again


def concerns(actor: Actor, news: News) -> bool:
    """Whether this actor's lists can hold the changed row."""
    if not news.unit_ids or actor.unit_id in news.unit_ids:
        return True
    return reach(actor, "read", "study") is Reach.COUNTY or reach(actor, "read", "system") is Reach.COUNTY


@router.get("/api/events")
async def events(request: Request, actor: SignedIn, house: TheHouse) -> StreamingResponse:
    """`event: <topic>` and `data: {"id": …}` for every change that concerns the asker."""
    return StreamingResponse(
        _stream(request, actor, house),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _stream(request: Request, actor: Actor, house: House) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[News] = asyncio.Queue(WAITING_LIMIT)

    def put(news: News) -> None:
        if not waiting.full():
            waiting.put_nowait(news)

    def hear(news: News) -> None:
        if concerns(actor, news) and not loop.is_closed():
            loop.call_soon_threadsafe(put, news)

    leave = house.floor.live.listen(hear)
    try:
        yield b"retry: 3000\n\n"
        while not await request.is_disconnected():
            try:
                news = await asyncio.wait_for(waiting.get(), BEAT_SECONDS)
            except TimeoutError:
                if not await run_in_threadpool(_still_signed_in, request, house):
                    yield b"event: signed-out\ndata: {}\n\n"
                    return
                yield b": beat\n\n"
                continue
            yield b"event: %b\ndata: %b\n\n" % (news.topic.encode(), orjson.dumps({"id": news.id}))
    finally:
        leave()


def _still_signed_in(request: Request, house: House) -> bool:
    if request.headers.get("authorization"):
        return True
    try:
        house.auth.session(cookie_of(request), address_of(request))
    except LianzhenError:
        return False
    return True
