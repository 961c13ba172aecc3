"""Which letters the bytes of a text file mean: each encoding reads them, and the text that looks written wins.

Marks at the beginning and strict UTF-8 decide by themselves. Otherwise the bytes above 127 are all there is to go by,
often a handful, too few for statistics of a language; what can be told from few is how a character sits among its
neighbours. An accent of the West stands inside a word of Latin letters. Chinese characters come in company, and nearly
all of those that people write are among the few thousand that the standards put first. Cyrillic keeps to its own kind.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Callable
from pathlib import Path

from dlcore.data.uploads.description import ENCODINGS

LOOK_BYTES = 1 << 20
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
FEW_BROKEN = 0.02  # of the characters beyond ASCII: so few broken ones are slips in what is UTF-8 all the same
_SYMBOLS = set("°£€©®§±²³µ·«»–—“”‘’„…•¿¡½¼¾×´ºª\u00a0")
_FREQUENT = set(
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市"
    "國個來說們為這時學對裡後麼過還發當無開樣現將與進實點種聲話兒問機給幾業間電門東聽氣關並內產萬號區價數據類別總量姓名性別年齡地址電話體重顏色高度溫度日期時間類型编号单位价格数量数据类别总计姓性别龄址体颜色温度"
)


def codec(encoding: str) -> str:
    """What Python calls it: the whole of GBK's family, of which the name is the best known."""
    return {"gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949"}.get(encoding, encoding)


def find_encoding(path: Path) -> tuple[str, int]:
    """(one of ENCODINGS, how many characters of UTF-8 are broken and were replaced)."""
    with path.open("rb") as stream:
        raw = stream.read(LOOK_BYTES)
    for mark, encoding in MARKS.items():
        if raw.startswith(mark):
            return encoding, 0
    if (wide := _without_mark(raw)) is not None:
        return wide, 0
    if decodes(path, "utf-8"):
        return "utf-8", 0
    if (broken := _broken_utf8(path)) is not None:
        return "utf-8", broken
    return max((each for each in _CANDIDATES if decodes(path, each)), key=lambda each: plausible(raw, each)), 0


def decodes(path: Path, encoding: str) -> bool:
    """Whether all bytes of a file mean something in this encoding."""
    decoder = codecs.getincrementaldecoder(codec(encoding))()
    with path.open("rb") as stream:
        try:
            while block := stream.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True


def _without_mark(raw: bytes) -> str | None:
    """UTF-16 of mostly Latin text: every second byte is zero."""
    whole = raw[: len(raw) // 2 * 2]
    if len(whole) < 4 or 0 not in whole:
        return None
    even, odd = whole[::2].count(0) / (len(whole) / 2), whole[1::2].count(0) / (len(whole) / 2)
    name = "utf-16-le" if odd > 0.4 > 0.1 > even else "utf-16-be" if even > 0.4 > 0.1 > odd else None
    if name is None:
        return None
    text = whole.decode(name, "replace")
    return name if "\ufffd" not in text[:-1] and "\0" not in text else None


def _broken_utf8(path: Path) -> int | None:
    """How many characters are broken in what is UTF-8 all the same; None where it is not."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    broken = whole = 0
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            text = decoder.decode(block)
            wrong = text.count("\ufffd")
            broken += wrong
            whole += sum(not each.isascii() for each in text) - wrong if not text.isascii() else 0
        broken += len(decoder.decode(b"", final=True))
    return broken if broken <= max(1, FEW_BROKEN * whole) and whole >= 3 * broken else None


def plausible(raw: bytes, encoding: str) -> float:
    """How much the bytes beyond ASCII look like writing in this encoding, a mean: 1 is sure, 0 and less is not."""
    text = raw.decode(codec(encoding), "ignore")
    judge, sum_, weight = _CANDIDATES[encoding], 0.0, 0
    for place, each in enumerate(text):
        if each < "\x80":
            continue
        before = text[place - 1] if place else " "
        after = text[place + 1] if place + 1 < len(text) else " "
        size = len(each.encode(codec(encoding), "ignore")) or 1
        sum_ += size * judge(each, before, after)
        weight += size
        if weight > 20_000:
            break
    return sum_ / max(weight, 1)


def _latin(each: str) -> bool:
    return each.isascii() and each.isalpha()


def _western(each: str, before: str, after: str) -> float:
    """An accented letter among Latin ones, capitals not in the middle of small letters; the usual symbols."""
    if each in _SYMBOLS:
        return 0.6
    if not each.isalpha():
        return -0.5
    if each.isupper() and before.islower():
        return -1.0
    near = _latin(before) + _latin(after)
    if near:
        return 1.0 if each not in "ÞÐþðÝýµƒˆªº" else 0.2
    return 0.2 if not before.isalpha() and not after.isalpha() else -0.4


def _cyrillic(each: str, before: str, after: str) -> float:
    if not "\u0400" <= each <= "\u04ff":
        return 0.4 if each in _SYMBOLS or each == "№" else -0.5
    if _latin(before) or _latin(after):
        return -1.0
    if each.isupper() and before.islower():
        return -1.0
    company = any("\u0400" <= other <= "\u04ff" for other in (before, after))
    rare = each in "ЂЃѓЉЊЌЋЏђљњќћџЎўЈҐёЄЇІіґєјЅѕї"
    return (0.3 if rare else 0.95) if company else 0.1


def _ideograph(encoding: str, first: range) -> Callable[[str, str, str], float]:
    """A judge of Chinese characters: those of the standard's first level are what people write."""

    def judge(each: str, before: str, after: str) -> float:
        raw = each.encode(encoding, "ignore")
        if len(raw) != 2:
            return -1.0
        if "\u3000" <= each <= "\u303f" or "\uff00" <= each <= "\uffef" or each in "·—…“”‘’":
            return 0.9
        if not "\u4e00" <= each <= "\u9fff":
            return -0.3
        if raw[1] < 0x80 and before.isascii() and after.isascii():
            return -0.3  # one character alone, that took in a letter of the text around it
        inside = before.islower() and after.islower() and before.isascii() and after.isascii()
        level = 0.95 if raw[0] in first else -0.2
        return level + 0.05 * (each in _FREQUENT) + 0.1 * (each in _FREQUENT) - 1.0 * inside

    return judge


def _japanese(each: str, before: str, after: str) -> float:
    name = unicodedata.name(each, "")
    if "HALFWIDTH KATAKANA" in name:
        return -0.5
    if name.startswith(("HIRAGANA", "KATAKANA")):
        return 1.1
    if "\u4e00" <= each <= "\u9fff":
        raw = each.encode("cp932", "ignore")
        return 0.6 if raw and 0x88 <= raw[0] <= 0x97 else -0.2
    return 0.8 if "\u3000" <= each <= "\u303f" or "\uff00" <= each <= "\uff5f" else -0.5


# In the order in which the first of equals is taken.
_CANDIDATES: dict[str, Callable[[str, str, str], float]] = {
    "cp1252": _western,
    "gbk": _ideograph("gb2312", range(0xB0, 0xD8)),
    "big5": _ideograph("big5", range(0xA4, 0xC7)),
    "shift_jis": _japanese,
    "cp1251": _cyrillic,
    "mac_roman": lambda each, before, after: _western(each, before, after) - 0.45,
    "latin-1": lambda each, before, after: _western(each, before, after) - 0.2,
}
assert set(_CANDIDATES) <= set(ENCODINGS)
