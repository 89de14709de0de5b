"""bench() of callables: who is called how often, what is recorded, what goes wrong. No two timings are compared."""
import asyncio
import functools
import os
import signal
import threading
import time
import unittest

import numpy as np

import ridgeline

SHORT = {"duration": "50ms", "measure_overhead": False}


class Called(unittest.TestCase):
    def test_every_query_once_and_in_order(self):
        seen = []
        run = ridgeline.bench(seen.append, scenario="single-stream", min_queries=50, max_queries=50, duration="0s",
                              measure_overhead=False)
        self.assertEqual([q.id for q in seen], list(range(50)))
        self.assertEqual(len(run.latencies), 50)
        self.assertEqual(run.origin, "measured")
        self.assertTrue(np.all(run.latencies > 0))
        self.assertTrue(np.all(run.issued >= run.scheduled))

    def test_a_call_is_a_sample(self):
        seen = []
        run = ridgeline.bench(seen.append, scenario="multi-stream", samples=4, min_queries=5, max_queries=5,
                              duration="0s", measure_overhead=False)
        self.assertEqual([(q.id, q.sample) for q in seen], [(i, s) for i in range(5) for s in range(4)])
        self.assertEqual([q.index for q in seen], list(range(20)))
        self.assertEqual(list(run.samples), [4] * 5)

    def test_offline_over_workers(self):
        indices, threads, lock = [], set(), threading.Lock()

        def work(query):
            time.sleep(0.0005)
            with lock:
                indices.append(query.index)
                threads.add(threading.current_thread().name)

        run = ridgeline.bench(work, workers=3, scenario="offline", qps=1000, **SHORT)
        self.assertEqual(sorted(indices), list(range(run.summary["samples"])))
        self.assertEqual(threads, {"ridgeline-0", "ridgeline-1", "ridgeline-2"})

    def test_lengths_of_the_load(self):
        seen = []
        ridgeline.bench(seen.append, scenario="single-stream", lengths="fixed:12/34", min_queries=3, max_queries=3,
                        duration="0s", measure_overhead=False)
        self.assertEqual([(q.input_tokens, q.output_tokens) for q in seen], [(12, 34)] * 3)

    def test_coroutines_overlap(self):
        now, most = 0, 0

        async def work(query):
            nonlocal now, most
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.05)
            now -= 1

        run = ridgeline.bench(work, scenario="server", qps=200, target_latency="10s", min_queries=40, **SHORT)
        self.assertGreater(most, 1)
        self.assertEqual(run.summary["failed"], 0)
        self.assertTrue(np.all(run.latencies >= 0.049))  # event loops may wake a little early

        most = 0
        ridgeline.bench(work, workers=2, scenario="server", qps=200, target_latency="10s", min_queries=20, **SHORT)
        self.assertLessEqual(most, 2)

    def test_batches(self):
        sizes, indices = [], []

        def work(queries):
            sizes.append(len(queries))
            indices.extend(q.index for q in queries)

        run = ridgeline.bench(work, max_batch=8, batch_timeout="1s", scenario="offline", qps=300, **SHORT)
        samples = run.summary["samples"]
        self.assertEqual(sorted(indices), list(range(samples)))
        # All wait from the start: full batches, and what is left over.
        self.assertEqual(sizes, [8] * (samples // 8) + ([samples % 8] if samples % 8 else []))

    def test_batches_of_a_coroutine(self):
        sizes = []

        async def work(queries):
            await asyncio.sleep(0)
            sizes.append(len(queries))

        run = ridgeline.bench(work, max_batch=4, scenario="multi-stream", samples=4, min_queries=6, max_queries=6,
                              duration="0s", measure_overhead=False)
        self.assertEqual(sum(sizes), 24)
        self.assertEqual(len(run.latencies), 6)

    def test_cores(self):
        core = min(os.sched_getaffinity(0))
        seen = set()
        ridgeline.bench(lambda query: seen.add(frozenset(os.sched_getaffinity(0))), cpus=str(core),
                        scenario="single-stream", **SHORT)
        self.assertEqual(seen, {frozenset({core})})


class Tokens(unittest.TestCase):
    def check(self, run):
        self.assertEqual(set(run.tokens), {5})
        self.assertTrue(np.all(run.first_tokens > 0))
        self.assertTrue(np.all(run.first_tokens <= run.latencies))
        self.assertIsNotNone(run.summary["ttft_seconds"]["p50"])
        self.assertIsNotNone(run.summary["tpot_seconds"]["p50"])
        self.assertIsNotNone(run.summary["token_gap_seconds"]["p50"])

    def test_generator(self):
        def work(query):
            yield "a"
            yield ["b", "c"]  # a chunk of two
            yield "d"
            yield "e"

        self.check(ridgeline.bench(work, scenario="single-stream", min_queries=200, **SHORT))

    def test_async_generator(self):
        async def work(query):
            for _ in range(5):
                await asyncio.sleep(0)
                yield "token"

        self.check(ridgeline.bench(work, scenario="single-stream", min_queries=200, **SHORT))


class Wrong(unittest.TestCase):
    def test_exceptions_fail_their_query(self):
        def work(query):
            if query.id % 3 == 2:
                raise ValueError("every\nthird")

        run = ridgeline.bench(work, scenario="single-stream", min_queries=30, max_queries=30, duration="0s",
                              measure_overhead=False)
        self.assertEqual(run["failures"], {"ValueError": 10})
        self.assertEqual(run.summary["queries"], 20)
        self.assertFalse(run.valid)
        self.assertIn("the first failure: query 2: ValueError: every third", run["notes"])

    def test_exceptions_of_every_kind_of_callable(self):
        class Broken(Exception):
            def __str__(self):
                raise RuntimeError

        async def coroutine(query):
            raise Broken

        async def tokens(query):
            yield "a"
            raise Broken

        def generator(query):
            yield "a"
            raise Broken

        def batch(queries):
            raise Broken

        for work, more in ((coroutine, {}), (tokens, {}), (generator, {}), (batch, {"max_batch": 4})):
            run = ridgeline.bench(work, scenario="server", qps=200, target_latency="1s", min_queries=10, max_queries=10,
                                  **SHORT, **more)
            self.assertEqual(run["failures"], {"Broken": run.summary["failed"]}, work)
            self.assertGreater(run.summary["failed"], 0)

    def test_a_coroutine_in_disguise(self):
        async def work(query):
            pass

        run = ridgeline.bench(lambda query: work(query), scenario="server", qps=200, target_latency="1s", min_queries=10,
                              max_queries=10, **SHORT)
        self.assertEqual(list(run["failures"]), ["TypeError"])
        self.assertIn("async def", " ".join(run["notes"]))

    def test_ctrl_c_ends_with_what_was_measured(self):
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        started = time.monotonic()
        run = ridgeline.bench(lambda query: time.sleep(0.001), scenario="single-stream", duration="60s",
                              measure_overhead=False)
        self.assertLess(time.monotonic() - started, 30)
        self.assertTrue(run["interrupted"])
        self.assertGreater(len(run.latencies), 0)

    def test_one_line_says_what_would_be_right(self):
        def tokens(query):
            yield "a"

        with self.assertRaisesRegex(ridgeline.BadInput, "leave out max_batch"):
            ridgeline.bench(tokens, max_batch=2, **SHORT)
        with self.assertRaisesRegex(ridgeline.BadInput, "workers is 0"):
            ridgeline.bench(print, workers=0, **SHORT)
        with self.assertRaisesRegex(TypeError, "no option 'scenarios'.*scenario"):
            ridgeline.bench(print, scenarios="server")
        with self.assertRaisesRegex(TypeError, "belong to callables"):
            ridgeline.bench("null", workers=2)
        with self.assertRaisesRegex(ridgeline.BadInput, "unknown 'servre'"):
            ridgeline.bench(print, scenario="servre")


class Others(unittest.TestCase):
    def test_partials_and_objects(self):
        class Model:
            calls = 0

            async def __call__(self, query, scale=1):
                Model.calls += scale

        run = ridgeline.bench(functools.partial(Model(), scale=2), scenario="single-stream", min_queries=7, max_queries=7,
                              duration="0s", measure_overhead=False)
        self.assertEqual((Model.calls, len(run.latencies)), (14, 7))

    def test_what_the_binding_takes(self):
        found = ridgeline.overhead(print)
        self.assertEqual(found["queries"], 2000)
        self.assertLessEqual(found["p50"], found["p99"])
        run = ridgeline.bench(lambda query: None, scenario="single-stream", duration="10ms")
        self.assertRegex(" ".join(run["notes"]), r"the binding: a callable that does nothing takes P50 .*, P99 .*every latency")

    def test_systems_of_the_command_line(self):
        run = ridgeline.bench("sleep:1ms", scenario="single-stream", duration="50ms")
        self.assertEqual(run["system"], "sleep of 1.00 ms a query")
        self.assertTrue(np.all(run.latencies >= 0.001))

    def test_repeat(self):
        runs = ridgeline.bench(lambda query: None, repeat=3, seed=5, scenario="server", qps=500, target_latency="1s",
                               **SHORT)
        self.assertEqual([run["scenario"]["seed"] for run in runs], [5, 6, 7])
        self.assertEqual(len(runs.to_dict()["runs"]), 3)
        mean = sum(run.p50.value for run in runs) / 3
        self.assertAlmostEqual(runs.figures["latency_seconds"]["p50"]["value"], mean)
        same = ridgeline.bench(lambda query: None, seed=6, scenario="server", qps=500, target_latency="1s", **SHORT)
        self.assertEqual(list(same.scheduled), list(runs[1].scheduled))  # the schedule is the seed's


if __name__ == "__main__":
    unittest.main()
