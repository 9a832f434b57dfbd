"""Numbers as learners and trainers write them, compared exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_NUMBER = r"[-−+]?\d+(?:\.\d+)?"
_QUANTITY = re.compile(
    rf"(?P<value>{_NUMBER})\s*(?:(?:±|\+/-|\+-)\s*(?P<tolerance>\S+))?(?:\s*(?P<unit>\D.*))?\Z"
)
_PLAIN = re.compile(rf"{_NUMBER}\Z")
_SPLIT = re.compile(r"(?P<number>[-+]?[\d.,'’\s]*\d[\d.,'’\s]*)(?P<unit>.*)\Z", re.DOTALL)
_MARKS = re.compile(r"[.,]")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Quantity:
    """The number that answers a question: `9 ± 0.5 bar`. `written` is it without the `=`."""

    value: Fraction
    tolerance: Fraction = Fraction(0)
    unit: str = ""
    written: str = ""

    def accepts(self, text: str) -> bool:
        """Tell whether a learner's text means this number, with its unit or without one.

        Both ends of the tolerance belong to it.
        """
        return any(abs(value - self.value) <= self.tolerance for value in self.read(text))

    def read(self, text: str) -> tuple[Fraction, ...]:
        """Give the numbers that a learner may have meant; none for another unit or no number.

        A comma or a point is the decimal mark, or parts thousands where three digits follow it:
        which of both is open in `1,250`, so both count.
        """
        found = _SPLIT.match(" ".join(text.replace("−", "-").split())[:_LONGEST])
        if not found:
            return ()
        unit = found["unit"].strip()
        if unit and _same(unit) != _same(self.unit):
            return ()
        return _readings(re.sub(r"[\s'’]", "", found["number"]))


def _readings(number: str) -> tuple[Fraction, ...]:
    marks = _MARKS.findall(number)
    if not marks:
        return (Fraction(number),)
    if len(set(marks)) == 2:
        # The last one is the decimal mark, and stands once.
        last = marks[-1]
        if marks.count(last) > 1:
            return ()
        return _exact(number.replace("," if last == "." else ".", ""), last)
    whole = _exact(_MARKS.sub("", number), ".") if _is_grouped(number) else ()
    return whole if len(marks) > 1 else (*_exact(number, marks[0]), *whole)


def _is_grouped(number: str) -> bool:
    first, *rest = _MARKS.split(number.lstrip("+-"))
    return 1 <= len(first) <= 3 and all(len(part) == 3 for part in rest)


def _exact(number: str, mark: str) -> tuple[Fraction, ...]:
    plain = number.replace(mark, ".")
    return (Fraction(plain),) if re.fullmatch(r"[-+]?(?:\d+\.?\d*|\.\d+)", plain) else ()


def _same(unit: str) -> str:
    return "".join(unit.split()).lower()


def read_quantity(text: str) -> Quantity | str:
    """Read what a trainer wrote behind the `=`; give what is wrong in words where it is."""
    text = text.strip()
    found = _QUANTITY.match(text)
    if not found:
        return "a number is written as `9`, `9.5` or `-4`, with a point"
    value = Fraction(found["value"].replace("−", "-"))
    unit = (found["unit"] or "").strip()
    if found["tolerance"] is None:
        if unit.startswith((",", ".", "±")):
            return "a number is written as `9`, `9.5` or `-4`, with a point"
        return Quantity(value, unit=unit, written=text)
    tolerance, glued = _part_unit(found["tolerance"])
    if tolerance is None or tolerance < 0:
        return "a tolerance is a number that is not below 0, as in `± 0.5`"
    return Quantity(value, tolerance, " ".join(filter(None, (glued, unit))), text)


def _part_unit(text: str) -> tuple[Fraction | None, str]:
    found = re.match(rf"({_NUMBER})(?![\d.,])(\D*)\Z", text)
    return (Fraction(found[1].replace("−", "-")), found[2]) if found else (None, "")
