"""Results as the documents that `--json` prints, with names for what is asked for most."""
from __future__ import annotations

import html
import itertools
import json
import os
import pathlib
from collections.abc import Iterator
from typing import Any, NamedTuple, Union

import numpy as np
import numpy.typing as npt

from . import _core

Path = Union[str, "os.PathLike[str]"]
Json = dict[str, Any]


class Estimate(NamedTuple):
    """A value with its 95 % interval; low and high are None where the sample cannot support one."""

    value: float
    low: Union[float, None]
    high: Union[float, None]


def _estimate(found: Any) -> Union[Estimate, None]:
    return None if found is None else Estimate(found["value"], found["low"], found["high"])


def si(value: Union[float, None], unit: str) -> str:
    """Three digits with a prefix: 0.0111, "s" is "11.1 ms"; None is "unknown"."""
    if value is None:
        return "unknown"
    if value == 0:
        return f"0 {unit}"
    for scale, prefix in ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, ""), (1e-3, "m"),
                          (1e-6, "µ"), (1e-9, "n")):
        if abs(value) >= scale * 0.9995:
            if unit == "s" and scale > 1:
                break
            return f"{value / scale:.3g} {prefix}{unit}"
    return f"{value:.3g} {unit}"


def _cell(value: object) -> str:
    return html.escape(str(value))


def table(title: str, rows: list[tuple[str, str]], note: str = "") -> str:
    """A small HTML table for notebooks."""
    lines = "".join(
        f"<tr><th style='text-align:left'>{_cell(name)}</th><td style='text-align:left'>{_cell(value)}</td></tr>"
        for name, value in rows
    )
    foot = f"<div>{_cell(note)}</div>" if note else ""
    return f"<div><b>{_cell(title)}</b><table>{lines}</table>{foot}</div>"


# What every document begins with: how it was made.
_HEAD = ("schema", "ridgeline", "build", "command", "files", "inputs")


def _leaves(value: Any, name: str = "", depth: int = 3) -> Iterator[tuple[str, str]]:
    """Numbers and short texts of a document, each by its path: "summary.queries", "reports[0].tokens"."""
    if isinstance(value, dict) and depth > 0:
        for key, part in value.items():
            yield from _leaves(part, f"{name}.{key}" if name else key, depth - 1)
    elif isinstance(value, list) and depth > 0:
        for i, part in enumerate(value[:3]):
            yield from _leaves(part, f"{name}[{i}]", depth - 1)
    elif isinstance(value, bool) or (isinstance(value, str) and len(value) <= 40):
        yield name, str(value)
    elif isinstance(value, (int, float)):
        yield name, f"{value:.6g}"


class Document:
    """A result as the command line's JSON document: doc["summary"], doc.to_dict(), doc.save(path).

    Times are in seconds, sizes in bytes, with the unit in each key; unknown is None, never 0.
    """

    def __init__(self, text: str, words: Union[list[str], None] = None, printed: str = "") -> None:
        self._source = text
        self._words = words
        self._printed = printed
        self._parsed: Union[Json, None] = None

    def to_json(self) -> str:
        """The document as text, byte for byte as the command prints it."""
        return self._source

    def to_dict(self) -> Json:
        """The document. The same object at each call."""
        if self._parsed is None:
            self._parsed = json.loads(self.to_json())
        return self._parsed

    def save(self, path: Path) -> None:
        """Writes the document; ridgeline.load(path) reads it again."""
        pathlib.Path(path).write_text(self.to_json(), encoding="utf-8")

    @property
    def schema(self) -> str:
        """Of the document, such as ridgeline.run/1 (docs/schemas)."""
        return str(self.to_dict()["schema"])

    def __getitem__(self, key: str) -> Any:
        return self.to_dict()[key]

    def __contains__(self, key: object) -> bool:
        return key in self.to_dict()

    def __iter__(self) -> Iterator[str]:
        return iter(self.to_dict())

    def keys(self) -> list[str]:
        """Of the document's top level."""
        return list(self.to_dict())

    def __str__(self) -> str:
        """What the command prints without --json."""
        if not self._printed:
            self._printed = self.to_json() if self._words is None else _core.run_command(self._words).text
        return self._printed.rstrip("\n")

    def _figures(self) -> list[tuple[str, str]]:
        body = {key: value for key, value in self.to_dict().items() if key not in _HEAD}
        return list(itertools.islice(_leaves(body), 16))

    def _title(self) -> str:
        return self.schema.split("/")[0].replace("ridgeline.", "").replace("_", " ").replace("-", " ")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.schema}: {', '.join(f'{k} {v}' for k, v in self._figures()[:6])}>"

    def _repr_html_(self) -> str:
        return table(self._title(), self._figures())


class Run(Document):
    """A scenario against a system, simulated or measured. Arrays share the run's memory and are read-only.

    The percentiles are in seconds, with intervals, and None where the queries cannot support them.
    """

    def __init__(self, core: _core.Run, text: Union[str, None] = None) -> None:
        super().__init__(text or "")
        self._core = core

    def to_json(self) -> str:
        if not self._source:
            self._source = self._core._json()
        return self._source

    @property
    def scheduled(self) -> npt.NDArray[np.int64]:
        """When each query was to come, ns since the start; shape (queries,). Latency counts from here."""
        return self._core.scheduled

    @property
    def issued(self) -> npt.NDArray[np.int64]:
        """When each query was handed over, ns since the start; shape (queries,)."""
        return self._core.issued

    @property
    def completed(self) -> npt.NDArray[np.int64]:
        """When the last sample of each query was done, ns since the start; shape (queries,)."""
        return self._core.completed

    @property
    def first_tokens(self) -> npt.NDArray[np.float64]:
        """From scheduled to the first token, s; shape (queries,); NaN where there is none."""
        return self._core.first_tokens

    @property
    def samples(self) -> npt.NDArray[np.uint32]:
        """Samples of each query; shape (queries,)."""
        return self._core.samples

    @property
    def tokens(self) -> npt.NDArray[np.uint32]:
        """Tokens that each query produced; shape (queries,)."""
        return self._core.tokens

    @property
    def latencies(self) -> npt.NDArray[np.float64]:
        """From scheduled to completed, s; shape (queries,). Made once: later calls share the memory."""
        return self._core.latencies

    @property
    def sample_completions(self) -> npt.NDArray[np.int64]:
        """When each sample was done, ns since the start (Offline and MultiStream); shape (samples,)."""
        return self._core.sample_completions

    @property
    def summary(self) -> Json:
        """Figures of the run: those of the document's "summary"."""
        return dict(self.to_dict()["summary"])

    def _latency(self, name: str) -> Union[Estimate, None]:
        return _estimate(self.summary["latency_seconds"][name])

    @property
    def mean(self) -> Union[Estimate, None]:
        """Mean latency, s."""
        return self._latency("mean")

    @property
    def p50(self) -> Union[Estimate, None]:
        """Median latency, s."""
        return self._latency("p50")

    @property
    def p90(self) -> Union[Estimate, None]:
        """90th percentile of the latency, s."""
        return self._latency("p90")

    @property
    def p99(self) -> Union[Estimate, None]:
        """99th percentile of the latency, s."""
        return self._latency("p99")

    @property
    def throughput(self) -> Union[Estimate, None]:
        """Samples per second by the scenario's own rule."""
        return _estimate(self.summary["throughput_samples_per_second"])

    @property
    def duration(self) -> float:
        """Of the run, s."""
        return float(self.summary["duration_seconds"])

    @property
    def valid(self) -> bool:
        """Whether the run counts by the scenario's rules."""
        return bool(self.summary["verdict"] == "VALID")

    @property
    def reasons(self) -> list[str]:
        """Why it is not valid; empty when it is."""
        return list(self.summary["reasons"])

    @property
    def scenario(self) -> str:
        """Its kind: "Server", "Offline" ..."""
        return str(self.to_dict()["scenario"]["kind"])

    @property
    def origin(self) -> str:
        """ "simulated", "measured" or "predicted"."""
        return str(self.to_dict()["origin"])

    def __str__(self) -> str:
        return self._core._text().rstrip("\n")

    def _title(self) -> str:
        return f"{self.scenario}, {self.origin}: {self['workload']} on {self['system']}"

    def _figures(self) -> list[tuple[str, str]]:
        rows = [("queries", str(self.summary["queries"]))]
        for name in ("p50", "p90", "p99"):
            found = self._latency(name)
            text = "too few queries" if found is None else si(found.value, "s")
            if found is not None and found.low is not None and found.high is not None:
                text += f" ({si(found.low, 's')} to {si(found.high, 's')})"
            rows.append((name, text))
        if (rate := self.throughput) is not None:
            rows.append(("throughput", f"{rate.value:.4g} samples/s"))
        rows.append(("verdict", self.summary["verdict"] + "".join(f"; {why}" for why in self.reasons)))
        return rows

    def __repr__(self) -> str:
        figures = ", ".join(f"{name} {value}" for name, value in self._figures())
        return f"<Run {self._title()}: {figures}>"


class Explanation(Document):
    """Why a proposal is faster than a baseline, or is not: parts that add up, and sentences made of them."""

    @property
    def speedup(self) -> float:
        """Baseline latency over proposal latency, of a unit of work."""
        return float(self["speedup"])

    @property
    def difference(self) -> float:
        """Baseline latency minus proposal latency, of a unit of work, s."""
        return float(self["difference_seconds"])

    @property
    def case(self) -> str:
        """Which story the pair tells, such as both_memory_bound."""
        return str(self["case"])

    @property
    def parts(self) -> dict[str, float]:
        """Of the difference by factor, s; they sum to it. Positive: the proposal gains by this much."""
        return {part["factor"]: part["seconds"] for part in self["parts"]}

    @property
    def analysis(self) -> list[str]:
        """The case's own sentences."""
        return list(self["analysis"])

    @property
    def sentences(self) -> list[str]:
        """What else the numbers say."""
        return list(self["sentences"])

    def _title(self) -> str:
        before, after = self["baseline"], self["proposal"]
        return f"{before['model']} on {before['hardware']} against {after['model']} on {after['hardware']}"

    def _figures(self) -> list[tuple[str, str]]:
        return [("speedup", f"{self.speedup:.3g}x"), ("difference", si(self.difference, "s"))] + [
            (factor, si(seconds, "s")) for factor, seconds in self.parts.items()
        ]

    def _repr_html_(self) -> str:
        return table(self._title(), self._figures(), " ".join(self.analysis))


class RunDifference(Document):
    """Run against run: which differences are real, and how large they may be. Differences are b - a."""

    @property
    def sentences(self) -> list[str]:
        """What the numbers say, the main thing first."""
        return list(self["sentences"])

    @property
    def metrics(self) -> list[Json]:
        """Of both runs, with the difference and its interval; SI units."""
        return list(self["metrics"])

    def _repr_html_(self) -> str:
        rows = [(str(m["metric"]), f"{m['a']:.4g} → {m['b']:.4g}, {m['evidence']}") for m in self.metrics]
        return table("run difference", rows, " ".join(self.sentences[:1]))


_BY_SCHEMA: dict[str, type[Document]] = {
    "ridgeline.difference": Explanation,
    "ridgeline.run-difference": RunDifference,
}


def document_of(text: str, words: Union[list[str], None] = None) -> Document:
    """A document in the class of its schema; runs are made from what a command made."""
    start = text[:200]
    for schema, kind in _BY_SCHEMA.items():
        if f'"schema": "{schema}/' in start:
            return kind(text, words)
    return Document(text, words)


def load(path: Path) -> Document:
    """What save() or `--json` wrote: a Run with its arrays, an Explanation, any other document."""
    text = pathlib.Path(path).read_text(encoding="utf-8")
    if '"schema": "ridgeline.run/' in text[:200]:
        return Run(_core.load_run(os.fspath(path)), text)
    return document_of(text)
