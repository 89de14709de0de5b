"""Pipelines: the stages of `ridgeline run`, with Python functions among them, callbacks, and the same cache."""

from __future__ import annotations

import inspect
import json
import pathlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Optional, Union

from . import _core
from ._documents import Path, Run
from ._errors import BadInput, RidgelineError

__all__ = ["Pipeline", "PipelineRun"]

StageFunction = Callable[..., Any]


class PipelineRun:
    """How a pipeline went: run["stage"] is what that stage made, run.stages says how each went.

    Runs come as Run, texts of `render` as str, all other results of the library as the documents that --json prints
    (a deployment as {"model", "hardware"}; operators as None), and those of functions as they returned them.
    """

    def __init__(self, document: dict[str, Any], values: Mapping[str, Any]) -> None:
        self._document = document
        self._values = {name: Run(v) if isinstance(v, _core.Run) else v for name, v in values.items()}

    def __getitem__(self, stage: str) -> Any:
        if stage not in self._values:
            raise BadInput(f"pipeline: no stage '{stage}' made anything; there are {', '.join(self._values) or 'none'}")
        return self._values[stage]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    @property
    def stages(self) -> list[dict[str, Any]]:
        """Of each: stage, use, status ("ran", "cached" ...), seconds, key, verdict, note, error; text or file of `render`."""
        return list(self._document["stages"])

    @property
    def status(self) -> str:
        """ "done", or "cancelled" by Ctrl-C: what was finished is in the cache."""
        return str(self._document["status"])

    def to_dict(self) -> dict[str, Any]:
        """The document that `ridgeline run --json` prints."""
        return self._document

    def __repr__(self) -> str:
        stages = ", ".join(f"{s['stage']} {s['status']}" for s in self.stages)
        return f"<PipelineRun {self.status}: {stages}>"


class Pipeline:
    """Stages that are wired by what they make, checked before they run, and skipped where the cache has their results.

    stages: the path of a pipeline file (docs/pipelines.md), or a list: dicts as in such a file ({"use": "load", "with":
        {"model": ...}}), then functions. The file's stages know nothing of functions, so functions come after them.
    """

    def __init__(self, stages: Union[Path, Sequence[Union[Mapping[str, Any], StageFunction]], None] = None, *,
                 name: Optional[str] = None) -> None:
        functions: list[StageFunction] = []
        if stages is None or isinstance(stages, (str, pathlib.PurePath)) or hasattr(stages, "__fspath__"):
            self._core = _core.Pipeline(None if stages is None else str(stages))
        else:
            entries = [dict(entry) for entry in stages if isinstance(entry, Mapping)]
            functions = [entry for entry in stages if callable(entry)]
            self._core = _of_entries(entries)
        if name is not None:
            self._core.name = name
        for function in functions:
            self.add(function)

    @classmethod
    def from_yaml(cls, path: Path) -> "Pipeline":
        """Of a pipeline file."""
        return cls(path)

    def add(self, function: StageFunction, *, name: Optional[str] = None, takes: Optional[Sequence[str]] = None,
            makes: Optional[str] = None, version: Optional[str] = None, options: Any = None) -> StageFunction:
        """Adds a function as a stage, and returns it.

        takes: the stages whose results it gets, in order; default its parameters' names, but for `context`, which gets
            a StageContext: progress(fraction, what), stop_requested, follows_from(content).
        makes: the name of what it makes; default the stage's. "Run" where it returns a Run that `check` or `compare`
            stages of functions' pipelines take.
        version: change it when the function computes something else. With it the result, pickled, is kept in the cache,
            by the inputs and `options`, which are anything that JSON can write; without, the function always runs.
        """
        parameters = [p for p in inspect.signature(function).parameters]
        stage = name or getattr(function, "__name__", "")
        if not stage or stage == "<lambda>":
            raise BadInput("pipeline: a lambda has no name; give name=")
        needs = list(takes) if takes is not None else [p for p in parameters if p != "context"]
        takes_context = "context" in parameters

        def call(*values: Any) -> Any:
            made = function(*[Run(v) if isinstance(v, _core.Run) else v for v in values[: len(needs)]],
                            **({"context": values[-1]} if takes_context else {}))
            return made._core if isinstance(made, Run) and makes == "Run" else made

        written = "" if options is None else json.dumps(options, sort_keys=True)
        self._core.add(stage, call, makes or stage, needs, takes_context, version or "", written)
        return function

    def stage(self, **options: Any) -> Callable[[StageFunction], StageFunction]:
        """add() as a decorator: @pipeline.stage(version="1")."""
        return lambda function: self.add(function, **options)

    def plan(self) -> list[dict[str, Any]]:
        """The stages in the order in which they run: stage, use, takes, from, makes. Raises BadInput where they do not fit."""
        return [dict(zip(("stage", "use", "takes", "from", "makes"), row)) for row in self._core.plan()]

    def run(
        self,
        *,
        cache: Union[Path, bool] = True,
        on_stage_start: Optional[Callable[[str], object]] = None,
        on_stage_end: Optional[Callable[[dict[str, Any]], object]] = None,
        on_progress: Optional[Callable[[str, float, str], object]] = None,
    ) -> PipelineRun:
        """Runs the stages one after another.

        cache: a folder; True is that of `ridgeline run`, False none.
        on_stage_start: called with the stage's name. on_stage_end: with {"stage", "use", "status", "seconds", "verdict",
            "error"}, also of cached, cancelled and failed ones. on_progress: with stage, fraction, what it is about.
            What a callback raises ends the run and is raised.

        What a function raises is raised here; a stage of the library that fails raises BadInput, Infeasible ... with the
        stage in its line. Ctrl-C ends it before the next stage, with status "cancelled".
        """
        folder = _core.default_stage_cache() if cache is True else "" if cache is False else str(cache)

        def ended(stage: str, use: str, status: str, seconds: float, verdict: str, error: str) -> None:
            if on_stage_end is not None:
                on_stage_end({"stage": stage, "use": use, "status": status, "seconds": seconds,
                              "verdict": verdict or None, "error": error or None})

        started = None if on_stage_start is None else lambda stage, use: on_stage_start(stage)
        document, values, raised = self._core.run(folder, started, ended, on_progress, None)
        if raised is not None:
            raise raised
        return PipelineRun(document, values)


def _of_entries(entries: list[dict[str, Any]]) -> _core.Pipeline:
    if not entries:
        return _core.Pipeline(None)
    with tempfile.TemporaryDirectory(prefix="ridgeline-") as folder:
        path = pathlib.Path(folder) / "pipeline.yaml"
        path.write_text(json.dumps({"name": "pipeline", "stages": entries}, indent=2), encoding="utf-8")  # JSON is YAML
        try:
            return _core.Pipeline(str(path))
        except RidgelineError as error:  # the caller knows no such file
            error.args = (str(error).replace(str(path), "pipeline"),)
            raise
