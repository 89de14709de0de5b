"""What a search found: its points, which of them are on the Pareto front, and why the rest fell."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any, Optional

from ._errors import BadInput


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
                return min(self.front, key=lambda p: sign * known(p.metrics[metric]), default=None)
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


def known(value: Optional[float]) -> float:
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
