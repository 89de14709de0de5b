"""What is wanted of a search's points: objectives and constraints, as text or as functions."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Optional, Union

from . import _core
from ._errors import BadInput, Infeasible, RidgelineError
from ._found import Point, Search, known

Objectives = Union[str, Sequence[str], Mapping[str, str]]
Constraint = Union[str, Callable[[dict[str, Any], dict[str, Any]], bool]]

_MINIMISE = {"minimise", "minimize", "min"}
_MAXIMISE = {"maximise", "maximize", "max"}
_MISSING = object()


class Judge:
    """Objectives and constraints, which points are held to."""

    def __init__(self, objective: Objectives, constraints: Sequence[Constraint], top: int) -> None:
        self.objectives = _objectives(objective)
        self.top = top
        self._checks: list[tuple[str, Callable[[Point], Optional[bool]]]] = []
        for constraint in constraints:
            self._checks.append(_written(constraint) if isinstance(constraint, str) else _called(constraint))
        self.texts = [text for text, _ in self._checks]

    def ask(self, point: Point, function: Callable[[dict[str, Any]], Any], argument: dict[str, Any]) -> Point:
        """The point with what the function says of it."""
        try:
            point.result = function(argument)
            self._read(point)
            for text, keeps in self._checks:
                kept = keeps(point)
                if kept is None:
                    point.untold.append(text)
                elif not kept:
                    point.broken.append(text)
        except Exception as error:
            words = " ".join(str(error).split())
            point.infeasible = isinstance(error, Infeasible)
            point.error = words if isinstance(error, RidgelineError) else f"{type(error).__name__}: {words}"
        return point

    def fill(self, result: Search, points: Iterable[Point]) -> Search:
        """The search's result from its points as they come."""
        front = _core.Front([direction == "maximise" for _, direction in self.objectives], self.top)
        by_index: dict[int, Point] = {}
        try:
            for point in points:
                result.points.append(point)
                if point.feasible:
                    by_index[point.index] = point
                    front.add(point.index, [known(point.metrics[name]) for name, _ in self.objectives])
        except KeyboardInterrupt:
            result.interrupted = True
        self._refuse_unknown(result)
        for index, equals in front.front():
            by_index[index].equals = equals
            result.front.append(by_index[index])
        result.top = [by_index[index] for index, _ in front.top()]
        return result

    def _read(self, point: Point) -> None:
        value = point.result
        if getattr(value, "fits", None) is False:  # of a Profile: its figures are of a device that cannot run it
            raise Infeasible("does not fit in memory")
        if isinstance(value, Mapping):
            point.metrics.update({str(k): _number(v) for k, v in value.items() if _is_metric(v)})
        elif _is_metric(value) and value is not None:
            point.metrics[self.objectives[0][0]] = _number(value)
        elif value is None:
            raise TypeError("the function returned None; return a number, a dict of metrics or an object with them")
        wanted = [name for name, _ in self.objectives] + [_metric_of(text) for text in self.texts]
        for name in wanted:
            if name and name not in point.metrics:
                found = _path(value, name)
                if found is not _MISSING:
                    point.metrics[name] = _number(found)
        point.untold += [name for name, _ in self.objectives if point.metrics.get(name) is None]

    def _refuse_unknown(self, result: Search) -> None:
        """A metric that no point has is a slip of the pen."""
        answered = [p for p in result.points if p.error is None and p.result is not None]
        if not answered:
            return
        metrics: dict[str, None] = {}
        for p in answered:
            metrics.update(dict.fromkeys(p.metrics))
        for name in [name for name, _ in self.objectives] + [_metric_of(text) for text in self.texts]:
            if name and name not in metrics:
                raise BadInput(f"no point has the metric '{name}'; the function gave {', '.join(metrics) or 'none'}")


def _objectives(given: Objectives) -> list[tuple[str, str]]:
    if isinstance(given, Mapping):
        return [(name, _direction(word, f"{name}: {word}")) for name, word in given.items()]
    texts = [given] if isinstance(given, str) else list(given)
    return [_objective(text) for text in texts]


def _objective(text: str) -> tuple[str, str]:
    found = re.fullmatch(r"\s*(\w+)\s*(?::\s*([\w.]+)|\(\s*([\w.]+)\s*\)|\s+([\w.]+))\s*", text)
    if not found:
        raise BadInput(f"objective '{text}': write 'minimise: METRIC' or 'maximise: METRIC'")
    return found.group(2) or found.group(3) or found.group(4), _direction(found.group(1), text)


def _direction(word: str, text: str) -> str:
    if word.lower() in _MINIMISE:
        return "minimise"
    if word.lower() in _MAXIMISE:
        return "maximise"
    raise BadInput(f"objective '{text}': '{word}' is neither minimise nor maximise")


def _written(text: str) -> tuple[str, Callable[[Point], Optional[bool]]]:
    metric, comparison, limit = _core.limit_of(text)

    def keeps(point: Point) -> Optional[bool]:
        value = point.metrics.get(metric)
        return None if value is None else _core.keeps(comparison, value, limit)

    return text, keeps


def _called(function: Callable[[dict[str, Any], dict[str, Any]], bool]) -> tuple[str, Callable[[Point], Optional[bool]]]:
    name = getattr(function, "__name__", type(function).__name__)
    return f"{name}()", lambda point: bool(function(dict(point.at), dict(point.metrics)))


def _metric_of(text: str) -> str:
    """Of a written constraint; of a function none."""
    return "" if text.endswith("()") else str(_core.limit_of(text)[0])


def _is_metric(value: Any) -> bool:
    return value is None or hasattr(value, "__float__") and not isinstance(value, (str, bytes))


def _number(value: Any) -> Optional[float]:
    """NaN is unknown."""
    if value is None:
        return None
    number = float(value)
    return None if math.isnan(number) else number


def _path(value: Any, name: str) -> Any:
    for part in name.split("."):
        value = value.get(part, _MISSING) if isinstance(value, Mapping) else getattr(value, part, _MISSING)
        if value is _MISSING:
            return value
    return value if _is_metric(value) else _MISSING
