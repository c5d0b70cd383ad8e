"""Rates such as `mg/dl` and `breaths/min`, said in full: a stroke in them is "per", never "or"."""

import re
from typing import Final

_UNITS: Final = {
    short: name
    for name, shorts in {
        "nanogram": "ng",
        "microgram": "µg ug mcg",
        "milligram": "mg",
        "gram": "g",
        "kilogram": "kg",
        "microlitre": "µl",
        "millilitre": "ml",
        "decilitre": "dl",
        "litre": "l",
        "picomole": "pmol",
        "nanomole": "nmol",
        "micromole": "µmol",
        "millimole": "mmol",
        "mole": "mol",
        "millimetre": "mm",
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
_UNIT: Final = r"[A-Za-zµμ]+[²³23]?"
_RATE: Final = re.compile(rf"(?<![\w/.,])(\d(?:[\d.,]*\d)?\s?)?({_UNIT})?((?:\s?/\s?{_UNIT})+)(?![\w/])")


def rates_in_full(text: str) -> str:
    """The text with its rates in words; every other stroke stays as it is."""
    return _RATE.sub(_in_full, text)


def _in_full(found: re.Match[str]) -> str:
    number, over, rest = found[1] or "", found[2] or "", found[3]
    under = [part.strip() for part in rest.split("/")[1:]]
    names = [_UNITS.get(_key(part)) or (part if part in _TIMES else None) for part in under]
    unit = _UNITS.get(_key(over))
    # "5 doses/day", "breaths/min" and "60/min" are rates; "day/night" and "years/months" are none.
    is_counted = (number or over.endswith("s")) and over.removesuffix("s") not in _TIMES
    if None in names or not (unit or (names[0] in _TIMES and is_counted)):
        return found[0]
    amount = over if unit is None else unit if number.strip() == "1" else f"{unit}s"
    return " per ".join([f"{number}{amount}".strip(), *filter(None, names)])


def _key(unit: str) -> str:
    return unit.replace("μ", "µ").lower()
