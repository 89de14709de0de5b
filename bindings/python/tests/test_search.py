"""DSE.search() and explore(): fronts against brute force, why points fell, the same study as the command line's."""
import itertools
import json
import math
import os
import pathlib
import random
import signal
import tempfile
import threading
import unittest

import ridgeline

from support import program, without_files

STUDY = {
    "model": "llama-3.1-8b",
    "workload": {"isl": 512, "osl": 128},
    "space": {"hardware": ["h100"], "precision": ["fp8", "fp16"], "tp": [1, 2, 4], "concurrency": [1, 4, 16, 64, 256]},
    "conditions": [{"when": {"precision": "fp16"}, "need": "tp >= 2"}],
    "objectives": [{"maximise": "tokens_per_device"}, {"maximise": "tokens_per_user"}],
    "constraints": ["ttft < 200ms"],
    "uncertainty": {"draws": 0, "sensitivity": False},
}


def dominates(a, b):
    """Less is better."""
    return all(x <= y for x, y in zip(a, b)) and a != b


class Searches(unittest.TestCase):
    def test_front_is_what_no_point_dominates(self):
        draw = random.Random(7)
        for objectives in (["minimise: a"], ["minimise: a", "maximise: b"], ["min: a", "max: b", "minimize(c)"]):
            values = [[draw.randrange(6) for _ in range(3)] for _ in range(60)]
            found = ridgeline.DSE({"i": range(60)}, objectives, top=7).search(
                lambda at: dict(zip("abc", values[at["i"]])))
            sign = [1, -1, 1][: len(objectives)]
            keys = [[s * v for s, v in zip(sign, row)] for row in values]
            front = {tuple(k) for k in keys if not any(dominates(other, k) for other in keys)}
            drawn = [[s * p.metrics[m] for s, m in zip(sign, "abc")] for p in found.front]
            self.assertEqual(sorted(map(tuple, drawn)), sorted(front))  # each once
            self.assertEqual(sum(1 + p.equals for p in found.front), sum(tuple(k) in front for k in keys))
            self.assertEqual(drawn, sorted(drawn))  # best by the first objective first
            self.assertEqual([p.metrics["a"] for p in found.top], sorted(row[0] for row in values)[:7])
            self.assertIs(found.best, found.front[0])
            self.assertEqual(found.best_by("a").metrics["a"], min(row[0] for row in values))

    def test_the_whole_grid_in_order(self):
        seen = []
        space = {"a": [1, 2], "b": ["x", "y", "z"]}
        found = ridgeline.DSE(space).search(lambda at: seen.append((at["a"], at["b"])) or 1)
        self.assertEqual(seen, list(itertools.product(*space.values())))
        self.assertEqual((len(found), found.front[0].equals), (6, 5))

    def test_why_points_fell(self):
        def ask(at):
            n = at["n"]
            if n == 0:
                raise ridgeline.Infeasible("needs 2 GB of 1 GB")
            if n == 1:
                raise KeyError("no such\nthing")
            return {"latency": n / 1000, "share": None if n == 9 else n / 10}

        # latency < 6 ms: 6 7 8 9 fall; share >= 30 %: 2 falls, and 9 is untold; odd(): 2 4 6 8 fall.
        def odd(axes, metrics):
            return axes["n"] % 2 == 1

        found = ridgeline.DSE({"n": range(10)}, "minimise: latency",
                              ["latency < 6ms", "share >= 30%", odd]).search(ask)
        self.assertEqual([p.at["n"] for p in found.front], [3])
        self.assertEqual(found.counts, {"feasible": 2, "fell": 6, "untold": 0, "does_not_fit": 1, "failed": 1})
        self.assertEqual(found.constraints, [
            {"constraint": "latency < 6ms", "fell": 4, "fell_alone": 2, "untold": 0},
            {"constraint": "share >= 30%", "fell": 1, "fell_alone": 0, "untold": 1},
            {"constraint": "odd()", "fell": 4, "fell_alone": 1, "untold": 0},
        ])
        self.assertEqual({(e["message"], e["count"], e["does_not_fit"]) for e in found.errors},
                         {("needs 2 GB of 1 GB", 1, True), ("KeyError: 'no such\\nthing'", 1, False)})
        self.assertEqual(sum(found.counts.values()), 10)

    def test_columns(self):
        found = ridgeline.DSE({"n": [1, 2]}, "maximise: x").search(lambda at: {"x": math.nan if at["n"] == 1 else 3})
        columns = found.columns()
        self.assertEqual(columns["n"], [1, 2])
        self.assertTrue(math.isnan(columns["x"][0]))
        self.assertEqual((columns["x"][1], columns["feasible"], columns["on_front"]), (3.0, [False, True], [False, True]))
        self.assertEqual(columns["why"], ["x: unknown", ""])
        json.dumps(found.to_dict())

    def test_profiles_and_dotted_names(self):
        devices = [ridgeline.Hardware.Cloud.A100, ridgeline.Hardware.Cloud.H100]
        model = ridgeline.Models.Language.Llama3_8B
        found = ridgeline.DSE({"hardware": devices, "batch_size": [1, 8]}, "minimise: latency", ["mfu > 0"]).search(
            lambda at: ridgeline.Engine.solve(model=model, **at))
        solved = [ridgeline.Engine.solve(model=model, hardware=d, batch_size=b).latency for d in devices for b in (1, 8)]
        self.assertEqual([p.metrics["latency"] for p in found.points], solved)
        self.assertEqual(found.best.metrics["latency"], min(solved))
        nested = ridgeline.DSE({"n": [1, 2]}, "maximise: a.b").search(lambda at: {"a": {"b": at["n"]}})
        self.assertEqual(nested.best.at, {"n": 2})

    def test_what_does_not_fit_is_never_a_number(self):
        found = ridgeline.DSE({"batch_size": [1, 4096]}, "minimise: latency").search(
            lambda at: ridgeline.Engine.solve(model="llama-3.1-70b", hardware="a100", precision="fp16", **at))
        self.assertEqual(found.counts["does_not_fit"], 2)
        self.assertIsNone(found.best)

    def test_ctrl_c_and_limits(self):
        def ask(at):
            if at["n"] == 5:
                raise KeyboardInterrupt
            return at["n"]

        found = ridgeline.DSE({"n": range(10)}).search(ask)
        self.assertTrue(found.interrupted)
        self.assertEqual(len(found.points), 5)
        found = ridgeline.DSE({"n": range(10)}).search(lambda at: at["n"], max_points=3)
        self.assertEqual((found.interrupted, len(found)), (True, 3))

    def test_one_line_says_what_would_be_right(self):
        with self.assertRaisesRegex(ridgeline.BadInput, "METRIC"):
            ridgeline.DSE({"a": [1]}, "latency")
        with self.assertRaisesRegex(ridgeline.BadInput, "neither minimise nor maximise"):
            ridgeline.DSE({"a": [1]}, "improve: latency")
        with self.assertRaisesRegex(ridgeline.BadInput, "space has no axis"):
            ridgeline.DSE({})
        with self.assertRaisesRegex(ridgeline.BadInput, "give a list of values"):
            ridgeline.DSE({"a": "bc"})
        with self.assertRaisesRegex(ridgeline.BadInput, "operator"):
            ridgeline.DSE({"a": [1]}, constraints=["latency = 3"])
        with self.assertRaisesRegex(ridgeline.BadInput, "no point has the metric 'latncy'; the function gave latency"):
            ridgeline.DSE({"a": [1]}, "minimise: latncy").search(lambda at: {"latency": 1})
        with self.assertRaisesRegex(ridgeline.BadInput, "1 to 6"):
            ridgeline.DSE({"a": [1]}, [f"minimise: m{i}" for i in range(7)]).search(lambda at: 1)


class Studies(unittest.TestCase):
    def test_a_dict_a_text_and_a_file_are_one_study(self):
        of_dict = ridgeline.explore(STUDY)
        self.assertGreater(len(of_dict.front), 1)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "study.yaml"
            path.write_text(json.dumps(STUDY, indent=2))
            of_file = ridgeline.explore(path)
            self.assertEqual(sorted(p.name for p in pathlib.Path(folder).iterdir()), ["study.yaml"])
        of_text = ridgeline.explore(json.dumps(STUDY, indent=2))
        self.assertEqual(of_dict.front, of_file.front)
        self.assertEqual(of_dict.front, of_text.front)
        self.assertIn("tokens_per_device", str(of_dict))
        self.assertIn("<svg", of_dict.svg())

    def test_the_commands_document(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "study.yaml"
            path.write_text(json.dumps(STUDY, indent=2))
            printed = program("explore", str(path), "--json")
            self.assertEqual(without_files(ridgeline.explore(path).to_json()), without_files(printed))
            self.assertEqual(str(ridgeline.explore(path)), program("explore", str(path)).rstrip("\n"))

    def test_properties_are_the_documents(self):
        study = ridgeline.explore(STUDY)
        document = study.to_dict()
        self.assertEqual(document["schema"], "ridgeline.study/1")
        self.assertEqual(study.counts, document["counts"])
        best = study.best["tokens_per_device"]["metrics"]["tokens_per_device"]
        self.assertEqual(best, max(p["metrics"]["tokens_per_device"] for p in study.front))
        columns = study.columns()
        self.assertEqual(columns["tokens_per_user"], [p["metrics"]["tokens_per_user"] for p in study.front])
        self.assertEqual(columns["tp"], [p["at"]["tp"] for p in study.front])

    def test_flags_in_place_of_a_file(self):
        study = ridgeline.explore(model="llama-3.1-8b", hardware="h100", tp="1,2", concurrency="1..16x4",
                                  maximise=["tokens_per_device", "tokens_per_user"])
        self.assertEqual(study["points"], 6)
        self.assertFalse(study.interrupted)

    def test_a_function_of_the_points(self):
        asked = []

        def users_served(point):
            asked.append(point)
            return point["tokens_per_device"]

        found = ridgeline.explore(STUDY, users_served, objectives="maximise: objective")
        study = ridgeline.explore(STUDY)
        # The same as the study's own objective, which its constraints hold to.
        self.assertEqual(found.best.index, study.best["tokens_per_device"]["index"])
        for what, number in study.counts.items():
            self.assertEqual(found.to_dict()["counts"][what], number, what)
        self.assertEqual(len(asked), study.counts["feasible"])
        self.assertEqual(set(asked[0]) >= {"hardware", "tp", "concurrency", "ttft", "tokens_per_user"}, True)
        self.assertIsInstance(asked[0]["tp"], int)
        own = {c["constraint"]: c["fell"] for c in study.constraints}
        self.assertEqual({c["constraint"]: c["fell"] for c in found.constraints}, own)

    def test_ctrl_c_ends_with_what_is_known(self):
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        study = ridgeline.explore(model="llama-3.1-8b", hardware="h100", tp="1,2,4,8", isl="1..8000+1", osl="2..8000+1",
                                  concurrency="1..1024x2", maximise="tokens_per_device", minimise="ttft")
        self.assertTrue(study.interrupted)
        self.assertLess(study["explored"], study["points"])

    def test_errors_name_no_file_of_the_packages_own(self):
        wrong = {**STUDY, "objectives": [{"maximise": "tokens_per_devise"}]}
        with self.assertRaisesRegex(ridgeline.BadInput, r"^study:\d+.*tokens_per_device"):
            ridgeline.explore(wrong)
        with self.assertRaisesRegex(TypeError, "no option 'modell'"):
            ridgeline.explore(modell="llama-3.1-8b")


if __name__ == "__main__":
    unittest.main()
