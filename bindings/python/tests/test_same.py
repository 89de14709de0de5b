"""Same seed, same numbers: every verb's document is the one that the command line prints."""
import unittest

import ridgeline

from support import program, without_files

LLAMA, A100, H100 = "llama-3-8b", "a100-sxm-80gb", "h100-sxm-80gb"


class SameDocument(unittest.TestCase):
    maxDiff = 2000

    def same(self, made, *words, code=(0,)):
        self.assertEqual(without_files(made.to_json()), without_files(program(*words, "--json", code=code)))

    def test_predict(self):
        self.same(ridgeline.predict(LLAMA, A100), "predict", LLAMA, A100)
        self.same(ridgeline.predict(LLAMA, H100, precision="fp8", batch=64, context=2048, tp=2, stack="vllm"),
                  "predict", LLAMA, H100, "--precision", "fp8", "--tp", "2", "--stack", "vllm", "--batch", "64",
                  "--context", "2048")
        self.same(ridgeline.predict("resnet-50", "l4", precision="int8", batch=32),
                  "predict", "resnet-50", "l4", "--precision", "int8", "--batch", "32")
        self.same(ridgeline.Engine.solve(LLAMA, A100, batch_size=8, efficiency=0.4),
                  "predict", LLAMA, A100, "--precision", "fp16", "--efficiency", "0.4", "--batch", "8")

    def test_profile_has_the_numbers_of_its_document(self):
        profile = ridgeline.predict(LLAMA, H100, batch=16, context=1000)
        document = profile.to_dict()
        self.assertEqual(profile.latency, document["latency_seconds"])
        self.assertEqual(profile.regime, document["regime"])
        self.assertEqual(len(profile.ops), len(document["operators"]))

    def test_serving_and_offline(self):
        self.same(ridgeline.serving(LLAMA, H100, concurrency=16, isl=1000, osl=100),
                  "predict", LLAMA, H100, "--concurrency", "16", "--isl", "1000", "--osl", "100")
        self.same(ridgeline.offline(LLAMA, H100, isl=1000, osl=100),
                  "predict", LLAMA, H100, "--offline", "--isl", "1000", "--osl", "100")

    def test_missions(self):
        self.same(ridgeline.mission("edge-guardian", phase="car", as_=["server", "offline"], set=["duration=5"]),
                  "simulate", "edge-guardian", "--phase=car", "--as=server", "--as=offline", "--set=duration=5", code=(1,))

    def test_every_scenario(self):
        scenarios = {
            "single-stream": {},
            "multi-stream": {},
            "server": {"qps": 400, "target_latency": "15ms", "max_batch": 8},
            "offline": {"qps": 500, "max_batch": 32},
            "constant-stream": {"qps": 50},
            "closed-loop": {"users": 4, "think_time": "5ms", "max_batch": 4},
        }
        for scenario, given in scenarios.items():
            with self.subTest(scenario):
                words = [f"--{name.replace('_', '-')}={value}" for name, value in given.items()]
                run = ridgeline.simulate("resnet-50", "l4", scenario=scenario, duration="1s", seed=7, **given)
                self.same(run, "simulate", "resnet-50", "l4", f"--scenario={scenario}", "--duration=1s", "--seed=7",
                          *words, code=(0, 1))
        given = {"qps": 2, "ttft_limit": "2s", "tpot_limit": "100ms", "isl": 200, "osl": 50}
        words = [f"--{name.replace('_', '-')}={value}" for name, value in given.items()]
        self.same(ridgeline.simulate(LLAMA, H100, scenario="interactive", continuous=True, duration="5s", **given),
                  "simulate", LLAMA, H100, "--scenario=interactive", "--continuous", "--duration=5s", *words,
                  code=(0, 1))

    def test_explain(self):
        self.same(ridgeline.explain(LLAMA, A100, H100, batch=4),
                  "explain", "--model", LLAMA, "--baseline", A100, "--proposal", H100, "--batch", "4")
        self.same(ridgeline.explain(LLAMA, H100, change=["batch=64", "precision=fp8"]),
                  "explain", "--model", LLAMA, "--baseline", H100, "--change", "batch=64", "--change", "precision=fp8")

    def test_the_engines_explanation_is_the_commands(self):
        a, b = (ridgeline.Engine.solve(LLAMA, device) for device in (A100, H100))
        made = ridgeline.DifferentialExplainer.compare_performance(baseline=a, proposal=b)
        words = ["explain", "--model", LLAMA, "--baseline", A100, "--proposal", H100, "--efficiency", "0.5"]
        self.assertEqual(f"{made}\n", program(*words))
        document = without_files(program(*words, "--json"))
        for key in ("speedup", "parts", "sentences", "metrics"):
            self.assertEqual(made[key], document[key])

    def test_others(self):
        self.same(ridgeline.train(LLAMA, H100, dp=8, zero=3, batch=64, tokens="1e12"),
                  "train", LLAMA, H100, "--dp", "8", "--zero", "3", "--batch", "64", "--tokens", "1e12", code=(0, 3))
        self.same(ridgeline.evaluate(LLAMA, H100), "evaluate", LLAMA, H100)
        self.same(ridgeline.cost(LLAMA, H100), "cost", LLAMA, H100)
        self.same(ridgeline.tail(mean="10ms", sd="5ms"), "tail", "--mean", "10ms", "--sd", "5ms")
        self.same(ridgeline.find_max_rate("resnet-50", "l4", scenario="server", target_latency="15ms", duration="1s"),
                  "simulate", "resnet-50", "l4", "--find-max-qps", "--scenario", "server", "--target-latency", "15ms",
                  "--duration", "1s")

    def test_text_is_the_commands(self):
        self.assertEqual(f"{ridgeline.predict(LLAMA, A100)}\n", program("predict", LLAMA, A100))
        self.assertEqual(f"{ridgeline.evaluate(LLAMA, H100)}\n", program("evaluate", LLAMA, H100))


if __name__ == "__main__":
    unittest.main()
