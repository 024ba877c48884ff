"""The technician's upload: one file or one ZIP in the body, a result for every file in it."""

from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from pacs_gateway.api import upload_too_large
from web.deps import SignedIn, TheHouse

router = APIRouter(prefix="/api", tags=["uploads"])


class UploadedFile(BaseModel):
    """What became of one file: stored, duplicate, new-version, quarantined or refused."""

    name: str
    outcome: str
    code: str | None
    message: str
    message_en: str
    study_instance_uid: str | None


class Uploaded(BaseModel):
    """Every file of the upload, in its order."""

    results: list[UploadedFile]


@router.post("/uploads")
async def upload(
    request: Request,
    house: TheHouse,
    actor: SignedIn,
    x_file_name: Annotated[str, Header(max_length=4096)] = "",
) -> Uploaded:
    """Spool the body as it comes, then store it. A body that is too large is refused before it is read."""
    gateway = house.gateway
    gateway.source_for(actor, "upload")
    limit = gateway.check_size(request.headers.get("content-length"))
    path, size = gateway.new_spool_file(), 0
    try:
        with path.open("wb") as file:
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise upload_too_large(limit)
                file.write(chunk)
        name = unquote(x_file_name)[:1024] or "file"
        results: list[Any] = await run_in_threadpool(gateway.upload, actor, name, path)
    finally:
        path.unlink(missing_ok=True)
    return Uploaded(results=[UploadedFile.model_validate(one, from_attributes=True) for one in results])
