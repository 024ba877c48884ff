"""Rendered resources: viewport, window, quality and media type (PS3.18 §8.3.5, §10.4.1.1.3)."""

from collections.abc import Mapping

from pacs_gateway.dicomweb import accept
from pacs_gateway.errors import BadQuery, CannotGive
from pacs_gateway.pictures.rendering import Look

OFFERED = ("image/png", "image/jpeg")
_FUNCTIONS = {"linear": "LINEAR", "linear-exact": "LINEAR_EXACT", "sigmoid": "SIGMOID"}
_LARGEST = 8192


def look(parameters: Mapping[str, str], header: str) -> Look:
    """How to render. Raises BadQuery, CannotGive."""
    media = accept.choose_plain(accept.parse(parameters.get("accept") or header), OFFERED)
    if media is None:
        raise CannotGive(what="image/png, image/jpeg")
    size, region = _viewport(parameters.get("viewport"))
    quality = _numbers("quality", parameters.get("quality", "90"), 1)[0]
    if not 1 <= quality <= 100:
        raise BadQuery(what="quality")
    return Look(_window(parameters.get("window")), size, region, media, int(quality))


def size_of(parameters: Mapping[str, str], otherwise: int) -> tuple[int, int]:
    """The box of a thumbnail. Raises BadQuery."""
    return _viewport(parameters.get("viewport"))[0] or (otherwise, otherwise)


def _numbers(name: str, text: str, count: int) -> list[float]:
    try:
        found = [float(part) for part in text.split(",")[:count]]
    except ValueError:
        raise BadQuery(what=name) from None
    if len(found) != count or any(abs(value) > 1e9 or value != value for value in found):  # noqa: PLR0124 - NaN
        raise BadQuery(what=name)
    return found


def _window(text: str | None) -> tuple[float, float, str] | None:
    if not text:
        return None
    centre, width = _numbers("window", text, 2)
    function = text.split(",")[2].strip().lower() if text.count(",") >= 2 else "linear"
    if function not in _FUNCTIONS or width <= 0 or (function == "linear" and width < 1):
        raise BadQuery(what="window")
    return centre, width, _FUNCTIONS[function]


def _viewport(text: str | None) -> tuple[tuple[int, int] | None, tuple[int, int, int, int] | None]:
    if not text:
        return None, None
    width, height = (int(value) for value in _numbers("viewport", text, 2))
    if not (1 <= width <= _LARGEST and 1 <= height <= _LARGEST):
        raise BadQuery(what="viewport")
    if text.count(",") < 5:
        return (width, height), None
    x, y, w, h = (int(value) for value in _numbers("viewport", text.split(",", 2)[2], 4))
    if min(x, y) < 0 or min(w, h) < 1:
        raise BadQuery(what="viewport")
    return (width, height), (x, y, w, h)
