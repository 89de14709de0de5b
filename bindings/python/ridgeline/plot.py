"""Pictures of results on matplotlib axes: each function takes ax= and returns the axes that it drew on.

Results are the package's own (Run, Profile, StudyResult, Search) or the documents that they, and `--json`, give.
Needs matplotlib: pip install 'ridgeline[plot]'.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Optional, Union

import numpy as np

from . import _plot_data as data, _plot_drawing as draw
from ._errors import BadInput

__all__ = ["roofline", "latency_histogram", "latency_cdf", "scenario_comparison", "pareto"]

Runs = Union[Any, Sequence[Any], Mapping[str, Any]]


def roofline(profiles: Any, *, ax: Any = None) -> Any:
    """Attainable FLOP/s over arithmetic intensity (FLOP/B), log-log, and where profiles lie below it.

    profiles: a Profile, several, or {label: Profile}. One roof for each peak and bandwidth among them, with its ridge;
    a point is what the pass achieves (MFU x peak), a thin line leads up to what its roof allows. FLOP/s and B are of
    one device.
    """
    ax = draw.axes(ax)
    points = [(label, p, float(p.intensity), float(p.mfu) * float(p.peak)) for label, p in data.named(profiles, data.profile_label)]
    if not points:
        raise BadInput("roofline: no profile")
    roofs: dict[tuple[str, float, float], None] = {}
    for _, p, _, _ in points:
        roofs[(data.device_of(p), float(p.peak), float(p.bandwidth))] = None
    xs = [x for _, _, x, _ in points] + [peak / bandwidth for _, peak, bandwidth in roofs]
    low, high = 10 ** math.floor(math.log10(min(xs)) - 0.3), 10 ** math.ceil(math.log10(max(xs)) + 0.3)
    for i, (device, peak, bandwidth) in enumerate(roofs):
        ridge = peak / bandwidth
        label = f"{device}: {draw.si(peak, 'FLOP/s')}, {draw.si(bandwidth, 'B/s')}"
        ax.plot([low, ridge, high], [low * bandwidth, peak, peak], color=draw.COLOURS[i % 7], linestyle=draw.LINES[i % 7],
                linewidth=1.8, label=label, zorder=2)
    for i, (label, p, x, y) in enumerate(points):
        roof = list(roofs).index((data.device_of(p), float(p.peak), float(p.bandwidth)))
        bound = min(float(p.peak), x * float(p.bandwidth))
        ax.plot([x, x], [y, bound], color=draw.GREY, linewidth=0.8, linestyle=":", zorder=1)
        ax.plot([x], [y], color=draw.COLOURS[roof % 7], marker=draw.MARKERS[i % 7], markersize=8, linestyle="none",
                markeredgecolor="black", markeredgewidth=0.6, label=f"{label} ({p.regime})", zorder=3)
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlim(low, high)
    ax.set_xlabel("arithmetic intensity (FLOP/B)")
    ax.set_ylabel("performance of one device (FLOP/s)")
    draw.grid(ax)
    ax.legend(loc="best", fontsize="small")
    return ax


def latency_histogram(run: Any, *, bins: Union[int, Sequence[float], None] = None, ax: Any = None) -> Any:
    """How many queries (Offline: samples) had which latency, with P50, P90 and P99 and their 95 % intervals.

    bins: a number, or edges in seconds; default by the Freedman-Diaconis rule, 10 to 80. A percentile that the
    sample cannot support is left out. The scenario's limit is drawn where it has one.
    """
    ax = draw.axes(ax)
    seconds = data.latencies(run)
    scale, unit = draw.time_unit(float(np.max(seconds)))
    edges = data.edges(seconds, bins)
    ax.hist(seconds * scale, bins=edges * scale, color="#9ecae1", edgecolor="#3d6f94", linewidth=0.4,
            label=f"{len(seconds):,} {data.counted(run)}", zorder=2)
    for i, (name, estimate) in enumerate(data.percentiles(run)):
        value, low, high = estimate
        ax.axvline(value * scale, color=draw.COLOURS[i], linestyle=draw.LINES[i], linewidth=1.6, zorder=4,
                   label=f"{name} {value * scale:.4g} {unit}{draw.interval_text(low, high, scale)}")
        if low is not None and high is not None and high > low:
            ax.axvspan(low * scale, high * scale, facecolor=draw.COLOURS[i], alpha=0.18, edgecolor=draw.COLOURS[i], linewidth=0,
                       zorder=1)
    draw.limit_line(ax, run, scale, unit)
    ax.set_xlabel(f"latency ({unit})")
    ax.set_ylabel(data.counted(run))
    ax.set_title(data.title_of(run), fontsize="medium")
    draw.grid(ax, axis="y")
    ax.legend(loc="best", fontsize="small")
    return ax


def latency_cdf(runs: Runs, *, ax: Any = None) -> Any:
    """The share of queries with at most a latency, of a run or several ({label: run}); log time axis.

    P50, P90 and P99 are marked, each with its 95 % interval as a bar along the time axis where the sample supports
    one. The scenario's limit of a single run is drawn where it has one.
    """
    ax = draw.axes(ax)
    named = data.named(runs, data.run_label)
    every = [data.latencies(run) for _, run in named]
    if not every:
        raise BadInput("latency_cdf: no run")
    scale, unit = draw.time_unit(max(float(np.max(each)) for each in every))
    for i, ((label, run), seconds) in enumerate(zip(named, every)):
        ordered = np.sort(seconds)
        share = np.arange(1, len(ordered) + 1) / len(ordered)
        ax.step(ordered * scale, share, where="post", color=draw.COLOURS[i % 7], linestyle=draw.LINES[i % 7], linewidth=1.6,
                label=f"{label} ({len(ordered):,} {data.counted(run)})", zorder=2)
        for name, (value, low, high) in data.percentiles(run):
            at = dict((text, p) for _, p, text in data.PERCENTILES)[name]
            error = None if low is None or high is None else [[(value - low) * scale], [(high - value) * scale]]
            ax.errorbar([value * scale], [at], xerr=error, color=draw.COLOURS[i % 7], marker=draw.MARKERS[i % 7], markersize=6,
                        capsize=4, elinewidth=1.6, markeredgecolor="black", markeredgewidth=0.5, linestyle="none", zorder=3)
    if len(named) == 1:
        draw.limit_line(ax, named[0][1], scale, unit)
        ax.set_title(data.title_of(named[0][1]), fontsize="medium")
    ax.set_xscale("log")
    draw.plain_log_ticks(ax.xaxis)
    ax.set_yticks([0, 0.25, 0.5, 0.75, 0.9, 0.99], ["0", "25 %", "50 %", "75 %", "90 %", "99 %"])
    ax.set_ylim(0, 1.03)
    ax.set_xlabel(f"latency ({unit})")
    ax.set_ylabel("share of queries with at most this latency")
    draw.grid(ax)
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
    ax = draw.axes(ax)
    named = data.named(runs, data.scenario_label)
    if not named:
        raise BadInput("scenario_comparison: no run")
    documents = [data.summary_of(run) for _, run in named]
    xs = np.arange(len(named))
    if metric == "throughput":
        estimates = [data.estimate_of(d["throughput_samples_per_second"]) for d in documents]
        draw.bars(ax, xs, 0.6, estimates, 1.0, 0, None)
        ax.set_ylabel("throughput (samples/s)")
        ax.set_ylim(bottom=0)
    else:
        found = [[data.estimate_of(d["latency_seconds"][key]) for d in documents] for key, _, _ in data.PERCENTILES]
        values = [e[0] for row in found for e in row if e]
        if not values:
            raise BadInput("scenario_comparison: no run has a percentile; measure for longer")
        scale, unit = draw.time_unit(max(values))
        for i, (row, (_, _, text)) in enumerate(zip(found, data.PERCENTILES)):
            draw.bars(ax, xs + (i - 1) * 0.27, 0.25, row, scale, i, text)
        ax.set_yscale("log")
        lows = [e[1] if e[1] is not None else e[0] for row in found for e in row if e]
        ax.set_ylim(bottom=10 ** math.floor(math.log10(min(lows) * scale) - 0.05))
        draw.plain_log_ticks(ax.yaxis)
        ax.set_ylabel(f"latency ({unit})")
        ax.legend(loc="best", fontsize="small")
    ax.set_xticks(xs, [f"{label}\n{d['verdict']}" for (label, _), d in zip(named, documents)])
    ax.set_xlim(-0.6, len(named) - 0.4)
    draw.grid(ax, axis="y")
    return ax


def pareto(study: Any, *, x: Optional[str] = None, y: Optional[str] = None, label: Union[str, Sequence[str], None] = None,
           units: Optional[Mapping[str, str]] = None, ax: Any = None) -> Any:
    """The front of a study or of a DSE search by two of its objectives, default the first two.

    The front is a line with markers; of a search its other points that keep to the constraints are drawn, hollow; the
    best by each axis is a star. x, y: other metrics. label: axes whose values are written beside the front's points.
    units: of metrics, such as {"latency": "ms"}; those of a study are known.
    """
    ax = draw.axes(ax)
    objectives, front, others = data.points_of(study)
    units = {**data.units_of(study), **(units or {})}
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
                markersize=5, markerfacecolor="none", markeredgecolor=draw.GREY, alpha=0.8,
                label=f"dominated ({len(rest):,})", zorder=1)
    ax.plot([p["metrics"][x] for p in drawn], [p["metrics"][y] for p in drawn], color=draw.COLOURS[0], marker="o",
            markersize=6, linewidth=1.4, label=f"front ({len(drawn):,})", zorder=2)
    for i, name in enumerate(dict.fromkeys((x, y))):
        if name in direction:
            choose = max if direction[name] == "maximise" else min
            best = choose(drawn, key=lambda p: p["metrics"][name])
            ax.plot([best["metrics"][x]], [best["metrics"][y]], color=draw.COLOURS[1 + i], marker="*P"[i], markersize=(15, 11)[i],
                    markeredgecolor="black", markeredgewidth=0.7, linestyle="none", label=f"best {name}", zorder=3)
    if label is not None:
        draw.write_labels(ax, drawn, x, y, [label] if isinstance(label, str) else list(label))
    ax.set_xlabel(draw.metric_label(x, direction.get(x), units))
    ax.set_ylabel(draw.metric_label(y, direction.get(y), units))
    draw.grid(ax)
    ax.legend(loc="best", fontsize="small")
    return ax
