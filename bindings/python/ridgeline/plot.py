"""Pictures of results on matplotlib axes: each function takes ax= and returns the axes that it drew on.

Results are the package's own (Run, Profile, StudyResult, Search) or the documents that they, and `--json`, give.
Needs matplotlib: pip install 'ridgeline[plot]'.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Optional, Union

import numpy as np

from ._errors import BadInput, Unavailable

__all__ = ["roofline", "latency_histogram", "latency_cdf", "scenario_comparison", "pareto"]

# Okabe and Ito's colours, which people of any colour vision tell apart; never alone: each comes with a style.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)), (0, (8, 2)))
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_HATCHES = ("", "//", "..", "xx", "\\\\", "++")
_GREY = "#767676"
_PERCENTILES = (("p50", 0.5, "P50"), ("p90", 0.9, "P90"), ("p99", 0.99, "P99"))

Runs = Union[Any, Sequence[Any], Mapping[str, Any]]


def roofline(profiles: Any, *, ax: Any = None) -> Any:
    """Attainable FLOP/s over arithmetic intensity (FLOP/B), log-log, and where profiles lie below it.

    profiles: a Profile, several, or {label: Profile}. One roof for each peak and bandwidth among them, with its ridge;
    a point is what the pass achieves (MFU x peak), a thin line leads up to what its roof allows. FLOP/s and B are of
    one device.
    """
    ax = _axes(ax)
    points = [(label, p, float(p.intensity), float(p.mfu) * float(p.peak)) for label, p in _named(profiles, _profile_label)]
    if not points:
        raise BadInput("roofline: no profile")
    roofs: dict[tuple[str, float, float], None] = {}
    for _, p, _, _ in points:
        roofs[(_device(p), float(p.peak), float(p.bandwidth))] = None
    xs = [x for _, _, x, _ in points] + [peak / bandwidth for _, peak, bandwidth in roofs]
    low, high = 10 ** math.floor(math.log10(min(xs)) - 0.3), 10 ** math.ceil(math.log10(max(xs)) + 0.3)
    for i, (device, peak, bandwidth) in enumerate(roofs):
        ridge = peak / bandwidth
        label = f"{device}: {_si(peak, 'FLOP/s')}, {_si(bandwidth, 'B/s')}"
        ax.plot([low, ridge, high], [low * bandwidth, peak, peak], color=_COLOURS[i % 7], linestyle=_LINES[i % 7],
                linewidth=1.8, label=label, zorder=2)
    for i, (label, p, x, y) in enumerate(points):
        roof = list(roofs).index((_device(p), float(p.peak), float(p.bandwidth)))
        bound = min(float(p.peak), x * float(p.bandwidth))
        ax.plot([x, x], [y, bound], color=_GREY, linewidth=0.8, linestyle=":", zorder=1)
        ax.plot([x], [y], color=_COLOURS[roof % 7], marker=_MARKERS[i % 7], markersize=8, linestyle="none",
                markeredgecolor="black", markeredgewidth=0.6, label=f"{label} ({p.regime})", zorder=3)
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlim(low, high)
    ax.set_xlabel("arithmetic intensity (FLOP/B)")
    ax.set_ylabel("performance of one device (FLOP/s)")
    _grid(ax)
    ax.legend(loc="best", fontsize="small")
    return ax


def latency_histogram(run: Any, *, bins: Union[int, Sequence[float], None] = None, ax: Any = None) -> Any:
    """How many queries (Offline: samples) had which latency, with P50, P90 and P99 and their 95 % intervals.

    bins: a number, or edges in seconds; default by the Freedman-Diaconis rule, 10 to 80. A percentile that the
    sample cannot support is left out. The scenario's limit is drawn where it has one.
    """
    ax = _axes(ax)
    seconds = _latencies(run)
    scale, unit = _time_unit(float(np.max(seconds)))
    edges = _edges(seconds, bins)
    ax.hist(seconds * scale, bins=edges * scale, color="#9ecae1", edgecolor="#3d6f94", linewidth=0.4,
            label=f"{len(seconds):,} {_counted(run)}", zorder=2)
    for i, (name, estimate) in enumerate(_percentiles(run)):
        value, low, high = estimate
        ax.axvline(value * scale, color=_COLOURS[i], linestyle=_LINES[i], linewidth=1.6, zorder=4,
                   label=f"{name} {value * scale:.4g} {unit}{_interval_text(low, high, scale)}")
        if low is not None and high is not None and high > low:
            ax.axvspan(low * scale, high * scale, facecolor=_COLOURS[i], alpha=0.18, edgecolor=_COLOURS[i], linewidth=0,
                       zorder=1)
    _limit_line(ax, run, scale, unit)
    ax.set_xlabel(f"latency ({unit})")
    ax.set_ylabel(_counted(run))
    ax.set_title(_title(run), fontsize="medium")
    _grid(ax, axis="y")
    ax.legend(loc="best", fontsize="small")
    return ax


def latency_cdf(runs: Runs, *, ax: Any = None) -> Any:
    """The share of queries with at most a latency, of a run or several ({label: run}); log time axis.

    P50, P90 and P99 are marked, each with its 95 % interval as a bar along the time axis where the sample supports
    one. The scenario's limit of a single run is drawn where it has one.
    """
    ax = _axes(ax)
    named = _named(runs, _run_label)
    every = [_latencies(run) for _, run in named]
    if not every:
        raise BadInput("latency_cdf: no run")
    scale, unit = _time_unit(max(float(np.max(each)) for each in every))
    for i, ((label, run), seconds) in enumerate(zip(named, every)):
        ordered = np.sort(seconds)
        share = np.arange(1, len(ordered) + 1) / len(ordered)
        ax.step(ordered * scale, share, where="post", color=_COLOURS[i % 7], linestyle=_LINES[i % 7], linewidth=1.6,
                label=f"{label} ({len(ordered):,} {_counted(run)})", zorder=2)
        for name, (value, low, high) in _percentiles(run):
            at = dict((text, p) for _, p, text in _PERCENTILES)[name]
            error = None if low is None or high is None else [[(value - low) * scale], [(high - value) * scale]]
            ax.errorbar([value * scale], [at], xerr=error, color=_COLOURS[i % 7], marker=_MARKERS[i % 7], markersize=6,
                        capsize=4, elinewidth=1.6, markeredgecolor="black", markeredgewidth=0.5, linestyle="none", zorder=3)
    if len(named) == 1:
        _limit_line(ax, named[0][1], scale, unit)
        ax.set_title(_title(named[0][1]), fontsize="medium")
    ax.set_xscale("log")
    _plain_log_ticks(ax.xaxis)
    ax.set_yticks([0, 0.25, 0.5, 0.75, 0.9, 0.99], ["0", "25 %", "50 %", "75 %", "90 %", "99 %"])
    ax.set_ylim(0, 1.03)
    ax.set_xlabel(f"latency ({unit})")
    ax.set_ylabel("share of queries with at most this latency")
    _grid(ax)
    ax.legend(loc="lower right", fontsize="small")
    return ax


def scenario_comparison(runs: Runs, *, metric: str = "latency", ax: Any = None) -> Any:
    """Runs of one system under several scenarios side by side.

    runs: several, or {label: run}. metric: "latency": P50, P90 and P99 with 95 % intervals on a log axis; or
    "throughput": samples/s by each scenario's own rule. A percentile that a run does not support has no bar and says
    so; under each label stands whether the run is VALID.
    """
    if metric not in ("latency", "throughput"):
        raise BadInput(f"scenario_comparison: metric '{metric}'; use latency or throughput")
    ax = _axes(ax)
    named = _named(runs, _scenario_label)
    if not named:
        raise BadInput("scenario_comparison: no run")
    documents = [_summary(run) for _, run in named]
    xs = np.arange(len(named))
    if metric == "throughput":
        estimates = [_estimate(d["throughput_samples_per_second"]) for d in documents]
        _bars(ax, xs, 0.6, estimates, 1.0, 0, None)
        ax.set_ylabel("throughput (samples/s)")
        ax.set_ylim(bottom=0)
    else:
        found = [[_estimate(d["latency_seconds"][key]) for d in documents] for key, _, _ in _PERCENTILES]
        values = [e[0] for row in found for e in row if e]
        if not values:
            raise BadInput("scenario_comparison: no run has a percentile; measure for longer")
        scale, unit = _time_unit(max(values))
        for i, (row, (_, _, text)) in enumerate(zip(found, _PERCENTILES)):
            _bars(ax, xs + (i - 1) * 0.27, 0.25, row, scale, i, text)
        ax.set_yscale("log")
        lows = [e[1] if e[1] is not None else e[0] for row in found for e in row if e]
        ax.set_ylim(bottom=10 ** math.floor(math.log10(min(lows) * scale) - 0.05))
        _plain_log_ticks(ax.yaxis)
        ax.set_ylabel(f"latency ({unit})")
        ax.legend(loc="best", fontsize="small")
    ax.set_xticks(xs, [f"{label}\n{d['verdict']}" for (label, _), d in zip(named, documents)])
    ax.set_xlim(-0.6, len(named) - 0.4)
    _grid(ax, axis="y")
    return ax


def pareto(study: Any, *, x: Optional[str] = None, y: Optional[str] = None, label: Union[str, Sequence[str], None] = None,
           units: Optional[Mapping[str, str]] = None, ax: Any = None) -> Any:
    """The front of a study or of a DSE search by two of its objectives, default the first two.

    The front is a line with markers; of a search its other points that keep to the constraints are drawn, hollow; the
    best by each axis is a star. x, y: other metrics. label: axes whose values are written beside the front's points.
    units: of metrics, such as {"latency": "ms"}; those of a study are known.
    """
    ax = _axes(ax)
    objectives, front, others = _points(study)
    units = {**_study_units(study), **(units or {})}
    if x is None and y is None and len(objectives) < 2:
        raise BadInput("pareto: the study has one objective; give x= and y=, such as x='memory', y='latency'")
    direction = dict(objectives)
    names = [name for name, _ in objectives]
    x = x or next(name for name in names if name != y)
    y = y or next(name for name in names if name != x)
    drawn = [p for p in front if p["metrics"].get(x) is not None and p["metrics"].get(y) is not None]
    if not drawn:
        raise BadInput(f"pareto: no point of the front has both {x} and {y}")
    drawn.sort(key=lambda p: p["metrics"][x])
    rest = [p for p in others if p["metrics"].get(x) is not None and p["metrics"].get(y) is not None]
    if rest:
        ax.plot([p["metrics"][x] for p in rest], [p["metrics"][y] for p in rest], linestyle="none", marker="o",
                markersize=5, markerfacecolor="none", markeredgecolor=_GREY, alpha=0.8,
                label=f"dominated ({len(rest):,})", zorder=1)
    ax.plot([p["metrics"][x] for p in drawn], [p["metrics"][y] for p in drawn], color=_COLOURS[0], marker="o",
            markersize=6, linewidth=1.4, label=f"front ({len(drawn):,})", zorder=2)
    for i, name in enumerate(dict.fromkeys((x, y))):
        if name in direction:
            choose = max if direction[name] == "maximise" else min
            best = choose(drawn, key=lambda p: p["metrics"][name])
            ax.plot([best["metrics"][x]], [best["metrics"][y]], color=_COLOURS[1 + i], marker="*P"[i], markersize=(15, 11)[i],
                    markeredgecolor="black", markeredgewidth=0.7, linestyle="none", label=f"best {name}", zorder=3)
    if label is not None:
        _write_labels(ax, drawn, x, y, [label] if isinstance(label, str) else list(label))
    ax.set_xlabel(_metric_label(x, direction.get(x), units))
    ax.set_ylabel(_metric_label(y, direction.get(y), units))
    _grid(ax)
    ax.legend(loc="best", fontsize="small")
    return ax


# ---------------------------------------------------------------------------------------------- reading results


def _document(result: Any) -> Mapping[str, Any]:
    document: Mapping[str, Any] = result if isinstance(result, Mapping) else result.to_dict()
    return document


def _summary(run: Any) -> Mapping[str, Any]:
    document = _document(run)
    if "summary" not in document:
        raise BadInput("plot: not a run; give what simulate() or bench() returned, or its document")
    summary: Mapping[str, Any] = document["summary"]
    return summary


def _latencies(run: Any) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """In seconds; of Offline those of the samples, which all came at 0."""
    document = _document(run)
    if document.get("scenario", {}).get("kind") == "Offline" and document.get("sample_completions_ns"):
        return np.asarray(document["sample_completions_ns"], dtype=np.float64) * 1e-9
    queries = np.asarray([[q[0], q[2]] for q in document.get("queries", [])], dtype=np.int64)
    if not len(queries):
        raise BadInput("plot: the run keeps no queries; simulate with keep_queries above their number")
    return np.asarray((queries[:, 1] - queries[:, 0]) * 1e-9, dtype=np.float64)


def _counted(run: Any) -> str:
    return "samples" if _document(run).get("scenario", {}).get("kind") == "Offline" else "queries"


def _estimate(value: Any) -> Optional[tuple[float, Optional[float], Optional[float]]]:
    return None if value is None else (value["value"], value["low"], value["high"])


def _percentiles(run: Any) -> list[tuple[str, tuple[float, Optional[float], Optional[float]]]]:
    latency = _summary(run)["latency_seconds"]
    found = ((text, _estimate(latency[key])) for key, _, text in _PERCENTILES)
    return [(text, estimate) for text, estimate in found if estimate is not None]


def _points(study: Any) -> tuple[list[tuple[str, str]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Objectives with their directions, the front, and feasible points beside it."""
    document = _document(study)
    if "front" not in document:
        raise BadInput("pareto: not a study; give what explore() or DSE.search() returned, or its document")
    objectives = document.get("objectives") or document["study"]["objectives"]
    front = [{"index": p["index"], "at": p["at"], "metrics": p["metrics"]} for p in document["front"]]
    on_front = {p["index"] for p in front}
    others: list[dict[str, Any]] = []
    for p in getattr(study, "points", []) if not isinstance(study, Mapping) else []:
        if p.feasible and p.index not in on_front:
            others.append({"index": p.index, "at": p.at, "metrics": p.metrics})
    return [(o["metric"], o["direction"]) for o in objectives], front, others


def _named(results: Any, label: Any) -> list[tuple[str, Any]]:
    """(label, result): of a mapping of labels, a list, or one result."""
    if isinstance(results, Mapping) and "schema" not in results:
        return list(results.items())
    several = list(results) if isinstance(results, (list, tuple)) else [results]
    labels = [label(r) for r in several]
    return [(f"{name} #{i + 1}" if labels.count(name) > 1 else name, r) for i, (name, r) in enumerate(zip(labels, several))]


def _name_of(entry: Any) -> str:
    return str(getattr(entry, "id", entry))


def _device(profile: Any) -> str:
    return _name_of(profile.hardware)


def _profile_label(profile: Any) -> str:
    return f"{_name_of(profile.model)} on {_device(profile)}, {profile.samples:g} at once"


def _run_label(run: Any) -> str:
    document = _document(run)
    return f"{document['scenario']['kind']}, {document['system']}"


def _scenario_label(run: Any) -> str:
    return str(_document(run)["scenario"]["kind"])


def _title(run: Any) -> str:
    document = _document(run)
    return f"{document['workload']} under {document['scenario']['kind']}, {document['origin']}: {_summary(run)['verdict']}"


# ---------------------------------------------------------------------------------------------- drawing


def _axes(ax: Any) -> Any:
    if ax is not None:
        return ax
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise Unavailable("plot: matplotlib is not installed; pip install 'ridgeline[plot]'") from None
    _, made = plt.subplots(figsize=(7.2, 4.5), layout="constrained")
    return made


def _grid(ax: Any, axis: str = "both") -> None:
    ax.grid(True, axis=axis, which="major", color="#dddddd", linewidth=0.7)
    ax.set_axisbelow(True)


def _plain_log_ticks(axis: Any) -> None:
    """1, 2 and 5 of each decade, as numbers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axis.set_major_locator(LogLocator(base=10, subs=(1.0, 2.0, 5.0), numticks=15))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def _time_unit(longest: float) -> tuple[float, str]:
    """What seconds are multiplied with, and the unit."""
    for scale, unit in ((1.0, "s"), (1e3, "ms")):
        if longest * scale >= 1:
            return scale, unit
    return 1e6, "µs"


def _si(value: float, unit: str) -> str:
    for factor, prefix in ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= factor:
            return f"{value / factor:.3g} {prefix}{unit}"
    return f"{value:.3g} {unit}"


def _edges(seconds: "np.ndarray[Any, np.dtype[np.float64]]", bins: Union[int, Sequence[float], None]) -> Any:
    if bins is not None:
        return np.histogram_bin_edges(seconds, bins=bins)
    least, most = float(np.min(seconds)), float(np.max(seconds))
    quartiles = np.percentile(seconds, [25, 75])
    width = 2 * float(quartiles[1] - quartiles[0]) / len(seconds) ** (1 / 3)
    count = int(min(80, max(10, math.ceil((most - least) / width)))) if width > 0 else 10
    return np.histogram_bin_edges(seconds, bins=count)


def _interval_text(low: Optional[float], high: Optional[float], scale: float) -> str:
    if low is None or high is None:
        return ", no interval"
    return f" [{low * scale:.4g}, {high * scale:.4g}]"


def _limit_line(ax: Any, run: Any, scale: float, unit: str) -> None:
    limit = _document(run)["scenario"].get("target_latency_seconds")
    if limit:
        ax.axvline(limit * scale, color="black", linestyle=(0, (1, 1)), linewidth=1.8, label=f"limit {limit * scale:.4g} {unit}",
                   zorder=4)


def _bars(ax: Any, xs: Any, width: float, estimates: Sequence[Optional[tuple[float, Optional[float], Optional[float]]]],
          scale: float, style: int, label: Optional[str]) -> None:
    """Bars with intervals; what is unknown is written, not drawn as nothing."""
    for x, estimate in zip(xs, estimates):
        if estimate is None:
            ax.annotate(f"{label or ''} unknown".strip(), (x, 0.02), xycoords=("data", "axes fraction"), rotation=90,
                        ha="center", va="bottom", fontsize="x-small", color=_GREY)
    known = [(x, e) for x, e in zip(xs, estimates) if e is not None]
    if not known:
        return
    ax.bar([x for x, _ in known], [e[0] * scale for _, e in known], width, color=_COLOURS[style], alpha=0.85,
           hatch=_HATCHES[style], edgecolor="white", label=label, zorder=2)
    for x, (value, low, high) in known:
        if low is not None and high is not None:
            ax.errorbar([x], [value * scale], yerr=[[(value - low) * scale], [(high - value) * scale]], color="black",
                        capsize=3, elinewidth=1.2, linestyle="none", zorder=3)


def _write_labels(ax: Any, points: list[dict[str, Any]], x: str, y: str, axes: list[str]) -> None:
    """Beside the points, towards the middle; one that would lie on the label before it has none, and the title counts those."""
    ax.margins(0.12)
    ax.figure.canvas.draw()
    middle = ax.transAxes.transform((0.6, 0.5))[0]
    written: list[Any] = []
    left_off = 0
    for p in points:
        missing = [axis for axis in axes if axis not in p["at"]]
        if missing:
            raise BadInput(f"pareto: label '{missing[0]}' is no axis; use {', '.join(p['at'])}")
        place = ax.transData.transform((p["metrics"][x], p["metrics"][y]))
        if any(abs(place[0] - other[0]) < 120 and abs(place[1] - other[1]) < 12 for other in written):
            left_off += 1
            continue
        written.append(place)
        text = ", ".join(str(p["at"][axis]) for axis in axes)
        right = place[0] < middle
        ax.annotate(text, (p["metrics"][x], p["metrics"][y]), textcoords="offset points",
                    xytext=(7, 3) if right else (-7, -10), ha="left" if right else "right", fontsize="x-small")
    if left_off:
        ax.set_title(f"{left_off} of {len(points)} labels left off: too close", fontsize="small")


def _study_units(study: Any) -> dict[str, str]:
    """Of a study's own metrics; those of a DSE are whatever the function returns."""
    from . import _core

    return _core.metric_units() if "study" in _document(study) else {}


def _metric_label(name: str, direction: Optional[str], units: Mapping[str, str]) -> str:
    unit = units.get(name, "")
    wanted = {"maximise": ", more is better", "minimise": ", less is better", None: ""}[direction]
    return f"{name}{f' ({unit})' if unit else ''}{wanted}"
