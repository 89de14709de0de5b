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
from . import plot
from ._core import Device, Model, Profile, Query, StageContext
from ._core import version as __version__
from ._documents import Document, Estimate, Explanation, Run, RunDifference, load
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
from .callable import Repetitions, bench, overhead
from .dse import DSE, Point, Search
from .measured import Fit, Validation, calibrate, validate
from .pipeline import Pipeline, PipelineRun
from .study import Study, explore

__all__ = [
    "BadInput",
    "DSE",
    "Device",
    "DifferentialExplainer",
    "Document",
    "Engine",
    "Estimate",
    "Explanation",
    "Fit",
    "Hardware",
    "Infeasible",
    "Model",
    "Models",
    "Pipeline",
    "PipelineRun",
    "Point",
    "Profile",
    "Query",
    "Repetitions",
    "RidgelineError",
    "Run",
    "RunDifference",
    "Search",
    "StageContext",
    "Study",
    "Unavailable",
    "UnknownName",
    "Validation",
    "__version__",
    "audit",
    "audit_log",
    "bench",
    "calibrate",
    "catalog_check",
    "check",
    "command",
    "compare",
    "cost",
    "evaluate",
    "explain",
    "explain_profiles",
    "explore",
    "find_max_rate",
    "fleet",
    "load",
    "mission",
    "offline",
    "options",
    "overhead",
    "plot",
    "predict",
    "serving",
    "simulate",
    "tail",
    "train",
    "validate",
]
