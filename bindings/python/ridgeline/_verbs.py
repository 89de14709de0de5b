"""One function a verb. Options are those of the command line, with underscores: --batch-timeout 2ms is
batch_timeout="2ms". _options.pyi lists them with their meaning; options("simulate") does at run time."""
from __future__ import annotations

import functools
import os
import tempfile
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Union

from . import _core
from ._documents import Document, Explanation, Run, RunDifference, document_of
from ._registry import device_of, model_of
from ._words import words
from ._words import options as _options

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import (
        AuditLogOptions,
        AuditOptions,
        CheckOptions,
        CostOptions,
        EvaluateOptions,
        ExplainOptions,
        FleetOptions,
        OfflineOptions,
        PredictOptions,
        ServingOptions,
        SimulateOptions,
        TailOptions,
        TrainOptions,
    )

ModelLike = Union[str, _core.Model]
DeviceLike = Union[str, _core.Device]
Progress = Union[Callable[[str], object], None]

_STEP = ("batch", "context", "tokens", "phase")
_OF_SERVING = {
    "concurrency": "serving",
    "isl": "serving",
    "osl": "serving",
    "replicas": "serving",
    "max_batch": "serving",
    "requests_per_user": "serving",
    "disagg": "serving",
    "offline": "offline",
}


def options(verb: str) -> dict[str, str]:
    """The options of a verb, such as "simulate", with what each means."""
    return {name: option.help for name, option in _options(verb).items() if not option.positional}


@functools.lru_cache(maxsize=1024)
def _deployment(model: str, hardware: str, given: tuple[tuple[str, Any], ...]) -> _core.Deployment:
    return _core.deploy(
        _core.find_model(model), _core.find_hardware(hardware), words("predict", (), dict(given))[1:]
    )


def deployment(model: ModelLike, hardware: DeviceLike, given: dict[str, Any]) -> _core.Deployment:
    """A model on a device, with formats, calibration and parallelism; made once for the same arguments."""
    for name, verb in _OF_SERVING.items():
        if given.get(name) is not None:
            raise TypeError(f"predict: {name} belongs to ridgeline.{verb}")
    name = model.id if isinstance(model, _core.Model) else model
    device = hardware.id if isinstance(hardware, _core.Device) else hardware
    if given.get("calibration_file") is not None:  # its content may change
        return _core.deploy(model_of(model), device_of(hardware), words("predict", (), given)[1:])
    return _deployment(name, device, tuple(given.items()))


def predict(model: ModelLike, hardware: DeviceLike, **given: Unpack[PredictOptions]) -> _core.Profile:
    """How fast one pass of a model runs, and what binds it."""
    asked: dict[str, Any] = dict(given)
    step = {name: asked.pop(name) for name in _STEP if name in asked}
    return deployment(model, hardware, asked).solve(**{k: v for k, v in step.items() if v is not None})


def _ask(command: str, positional: list[object], given: Mapping[str, Any], progress: Progress = None) -> Document:
    asked = words(command, positional, given)
    outcome = _core.run_command([*asked, "--json"], progress)
    if outcome.interrupted:
        raise KeyboardInterrupt
    if outcome.run is not None and '"schema": "ridgeline.run/' in outcome.text[:200]:
        return Run(outcome.run, outcome.text)
    return document_of(outcome.text, asked)


def command(name: str, *positional: object, progress: Progress = None, **given: Any) -> Document:
    """Any command of the program by its name, such as command("catalog check"). `progress` gets the lines that
    the program prints to stderr."""
    return _ask(name, list(positional), given, progress)


def serving(model: ModelLike, hardware: DeviceLike, concurrency: float = 1, **given: Unpack[ServingOptions]) -> Document:
    """TTFT and TPOT of a closed group of users, in closed form."""
    return _ask("predict", [model, hardware], {"concurrency": concurrency, **given})


def offline(model: ModelLike, hardware: DeviceLike, **given: Unpack[OfflineOptions]) -> Document:
    """Saturated throughput, and the power of a system that runs at it."""
    return _ask("predict", [model, hardware], {"offline": True, **given})


def evaluate(model: ModelLike, hardware: DeviceLike, **given: Unpack[EvaluateOptions]) -> Document:
    """Whether a deployment is feasible, fast enough and affordable, level by level."""
    return _ask("evaluate", [model, hardware], given)


def cost(model: ModelLike, hardware: DeviceLike, **given: Unpack[CostOptions]) -> Document:
    """The bill of a deployment."""
    return _ask("cost", [model, hardware], given)


def fleet(model: ModelLike, hardware: DeviceLike, **given: Unpack[FleetOptions]) -> Document:
    """Replicas for a demand."""
    return _ask("fleet", [model, hardware], given)


def train(model: ModelLike, hardware: DeviceLike, **given: Unpack[TrainOptions]) -> Document:
    """How long a training step takes, what it needs, and what N tokens cost."""
    return _ask("train", [model, hardware], given)


def simulate(model: ModelLike, hardware: DeviceLike, progress: Progress = None, **given: Unpack[SimulateOptions]) -> Run:
    """A scenario against a simulated system: the run, query by query."""
    made = _ask("simulate", [model, hardware], given, progress)
    if not isinstance(made, Run):
        raise TypeError("simulate: this makes no single run; use find_max_rate, or mission")
    return made


def find_max_rate(model: ModelLike, hardware: DeviceLike, progress: Progress = None, **given: Unpack[SimulateOptions]) -> Document:
    """The greatest rate that keeps the scenario's limit."""
    return _ask("simulate", [model, hardware], {"find_max_qps": True, **given}, progress)


def mission(name: str, progress: Progress = None, **given: Unpack[SimulateOptions]) -> Document:
    """A mission of the catalog against its thresholds."""
    return _ask("simulate", [name], given, progress)


def tail(**given: Unpack[TailOptions]) -> Document:
    """What a mean and a standard deviation imply, what a sample supports, what many parts make of a tail."""
    return _ask("tail", [], given)


def explain(model: ModelLike, baseline: DeviceLike, proposal: Union[DeviceLike, None] = None,
            **given: Unpack[ExplainOptions]) -> Explanation:
    """Why a proposal is faster than a baseline, or is not: another device, or what `change` says."""
    devices = {"model": model, "baseline": baseline, "proposal": proposal}
    made = _ask("explain", [], {**devices, **given})
    assert isinstance(made, Explanation)
    return made


def explain_profiles(baseline: _core.Profile, proposal: _core.Profile) -> Explanation:
    """Why one profile is faster than another, or is not."""
    printed, document = _core.explain_profiles(baseline, proposal)
    return Explanation(document, printed=printed)


def _core_run(run: Union[Run, str, "os.PathLike[str]"]) -> _core.Run:
    return run._core if isinstance(run, Run) else _core.load_run(os.fspath(run))


def compare(a: Union[Run, str], b: Union[Run, str], paired: Union[bool, None] = None, seed: int = 1,
            replicas: int = 2000) -> RunDifference:
    """Whether the difference of two runs is real, how large it may be, and where it comes from.

    Runs, files, or ids of kept runs. `paired`: query i of one belongs to query i of the other; None: where their
    schedules are equal.
    """
    printed, document = _core.compare_runs(_core_run(a), _core_run(b), paired, seed, replicas)
    return RunDifference(document, printed=printed)


def audit(a: str, b: str, progress: Progress = None, **given: Unpack[AuditOptions]) -> Document:
    """One system against another, level by level."""
    return _ask("audit", [], {"a": a, "b": b, **given}, progress)


def audit_log(folder: Union[str, "os.PathLike[str]"], **given: Unpack[AuditLogOptions]) -> Document:
    """What an auditor asks of a log of the MLPerf LoadGen."""
    return _ask("audit-log", [folder], given)


def check(*runs: Union[Run, str, "os.PathLike[str]"], **given: Unpack[CheckOptions]) -> Document:
    """Criteria on a run, or on a change from the first run to the second, as a gate in CI asks them."""
    with tempfile.TemporaryDirectory() as folder:
        paths: list[object] = []
        for i, run in enumerate(runs):
            paths.append(os.path.join(folder, f"run-{i}.json") if isinstance(run, Run) else run)
            if isinstance(run, Run):
                run.save(str(paths[-1]))
        return _ask("check", paths, given)


def catalog_check() -> Document:
    """What is suspicious in the catalog."""
    return _ask("catalog check", [], {})
