"""bench(): any Python callable as a system under test, and everything that the command line benches."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any, Optional, Union

from . import _core, _words
from ._documents import Run
from ._errors import BadInput

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import BenchOptions

__all__ = ["bench", "overhead", "Repetitions"]

#: Queries of the measurement of what the binding itself takes.
_OVERHEAD_QUERIES = 2000


class Repetitions:
    """Runs of the same measurement with the seeds S, S + 1 ...; `figures` are means over them with 95 % intervals."""

    def __init__(self, runs: list[Run]) -> None:
        self.runs = runs
        self._text, self._json = _core.repetitions([run._core for run in runs])

    def __len__(self) -> int:
        return len(self.runs)

    def __getitem__(self, index: int) -> Run:
        return self.runs[index]

    def __iter__(self) -> Iterator[Run]:
        return iter(self.runs)

    def to_dict(self) -> dict[str, Any]:
        """The document that `ridgeline bench --repeat N --json` prints. Times in seconds."""
        document: dict[str, Any] = json.loads(self._json)
        return document

    @property
    def figures(self) -> dict[str, Any]:
        """Means over the runs: {"latency_seconds": {"p50": {"value", "low", "high"} ...}, ...}; None: not in every run."""
        return dict(self.to_dict()["figures"])

    def __str__(self) -> str:
        return self._text.rstrip("\n")

    def __repr__(self) -> str:
        return f"<ridgeline.Repetitions of {len(self.runs)} runs>"


def bench(
    system: Union[str, _core.Model, Callable[..., Any], None] = None,
    *,
    workers: Optional[int] = None,
    name: Optional[str] = None,
    measure_overhead: bool = True,
    progress: Optional[Callable[[str], object]] = None,
    **options: Unpack[BenchOptions],
) -> Union[Run, Repetitions]:
    """Measures a system under a scenario in wall-clock time; returns a Run (with repeat=N above 1, Repetitions).

    system: a callable, or what `ridgeline bench` takes: a server's URL, a model of the catalog or its name, "model.onnx",
        "./libmine.so", "null", "sleep:1ms"; with command="PROGRAM ARGUMENTS" none. For these the keywords are the
        flags of `ridgeline bench`, with _ for -.
    A callable is one of
        f(query)                       called for every sample, in `workers` threads (1);
        async def f(query)             on an event loop, `workers` samples at once (no limit);
        f(queries), max_batch=N        with a list of up to N, after batch_timeout at most; async too.
    A generator, or an async generator, that yields tokens gives time to first token, time per token and gaps; a list
    or tuple counts as as many tokens. An exception fails its sample, under the exception's name. query is a
    ridgeline.Query.

    name: the system's, in the run; default the callable's.
    measure_overhead: measure first what a callable that does nothing takes, and say so in the run's notes. It is in
        every latency of the run.
    progress: called with a line now and then, such as "bench: 40 %".
    options: scenario="single-stream", qps, duration ("10s"), min_queries, max_queries, samples,
        target_latency, percentile, users, think_time, arrivals, lengths, isl, osl, max_batch, batch_timeout, seed,
        warm_up, repeat, issue_threads, driver_cpu, cpus, driver_priority ...: the flags of `ridgeline bench`.

    Latencies count as everywhere in Ridgeline: of open loops from the scheduled time. Ctrl-C ends the run with what
    was measured. Raises BadInput, and TypeError on an unknown keyword.
    """
    if callable(system):
        return _bench_callable(system, workers, name, measure_overhead, progress, dict(options))
    if workers is not None or name is not None:
        raise TypeError("bench: workers and name belong to callables; other systems decide for themselves")
    given: dict[str, Any] = dict(options)
    repeat, seed = int(given.pop("repeat", None) or 1), int(given.pop("seed", 1))
    named = [] if system is None else [system]

    def once(each: int) -> Run:
        words = _words.words("bench", named, {**given, "seed": each})
        outcome = _core.run_command([*words, "--no-save", "--json"], progress)
        if outcome.run is None:  # ended before there was one
            raise KeyboardInterrupt
        return Run(outcome.run)

    return once(seed) if repeat == 1 else _repeated(repeat, seed, once)


def overhead(
    system: Callable[..., Any], *, workers: Optional[int] = None, **options: Unpack[BenchOptions]
) -> dict[str, Any]:
    """What a callable of the same kind as `system` takes that does nothing: {"queries", "p50", "p99"}, in seconds.

    From the driver's issue to the completion that the driver sees, one query at a time: the thread that wakes up,
    the interpreter's lock, the call. It is in every latency that bench() gives for a callable.
    """
    batched = "max_batch" in options
    given: dict[str, Any] = dict(options)
    own = ("max_batch", "cpus", "driver_cpu", "driver_priority")
    keep: dict[str, Any] = {key: given[key] for key in own if key in given}
    load: dict[str, Any] = {
        "scenario": "single-stream",
        "duration": "0s",
        "warm_up": "20ms",
        "min_queries": _OVERHEAD_QUERIES,
        "max_queries": _OVERHEAD_QUERIES,
    }
    plan = _core.BenchPlan(_words.words("bench", [], {**load, **keep})[1:])
    null = _null_of(system, batched)
    queue = plan.queue("null callable")
    with _serving(queue, null, workers or 1, batched, plan.cpus):
        run = plan.drive(queue, "", [], None)
    interrupted, queries, p50, p99 = _core.latency_of(run)
    if interrupted:
        raise KeyboardInterrupt
    return {"queries": queries, "p50": p50, "p99": p99}


def _bench_callable(
    system: Callable[..., Any],
    workers: Optional[int],
    name: Optional[str],
    measure_overhead: bool,
    progress: Optional[Callable[[str], object]],
    options: dict[str, Any],
) -> Union[Run, Repetitions]:
    if workers is not None and workers < 1:
        raise BadInput(f"bench: workers is {workers}; at least 1 is needed")
    plan = _core.BenchPlan(_words.words("bench", [], options)[1:])
    batched = "max_batch" in options
    label = name or str(getattr(system, "__qualname__", type(system).__name__))
    notes = [_overhead_note(overhead(system, workers=workers, **options))] if measure_overhead else []

    def once(seed: int) -> Run:
        if seed != plan.seed:
            plan.prepare(seed)
        queue = plan.queue(label)
        with _serving(queue, system, workers, batched, plan.cpus):
            return Run(plan.drive(queue, label, notes, progress))

    if plan.repeat == 1:
        return once(plan.seed)
    return _repeated(plan.repeat, plan.seed, once)


def _repeated(repeat: int, first: int, measure: Callable[[int], Run]) -> Repetitions:
    runs: list[Run] = []
    for seed in range(first, first + repeat):
        runs.append(measure(seed))
        if runs[-1]["interrupted"]:
            break
    return Repetitions(runs)


def _overhead_note(measured: dict[str, Any]) -> str:
    def text(value: Optional[float]) -> str:
        return "unknown" if value is None else str(_core.duration_text(value))

    return (
        f"the binding: a callable that does nothing takes P50 {text(measured['p50'])}, P99 {text(measured['p99'])} "
        f"({measured['queries']} queries before the run); that is in every latency"
    )


# ------------------------------------------------------------------------------------------------ kinds of callables


def _kind(system: Callable[..., Any]) -> tuple[bool, bool]:
    """Whether it is asynchronous, and whether it yields tokens; of objects their __call__ says so."""
    asked: list[Any] = [system]
    while hasattr(asked[-1], "func"):  # functools.partial
        asked.append(asked[-1].func)
    asked.append(getattr(type(asked[-1]), "__call__", None))
    asynchronous = any(inspect.iscoroutinefunction(f) or inspect.isasyncgenfunction(f) for f in asked)
    generates = any(inspect.isgeneratorfunction(f) or inspect.isasyncgenfunction(f) for f in asked)
    return asynchronous, generates


def _null_of(system: Callable[..., Any], batched: bool) -> Callable[..., Any]:
    """Does nothing, in the way of `system`."""

    def null(query: Any) -> None:
        return None

    def null_tokens(query: Any) -> Iterator[None]:
        yield None

    async def null_async(query: Any) -> None:
        return None

    async def null_async_tokens(query: Any) -> AsyncIterator[None]:
        yield None

    asynchronous, generates = _kind(system)
    if asynchronous:
        return null_async_tokens if generates else null_async
    return null_tokens if generates and not batched else null


@contextlib.contextmanager
def _serving(
    queue: Any, system: Callable[..., Any], workers: Optional[int], batched: bool, cpus: list[int]
) -> Iterator[None]:
    """Threads that answer the queue's queries with the callable, while it lasts."""
    asynchronous, generates = _kind(system)
    if batched and generates:
        raise BadInput(
            "bench: a generator answers one query at a time; leave out max_batch, or return when the batch is done"
        )
    if asynchronous and not batched:
        serve: Callable[[], None] = _EventLoop(queue, system, generates, workers).serve
        threads = 1
    elif batched:
        serve = _batch_server(queue, system, asynchronous)
        threads = workers or 1
    else:
        serve = _call_server(queue, system)
        threads = workers or 1
    ready = threading.Barrier(threads + 1)
    refused: list[BaseException] = []

    def work() -> None:
        try:
            _core.pin_this_thread(cpus)
        except BaseException as error:  # said by the thread that asked
            refused.append(error)
        ready.wait()
        if not refused:
            serve()

    team = [threading.Thread(target=work, name=f"ridgeline-{i}", daemon=True) for i in range(threads)]
    for thread in team:
        thread.start()
    ready.wait()
    if refused:
        raise refused[0]
    try:
        yield
    finally:
        queue.stop()
        # A callable that never returns keeps its thread, which ends with the process.
        for thread in team:
            thread.join(timeout=1.0)


def _call_server(queue: Any, system: Callable[..., Any]) -> Callable[[], None]:
    def serve() -> None:
        queue.serve(system)

    return serve


def _batch_server(queue: Any, system: Callable[..., Any], asynchronous: bool) -> Callable[[], None]:
    def serve() -> None:
        if not asynchronous:
            queue.serve_batches(system)
            return
        loop = asyncio.new_event_loop()
        try:
            queue.serve_batches(lambda queries: loop.run_until_complete(system(queries)))
        finally:
            loop.close()

    return serve


class _EventLoop:
    """Runs a coroutine function for every query, on a loop of its own."""

    def __init__(self, queue: Any, system: Callable[..., Any], generates: bool, limit: Optional[int]) -> None:
        self._queue, self._system, self._generates, self._limit = queue, system, generates, limit
        self._tasks: "set[asyncio.Task[None]]" = set()

    def serve(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        self._room = asyncio.Semaphore(self._limit) if self._limit else None
        loop.add_reader(self._queue.fileno(), self._start_tasks)
        await self._stopped.wait()
        loop.remove_reader(self._queue.fileno())
        for task in self._tasks:
            task.cancel()

    def _start_tasks(self) -> None:
        queries = self._queue.take()
        if queries is None:
            self._stopped.set()
            return
        for query in queries:
            task = asyncio.ensure_future(self._answer(query))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _answer(self, query: Any) -> None:
        try:
            if self._room is None:
                await self._call(query)
            else:
                async with self._room:
                    await self._call(query)
        except BaseException as error:
            self._queue.fail(query, error)
        else:
            self._queue.finish(query)

    async def _call(self, query: Any) -> None:
        if not self._generates:
            await self._system(query)
            return
        async for item in self._system(query):
            self._queue.token(query, len(item) if isinstance(item, (list, tuple)) else 1)
