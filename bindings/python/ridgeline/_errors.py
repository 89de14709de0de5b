"""What goes wrong: each exception carries the one line that the program prints."""


class RidgelineError(Exception):
    """Any error of this package."""


class BadInput(RidgelineError, ValueError):
    """The caller can mend it: what is wrong, where, and what would be right."""


class UnknownName(BadInput, AttributeError):
    """No such model or device; the line suggests the nearest names."""


class Infeasible(RidgelineError):
    """The question is well put, and the answer is that it does not fit."""


class Unavailable(RidgelineError):
    """This machine or build cannot do it."""
