"""The declaration of a parameter of a neuron model or synapse type: default, unit and range."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spikeworm_env.errors import InputError, shown


@dataclass(frozen=True)
class Parameter:
    """One parameter of a neuron model or synapse type.

    Attributes:
        default: default value.
        unit: unit; ``"1"`` for a pure number.
        low, high: least and greatest value.
        doc: its meaning, in a few words.
        integer: whether values are whole numbers.
        choices: for a choice, the names of the values 0, 1, 2 …
    """

    default: float
    unit: str
    low: float
    high: float
    doc: str
    integer: bool = False
    choices: tuple[str, ...] = ()

    def checked(self, where: str, value: float | str) -> float:
        """The value as a float; a choice is given by its name or its index.

        Raises:
            InputError: it is not a number in the parameter's range; the message begins with ``where``.
        """
        if isinstance(value, str):
            if value not in self.choices:
                raise InputError(f"{where} is {shown(value)}; expected {self.expectation}")
            return float(self.choices.index(value))
        if isinstance(value, bool) or not isinstance(value, int | float | np.number):
            raise InputError(f"{where} is {shown(value)}; expected {self.expectation}")
        whole = self.integer or bool(self.choices)
        if not self.low <= value <= self.high or (whole and value != int(value)):
            raise InputError(f"{where} is {shown(value)}; expected {self.expectation}")
        return float(value)

    @property
    def fault(self) -> str | None:
        """What is wrong with the declaration itself; None if nothing is."""
        if self.choices and (self.low, self.high) != (0, len(self.choices) - 1):
            return f"range {self.low:g} to {self.high:g}; expected 0 to {len(self.choices) - 1}, the choices"
        try:
            self.checked("default", self.default)
        except InputError as error:
            return str(error)
        return None

    @property
    def expectation(self) -> str:
        """Which values it takes, for messages."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        number = "a whole number" if self.integer else "a number"
        unit = "" if self.unit == "1" else f" ({self.unit})"
        return f"{number} from {self.low:g} to {self.high:g}{unit}"
