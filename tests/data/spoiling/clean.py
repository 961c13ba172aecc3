"""Tables as people publish them, made in code: names of columns and rows of cells as text."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

Row = tuple[str, ...]


@dataclass(frozen=True)
class CleanTable:
    """A table before anything happens to it. `decimal` and `day_first` say how its numbers and days are meant."""

    name: str
    header: Row
    rows: tuple[Row, ...]
    decimal: str = "."
    day_first: bool = True

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.header)


def spending() -> CleanTable:
    """What a council paid: days as they are written in Britain, amounts with a currency, commas inside cells."""
    chance = random.Random(1)
    offices = ["Adult Social Care", "Highways", "Schools", "Parks & Leisure", "Finance"]
    firms = ["Harper, Lowe & Sons", "Northgate Fuels Ltd", "Bright Start Nursery", "ABC Cleaning", "O'Neill Transport",
             "Vale Water plc", 'The "Green" Gardeners']  # fmt: skip
    what = ["Fuel", "Agency staff", "Repairs, planned", "Supplies", "Fees"]
    rows = []
    for number in range(60):
        day = date(2019, 4, 1) + timedelta(days=chance.randrange(150))
        pounds = chance.choice([1, 10, 1000]) * chance.uniform(1, 99) * chance.choice([1, 1, 1, -1])
        rows.append((
            day.strftime("%d/%m/%Y"), chance.choice(offices), chance.choice(firms),
            f"{'-' if pounds < 0 else ''}£{abs(pounds):,.2f}", chance.choice(what), str(510200 + number),
            f"BX{number % 9 + 1} {number % 7}QT", chance.choice(["Revenue", "Capital"]),
        ))  # fmt: skip
    header = ("Payment Date", "Department", "Supplier Name", "Amount", "Expense Type", "Transaction Number", "Postcode",
              "Fund")  # fmt: skip
    return CleanTable("spending", header, tuple(rows))


def measurements() -> CleanTable:
    """A laboratory's run: floats in several forms, units in the names, a few cells without a value."""
    chance = random.Random(2)
    rows = []
    for number in range(48):
        humidity = "" if number % 11 == 5 else f"{chance.uniform(30, 60):.1f}"
        rows.append((
            f"S-{number:03d}", f"{chance.gauss(21, 3):.2f}", f"{chance.uniform(0.1, 9) * 1e-5:.3e}",
            f"{chance.gauss(1013, 8):.1f}", humidity, str(chance.randrange(5000)),
            chance.choice(["good", "fair", "bad"]),
        ))  # fmt: skip
    header = ("Sample", "Temperature (°C)", "Concentration [mol/L]", "Pressure (hPa)", "Humidity (%)", "Counts",
              "Quality")  # fmt: skip
    return CleanTable("measurements", header, tuple(rows))


def weather() -> CleanTable:
    """A station's days: ISO dates, rain that was not measured every day, and a word for the sky."""
    chance = random.Random(3)
    rows = []
    for number in range(40):
        day = date(2022, 11, 20) + timedelta(days=number)
        low = chance.gauss(3, 4)
        rain = "" if number % 7 == 3 else f"{max(0.0, chance.gauss(1, 3)):.1f}"
        rows.append((day.isoformat(), f"{low:.1f}", f"{low + chance.uniform(2, 9):.1f}", rain,
                     str(chance.randrange(10) * 10), chance.choice(["clear", "cloudy", "fog", "snow"])))  # fmt: skip
    return CleanTable("weather", ("date", "t_min", "t_max", "rain_mm", "wind_deg", "sky"), tuple(rows))


def reviews() -> CleanTable:
    """What people wrote: quotation marks, commas, semicolons and line breaks inside cells."""
    said = [
        'It says "new" on the box, it was not', "Fine", "Arrived late; works, though", "Two lines:\nthe second one",
        'He said: "never again"', "ok, thanks", "5 stars, would buy again", "Broken after a week, sadly",
        "The colour is off - more green than blue", 'Size "M" is too small', "No complaints", "good value",
    ]  # fmt: skip
    chance = random.Random(4)
    rows = []
    for number in range(24):
        day = date(2021, 1, 5) + timedelta(days=9 * number)
        rows.append((str(1001 + number), day.isoformat(), f"user{chance.randrange(90)}", said[number % len(said)],
                     str(chance.randrange(1, 6))))  # fmt: skip
    return CleanTable("reviews", ("id", "posted", "author", "review", "stars"), tuple(rows))


def survey() -> CleanTable:
    """Answers on a scale, yes and no, ages, and a remark that few people made; the questions name the columns."""
    chance = random.Random(5)
    scale = ["Strongly agree", "Agree", "Neither", "Disagree", "Strongly disagree"]
    remarks = ["", "", "", "too long, honestly", "please call back", "n.b. moved house"]
    rows = [
        (str(number + 1), str(chance.randrange(18, 90)), chance.choice(["f", "m", "x"]), chance.choice(scale),
         chance.choice(scale), chance.choice(["Yes", "No"]), chance.choice(remarks), f"{chance.uniform(0, 10):.1f}")
        for number in range(36)
    ]  # fmt: skip
    header = ("Respondent", "Age", "Gender", "Q1: I like it here", "Q2: I would stay, if asked", "Owner", "Remarks",
              "Score")  # fmt: skip
    return CleanTable("survey", header, tuple(rows))


def wide() -> CleanTable:
    """Few rows and many columns of numbers, of which a name stands in front."""
    chance = random.Random(6)
    rows = [(f"gene{number}", *(f"{chance.gauss(0, 2):.3f}" for _ in range(39))) for number in range(12)]
    return CleanTable("wide", ("gene", *(f"s{number:02d}" for number in range(1, 40))), tuple(rows))


def narrow() -> CleanTable:
    """Two columns of numbers."""
    return CleanTable("narrow", ("year", "price"), tuple((str(1990 + n), f"{100 * 1.03**n:.2f}") for n in range(30)))


def towns() -> CleanTable:
    """Accents of the West, and numbers with a comma where others have a point."""
    names = ["Zürich", "Besançon", "Málaga", "Århus", "Göteborg", "Orléans", "Köln", "São Paulo", "Łódź", "Liège"]
    names = [each for each in names if each != "Łódź"]  # the code pages of the West cannot write it
    rows = [
        (names[n % len(names)], f"{8 + 1.7 * n:.1f}".replace(".", ","), str(15 + 7 * n),
         f"{1000 + 355.9 * n:_.2f}".replace(".", ",").replace("_", "."),
         ("Café", "Straße", "Forêt")[n % 3])
        for n in range(18)
    ]  # fmt: skip
    header = ("Städte", "Température", "Höhe", "Budget", "Où")
    return CleanTable("towns", header, tuple(rows), decimal=",")


def letters(language: str) -> CleanTable:
    """A small table in an alphabet that is not Latin."""
    words = {
        "simplified": (
            ("日期", "城市", "温度", "天气", "备注"), ("北京", "上海", "广州", "西安"), ("晴", "多云", "小雨"),
            ("数据来自气象站", "仪器已校准", "人工观测记录"),
        ),
        "traditional": (
            ("日期", "城市", "溫度", "天氣", "備註"), ("臺北", "高雄", "臺南", "新竹"), ("晴天", "多雲", "小雨"),
            ("資料來自氣象站", "儀器已校準", "人工觀測紀錄"),
        ),
        "japanese": (
            ("日付", "都市", "気温", "天気", "メモ"), ("東京", "大阪", "名古屋", "京都"), ("晴れ", "くもり", "雨"),
            ("観測所のデータです", "機器を調整しました", "ひとが記録しました"),
        ),
        "russian": (
            ("Дата", "Город", "Температура", "Погода", "Заметка"), ("Москва", "Казань", "Омск", "Тверь"),
            ("ясно", "облачно", "дождь"), ("данные со станции", "прибор проверен", "записано вручную"),
        ),
    }  # fmt: skip
    header, cities, skies, notes = words[language]
    rows = tuple(
        (
            (date(2023, 3, 1) + timedelta(days=n)).isoformat(),
            cities[n % 4],
            f"{n * 1.3 - 4:.1f}",
            skies[n % 3],
            notes[n % 3],
        )
        for n in range(20)
    )
    return CleanTable(language, header, rows)


def everyday() -> tuple[CleanTable, ...]:
    """The tables that most kinds of damage are done to."""
    return spending(), measurements(), weather(), reviews(), survey(), wide(), narrow(), towns(), letters("simplified")
