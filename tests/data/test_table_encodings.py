"""Encodings, told from a handful of bytes as from many: the accents of the West are not Chinese, and Chinese is."""

from __future__ import annotations

from pathlib import Path

import pytest

from .table_files import read_table

WEST = ["é\n1\n", "à,b\n1,2\n", "Größe\n1\n", "Größe;n\nx;2\n", "Ä;Ö;Ü\n1;2;3\n", "São,N\n1,2\n", "años\n3\n4\n",
        "Straße;Hö\n1;2\n", "Øre,Å\n1,2\n", "n,nom\n1,Zoë\n2,Noël\n", "ö,ä,ü,ß\n1,2,3,4\n", "Ñ,Ç\n1,2\n",
        "naïve;café;crème\n1;2;3\n", "Prénom;Âge\nRené;41\nZoé;7\n", "Größe;Länge\n1,5;2,5\n2,5;3,5\n",
        "n,Straße\n1,Lößstraße\n", "É\n1\n", "déjà vu,è\n1,2\n", "blåbär,x\n1,2\n"]  # fmt: skip
CHINESE = ["名字\n1\n", "甲,乙\n1,2\n", "数据,值\n1,2\n", "城市,温度\n北京,3\n", "日期;天气\n1;晴\n",
           "姓名,年龄\n张三,20\n李四,30\n", "n,备注\n1,好\n2,差\n", "性别\n男\n女\n",
           "类别,数量\n苹果,3\n香蕉,4\n"]  # fmt: skip
TRADITIONAL = ["城市,溫度\n臺北,3\n高雄,4\n", "日期;天氣\n1;晴天\n2;小雨\n", "姓名,年齡\n張三,20\n李四,30\n",
               "產品,數量\n蘋果,3\n香蕉,4\n", "編號,備註\n1,良好\n2,需要修理\n"]  # fmt: skip
MARKS = ["price\n£3\n£4\n", "a;b\n5 µm;1\n7 µm;2\n", "t\n21 °C\n22 °C\n", "x\n½\n¼\n", "a\n“so”\n‘it’\n"]


def _same(folder: Path, text: str, encoding: str) -> str:
    table, frame = read_table(folder, text.encode(encoding))
    plain, plainly = read_table(folder, text.encode("utf-8"))
    assert [each.name for each in table.columns] == [each.name for each in plain.columns]
    assert frame.to_dict("list") == plainly.to_dict("list")
    assert table.columns[0].name in text
    return table.reading.encoding


@pytest.mark.parametrize("text", WEST)
@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_accents_of_the_west_are_read_from_few_bytes(tmp_path: Path, text: str, encoding: str) -> None:
    assert _same(tmp_path, text, encoding) in ("cp1252", "latin-1")


@pytest.mark.parametrize("text", WEST)
@pytest.mark.parametrize("times", [30])
def test_and_from_many(tmp_path: Path, text: str, times: int) -> None:
    header, *rows = text.splitlines(keepends=True)
    assert _same(tmp_path, header + "".join(rows) * times, "cp1252") in ("cp1252", "latin-1")


@pytest.mark.parametrize("text", MARKS)
def test_signs_of_the_west_are_read(tmp_path: Path, text: str) -> None:
    assert _same(tmp_path, text, "cp1252") == "cp1252"


@pytest.mark.parametrize("text", CHINESE)
@pytest.mark.parametrize("encoding", ["gbk", "gb18030"])
def test_simplified_chinese_is_read_from_few_bytes(tmp_path: Path, text: str, encoding: str) -> None:
    assert _same(tmp_path, text, encoding) == "gbk"


@pytest.mark.parametrize("text", TRADITIONAL)
def test_traditional_chinese_is_read_from_few_lines(tmp_path: Path, text: str) -> None:
    assert _same(tmp_path, text, "big5") == "big5"


@pytest.mark.parametrize("text", [*CHINESE, *TRADITIONAL, *WEST])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_never_taken_for_anything_else(tmp_path: Path, text: str, encoding: str) -> None:
    assert _same(tmp_path, text, encoding) == encoding


def test_one_accent_late_in_a_long_file_is_read(tmp_path: Path) -> None:
    text = "n,word\n" + "".join(f"{n},plain\n" for n in range(200_000)) + "7,Zoë\n"
    table, frame = read_table(tmp_path, text.encode("cp1252"))
    assert frame["word"].iloc[-1] == "Zoë"
    assert table.reading.encoding == "cp1252"


def test_both_ways_round_of_utf_16_are_read(tmp_path: Path) -> None:
    text = "Größe,名字\n1,甲\n2,乙\n"
    for raw in (b"\xff\xfe" + text.encode("utf-16-le"), b"\xfe\xff" + text.encode("utf-16-be")):
        table, frame = read_table(tmp_path, raw)
        assert table.reading.encoding == "utf-16"
        assert frame.to_dict("list") == {"Größe": [1, 2], "名字": ["甲", "乙"]}
