"""Numbers that check themselves: GB 11643 for persons, GB 32100 for organisations, China's telephone numbers. Pure.

Each takes what somebody typed and gives it in its one spelling, or None where it cannot be such a number.
"""

import re
from datetime import date

PERSON_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
PERSON_CHECK = "10X98765432"
ORGANISATION_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)

_PERSON = re.compile(r"[1-9][0-9]{16}[0-9X]")
_OLD_PERSON = re.compile(r"[1-9][0-9]{14}")
_ORGANISATION = re.compile(f"[{ORGANISATION_LETTERS}]{{18}}")
_PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?")
_SPACE = re.compile(r"[ \t]+")


def person_id(typed: str) -> str | None:
    """18 characters; an old number of 15 digits is written as its 18 (born in 19xx, check character added)."""
    number = _SPACE.sub("", typed).upper()
    if _OLD_PERSON.fullmatch(number):
        longer = f"{number[:6]}19{number[6:]}"
        number = longer + _person_check(longer)
    if not _PERSON.fullmatch(number) or _person_check(number) != number[17]:
        return None
    return number if birth_of(number) else None


def birth_of(number: str) -> date | None:
    """The day in a number of 18; None where there is no such day, or before 1900."""
    try:
        day = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return day if day.year in range(1900, 2200) else None


def sex_of(number: str) -> str:
    return "male" if int(number[16]) % 2 else "female"


def organisation_code(typed: str) -> str | None:
    code = _SPACE.sub("", typed).upper()
    if not _ORGANISATION.fullmatch(code):
        return None
    values = [ORGANISATION_LETTERS.index(letter) for letter in code]
    total = sum(w * v for w, v in zip(ORGANISATION_WEIGHTS, values, strict=False))
    return code if values[17] == -total % 31 else None


def phone(typed: str) -> str | None:
    """A mobile number or a landline with its area code."""
    number = _SPACE.sub("", typed)
    return number if _PHONE.fullmatch(number) else None


def _person_check(number: str) -> str:
    total = sum(w * int(digit) for w, digit in zip(PERSON_WEIGHTS, number, strict=False))
    return PERSON_CHECK[total % 11]
