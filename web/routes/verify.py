"""The page that checks QR codes without the network: one file, with this county's list of keys inside."""

import base64
import json
import re
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from foundation.errors import NotFound
from web.deps import TheHouse

router = APIRouter(include_in_schema=False)

PAGE = Path(__file__).parents[1] / "static" / "verify.html"
SLOT = '<script id="embedded" type="application/json">{"list": null, "roots": ""}</script>'


@router.get("/verify")
def page(house: TheHouse) -> HTMLResponse:
    """Whoever saves it can use it anywhere; before the first signature it asks for the files."""
    if not PAGE.is_file():
        raise NotFound
    text = PAGE.read_text(encoding="utf-8")
    headers = {"Content-Security-Policy": policy(text), "Cache-Control": "no-cache"}
    try:
        inside = {"list": json.loads(house.reports.key_list()), "roots": house.reports.roots_pem().decode()}
    except NotFound:
        return HTMLResponse(text, headers=headers)
    filled = SLOT.replace('{"list": null, "roots": ""}', json.dumps(inside).replace("<", "\\u003c"))
    return HTMLResponse(text.replace(SLOT, filled), headers=headers)


def policy(text: str) -> str:
    """Exactly this script and this style, and nothing from anywhere."""
    script, style = (re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL) for tag in ("script", "style"))
    assert script is not None
    assert style is not None
    hashes = [base64.b64encode(sha256(one[1].encode()).digest()).decode() for one in (script, style)]
    return (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
