"""What an expression can give: a number, text, yes or no, day, instant or length of time; None where it is not known.

Numbers are exact. What falls outside the bounds below is not known, in Python and on the phone alike.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal

Value = Decimal | str | bool | date | datetime | timedelta | None

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
LONGEST_DURATION = timedelta(days=36525)
LARGEST = Decimal(10) ** 18
FINEST = Decimal(1).scaleb(-12)

_EXACT = Context(prec=80)
"""Of two numbers within bounds (30 digits each) any sum and product fits, so nothing is ever rounded."""

_FIRST = datetime(1900, 1, 1, tzinfo=UTC)
_LAST = datetime(2200, 1, 1, tzinfo=UTC)


def kind_of(value: Value) -> str | None:
    """number, text, boolean, date, time or duration."""
    return next((kind for type_, kind in _KINDS if isinstance(value, type_)), None)


# A time is a date to Python, so it is asked for first.
_KINDS = (
    (bool, "boolean"),
    (Decimal, "number"),
    (str, "text"),
    (datetime, "time"),
    (date, "date"),
    (timedelta, "duration"),
)


def plus(left: Value, right: Value) -> Value:
    """None where the two cannot be added, or lead out of bounds."""
    match left, right:
        case bool(), _:
            return None
        case Decimal(), Decimal():
            return bounded(_EXACT.add(left, right))
        case timedelta(), timedelta():
            return _bounded_duration(left + right)
        case datetime() | date(), timedelta():
            return _moved(left, right)
        case timedelta(), datetime() | date():
            return _moved(right, left)
    return None


def minus(left: Value, right: Value) -> Value:
    match left, right:
        case datetime(), datetime():
            return _bounded_duration(left - right)
        case (datetime(), _) | (_, datetime()) if not isinstance(right, timedelta):
            return None
        case date(), date():
            return _bounded_duration(left - right)
        case Decimal(), Decimal():
            return bounded(_EXACT.subtract(left, right))
        case _, timedelta():
            return plus(left, -right)
    return None


def times(left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return bounded(_EXACT.multiply(left, right))
    return None


def negative(value: Value) -> Value:
    if isinstance(value, Decimal | timedelta):
        return bounded(-value) if isinstance(value, Decimal) else -value
    return None


def compare(op: str, left: Value, right: Value) -> bool | None:
    """None where a side is not known or the sides are of different kinds."""
    kind = kind_of(left)
    if kind is None or kind != kind_of(right):
        return None
    if op in ("=", "!="):
        return (left == right) is (op == "=")
    if kind in ("text", "boolean"):
        return None
    below, same = left < right, left == right  # type: ignore[operator]
    return {"<": below, "<=": below or same, ">": not below and not same, ">=": not below}[op]


def bounded(number: Decimal) -> Decimal | None:
    """The number without zeros at its end, or None when it is too large or too fine."""
    if abs(number) >= LARGEST:
        return None
    fitted = number.quantize(FINEST, context=_EXACT)
    if fitted != number:
        return None
    return Decimal(0) if not fitted else fitted.normalize(_EXACT)


def spelled(number: Decimal) -> str:
    """`1500`, `-0.25`: digits and at most one point, never an exponent."""
    return format(number, "f")


def _moved(start: date | datetime, by: timedelta) -> Value:
    if isinstance(start, datetime):
        moved = start + by
        return moved if _FIRST <= moved < _LAST else None
    if by % timedelta(days=1):
        return None  # a day and a half after a day is no day
    day = start + by
    return day if FIRST_DAY <= day <= LAST_DAY else None


def _bounded_duration(length: timedelta) -> timedelta | None:
    return length if abs(length) <= LONGEST_DURATION else None
