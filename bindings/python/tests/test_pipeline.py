"""Pipelines with Python functions: wiring, the cache, callbacks, failures."""
import os
import pathlib
import signal
import tempfile
import threading
import time
import unittest

import ridgeline

from support import program

LOAD = {"use": "load", "with": {"model": "llama-3.1-8b", "hardware": "h100"}}
PREDICT = {"use": "predict", "with": {"batch": 4}}


class Pipelines(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.cache = folder.name

    def test_functions_take_what_stages_made(self):
        pipeline = ridgeline.Pipeline([LOAD, PREDICT])

        @pipeline.stage()
        def per_token(predict, load):
            return predict["latency_seconds"] / predict["tokens"], load

        @pipeline.stage()
        def doubled(per_token):
            return 2 * per_token[0]

        run = pipeline.run(cache=False)
        profile = ridgeline.predict("llama-3.1-8b", "h100", batch=4)
        self.assertEqual(run["predict"]["latency_seconds"], profile.latency)
        self.assertEqual(run["per_token"], (profile.latency / 4, {"model": "llama-3.1-8b", "hardware": "h100-sxm-80gb"}))
        self.assertEqual(run["doubled"], profile.latency / 2)
        self.assertEqual(run.status, "done")
        self.assertEqual([s["stage"] for s in run.stages], ["load", "predict", "per_token", "doubled"])
        self.assertEqual([row["stage"] for row in pipeline.plan()], ["load", "predict", "per_token", "doubled"])

    def test_runs_are_runs(self):
        simulate = {"use": "simulate", "with": {"scenario": "single-stream", "duration": "5s", "isl": 64, "osl": 8}}
        pipeline = ridgeline.Pipeline([LOAD, simulate])
        pipeline.add(lambda run: float(run.latencies.max()), name="worst", takes=["simulate"])
        run = pipeline.run(cache=False)
        self.assertIsInstance(run["simulate"], ridgeline.Run)
        self.assertEqual(run["worst"], float(run["simulate"].latencies.max()))

    def test_a_file(self):
        path = pathlib.Path(self.cache) / "p.yaml"
        path.write_text("stages:\n  - use: load\n    with: {model: llama-3.1-8b, hardware: h100}\n  - use: predict\n"
                        "  - use: render\n")
        run = ridgeline.Pipeline(path).run(cache=False)
        self.assertEqual(run["render"], program("run", str(path), "--no-cache"))

    def test_the_cache(self):
        calls = []

        def build(version, options=None, batch=4):
            pipeline = ridgeline.Pipeline([LOAD, {"use": "predict", "with": {"batch": batch}}])

            def count(predict):
                calls.append(batch)
                return {"tokens": predict["tokens"]}

            pipeline.add(count, version=version, options=options)
            return pipeline.run(cache=self.cache)

        def status(run):
            return {s["stage"]: s["status"] for s in run.stages}["count"]

        self.assertEqual(status(build("1")), "ran")
        again = build("1")
        self.assertEqual((status(again), again["count"]), ("cached", {"tokens": 4}))
        self.assertEqual(status(build("2")), "ran")
        self.assertEqual(status(build("2", options={"a": 1})), "ran")
        self.assertEqual(status(build("1", batch=8)), "ran")
        self.assertEqual(status(build(None)), "ran")
        self.assertEqual(status(build(None)), "ran")  # without a version never kept
        self.assertEqual(calls, [4, 4, 4, 8, 4, 4])

    def test_callbacks(self):
        told = []
        pipeline = ridgeline.Pipeline([LOAD])

        @pipeline.stage()
        def slow(load, context):
            context.progress(0.5, "half of it")
            self.kept = context
            return not context.stop_requested

        pipeline.run(cache=False, on_stage_start=lambda stage: told.append(("start", stage)),
                     on_stage_end=lambda report: told.append(("end", report["stage"], report["status"])),
                     on_progress=lambda *what: told.append(what))
        self.assertEqual(told, [("start", "load"), ("end", "load", "ran"), ("start", "slow"), ("slow", 0.5, "half of it"),
                                ("end", "slow", "ran")])
        with self.assertRaisesRegex(ridgeline.BadInput, "the stage has ended"):
            self.kept.progress(1)

    def test_what_a_function_raises_is_raised(self):
        class Mine(Exception):
            pass

        ended = []
        pipeline = ridgeline.Pipeline([LOAD])

        @pipeline.stage()
        def broken(load):
            raise Mine("no")

        with self.assertRaises(Mine):
            pipeline.run(cache=False, on_stage_end=lambda report: ended.append(report))
        self.assertEqual([r["status"] for r in ended][-1], "failed")
        self.assertIn("Mine: no", ended[-1]["error"])

        def refuse(stage):
            raise Mine("not this one")

        with self.assertRaisesRegex(Mine, "not this one"):
            ridgeline.Pipeline([LOAD]).run(cache=False, on_stage_start=refuse)

    def test_ctrl_c(self):
        pipeline = ridgeline.Pipeline([LOAD])

        @pipeline.stage()
        def waits(load, context):
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
            until = time.monotonic() + 20
            while not context.stop_requested and time.monotonic() < until:
                time.sleep(0.01)
            return "stopped" if context.stop_requested else "waited"

        @pipeline.stage()
        def after(waits):
            return waits

        run = pipeline.run(cache=False)
        self.assertEqual(run.status, "cancelled")
        self.assertEqual(run["waits"], "stopped")
        self.assertNotIn("after", list(run))

    def test_half_a_simulation_is_not_kept(self):
        simulate = {"use": "simulate", "with": {"scenario": "server", "qps": 50, "duration": "200000s", "isl": 64, "osl": 8}}
        pipeline = ridgeline.Pipeline([LOAD, simulate])
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        run = pipeline.run(cache=self.cache)
        self.assertEqual(run.status, "cancelled")
        self.assertNotIn("simulate", list(run))

    def test_one_line_says_what_would_be_right(self):
        with self.assertRaisesRegex(ridgeline.BadInput, r"^pipeline:\d+.*no kind of stage 'predicct'"):
            ridgeline.Pipeline([LOAD, {"use": "predicct"}])
        with self.assertRaisesRegex(ridgeline.BadInput, "no stage 'prediction' before it; there are load"):
            ridgeline.Pipeline([LOAD]).add(lambda prediction: 1, name="f")
        with self.assertRaisesRegex(ridgeline.BadInput, "a lambda has no name"):
            ridgeline.Pipeline([LOAD]).add(lambda load: 1)
        with self.assertRaisesRegex(ridgeline.BadInput, "makes 'Profile'"):
            ridgeline.Pipeline([LOAD]).add(lambda load: 1, name="f", makes="Profile")


if __name__ == "__main__":
    unittest.main()
