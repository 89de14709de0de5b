"""What a Profile asks of Python: its document, made by the command that predicts it, and pictures of it."""
from __future__ import annotations

import json
import os
import pathlib
from typing import Any, Union

from . import _core
from ._documents import si, table


def to_json(profile: _core.Profile) -> str:
    return _core.run_command([*profile._words(), "--json"]).text


def to_dict(profile: _core.Profile) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(to_json(profile))
    return parsed


def save(profile: _core.Profile, path: Union[str, os.PathLike[str]]) -> None:
    pathlib.Path(path).write_text(to_json(profile), encoding="utf-8")


def _misfit(profile: _core.Profile) -> str:
    if profile.fits:
        return ""
    return f"does not fit: needs {si(profile.memory_needed, 'B')} of {si(profile.memory_capacity, 'B')}"


def to_line(profile: _core.Profile) -> str:
    parts = [si(profile.latency, "s"), profile.regime, f"{profile.calibration} calibration", _misfit(profile)]
    figures = ", ".join(part for part in parts if part)
    return f"<Profile {profile.model.id} on {profile.hardware.id}: {figures}>"


def to_html(profile: _core.Profile) -> str:
    rows = [
        ("latency", si(profile.latency, "s")),
        ("compute-bound operators", si(profile.bound_compute, "s")),
        ("memory-bound operators", si(profile.bound_memory, "s")),
        ("network", si(profile.network, "s")),
        ("overhead", si(profile.overhead, "s")),
        ("regime", profile.regime),
        ("arithmetic intensity", f"{profile.intensity:.3g} FLOP/B; ridge point {profile.ridge:.3g} FLOP/B"),
        ("throughput", f"{profile.throughput:.4g} /s"),
        ("MFU", f"{100 * profile.mfu:.1f} %"),
        ("memory", _misfit(profile) or f"{si(profile.memory_needed, 'B')} of {si(profile.memory_capacity, 'B')}"),
        ("energy, at most", si(profile.energy, "J")),
    ]
    return table(f"{profile.model.name} on {profile.hardware.name}", rows, f"{profile.calibration} calibration")
