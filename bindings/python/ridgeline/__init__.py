"""Ridgeline: what a machine-learning system will really do.

    import ridgeline
    from ridgeline import Engine, DifferentialExplainer

    model = ridgeline.Models.Language.Llama3_8B
    a = Engine.solve(model=model, hardware=ridgeline.Hardware.Cloud.A100, batch_size=1)
    b = Engine.solve(model=model, hardware=ridgeline.Hardware.Cloud.H100, batch_size=1)
    print(DifferentialExplainer.compare_performance(baseline=a, proposal=b))

Times are in seconds, sizes in bytes, rates in SI units. Unknown is None, never 0.
"""
from . import _data  # noqa: F401  (tells the library where the catalog is; first)
from ._core import Device, Model, Profile
from ._core import version as __version__
from ._documents import Document, Estimate, Explanation, Run, RunDifference, Study, load
from ._engine import DifferentialExplainer, Engine
from ._errors import BadInput, Infeasible, RidgelineError, Unavailable, UnknownName
from ._registry import Hardware, Models
from ._verbs import (
    audit,
    audit_log,
    catalog_check,
    check,
    command,
    compare,
    cost,
    evaluate,
    explain,
    explain_profiles,
    find_max_rate,
    fleet,
    mission,
    offline,
    options,
    predict,
    serving,
    simulate,
    tail,
    train,
)

__all__ = [
    "BadInput",
    "Device",
    "DifferentialExplainer",
    "Document",
    "Engine",
    "Estimate",
    "Explanation",
    "Hardware",
    "Infeasible",
    "Model",
    "Models",
    "Profile",
    "RidgelineError",
    "Run",
    "RunDifference",
    "Study",
    "Unavailable",
    "UnknownName",
    "__version__",
    "audit",
    "audit_log",
    "catalog_check",
    "check",
    "command",
    "compare",
    "cost",
    "evaluate",
    "explain",
    "explain_profiles",
    "find_max_rate",
    "fleet",
    "load",
    "mission",
    "offline",
    "options",
    "predict",
    "serving",
    "simulate",
    "tail",
    "train",
]
