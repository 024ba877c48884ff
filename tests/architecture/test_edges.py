"""Each edge answers every family of refusals in its own words; none falls through to a guess."""

from foundation.errors import LianzhenError, every_error
from scripts.docs import family, import_product
from web.errors import STATUS, status_of


def test_http_has_a_status_for_every_family() -> None:
    families = {error for error in every_error() if error.__module__ == LianzhenError.__module__}
    assert set(STATUS) == families


def test_no_room_raises_an_error_without_a_family() -> None:
    import_product()
    bare = [error.__qualname__ for error in every_error() if family(error) == "LianzhenError"]
    assert bare == ["LianzhenError"]


def test_a_refusal_is_never_an_internal_fault() -> None:
    import_product()
    refusals = [error for error in every_error() if family(error) not in {"LianzhenError", "Ambiguous"}]
    assert not [error.__qualname__ for error in refusals if status_of(error) == 500]
