"""XML as an attack: entities, size, depth, encodings; and as carts write it."""

import time

import pytest

from ecg.model import UnreadableEcg
from ecg.readers import read, xml_safe
from tests.ecg_encoders import bundle, twelve_leads
from tests.ecg_encoders.xml import aecg, muse

LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
START = b'<!DOCTYPE AnnotatedECG [<!ENTITY l0 "lol">'
BOMB = START + LAUGHS + b"]><AnnotatedECG>&l9;</AnnotatedECG>"
OUTSIDE = b'<!DOCTYPE RestingECG [<!ENTITY x SYSTEM "file:///etc/passwd">]><RestingECG><a>&x;</a></RestingECG>'
PARAMETER = b'<!DOCTYPE RestingECG [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><RestingECG/>'
DEFAULTED = b'<!DOCTYPE RestingECG [<!ENTITY a "x"><!ATTLIST RestingECG b CDATA "&a;&a;">]><RestingECG/>'


def refusal_of(data: bytes) -> UnreadableEcg:
    started = time.thread_time()
    with pytest.raises(UnreadableEcg) as refusal:
        read(bundle(data))
    assert time.thread_time() - started < 3.0
    return refusal.value


@pytest.mark.parametrize("data", [BOMB, OUTSIDE, PARAMETER, DEFAULTED, BOMB.decode().encode("utf-16")])
def test_declared_entities_are_refused_whatever_they_would_do(data: bytes) -> None:
    assert refusal_of(data).code == "xml-entities"


def test_an_undeclared_entity_is_broken_xml() -> None:
    assert refusal_of(b"<RestingECG><Waveform>&nbsp;</Waveform></RestingECG>").code == "xml-malformed"


def test_a_hundred_megabytes_of_xml_are_refused_before_parsing() -> None:
    assert refusal_of(b"<AnnotatedECG><x>" + b"1 " * 50_000_000 + b"</x></AnnotatedECG>").code == "xml-too-large"


@pytest.mark.parametrize(
    "inside",
    [
        b"<a>" * 500_000 + b"</a>" * 500_000,
        b"<a/>" * 500_000,
        b"<a " + b" ".join(b'b%d="1"' % n for n in range(500_000)) + b"/>",
    ],
    ids=["deep", "many", "attributes"],
)
def test_more_markup_than_any_ecg_is_refused(inside: bytes) -> None:
    assert refusal_of(b"<AnnotatedECG>" + inside + b"</AnnotatedECG>").code == "xml-too-complex"


def test_ten_thousand_levels_are_walked_without_falling() -> None:
    assert refusal_of(b"<AnnotatedECG>" * 10_000 + b"</AnnotatedECG>" * 10_000).code == "no-leads"


def test_a_doctype_that_only_names_a_dtd_is_harmless() -> None:
    assert b"restecg.dtd" in muse(twelve_leads(seconds=1.0))
    assert read(bundle(muse(twelve_leads(seconds=1.0)))).source_format == "muse"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb2312", "gb18030", "gbk", "utf-8-sig"])
def test_a_chinese_cart_may_write_in_its_own_encoding(encoding: str) -> None:
    text = (
        aecg(twelve_leads(seconds=1.0))
        .decode()
        .replace('encoding="UTF-8"', f'encoding="{encoding.removesuffix("-sig")}"')
    )
    record = read(bundle(text.encode(encoding)))
    assert record.statements[0].text == "窦性心律"


def test_blank_lines_before_the_declaration_are_forgiven() -> None:
    assert read(bundle(b"\r\n  " + aecg(twelve_leads(seconds=1.0)))).source_format == "aecg"


@pytest.mark.parametrize("encoding", ["no-such-encoding", "base64", "utf-7", "idna"])
def test_an_encoding_that_is_none_is_refused(encoding: str) -> None:
    data = aecg(twelve_leads(seconds=1.0)).replace(b"UTF-8", encoding.encode(), 1)
    assert refusal_of(data).code in ("xml-malformed", "unknown-format")


@pytest.mark.parametrize(("text", "number"), [("1.5", 1.5), (" 7 ", 7.0), ("", None), ("---", None), ("nan", None)])
def test_a_number_is_finite_or_none(text: str, number: float | None) -> None:
    assert xml_safe.number_of(text) == number


@pytest.mark.parametrize("text", ["inf", "-inf", "1e400", "Failed"])
def test_what_is_not_finite_is_no_number(text: str) -> None:
    assert xml_safe.number_of(text) is None


@pytest.mark.parametrize(
    ("text", "values"), [("1,2,\n", [1, 2]), (" 1, -2 ,+3", [1, -2, 3]), ("", []), ("\n\t1,\n\t2", [1, 2])]
)
def test_a_list_of_numbers_is_read_without_a_number_more(text: str, values: list[int]) -> None:
    assert xml_safe.numbers(text, ",", "x").tolist() == values


@pytest.mark.parametrize("text", ["1,,2", "-,1", "1,-", "1;2", "1,2,,", "--1", "1-2", "- 1", "1,\x002"])
def test_a_list_with_a_gap_is_refused_and_not_filled(text: str) -> None:
    with pytest.raises(UnreadableEcg) as refusal:
        xml_safe.numbers(text, ",", "x")
    assert refusal.value.code == "bad-samples"
