"""Files as offices, banks, forms and instruments write them: each read right, and told where something was mended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from .table_files import read_table

SERIES = (
    '"Title","CPI ALL ITEMS 2015=100","RPI"\n"CDID","D7BT","CHAW"\n"Source dataset ID","MM23","MM23"\n"PreUnit","",""\n'
    '"Unit","Index, base year = 100","Index"\n"Release date","17-01-2024","17-01-2024"\n'
    '"Next release","14 February 2024",""\n"Important notes",,\n'
)
BANK = "Buchungstag;Zweck;Betrag\n02.01.2024;Miete;-850,00\n15.01.2024;Gehalt;2.450,12\n20.01.2024;Markt;-45,90\n"
# name: (file, content, columns, kinds of what was mended)
FILES: dict[str, tuple[str, str | bytes, dict[str, list[Any]], list[str]]] = {
    "a series of years": ("mm23.csv", SERIES + '"1988","48.4","106.9"\n"1989","50.9","115.2"\n"1990","54.5","126.1"\n',
                          {"Title": [1988, 1989, 1990], "CPI ALL ITEMS 2015=100": [48.4, 50.9, 54.5],
                           "RPI": [106.9, 115.2, 126.1]}, ["rows-about"]),
    "a series of months": ("mm23.csv", SERIES + '"1988 JAN","48.4",""\n'
                           '"1988 FEB","50.9","115.2"\n"1988 MAR","","126.1"\n',
                           {"Title": ["1988-01-01", "1988-02-01", "1988-03-01"],
                            "CPI ALL ITEMS 2015=100": [48.4, 50.9, None], "RPI": [None, 115.2, 126.1]}, ["rows-about"]),
    "the World Bank": ("wb.csv", '"Data Source","WDI",\n\n"Last Updated Date","2024-01-01",\n\n'
                       '"Country Name","Country Code","Indicator","1960","1961",\n"Aruba","ABW","Population, total",'
                       '"54608","55811",\n"Chad","TCD","Population, total","","13",\n'
                       '"Peru","PER","Population, total","8622466","",\n',
                       {"Country Name": ["Aruba", "Chad", "Peru"], "Country Code": ["ABW", "TCD", "PER"],
                        "Indicator": ["Population, total"] * 3, "1960": [54608, None, 8622466],
                        "1961": [55811, 13, None]}, ["title"]),
    "Eurostat": ("ilc.tsv", "unit,geo\\TIME_PERIOD\t2019 \t2020 \n"
                 "PC,AT\t1.5 \t1.4 p\nPC,BE\t: \t3.1 \nPC,BG\t2.7 \t2.8 b\n"
                 "PC,DE\t1.7 \t1.8 \n", {"unit,geo\\TIME_PERIOD": ["PC,AT", "PC,BE", "PC,BG", "PC,DE"],
                                        "2019": [1.5, None, 2.7, 1.7], "2020": [1.4, 3.1, 2.8, 1.8]},
                 ["numbers-flagged"]),
    "Destatis": ("d.csv", "Statistik der Bevölkerung;;\nJahr;Einwohner;Fläche\n"
                 "2019;248.960;160,85\n2020;329.673;141,06\n"
                 "2021;...;141,06\n__________\n(C) Statistisches Bundesamt, 2021\n".encode("cp1252"),
                 {"Jahr": [2019, 2020, 2021], "Einwohner": [248960, 329673, None], "Fläche": [160.85, 141.06, 141.06]},
                 ["title", "text-after", "numbers-ambiguous"]),
    "a council": ("spend.csv", 'Date,Supplier,Amount\n01/04/2023,ACME,"£1,234.50"\n14/04/2023,Bee,"(£1,034.00)"\n'
                  "28/04/2023,ACME,£12.00\n", {"Date": ["2023-04-01", "2023-04-14", "2023-04-28"],
                                               "Supplier": ["ACME", "Bee", "ACME"], "Amount": [1234.5, -1034, 12]}, []),
    "a bank": ("k.csv", ("Konto:;DE12 3456;\nZeitraum:;Januar;\n\n" + BANK).encode("cp1252"),
               {"Buchungstag": ["2024-01-02", "2024-01-15", "2024-01-20"], "Zweck": ["Miete", "Gehalt", "Markt"],
                "Betrag": [-850, 2450.12, -45.9]}, ["title"]),
    "a form": ("f.csv", '"Timestamp","How often, on average?\n(per week)"\n"2024/03/05 3:12:45 PM GMT+1","2"\n'
               '"2024/03/05 3:14:02 PM GMT+1","0"\n"2024/03/06 10:00:00 AM GMT-3:30","5"\n',
               {"Timestamp": ["2024-03-05", "2024-03-05", "2024-03-06"],
                "How often, on average? (per week)": [2, 0, 5]}, []),
    "a log": ("log.csv", "temp,hum\n21.5,40\n21.6,41\ntemp,hum\n21.7,42\n",
              {"temp": [21.5, 21.6, 21.7], "hum": [40, 41, 42]},
              ["header-again"]),
    "FRED": ("fred.csv", "DATE,GDP\n1947-01-01,243.164\n1947-04-01,.\n1947-07-01,250.1\n",
             {"DATE": ["1947-01-01", "1947-04-01", "1947-07-01"], "GDP": [243.164, None, 250.1]}, []),
    "wide digits": ("n.csv", "名前,数量,価格\nA,１２,￥１，２００\nB,３,￥５００\nC,４５,￥２，３００\n",
                    {"名前": ["A", "B", "C"], "数量": [12, 3, 45], "価格": [1200, 500, 2300]}, []),
    "a Chinese shop": ("s.csv", '日期,销售额,占比\n2024年3月5日,"1,234.5",12.5%\n2024年12月15日,"2,234.5",2.5%\n'
                       "2024年1月25日,34.5,0.5%\n".encode("gbk"),
                       {"日期": ["2024-03-05", "2024-12-15", "2024-01-25"], "销售额": [1234.5, 2234.5, 34.5],
                        "占比": [12.5, 2.5, 0.5]}, []),
    "footnotes": ("c.csv", "country,value\n"
                  "France,12.5\nItaly,13.1 (1)\nSpain,8.8\nMalta,7.1*\nPeru,2\n\n(1) Provisional.\n",
                  {"country": ["France", "Italy", "Spain", "Malta", "Peru"], "value": [12.5, 13.1, 8.8, 7.1, 2]},
                  ["text-after", "numbers-flagged"]),
    "days of forms that no zone ends": ("z.csv", "t,v\n3/5/24 2 o'clock,1\n4/5/24 3 o'clock,2\n",
                                        {"t": ["3/5/24 2 o'clock", "4/5/24 3 o'clock"], "v": [1, 2]}, []),
}  # fmt: skip


def _plain(frame: pd.DataFrame) -> dict[str, list[Any]]:
    days = frame.select_dtypes("datetime").columns
    frame = frame.assign(**{name: frame[name].dt.strftime("%Y-%m-%d") for name in days})
    return {name: [None if pd.isna(cell) else cell for cell in cells] for name, cells in frame.to_dict("list").items()}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_of_its_kind_is_read_right_and_what_was_mended_is_told(kind: str, tmp_path: Path) -> None:
    name, content, wanted, mended = FILES[kind]
    table, frame = read_table(tmp_path, content, name)
    assert _plain(frame) == wanted
    assert [each.kind for each in table.repairs] == mended


def test_a_note_behind_most_numbers_makes_them_names(tmp_path: Path) -> None:
    table, _frame = read_table(tmp_path, "room,v\n12 a,1\n12 b,2\n14 a,3\n15,4\n")
    assert [each.kind for each in table.columns] == ["categorical", "numeric"]


def test_thousands_of_a_file_are_told_by_its_other_numbers(tmp_path: Path) -> None:
    for share, wanted in (("0,5", [1250, 2400, 3100]), ("0.5", [1.25, 2.4, 3.1])):
        text = f"n;share\n1.250;{share}\n2.400;{share}\n3.100;{share}\n"
        assert read_table(tmp_path, text)[1]["n"].tolist() == wanted


def test_a_line_that_names_the_columns_again_far_below_is_none_of_the_rows(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n / 8},word{n % 7}\n" for n in range(90_000))
    table, frame = read_table(tmp_path, f"a,b,c\n{rows}a,b,c\n1,2,word1\n")
    assert [(each.kind, each.places) for each in table.repairs] == [("header-again", ("90,002",))]
    assert [each.kind for each in table.columns] == ["numeric", "numeric", "categorical"]
    assert len(frame) == 90_001


def test_a_note_far_below_is_none_of_the_rows(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n / 8},word{n % 7}\n" for n in range(90_000))
    table, frame = read_table(tmp_path, f"a,b,c\n{rows}Source: the office,,\n")
    assert [(each.kind, each.places) for each in table.repairs] == [("text-after", ("90,002",))]
    assert len(frame) == 90_000


def test_one_of_several_tables_is_read_and_the_places_of_the_others_are_told(tmp_path: Path) -> None:
    first, second = "a,b,c\n1,2,x\n3,4,y\n5,6,z\n", "d,e,f,g\n1,p,2,3\n4,q,5,6\n7,r,8,9\n"
    third = "h,i\n1,2\n3,4\n5,6\n"
    table, frame = read_table(tmp_path, f"{first}\n{second}\n{third}")
    assert list(frame) == ["d", "e", "f", "g"]
    (told,) = table.repairs
    assert (told.kind, told.count, told.places) == ("second-table", 8, ("1", "11"))
    assert table.reading.table == 2
