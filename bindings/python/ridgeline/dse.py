"""Spaces of any kind, searched by a Python function: what is best, what is on the Pareto front, why the rest fell."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Optional

from ._errors import BadInput
from ._found import Point, Search
from ._judge import Constraint, Judge, Objectives

__all__ = ["DSE", "Search", "Point"]


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
