"""explore(): studies as `ridgeline explore` answers them, and with a Python function of their points."""

from __future__ import annotations

import json
import math
import os
import pathlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Optional, Union

from . import _core, _words
from ._documents import Document, Path, _BY_SCHEMA
from ._errors import BadInput, RidgelineError
from ._found import Point, Search
from ._judge import Constraint, Judge, Objectives

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import ExploreOptions

__all__ = ["explore", "Study"]


class Study(Document):
    """A design space with its Pareto front, and why the other points fell. Metrics are in SI units; None: unknown."""

    def __init__(self, text: str, words: Optional[list[str]] = None, core: Optional[_core.StudyResult] = None) -> None:
        super().__init__(text, words)
        self._core = core

    @property
    def front(self) -> list[dict[str, Any]]:
        """Points that no other dominates, best by the first objective first: {"index", "equal_points", "at", "metrics"}."""
        return list(self["front"])

    @property
    def best(self) -> dict[str, dict[str, Any]]:
        """Of the front, by each objective."""
        by_index = {p["index"]: p for p in self.front}
        return {entry["metric"]: by_index[entry["index"]] for entry in self["best"]}

    @property
    def top(self) -> list[dict[str, Any]]:
        """The best by the first objective, dominated ones too."""
        return list(self["top"])

    @property
    def objectives(self) -> list[tuple[str, str]]:
        """[(metric, "minimise" or "maximise")]."""
        return [(o["metric"], o["direction"]) for o in self["study"]["objectives"]]

    @property
    def counts(self) -> dict[str, int]:
        """Points by what became of them."""
        return dict(self["counts"])

    @property
    def constraints(self) -> list[dict[str, Any]]:
        """What each felled, and what it costs."""
        return list(self["constraints"])

    @property
    def interrupted(self) -> bool:
        """Not all of it is known."""
        return bool(self["interrupted"])

    def columns(self, points: Optional[Sequence[Mapping[str, Any]]] = None) -> dict[str, list[Any]]:
        """A list a column, for pandas.DataFrame: index, axes (text), metrics (NaN: unknown). Of the front, or of top."""
        chosen = self.front if points is None else points
        table: dict[str, list[Any]] = {"index": [p["index"] for p in chosen]}
        for axis in self["study"]["axes"]:
            table[axis["name"]] = [p["at"][axis["name"]] for p in chosen]
        for name in chosen[0]["metrics"] if chosen else {}:
            values = [p["metrics"][name] for p in chosen]
            table[name] = [math.nan if value is None else value for value in values]
        return table

    def csv(self) -> str:
        """The front, as `ridgeline explore --csv` writes it."""
        return self._made().csv_text

    def svg(self) -> str:
        """A picture of the front, as `ridgeline explore --svg` draws it; ridgeline.plot.pareto() draws on axes."""
        return self._made().svg_text

    def _made(self) -> _core.StudyResult:
        if self._core is None:
            raise BadInput("study: read from a document, which has no pictures; use columns() or ridgeline.plot.pareto()")
        return self._core

    def __str__(self) -> str:
        return super().__str__() if self._core is None else self._core.text.rstrip("\n")

    def _title(self) -> str:
        return f"study of {self['study']['model']}"

    def _figures(self) -> list[tuple[str, str]]:
        rows = [("points", f"{self['explored']} of {self['points']}")]
        rows += [(what.replace("_", " "), str(number)) for what, number in self.counts.items() if number]
        rows.append(("front", str(len(self.front))))
        for metric, point in self.best.items():
            where = ", ".join(f"{axis} {value}" for axis, value in point["at"].items())
            rows.append((f"best {metric}", f"{point['metrics'][metric]:.4g} at {where}"))
        return rows

    def __repr__(self) -> str:
        return f"<Study {self._title()}: {', '.join(f'{name} {value}' for name, value in self._figures()[:-1])}>"


_BY_SCHEMA["ridgeline.study"] = Study


def explore(
    study: Union[Path, Mapping[str, Any], None] = None,
    objective: Optional[Callable[[dict[str, Any]], Any]] = None,
    *,
    objectives: Optional[Objectives] = None,
    constraints: Sequence[Constraint] = (),
    top: Optional[int] = None,
    max_points: Optional[int] = None,
    progress: Optional[Callable[[str], object]] = None,
    **options: Unpack[ExploreOptions],
) -> Union[Study, Search]:
    """Predicts every deployment of a space; returns a Study: the Pareto front, and why the rest fell.

    study: the path of a study file, its text (more than a line), or the same as a dict (docs/explore.md). Without one the
        options say the space, as `ridgeline explore` does: model=, hardware=, tp="1..8x2", minimise=, constraint= ...
    objective: a function of a point that keeps to the study's constraints: it gets one dict of the axes and the predicted
        metrics (SI; None: unknown) and returns a number, or a dict of metrics. The answer is then a Search, as of
        ridgeline.DSE, by `objectives` (default: the number, less is better) and the further `constraints`. A search
        (`search:` in the file), `verify` and the uncertainty of predictions play no part in it.
    top, max_points: as the flags. progress: called with a line now and then.

    Ctrl-C ends it with what is known. Raises BadInput with file, line and key.
    """
    with _file_of(study) as path:
        if objective is not None:
            if path is None or options:
                raise BadInput("explore: a function needs a study: a file, its text or a dict, and no flags")
            judge = Judge(objectives or "minimise: objective", constraints, 5 if top is None else top)
            return _ask(path, judge, objective, max_points, progress)
        if objectives is not None or constraints:
            raise BadInput("explore: objectives and constraints here are of a function; write them into the study")
        given: dict[str, Any] = {"top": top, "max_points": max_points, **options}
        words = _words.words("explore", [] if path is None else [path], given)
        with _journal(given) as journal:
            core = _core.explore_command([*words, *journal, "--json"], progress)
    return Study(core.document, None, core)


def _ask(
    path: str,
    judge: Judge,
    objective: Callable[[dict[str, Any]], Any],
    max_points: Optional[int],
    progress: Optional[Callable[[str], object]],
) -> Search:
    grid = _core.StudyGrid(pathlib.Path(path).read_text(encoding="utf-8"), path)
    of_study = grid.constraints
    result = Search(judge.objectives, [*of_study, *judge.texts], grid.axes, grid.points)

    def points() -> Iterator[Point]:
        for index in range(grid.points):
            if max_points is not None and index >= max_points:
                result.interrupted = True
                return
            fate, at, metrics, broken, untold, why = grid.point(index)
            if fate == "excluded":
                result.excluded += 1
                continue
            point = Point(index, at, dict(metrics), broken=[of_study[i] for i in broken], untold=[of_study[i] for i in untold])
            if fate != "predicted":
                point.error, point.infeasible = why, fate == "does_not_fit"
            elif point.feasible:
                judge.ask(point, objective, {**at, **metrics})
            if progress and (index + 1) % 1000 == 0:
                progress(f"{index + 1} of {grid.points} points")
            yield point

    return judge.fill(result, points())


class _file_of:
    """The study as a file, while it lasts."""

    def __init__(self, study: Union[Path, Mapping[str, Any], None]) -> None:
        self._study = study
        self._folder: Optional[tempfile.TemporaryDirectory[str]] = None

    def __enter__(self) -> Optional[str]:
        study = self._study
        if study is None:
            return None
        if isinstance(study, Mapping):
            text = json.dumps(study, indent=2)  # JSON is YAML
        elif isinstance(study, str) and "\n" in study:
            text = study
        else:
            return os.fspath(study)
        self._folder = tempfile.TemporaryDirectory(prefix="ridgeline-")
        path = pathlib.Path(self._folder.name) / "study.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    def __exit__(self, kind: object, error: Optional[BaseException], trace: object) -> None:
        if self._folder is None:
            return
        if isinstance(error, RidgelineError):  # the caller knows no such file
            error.args = (str(error).replace(f"{self._folder.name}/study.yaml", "study"),)
        self._folder.cleanup()


class _journal:
    """Where an interrupted study is kept: where journal= says, which resume=True goes on from; else nowhere."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._wanted = given.get("journal") is not None or given.get("resume")
        self._temporary: Optional[tempfile.TemporaryDirectory[str]] = None

    def __enter__(self) -> list[str]:
        if self._wanted:
            return []
        self._temporary = tempfile.TemporaryDirectory(prefix="ridgeline-")
        return [f"--journal={self._temporary.name}/study.journal"]

    def __exit__(self, *_: object) -> None:
        if self._temporary is not None:
            self._temporary.cleanup()
