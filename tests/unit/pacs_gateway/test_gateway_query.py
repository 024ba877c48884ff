"""QIDO-RS parameters and addresses, PS3.18 §8.3.4."""

import pytest

from pacs_gateway.dicomweb import query, rendered
from pacs_gateway.errors import BadQuery, BadUid, CannotGive


def test_an_attribute_is_named_by_keyword_or_by_eight_digits() -> None:
    by_name = query.parse("studies", [("PatientName", "张*")], 100)
    by_tag = query.parse("studies", [("00100010", "张*")], 100)
    assert by_name == by_tag
    assert by_name.search.matches == (("00100010", "张*"),)


def test_an_empty_value_matches_everything() -> None:
    assert query.parse("studies", [("PatientID", ""), ("PatientName", "*")], 100).search.matches == ()


def test_an_attribute_that_is_not_matched_on_is_ignored_with_a_warning() -> None:
    found = query.parse("studies", [("Manufacturer", "X"), ("ReferencedSOPSequence.ReferencedSOPClassUID", "1")], 100)
    assert found.search.matches == ()
    assert all(warning.startswith("299 lianzhen") for warning in found.warnings)
    assert len(found.warnings) == 2


@pytest.mark.parametrize(
    "parameters",
    [
        ("NoSuchKeyword", "1"),
        ("limit", "x"),
        ("limit", "-1"),
        ("offset", "1.5"),
        ("includefield", "Nothing"),
        ("limit", "٣"),
    ],
)
def test_what_cannot_be_read_is_refused(parameters: tuple[str, str]) -> None:
    with pytest.raises(BadQuery):
        query.parse("studies", [parameters], 100)


def test_includefield_takes_lists_repetitions_paths_and_all() -> None:
    found = query.parse(
        "studies", [("includefield", "PatientSex,00081030"), ("includefield", "00081140.00081155")], 100
    ).search
    assert found.include == {"00100040", "00081030", "00081140"}
    assert query.parse("studies", [("includefield", "all")], 100).search.include_all


def test_a_limit_above_ours_is_reduced_and_said() -> None:
    found = query.parse("studies", [("limit", "1000"), ("offset", "5")], 100)
    assert (found.search.limit, found.search.offset) == (100, 5)
    assert "100" in found.warnings[0]


def test_fuzzymatching_is_answered_with_the_standard_s_warning() -> None:
    found = query.parse("studies", [("fuzzymatching", "true")], 100)
    assert "fuzzymatching parameter is not supported" in found.warnings[0]
    assert not query.parse("studies", [("fuzzymatching", "false")], 100).warnings


@pytest.mark.parametrize("uid", ["1.2.3", "1.02.3", "1.2.abc", "0"])
def test_uids_as_devices_make_them_may_stand_in_an_address(uid: str) -> None:
    assert query.check_uid(uid) == uid


@pytest.mark.parametrize(
    "uid", ["", "../../etc/passwd", "1.2..3", "1.2/3", "1.2 3", "<script>", "1.2\x00", "张", "1" * 300]
)
def test_unsafe_characters_in_an_address_are_refused(uid: str) -> None:
    with pytest.raises(BadUid):
        query.check_uid(uid)


def test_a_frame_list_keeps_its_order() -> None:
    assert query.frame_numbers("1,3,96,2") == [1, 3, 96, 2]
    for wrong in ("", "1,", "a", "-1", "1;2"):
        with pytest.raises(BadQuery):
            query.frame_numbers(wrong)


@pytest.mark.parametrize(
    ("header", "expected"),
    [("bytes=0-99", (0, 99)), ("bytes=900-", (900, 999)), ("bytes=-100", (900, 999)), ("bytes=990-5000", (990, 999)),
     (None, None), ("bytes=5-2", None), ("bytes=1-2,4-5", None), ("items=1-2", None), ("bytes=2000-", None)],
)  # fmt: skip
def test_a_single_byte_range_is_read_and_others_mean_the_whole(
    header: str | None, expected: tuple[int, int] | None
) -> None:
    assert query.range_of(header, 1000) == expected


def test_rendering_parameters_are_read() -> None:
    look = rendered.look(
        {"window": "40,400,sigmoid", "viewport": "512,256,10,20,100,50", "quality": "75"}, "image/jpeg"
    )
    assert look.window == (40.0, 400.0, "SIGMOID")
    assert (look.size, look.region) == ((512, 256), (10, 20, 100, 50))
    assert (look.media_type, look.quality) == ("image/jpeg", 75)


@pytest.mark.parametrize(
    "parameters",
    [{"window": "40"}, {"window": "40,0,linear"}, {"window": "40,400,cubic"}, {"window": "nan,1,linear"},
     {"viewport": "0,10"}, {"viewport": "99999,99999"}, {"viewport": "a,b"}, {"quality": "0"}, {"quality": "101"}],
)  # fmt: skip
def test_rendering_parameters_out_of_bounds_are_refused(parameters: dict[str, str]) -> None:
    with pytest.raises(BadQuery):
        rendered.look(parameters, "*/*")


def test_a_media_type_that_is_not_rendered_is_not_acceptable() -> None:
    with pytest.raises(CannotGive):
        rendered.look({}, "image/gif")
