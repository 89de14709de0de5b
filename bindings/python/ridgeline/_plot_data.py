"""What plot.py draws, read from results or their documents."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Optional, Union

import numpy as np

from ._errors import BadInput

Estimate = tuple[float, Optional[float], Optional[float]]  # value, and its interval where there is one

PERCENTILES = (("p50", 0.5, "P50"), ("p90", 0.9, "P90"), ("p99", 0.99, "P99"))


def document_of(result: Any) -> Mapping[str, Any]:
    document: Mapping[str, Any] = result if isinstance(result, Mapping) else result.to_dict()
    return document


def summary_of(run: Any) -> Mapping[str, Any]:
    document = document_of(run)
    if "summary" not in document:
        raise BadInput("plot: not a run; give what simulate() or bench() returned, or its document")
    summary: Mapping[str, Any] = document["summary"]
    return summary


def latencies(run: Any) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """In seconds; of Offline those of the samples, which all came at 0."""
    document = document_of(run)
    if document.get("scenario", {}).get("kind") == "Offline" and document.get("sample_completions_ns"):
        return np.asarray(document["sample_completions_ns"], dtype=np.float64) * 1e-9
    queries = np.asarray([[q[0], q[2]] for q in document.get("queries", [])], dtype=np.int64)
    if not len(queries):
        raise BadInput("plot: the run keeps no queries; simulate with keep_queries above their number")
    return np.asarray((queries[:, 1] - queries[:, 0]) * 1e-9, dtype=np.float64)


def counted(run: Any) -> str:
    return "samples" if document_of(run).get("scenario", {}).get("kind") == "Offline" else "queries"


def estimate_of(value: Any) -> Optional[Estimate]:
    return None if value is None else (value["value"], value["low"], value["high"])


def percentiles(run: Any) -> list[tuple[str, Estimate]]:
    latency = summary_of(run)["latency_seconds"]
    found = ((text, estimate_of(latency[key])) for key, _, text in PERCENTILES)
    return [(text, estimate) for text, estimate in found if estimate is not None]


def points_of(study: Any) -> tuple[list[tuple[str, str]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Objectives with their directions, the front, and feasible points beside it."""
    document = document_of(study)
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


def named(results: Any, label: Any) -> list[tuple[str, Any]]:
    """(label, result): of a mapping of labels, a list, or one result."""
    if isinstance(results, Mapping) and "schema" not in results:
        return list(results.items())
    several = list(results) if isinstance(results, (list, tuple)) else [results]
    labels = [label(r) for r in several]
    return [(f"{name} #{i + 1}" if labels.count(name) > 1 else name, r) for i, (name, r) in enumerate(zip(labels, several))]


def name_of(entry: Any) -> str:
    return str(getattr(entry, "id", entry))


def device_of(profile: Any) -> str:
    return name_of(profile.hardware)


def profile_label(profile: Any) -> str:
    return f"{name_of(profile.model)} on {device_of(profile)}, {profile.samples:g} at once"


def run_label(run: Any) -> str:
    document = document_of(run)
    return f"{document['scenario']['kind']}, {document['system']}"


def scenario_label(run: Any) -> str:
    return str(document_of(run)["scenario"]["kind"])


def title_of(run: Any) -> str:
    document = document_of(run)
    return f"{document['workload']} under {document['scenario']['kind']}, {document['origin']}: {summary_of(run)['verdict']}"


def edges(seconds: "np.ndarray[Any, np.dtype[np.float64]]", bins: Union[int, Sequence[float], None]) -> Any:
    if bins is not None:
        return np.histogram_bin_edges(seconds, bins=bins)
    least, most = float(np.min(seconds)), float(np.max(seconds))
    quartiles = np.percentile(seconds, [25, 75])
    width = 2 * float(quartiles[1] - quartiles[0]) / len(seconds) ** (1 / 3)
    count = int(min(80, max(10, math.ceil((most - least) / width)))) if width > 0 else 10
    return np.histogram_bin_edges(seconds, bins=count)


def units_of(study: Any) -> dict[str, str]:
    """Of a study's own metrics; those of a DSE are whatever the function returns."""
    from . import _core

    return _core.metric_units() if "study" in document_of(study) else {}
