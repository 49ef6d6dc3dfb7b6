"""Reads a document place by place and collects everything that is wrong, each with its place."""

import json
from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import NoReturn, TypeVar

from fieldapp.errors import Fault, Problem
from fieldapp.scoring.amounts import exact

# Beyond it canonical JSON (RFC 8785) cannot tell neighbouring integers apart.
LARGEST = 2**53 - 1

T = TypeVar("T")


class Unacceptable(Problem):
    """A document that cannot be used, with all of its faults."""

    status = 422
    zh = "内容有误，不能据以计分。"
    en = "These cannot be scored; each fault names its place."

    def __init__(self, faults: Iterable[Fault]) -> None:
        super().__init__(faults=dict.fromkeys(faults))


class _Absent:
    """Stands where a required member is missing; the fault is already noted."""


class _Doubled(dict[str, object]):
    """A JSON object that named a key twice."""

    key = ""


def parse_json(content: bytes) -> object:
    """The JSON document in `content`.

    Raises Unacceptable where JSON would let two readers see different facts: a doubled key, NaN,
    an Infinity, bytes that are not UTF-8.
    """
    try:
        document = json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:
        raise Unacceptable([Fault("", "InvalidJson", f"Not JSON: {error}.")]) from error
    faults = list(_doubled(document, ""))
    if faults:
        raise Unacceptable(faults)
    return document


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    doubled, seen = _Doubled(members), set[str]()
    for key, _ in pairs:
        if key in seen:
            doubled.key = key
        seen.add(key)
    return doubled


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _doubled(value: object, where: str) -> Iterable[Fault]:
    if isinstance(value, _Doubled):
        yield Fault(f"{where}/{escaped(value.key)}", "DoubledKey", "This key stands twice.")
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _doubled(member, f"{where}/{escaped(key)}")
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _doubled(entry, f"{where}/{index}")


def escaped(key: object) -> str:
    """A key as one step of a JSON pointer (RFC 6901)."""
    return str(key).replace("~", "~0").replace("/", "~1")


class Place:
    """A value at a place of a document.

    The readers give back a harmless value after noting a fault, so that one pass finds all the
    faults; whoever reads must look at `faults` before using what was read.
    """

    __slots__ = ("faults", "value", "where")

    def __init__(self, value: object, where: str, faults: list[Fault]) -> None:
        self.value = value
        self.where = where
        self.faults = faults

    def fault(self, problem: str, detail: str) -> None:
        self.faults.append(Fault(self.where, problem, detail))

    def members(
        self, required: Collection[str], optional: Collection[str] = (), *, others: bool = False
    ) -> dict[str, "Place"]:
        """The members of an object. Every required one is there, absent or not.

        Other keys are a fault unless `others`.
        """
        found = self.open_members()
        for key in [] if others else found:
            if key not in required and key not in optional:
                found[key].fault("UnknownKey", "This key means nothing here.")
        for key in required:
            if key not in found:
                found[key] = self._below(key, _Absent())
                if isinstance(self.value, dict):
                    found[key].fault("MissingKey", "This is required.")
        return found

    def open_members(self) -> dict[str, "Place"]:
        """The members of an object whose keys are the caller's to check."""
        return {key: self._below(key, value) for key, value in self._of(dict, "an object").items()}

    def entries(self) -> list["Place"]:
        return [self._below(index, value) for index, value in enumerate(self._of(list, "a list"))]

    def text(self) -> str:
        text = self._of(str, "a text")
        if not text.strip() and isinstance(self.value, str):
            self.fault("EmptyText", "This text is empty.")
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            self.fault("BrokenText", "This text holds half a character (a lone surrogate).")
        return text

    def word(self, known: Collection[str], problem: str) -> str:
        """One of the known words."""
        word = self._of(str, "a text")
        if isinstance(self.value, str) and word not in known:
            self.fault(problem, f"“{word}” is not one of: {', '.join(known)}.")
        return word

    def natural(self) -> int:
        """A JSON integer from 0; neither 1.0 nor true is one."""
        if isinstance(self.value, bool):
            self.fault("NotAnInteger", "A boolean stands where an integer is due.")
            return 0
        number = self._of(int, "an integer")
        if number < 0:
            self.fault("NegativeNumber", f"{number} is below 0.")
        if number > LARGEST:
            self.fault("NumberTooLarge", f"Integers end at {LARGEST}.")
        return number

    def flag(self) -> bool:
        return self._of(bool, "a boolean")

    def amount(self) -> Fraction:
        """A number or a decimal text, exactly as written."""
        if isinstance(self.value, _Absent):
            return Fraction(0)
        amount = exact(self.value)
        if amount is None:
            self.fault("NotADecimal", f"{self.value!r:.60} is not a decimal number.")
        return amount or Fraction(0)

    def _below(self, key: object, value: object) -> "Place":
        return Place(value, f"{self.where}/{escaped(key)}", self.faults)

    def _of(self, kind: type[T], what: str) -> T:
        if isinstance(self.value, kind):
            return self.value
        if not isinstance(self.value, _Absent):
            self.fault(f"Not{what.title().replace(' ', '')}", f"{self.value!r:.60} is not {what}.")
        return kind()
