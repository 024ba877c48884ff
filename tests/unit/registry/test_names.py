"""Search keys: hanzi, pinyin with every usual reading of a surname, initials, ids and tails."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry import names


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("王小芬", "王小"), ("王小芬", "小芬"), ("王小芬", "wangxiao"), ("王小芬", "Wang Xiaofen"), ("王小芬", "wxf"),
        ("单田芳", "shantf"[:4]), ("单田芳", "stf"), ("单田芳", "dan"), ("曾国强", "zeng"), ("仇英", "qiuying"),
        ("区伟", "ou"), ("解晓东", "xiexd"[:3]), ("任建国", "ren"), ("查良镛", "zha"), ("盖叫天", "ge"),
        ("欧阳修", "oyx"), ("尉迟恭", "yuchi"), ("万俟卨", "moqi"), ("单于平", "chanyu"), ("吕布", "lvbu"),
        ("吕布", "lüb"), ("吕布", "lyu"), ("李乐", "liyue"), ("李乐", "lile"), ("阿依古丽·买买提", "阿依古丽买"),
        ("Wang^Xiaofen=王^小芬", "王小芬"), ("Wang^Xiaofen=王^小芬", "wangx"), ("ABDUL REHMAN", "rehman"),
        ("王㛃䶮", "王㛃"),
    ],
)  # fmt: skip
def test_a_name_is_found_as_people_type_it(name: str, typed: str) -> None:
    assert any(key.startswith(names.plain(typed)) for key in names.keys(name, "P1"))


def test_numbers_are_found_from_their_end_and_ids_from_their_beginning() -> None:
    keys = names.keys("王小芬", "P-0001", "11010519491231002X", "138 1234 5678")
    for typed in ("5678", "12345678", "13812345678", "002X", "11010519491231002x"):
        assert any(key.startswith(names.tail(typed)) for key in keys), typed
    assert "p0001" in keys


@settings(max_examples=60)
@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_breaks_the_keys_and_none_is_longer_than_its_column(name: str, number: str) -> None:
    keys = names.keys(name, number, number)
    assert all(0 < len(key) <= names.KEY_LIMIT for key in keys)
    assert len(keys) < 60
