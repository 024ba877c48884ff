"""What anybody may know: the product, its version, whether it is up."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from web.deps import TheHouse

router = APIRouter(tags=["about"])

VERSION = "0.1.0"
NOT_CERTIFIED = {
    "zh": "本软件不是经注册的医疗器械，不得作为诊断的唯一依据。",
    "en": "This software is not a certified medical device and must not be the only basis of a diagnosis.",
}


class About(BaseModel):
    """Public facts that the workstation needs before anybody signs in."""

    product: str
    version: str
    demo: bool
    not_certified: dict[str, str]


@router.get("/api/settings")
def about(house: TheHouse) -> About:
    """Product, version, the demonstration's mark and the notice at the page foot."""
    return About(product="联诊 Lianzhen", version=VERSION, demo=house.demo, not_certified=NOT_CERTIFIED)


@router.get("/api/health", include_in_schema=False)
def health(house: TheHouse) -> Response:
    """200 when the database answers."""
    with house.floor.db.read() as conn:
        conn.exec_driver_sql("SELECT 1")
    return Response(b'{"status":"up"}', media_type="application/json")
