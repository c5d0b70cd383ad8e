"""Rates such as `mg/dl` and `breaths/min`, said in full: a stroke in them is "per", never "or"."""

import re
import unicodedata
from typing import Final

_UNITS: Final = {
    short: name
    for name, shorts in {
        "picogram": "pg",
        "nanogram": "ng",
        "microgram": "µg ug mcg",
        "milligram": "mg",
        "gram": "g",
        "kilogram": "kg",
        "femtolitre": "fl",
        "microlitre": "µl",
        "millilitre": "ml",
        "decilitre": "dl",
        "litre": "l",
        "picomole": "pmol",
        "nanomole": "nmol",
        "micromole": "µmol",
        "millimole": "mmol",
        "mole": "mol",
        "milliequivalent": "meq",
        "milliosmole": "mosm",
        "millimetre": "mm",
        "square millimetre": "mm² mm2",
        "cubic millimetre": "mm³ mm3",
        "centimetre": "cm",
        "metre": "m",
        "kilometre": "km",
        "mile": "mi",
        "square metre": "m² m2",
        "cubic metre": "m³ m3",
        "kilocalorie": "kcal",
        "kilojoule": "kj",
        "unit": "u",
        "international unit": "iu",
        "second": "s sec",
        "minute": "min",
        "hour": "h hr",
        "day": "d",
        "week": "wk",
        "year": "yr",
    }.items()
    for short in shorts.split()
}
_TIMES: Final = frozenset({"second", "minute", "hour", "day", "night", "week", "month", "year"})
_COUNTED: Final = frozenset({"dose", "tablet", "capsule", "drop", "puff", "cell", "person", "patient"})
"""What else something may be counted by."""
_OFTEN: Final = frozenset({"once", "twice", "times"})
_UNIT: Final = r"[A-Za-zµμ]+[²³23]?"
_POWER: Final = r"\^\d+|[⁰¹²³⁴-⁹]+"
_NUMBER: Final = rf"(?:(?:\d+ )?\d+/\d+|\d(?:[\d.,]*\d)?(?:{_POWER})?)"
_UNDER: Final = rf"\s?/\s?(?:{_NUMBER}\s?)?{_UNIT}"
_RATE: Final = re.compile(rf"(?<![\w/.,])({_NUMBER}\s?)?({_UNIT})?((?:{_UNDER})+)(?![\w/])")
_PART: Final = re.compile(rf"\s*({_NUMBER}\s?)?({_UNIT})\s*")


def rates_in_full(text: str) -> str:
    """The text with its rates in words; every other stroke stays as it is."""
    return _RATE.sub(_in_full, text)


def _in_full(found: re.Match[str]) -> str:
    number, over = found[1] or "", found[2] or ""
    under = [part.groups(default="") for part in map(_PART.fullmatch, found[3].split("/")[1:]) if part]
    # Counted by a unit, a time, or one of something. "24/7", "day/night" and "years/months" are no rates.
    if not all(_key(name) in _UNITS or name in _TIMES or _is_counted(name, count) for count, name in under):
        return found[0]
    is_time = over.removesuffix("s") in _TIMES
    is_amount = bool(number) or _key(over) in _UNITS or over in _OFTEN or (over.endswith("s") and not is_time)
    if not is_amount or (_is_counted(under[0][1], under[0][0]) and not number):
        return found[0]
    if not over and under[0][0]:
        return found[0]  # "1/2 tablet"
    amounts = [_amount(number, over, is_many=number.strip() != "1")]
    amounts += [_amount(count, name, is_many=count.strip() not in ("", "1")) for count, name in under]
    return " per ".join(amounts)


def _is_counted(name: str, count: str) -> bool:
    return name in _COUNTED or bool(count and name.removesuffix("s") in _COUNTED)


def _amount(number: str, unit: str, *, is_many: bool) -> str:
    """The number and the name of the unit; what is no unit stays as it is written."""
    known = _UNITS.get(_key(unit)) or (unit if unit in _TIMES else None)
    name = unit if known is None else f"{known}s" if is_many else known
    return f"{re.sub(_POWER, _raised, number.strip())} {name}".strip()


def _raised(found: re.Match[str]) -> str:
    return f" to the power of {unicodedata.normalize('NFKC', found[0]).lstrip('^')}"


def _key(unit: str) -> str:
    return unit.replace("μ", "µ").lower()
