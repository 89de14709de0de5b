"""The package itself: names, arrays, errors, threads, interrupts, files, pictures."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import unittest

import numpy as np

import ridgeline
from ridgeline import Engine, Hardware, Models


class Names(unittest.TestCase):
    def test_ids_and_aliases_in_the_seeds_spelling(self):
        self.assertEqual(Models.Language.Llama3_8B.id, "llama-3-8b")
        self.assertEqual(Models.Language.Mixtral_8x7B.id, "mixtral-8x7b")
        self.assertEqual(Models.Language.BERT_Base.id, "bert-base")
        self.assertEqual(Models.Vision.ResNet50.id, "resnet-50")
        self.assertEqual(Models.Vision.MobileNetV2.id, "mobilenet-v2")
        self.assertEqual(Models.StateSpace.Mamba_2_8B.id, "mamba-2.8b")
        self.assertEqual(Models.Tiny.DS_CNN.id, "ds-cnn")
        self.assertEqual(Hardware.Cloud.A100.id, "a100-sxm-80gb")
        self.assertEqual(Hardware.Cloud.H100_PCIe.id, "h100-pcie-80gb")
        self.assertEqual(Hardware.Edge.JetsonOrinNX.id, "jetson-orin-nx-16gb")
        self.assertEqual(Hardware.Tiny.ESP32_S3.id, "esp32-s3")
        self.assertEqual(Models["meta-llama/Meta-Llama-3-8B"].id, "llama-3-8b")

    def test_completion_lists_names_that_work(self):
        for registry in (Models, Hardware):
            seen = set()
            for family in dir(registry):
                names = dir(getattr(registry, family))
                self.assertTrue(names, family)
                for name in names:
                    self.assertTrue(name.isidentifier(), name)
                    seen.add(getattr(getattr(registry, family), name).id)
            self.assertEqual(seen, {entry.id for family in registry for entry in family})
        self.assertIn("Llama3_8B", dir(Models.Language))
        self.assertIn("A100", dir(Hardware.Cloud))

    def test_no_two_entries_share_a_key(self):
        for registry in (Models, Hardware):
            for family in registry:
                for entry in family:
                    self.assertEqual(registry[entry.id], entry)
                    for alias in entry.aliases:
                        self.assertEqual(registry[alias], entry, alias)

    def test_unknown_names_suggest_the_nearest(self):
        with self.assertRaisesRegex(AttributeError, r"unknown model 'llama3-9b'; did you mean 'llama-3-8b'\?"):
            Models.Language.Llama3_9B
        with self.assertRaisesRegex(ridgeline.UnknownName, "is in Models.Language"):
            Models.Vision.Llama3_8B
        with self.assertRaisesRegex(ridgeline.BadInput, "did you mean 'h100-sxm-80gb'"):
            ridgeline.predict("llama-3-8b", "h100-sxm-80g")
        self.assertFalse(hasattr(Hardware, "Clouds"))
        self.assertFalse(hasattr(Hardware.Cloud, "_ipython_display_"))


class Errors(unittest.TestCase):
    def test_bad_input_is_a_value_error(self):
        with self.assertRaisesRegex(ValueError, "unknown precision 'zz'"):
            Engine.solve("llama-3-8b", "a100", precision="zz")
        with self.assertRaisesRegex(ridgeline.BadInput, "qps"):
            ridgeline.simulate("resnet-50", "l4", scenario="server")

    def test_unknown_options_list_the_known(self):
        for call in (lambda: ridgeline.simulate("resnet-50", "l4", duratoin="1s"),
                     lambda: Engine.solve("llama-3-8b", "a100", duratoin="1s")):
            with self.assertRaisesRegex(TypeError, "no option 'duratoin'; there are .*precision"):
                call()
        with self.assertRaisesRegex(TypeError, "concurrency belongs to ridgeline.serving"):
            ridgeline.predict("llama-3-8b", "a100", concurrency=2)

    def test_what_does_not_fit(self):
        profile = Engine.solve("llama-3.1-405b", "a100")
        self.assertFalse(profile.fits)
        self.assertIn("does not fit", repr(profile))
        with self.assertRaisesRegex(ridgeline.Infeasible, "does not fit"):
            Engine.solve("llama-3.1-405b", "a100", raise_errors=True)
        with self.assertRaises(ridgeline.Infeasible):
            ridgeline.serving("llama-3.1-405b", "a100")


class Arrays(unittest.TestCase):
    def run_of(self, **given):
        return ridgeline.simulate("resnet-50", "l4", scenario="server", qps=500, duration="1s", max_batch=4, **given)

    def test_columns_are_views_of_the_run(self):
        run = self.run_of()
        queries = run.to_dict()["queries"]
        for name, column in (("scheduled", 0), ("issued", 1), ("completed", 2), ("samples", 4), ("tokens", 5)):
            array = getattr(run, name)
            self.assertEqual(array.tolist(), [query[column] for query in queries])
            self.assertFalse(array.flags.owndata)
            self.assertFalse(array.flags.writeable)
            self.assertTrue(np.shares_memory(array, getattr(run, name)))
        np.testing.assert_allclose(run.latencies, (run.completed - run.scheduled) * 1e-9)
        self.assertTrue(np.shares_memory(run.latencies, run.latencies))
        self.assertTrue(np.isnan(run.first_tokens).all())

    def test_views_outlive_the_run(self):
        run = self.run_of()
        kept = run.to_dict()["queries"]
        completed = run.completed
        del run
        self.assertEqual(completed.tolist(), [query[2] for query in kept])

    def test_offline_samples(self):
        run = ridgeline.simulate("resnet-50", "l4", scenario="offline", qps=500, duration="1s", max_batch=32)
        self.assertEqual(run.sample_completions.tolist(), run.to_dict()["sample_completions_ns"])
        self.assertGreater(len(run.sample_completions), 500)

    def test_first_tokens(self):
        run = ridgeline.simulate("llama-3-8b", "h100", scenario="single-stream", isl=100, osl=10, duration="2s")
        self.assertTrue((run.first_tokens > 0).all())
        self.assertTrue((run.first_tokens < run.latencies).all())


class Sweeps(unittest.TestCase):
    def test_points_are_those_of_solve(self):
        for given in ({}, {"calibration": "fitted"}, {"calibration": "ideal", "tp": 2, "precision": "bf16"}):
            swept = Engine.sweep("llama-3-8b", "h100", batch=[1, 8, 300], context=[1, 1000, 7000], **given)
            self.assertEqual(len(swept), 9)
            self.assertEqual(swept["context"].tolist()[:4], [1, 1000, 7000, 1])
            for point in swept:
                profile = Engine.solve("llama-3-8b", "h100", int(point["batch"]), context=int(point["context"]), **given)
                self.assertAlmostEqual(point["latency"] / profile.latency, 1, places=9)
                self.assertAlmostEqual(point["throughput"] / profile.throughput, 1, places=9)

    def test_other_models(self):
        for model, given in (("resnet-50", {}), ("mamba-2.8b", {"context": [0, 5]}), ("whisper-tiny", {})):
            for point in Engine.sweep(model, "h100", batch=[1, 32], **given):
                profile = Engine.solve(model, "h100", int(point["batch"]), context=int(point["context"]))
                self.assertAlmostEqual(point["latency"] / profile.latency, 1, places=9)

    def test_pairs_and_pandas(self):
        swept = Engine.sweep("llama-3-8b", "a100", batch=np.arange(1, 6), context=np.arange(5) * 100, pairs=True)
        self.assertEqual(swept["context"].tolist(), [0, 100, 200, 300, 400])
        try:
            import pandas
        except ImportError:
            self.skipTest("no pandas")
        frame = pandas.DataFrame(swept)
        self.assertEqual(list(frame.columns), ["batch", "context", "latency", "throughput"])
        self.assertEqual(frame["batch"].tolist(), [1, 2, 3, 4, 5])

    def test_bad_points(self):
        with self.assertRaisesRegex(ridgeline.BadInput, "batch has values that are not whole numbers from 1"):
            Engine.sweep("llama-3-8b", "a100", batch=[0, 1])
        with self.assertRaisesRegex(ridgeline.BadInput, "context has values"):
            Engine.sweep("llama-3-8b", "a100", context=[0.5])


class Threads(unittest.TestCase):
    # 8 x 10^8 queries: no machine simulates them within the test.
    LONG = dict(model="resnet-50", hardware="l4", duration="800000s", keep_queries=0)

    def test_others_run_meanwhile(self):
        counted = [0]
        over = threading.Event()

        def count():
            while not over.is_set():
                counted[0] += 1
                time.sleep(0.001)

        other = threading.Thread(target=count)
        other.start()
        before = counted[0]
        ridgeline.simulate("resnet-50", "l4", scenario="server", qps=800, max_batch=8, duration="1000s", keep_queries=0)
        during = counted[0] - before
        over.set()
        other.join()
        self.assertGreater(during, 0)

    def test_interrupt(self):
        script = textwrap.dedent(f"""
            import os, signal, threading, time
            import ridgeline
            threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
            try:
                ridgeline.simulate(**{self.LONG!r})
                print("ended")
            except KeyboardInterrupt:
                print("interrupted")
            print(ridgeline.simulate("resnet-50", "l4", duration="1s").origin)
        """)
        done = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=100)
        self.assertEqual(done.stdout.decode().split(), ["interrupted", "simulated"])
        self.assertEqual(done.returncode, 0)

    def test_handlers_of_python_stay(self):
        handler = signal.getsignal(signal.SIGINT)
        ridgeline.simulate("resnet-50", "l4", duration="1s")
        self.assertIs(signal.getsignal(signal.SIGINT), handler)

    def test_many_threads_get_the_same(self):
        made = [None] * 4

        def work(i):
            made[i] = ridgeline.simulate("resnet-50", "l4", scenario="server", qps=300, duration="1s", seed=3).to_json()

        threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(set(made)), 1)


class Documents(unittest.TestCase):
    def test_run_is_saved_and_read(self):
        run = ridgeline.simulate("resnet-50", "l4", scenario="server", qps=500, duration="1s", target_latency="15ms")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "run.json"
            run.save(path)
            again = ridgeline.load(path)
            self.assertIsInstance(again, ridgeline.Run)
            np.testing.assert_array_equal(again.completed, run.completed)
            self.assertEqual(again.p99, run.p99)
            self.assertEqual(again.to_json(), run.to_json())
            gate = ridgeline.check(path, run, fail_if=["p99 > 1s", "p50 > +5%"])
            self.assertEqual(gate.schema, "ridgeline.gate/1")

    def test_difference_of_runs(self):
        a, b = (ridgeline.simulate("resnet-50", device, scenario="server", qps=300, duration="10s") for device in ("t4", "l4"))
        difference = ridgeline.compare(a, b)
        self.assertIsInstance(difference, ridgeline.RunDifference)
        p50 = next(metric for metric in difference.metrics if metric["metric"] == "p50")
        self.assertLess(p50["b"], p50["a"])
        self.assertTrue(difference.sentences)
        self.assertIn("<table>", difference._repr_html_())
        self.assertTrue(str(difference))

    def test_explanation_adds_up(self):
        explanation = ridgeline.explain("llama-3-8b", "a100", "h100", batch=64)
        self.assertAlmostEqual(sum(explanation.parts.values()), explanation.difference, places=12)
        self.assertIn("speedup", repr(explanation))

    def test_every_result_shows_itself(self):
        profile = Engine.solve("llama-3-8b", "a100")
        run = ridgeline.simulate("resnet-50", "l4", duration="1s")
        for made, said in ((profile, "Memory Bound"), (run, "SingleStream"), (ridgeline.evaluate("llama-3-8b", "h100"), "evaluation")):
            self.assertIn(said, repr(made))
            self.assertIn("<table>", made._repr_html_())
            self.assertTrue(str(made).strip())
        self.assertIn("fits", dir(profile))

    def test_docstrings_have_units(self):
        for kind, names in ((ridgeline.Profile, ["latency", "bandwidth", "flops", "memory_needed"]),
                            (ridgeline.Run, ["latencies", "completed", "p99", "duration"])):
            for name in names:
                with self.subTest(f"{kind.__name__}.{name}"):
                    self.assertRegex(getattr(kind, name).__doc__, r"\bs\b|B/s|FLOP|\bB\b|\bns\b")
        self.assertIn("shape (queries,)", ridgeline.Run.latencies.__doc__)


class Program(unittest.TestCase):
    def test_the_module_is_the_program(self):
        def run(*words):
            env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
            return subprocess.run([sys.executable, "-m", "ridgeline", *words], env=env, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, timeout=100)

        fine = run("predict", "llama-3-8b", "a100")
        self.assertEqual(fine.returncode, 0)
        self.assertEqual(fine.stdout.decode().splitlines()[0].split(":")[0], "llama-3-8b on a100-sxm-80gb")
        wrong = run("predict", "llama-3-8b", "z100")
        self.assertEqual(wrong.returncode, 2)
        self.assertRegex(wrong.stderr.decode(), r"^ridgeline: unknown (hardware|device) 'z100'")


if __name__ == "__main__":
    unittest.main()
