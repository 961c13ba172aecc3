"""What students join a class with: its code, a name, and a short word of their own, which is kept only as a hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata

from dlcore.errors import ClassError
from dlcore.i18n import N_, Text, on_one_line

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is taken for another
CODE_LENGTH = 8
MAX_NAME, MIN_WORD, MAX_WORD = 200, 4, 60  # characters
WORK = {"n": 1 << 14, "r": 8, "p": 1}  # of scrypt: 16 MB, a twentieth of a second


def new_code() -> str:
    """A code by which a class is joined, which nobody guesses."""
    return "".join(secrets.choice(LETTERS) for _place in range(CODE_LENGTH))


def clean_code(code: str) -> str:
    """A code as it was made, however it was typed: small letters, spaces and hyphens do not matter."""
    return "".join(code.upper().replace("-", " ").split())[:CODE_LENGTH]


def new_word() -> str:
    """A word that can be said aloud, for a student who has none yet."""
    return "".join(secrets.choice("bdfgklmnprstvz") + secrets.choice("aeiou") for _syllable in range(4))


def clean_name(name: str) -> str:
    """A name on one line, as it is shown: of 1 to 200 characters. Raises ClassError."""
    cleaned = on_one_line(unicodedata.normalize("NFC", name))
    if not cleaned or len(cleaned) > MAX_NAME:
        raise ClassError(Text(N_("A name must have 1 to {most} characters, not {count}."), most=MAX_NAME,
                              count=len(cleaned)))  # fmt: skip
    return cleaned


def clean_word(word: str) -> str:
    """A word as it is hashed: of 4 to 60 characters. Raises ClassError."""
    cleaned = unicodedata.normalize("NFC", word).strip()
    if not MIN_WORD <= len(cleaned) <= MAX_WORD:
        raise ClassError(Text(N_("A word must have {least} to {most} characters, not {count}."), least=MIN_WORD,
                              most=MAX_WORD, count=len(cleaned)))  # fmt: skip
    return cleaned


def hashed(word: str) -> str:
    """A word as it is kept: salt and scrypt of it, in hexadecimal digits."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}:{_scrypt(word, salt)}"


def is_word(word: str, kept: str) -> bool:
    """Whether this is the word of which `hashed` made what is kept. Takes as long for any."""
    salt, _colon, right = kept.partition(":")
    return hmac.compare_digest(_scrypt(unicodedata.normalize("NFC", word).strip(), bytes.fromhex(salt)), right)


def _scrypt(word: str, salt: bytes) -> str:
    return hashlib.scrypt(word.encode("utf-8", "surrogatepass"), salt=salt, dklen=32, **WORK).hex()
