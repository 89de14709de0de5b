"""The names of the seed's tutorial: Engine and DifferentialExplainer."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Union

import numpy as np
import numpy.typing as npt

from . import _core, _verbs
from ._documents import Explanation, si
from ._errors import BadInput, Infeasible
from ._verbs import DeviceLike, ModelLike

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import DeploymentOptions

Numbers = Union[int, float, Iterable[float], npt.NDArray[Any]]

_SWEPT = np.dtype([("batch", np.int64), ("context", np.int64), ("latency", np.float64),
                   ("throughput", np.float64)])
_CHUNK = 1 << 20  # points between two looks at Ctrl-C


def _textbook(precision: Union[str, None], efficiency: Union[float, None],
              given: Mapping[str, Any]) -> dict[str, Any]:
    """The textbook calibration unless another is asked for."""
    fitted = any(given.get(name) is not None for name in ("stack", "stack_version", "calibration_file"))
    if efficiency is None and given.get("calibration") is None and not fitted:
        efficiency = 0.5
    return {"precision": precision, "efficiency": efficiency, **given}


class Engine:
    """A model on a device, by the textbook calibration: one efficiency, one overhead a layer.

    That is what the tutorial teaches with; calibration="fitted" is what `ridgeline predict` uses, and
    ridgeline.predict its function.
    """

    @staticmethod
    def solve(model: ModelLike, hardware: DeviceLike, batch_size: int = 1, precision: str = "fp16",
              efficiency: Union[float, None] = None, raise_errors: bool = False, *, context: int = 0,
              tokens: Union[int, None] = None, phase: str = "",
              **given: Unpack[DeploymentOptions]) -> _core.Profile:
        """The profile of one pass of `batch_size` sequences, images or samples.

        `context`: tokens already in the cache of each sequence. `phase`: "decode" (the default of models that
        generate) or "prefill", of `tokens` tokens. `efficiency`: share of the peak that computing reaches, 0.5
        unless given. Other options: overhead_per_layer="0.1ms", calibration, stack, tp, kv_cache ... as of
        ridgeline.predict. `raise_errors`: Infeasible where the memory does not hold it; without, look at
        `profile.fits`.
        """
        deployed = _verbs.deployment(model, hardware, _textbook(precision, efficiency, given))
        profile = deployed.solve(batch_size, context, tokens, phase)
        if raise_errors and not profile.fits:
            raise Infeasible(
                f"{profile.model.id} does not fit {profile.hardware.id}: needs {si(profile.memory_needed, 'B')} "
                f"of {si(profile.memory_capacity, 'B')}"
            )
        return profile

    @staticmethod
    def sweep(model: ModelLike, hardware: DeviceLike, batch: Numbers = 1, context: Numbers = 0,
              precision: str = "fp16", efficiency: Union[float, None] = None, *, pairs: bool = False,
              **given: Unpack[DeploymentOptions]) -> npt.NDArray[Any]:
        """Many decode steps at once: a structured array that pandas.DataFrame takes.

        Its columns: batch and context (int64), latency (float64, s), throughput (float64, tokens/s). Every
        context with every batch, the context varying fastest; or with pairs=True batch[i] with context[i]. Its
        shape is (points,). Points that the memory does not hold have a latency too: ask Engine.solve whether
        they fit. What the library cannot sweep (models that do not decode) is solved
        one by one.
        """
        deployed = _verbs.deployment(model, hardware, _textbook(precision, efficiency, given))
        batches, contexts = _whole(batch, "batch", 1), _whole(context, "context", 0)
        if pairs:
            batches, contexts = np.broadcast_arrays(batches, contexts)
        else:
            batches, contexts = np.repeat(batches, len(contexts)), np.tile(contexts, len(batches))
        swept = np.empty(len(batches), _SWEPT)
        swept["batch"], swept["context"] = batches, contexts
        if deployed.sweeps:
            for start in range(0, len(batches), _CHUNK):
                part = slice(start, start + _CHUNK)
                swept["latency"][part] = deployed.decode_latencies(
                    np.ascontiguousarray(batches[part], np.float64), np.ascontiguousarray(contexts[part], np.float64)
                )
            np.divide(batches, swept["latency"], out=swept["throughput"])
        else:
            for i, (b, c) in enumerate(zip(batches.tolist(), contexts.tolist())):
                profile = deployed.solve(b, c)
                swept["latency"][i], swept["throughput"][i] = profile.latency, profile.throughput
        return swept


def _whole(given: Numbers, name: str, least: int) -> npt.NDArray[np.int64]:
    values = np.atleast_1d(np.asarray(given if isinstance(given, (int, float, np.ndarray)) else list(given)))
    if values.ndim != 1:
        raise BadInput(f"sweep: {name} has {values.ndim} dimensions; give a number or one dimension of them")
    whole = values.astype(np.int64)
    if not np.array_equal(whole, values) or (whole < least).any() or (whole > 1 << 30).any():
        raise BadInput(f"sweep: {name} has values that are not whole numbers from {least} to 2^30")
    return whole


class DifferentialExplainer:
    """Why one profile is faster than another, or is not."""

    @staticmethod
    def compare_performance(baseline: _core.Profile, proposal: _core.Profile) -> Explanation:
        """The explanation; print it for the text of `ridgeline explain`."""
        return _verbs.explain_profiles(baseline, proposal)
