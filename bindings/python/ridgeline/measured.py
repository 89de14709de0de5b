"""calibrate() and validate(): coefficients fitted on measured serving points, and how far predictions are from them."""

from __future__ import annotations

import csv
import os
import pathlib
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Optional, Union

from . import _core, _words
from ._documents import Document, Path
from ._errors import BadInput, RidgelineError

__all__ = ["calibrate", "validate", "Fit", "Validation"]

Measured = Union[Path, Iterable[Mapping[str, Any]], Any]


class Validation(Document):
    """Errors of predictions in per cent, over all rows and by group; rows that are suspect or have no prediction."""

    def __init__(self, text: str, printed: str) -> None:
        super().__init__(text)
        self._printed = printed

    def __str__(self) -> str:
        return self._printed.rstrip("\n")


class Fit(Validation):
    """Fitted coefficients with their errors, and how well they predict: the rows fitted, and groups left out of the fit.

    yaml: the calibration file's text; save_calibration(path) writes it, for calibration_file= of the other functions.
    """

    def __init__(self, text: str, printed: str, yaml: str) -> None:
        super().__init__(text, printed)
        self.yaml = yaml

    def save_calibration(self, path: Path) -> None:
        """The calibration file, which load it again with calibration_file=path."""
        pathlib.Path(path).write_text(self.yaml, encoding="utf-8")


def calibrate(measured: Measured, *, output: Optional[Path] = None, cross_validation: bool = True,
              source: Optional[str] = None, date: Optional[str] = None,
              progress: Optional[Callable[[str], object]] = None) -> Fit:
    """Fits the coefficients of predictions on measured serving points.

    measured: a CSV file, or rows: dicts by column, a pandas.DataFrame, or a dict of columns (docs/measured-csv.md has
        the columns and their units). output: where to write the calibration file too.
    cross_validation: fit again without each group, which tells the errors of systems that were not measured: slow.
    source, date: of the measurements, kept as provenance.
    """
    with _table(measured) as path, tempfile.TemporaryDirectory(prefix="ridgeline-") as folder:
        out = os.fspath(output) if output is not None else str(pathlib.Path(folder) / "fit.yaml")
        given = {"output": out, "no_cross_validation": not cross_validation,
                 "source": source if source is not None or path == measured else "rows", "date": date}
        words = _words.words("calibrate", [path], given)
        document, printed = _core.calibrate_command([*words, "--json"], progress)
        return Fit(document, printed, pathlib.Path(out).read_text(encoding="utf-8"))


def validate(measured: Measured, *, by: Sequence[str] = ("hardware", "model", "stack"), mode: str = "all",
             calibration_file: Optional[Path] = None, progress: Optional[Callable[[str], object]] = None) -> Validation:
    """Predicts every measured row, and says how far off the predictions are.

    measured: as for calibrate(). by: the groups: hardware, model, stack, version, precision, mode. mode: agg, disagg or
    all. calibration_file: coefficients that calibrate() wrote; default those shipped.
    """
    with _table(measured) as path:
        given = {"by": ",".join(by), "mode": mode, "calibration_file": calibration_file}
        document, printed = _core.validate_command([*_words.words("validate", [path], given), "--json"], progress)
        return Validation(document, printed)


class _table:
    """Measurements as a CSV file, while it lasts."""

    def __init__(self, measured: Measured) -> None:
        self._measured = measured
        self._folder: Optional[tempfile.TemporaryDirectory[str]] = None

    def __enter__(self) -> str:
        if isinstance(self._measured, (str, os.PathLike)):
            return os.fspath(self._measured)
        rows = _rows(self._measured)
        columns: dict[str, None] = {}
        for row in rows:
            columns.update(dict.fromkeys(row))
        self._folder = tempfile.TemporaryDirectory(prefix="ridgeline-")
        path = pathlib.Path(self._folder.name) / "rows.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(columns), restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows({name: "" if _missing(value) else value for name, value in row.items()} for row in rows)
        return str(path)

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        if self._folder is None:
            return
        if isinstance(error, RidgelineError):  # the caller knows no such file; line 1 is the columns' names
            error.args = (str(error).replace(f"{self._folder.name}/rows.csv", "rows"),)
        self._folder.cleanup()


def _rows(measured: Any) -> list[dict[str, Any]]:
    if hasattr(measured, "to_dict") and hasattr(measured, "columns"):  # a DataFrame
        return [dict(row) for row in measured.to_dict("records")]
    if isinstance(measured, Mapping):
        columns = {name: list(values) for name, values in measured.items()}
        if len({len(values) for values in columns.values()}) > 1:
            raise BadInput("measured: columns of different lengths")
        return [dict(zip(columns, values)) for values in zip(*columns.values())]
    rows = list(measured)
    for i, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise BadInput(f"measured: row {i} is {type(row).__name__}; give dicts by column")
    if not rows:
        raise BadInput("measured: no rows")
    return [dict(row) for row in rows]


def _missing(value: Any) -> bool:
    return value is None or value != value  # NaN
