"""Spaces of any kind, searched by a Python function: what is best, what is on the Pareto front, why the rest fell."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Optional, Union

from . import _core
from ._errors import BadInput, Infeasible, RidgelineError

__all__ = ["DSE", "Search", "Point"]

Objectives = Union[str, Sequence[str], Mapping[str, str]]
Constraint = Union[str, Callable[[dict[str, Any], dict[str, Any]], bool]]

_MINIMISE = {"minimise", "minimize", "min"}
_MAXIMISE = {"maximise", "maximize", "max"}


@dataclass
class Point:
    """A point that was asked about."""

    index: int
    at: dict[str, Any]  #: values of the axes
    metrics: dict[str, Optional[float]] = field(default_factory=dict)  #: None: unknown
    result: Any = None  #: what the function returned
    error: Optional[str] = None  #: why it has no metrics, in one line
    infeasible: bool = False  #: the function raised Infeasible
    broken: list[str] = field(default_factory=list)  #: constraints that it breaks
    untold: list[str] = field(default_factory=list)  #: constraints, and objectives, of an unknown metric
    equals: int = 0  #: of the front: other points with the same objectives, and higher indices

    @property
    def feasible(self) -> bool:
        """It has every objective and keeps to every constraint."""
        return self.error is None and not self.broken and not self.untold

    def __repr__(self) -> str:
        return f"Point({self.at}, {self.metrics if self.error is None else self.error})"


class Search:
    """What a search found; points are in the order of the grid, the last axis fastest.

    points: all that were asked about. front: those that no other dominates, best by the first objective first.
    best: the first of them, or None. top: the best by the first objective, dominated ones too.
    objectives: [(metric, "minimise" or "maximise")]. total: of the space; interrupted: Ctrl-C ended it before that.
    """

    def __init__(self, objectives: list[tuple[str, str]], constraints: list[str], axes: list[str], total: int) -> None:
        self.objectives, self.axes, self.total = objectives, axes, total
        self.points: list[Point] = []
        self.front: list[Point] = []
        self.top: list[Point] = []
        self.excluded = 0  #: by a study's conditions
        self.interrupted = False
        self._constraints = constraints

    @property
    def best(self) -> Optional[Point]:
        return self.front[0] if self.front else None

    def best_by(self, metric: str) -> Optional[Point]:
        """Of the front, by one of the objectives."""
        for name, direction in self.objectives:
            if name == metric:
                sign = -1.0 if direction == "maximise" else 1.0
                return min(self.front, key=lambda p: sign * _known(p.metrics[metric]), default=None)
        raise BadInput(f"best_by: '{metric}' is no objective; use one of {', '.join(name for name, _ in self.objectives)}")

    @property
    def counts(self) -> dict[str, int]:
        """Points by what became of them; they add up to the points that were asked about."""
        asked = [p for p in self.points if p.error is None]
        return {
            "feasible": sum(p.feasible for p in asked),
            "fell": sum(bool(p.broken) for p in asked),
            "untold": sum(bool(p.untold) and not p.broken for p in asked),
            "does_not_fit": sum(p.infeasible for p in self.points),
            "failed": sum(p.error is not None and not p.infeasible for p in self.points),
        }

    @property
    def constraints(self) -> list[dict[str, Any]]:
        """Of each: how many points it felled, how many it alone, and of how many its metric is unknown."""
        return [
            {
                "constraint": text,
                "fell": sum(text in p.broken for p in self.points),
                "fell_alone": sum(p.broken == [text] for p in self.points),
                "untold": sum(text in p.untold for p in self.points),
            }
            for text in self._constraints
        ]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """Points without metrics by what was wrong, most frequent first, each with its first point."""
        by_message: dict[str, dict[str, Any]] = {}
        for p in self.points:
            if p.error is None:
                continue
            entry = by_message.setdefault(
                p.error, {"message": p.error, "count": 0, "does_not_fit": p.infeasible, "example": p.at}
            )
            entry["count"] += 1
        return sorted(by_message.values(), key=lambda e: -e["count"])

    def columns(self, points: Optional[Iterable[Point]] = None) -> dict[str, list[Any]]:
        """A list a column, for pandas.DataFrame: index, axes, metrics (NaN: unknown), feasible, on_front, why."""
        chosen = list(self.points if points is None else points)
        names: dict[str, None] = {}
        for p in self.points:
            names.update(dict.fromkeys(p.metrics))
        front = {p.index for p in self.front}
        table: dict[str, list[Any]] = {"index": [p.index for p in chosen]}
        for axis in self.axes:
            table[axis] = [p.at.get(axis) for p in chosen]
        for name in names:
            if name not in table:
                table[name] = [_or_nan(p.metrics.get(name)) for p in chosen]
        table["feasible"] = [p.feasible for p in chosen]
        table["on_front"] = [p.index in front for p in chosen]
        table["why"] = [_why(p) for p in chosen]
        return table

    def to_dict(self) -> dict[str, Any]:
        """Counts, front, top, constraints and errors, of plain values."""
        def plain(p: Point) -> dict[str, Any]:
            return {"index": p.index, "equal_points": p.equals, "at": p.at, "metrics": p.metrics}

        return {
            "objectives": [{"metric": m, "direction": d} for m, d in self.objectives],
            "points": self.total,
            "explored": len(self.points) + self.excluded,
            "interrupted": self.interrupted,
            "counts": {**self.counts, "excluded": self.excluded},
            "front": [plain(p) for p in self.front],
            "best": [{"metric": m, "index": p.index} for m, _ in self.objectives if (p := self.best_by(m))],
            "top": [plain(p) for p in self.top],
            "constraints": self.constraints,
            "errors": self.errors,
        }

    def __len__(self) -> int:
        return len(self.points)

    def __iter__(self) -> Iterator[Point]:
        return iter(self.points)

    def __repr__(self) -> str:
        counts = ", ".join(f"{n} {what.replace('_', ' ')}" for what, n in self.counts.items() if n)
        ended = ", interrupted" if self.interrupted else ""
        return f"<ridgeline.Search of {self.total} points: {counts}; {len(self.front)} on the front{ended}>"

    def __str__(self) -> str:
        metrics = [name for name, _ in self.objectives]
        heads = self.axes + metrics
        rows = [[_short(p.at.get(a)) for a in self.axes] + [_short(p.metrics.get(m)) for m in metrics] for p in self.front]
        widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
        lines = [repr(self)[1:-1].replace("ridgeline.", "", 1), ""]
        lines += ["  ".join(cell.rjust(w) for cell, w in zip(row, widths)) for row in [heads, *rows]]
        lines += [f"{c['constraint']}: {c['fell']} fell, {c['fell_alone']} by it alone" for c in self.constraints]
        lines += [f"{e['count']} x {e['message']}, such as {e['example']}" for e in self.errors]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        metrics = [name for name, _ in self.objectives]
        head = "".join(f"<th>{escape(h)}</th>" for h in self.axes + metrics)
        body = "".join(
            "<tr>"
            + "".join(f"<td>{escape(_short(p.at.get(a)))}</td>" for a in self.axes)
            + "".join(f"<td>{escape(_short(p.metrics.get(m)))}</td>" for m in metrics)
            + "</tr>"
            for p in self.front
        )
        return f"<p>{escape(repr(self)[1:-1])}</p><table><tr>{head}</tr>{body}</table>"


class DSE:
    """A space, what is wanted of its points, and what they must keep to; search(function) asks about every point.

    space: {"batch": [1, 2, 4], "device": ["a100", "h100"]}: the whole grid, the last axis fastest.
    objective: "minimise: latency", "maximize(tokens_per_s)", or up to six of them, or {"latency": "minimise"}. The
        metric is a key of what the function returns or, of an object such as a Profile, an attribute; a.b is b of a.
        Lists are ordered by the first.
    constraints: "latency < 50ms": metric, < <= > >=, and a limit. A limit with a unit is in SI (of 50ms 0.05).
        Or functions of (axes, metrics) that say whether the point may stay.
    top: how many of the best by the first objective to list.
    """

    def __init__(
        self,
        space: Mapping[str, Sequence[Any]],
        objective: Objectives = "minimise: objective",
        constraints: Sequence[Constraint] = (),
        *,
        top: int = 5,
    ) -> None:
        if not space:
            raise BadInput("DSE: space has no axis; give {'batch': [1, 2, 4], ...}")
        for axis, values in space.items():
            if isinstance(values, str) or not len(values):
                raise BadInput(f"DSE: space['{axis}'] is {values!r}; give a list of values")
        self.space = {axis: list(values) for axis, values in space.items()}
        self._judge = Judge(objective, constraints, top)

    def __len__(self) -> int:
        return math.prod(len(values) for values in self.space.values())

    def search(
        self,
        function: Callable[[dict[str, Any]], Any],
        *,
        max_points: Optional[int] = None,
        progress: Optional[Callable[[str], object]] = None,
    ) -> Search:
        """Calls function({axis: value, ...}) for every point, in order, on this thread.

        It returns a number, a dict of metrics, or an object that has them as attributes; None and NaN are unknown.
        What it raises is kept with its point: ridgeline.Infeasible as "does not fit", the rest as failed. Ctrl-C
        ends the search with what there is, as max_points does.
        """
        total = len(self)
        result = Search(self._judge.objectives, self._judge.texts, list(self.space), total)
        points = (dict(zip(self.space, values)) for values in itertools.product(*self.space.values()))

        def asked() -> Iterator[Point]:
            for index, at in enumerate(points):
                if max_points is not None and index >= max_points:
                    result.interrupted = True
                    return
                yield self._judge.ask(Point(index, at), function, dict(at))
                if progress and (index + 1) % 100 == 0:
                    progress(f"{index + 1} of {total} points")

        return self._judge.fill(result, asked())


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
                    front.add(point.index, [_known(point.metrics[name]) for name, _ in self.objectives])
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
        known: dict[str, None] = {}
        for p in answered:
            known.update(dict.fromkeys(p.metrics))
        for name in [name for name, _ in self.objectives] + [_metric_of(text) for text in self.texts]:
            if name and name not in known:
                raise BadInput(f"no point has the metric '{name}'; the function gave {', '.join(known) or 'none'}")


# ---------------------------------------------------------------------------------------------- reading what is wanted


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


# ---------------------------------------------------------------------------------------------- values

_MISSING = object()


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


def _known(value: Optional[float]) -> float:
    assert value is not None
    return value


def _or_nan(value: Optional[float]) -> float:
    return math.nan if value is None else value


def _short(value: Any) -> str:
    if value is None:
        return "unknown"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _why(point: Point) -> str:
    if point.error is not None:
        return point.error
    return ", ".join(point.broken) or ", ".join(f"{what}: unknown" for what in point.untold)
