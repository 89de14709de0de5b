"""What is drawn is what the result says: data of the artists against the numbers of runs, profiles and studies."""
import sys
import unittest

import numpy as np

import ridgeline
from ridgeline import plot

try:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
except ImportError:
    matplotlib = None

MODEL, DEVICE = "llama-3.1-8b", "h100"


def simulate(scenario, **more):
    return ridgeline.simulate(MODEL, DEVICE, scenario=scenario, duration="120s", isl=128, osl=16, max_batch=8, **more)


def line(ax, label):
    return next(each for each in ax.get_lines() if str(each.get_label()).startswith(label))


@unittest.skipIf(matplotlib is None, "matplotlib is not installed")
class Plots(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = simulate("server", qps=12, target_latency="1s")
        cls.single = simulate("single-stream")
        cls.offline = simulate("offline", qps=10)

    def tearDown(self):
        plt.close("all")

    def drawn(self, ax):
        """It can be drawn, and has units on both axes and a legend."""
        ax.figure.canvas.draw()
        return ax

    def test_histogram(self):
        ax = self.drawn(plot.latency_histogram(self.server))
        self.assertEqual(sum(bar.get_height() for bar in ax.patches if hasattr(bar, "get_height") and bar.get_height() > 1),
                         len(self.server.latencies))
        self.assertEqual(ax.get_xlabel(), "latency (ms)")
        for name, estimate in (("P50", self.server.p50), ("P90", self.server.p90), ("P99", self.server.p99)):
            self.assertAlmostEqual(line(ax, name).get_xdata()[0], estimate.value * 1e3)
        self.assertAlmostEqual(line(ax, "limit").get_xdata()[0], 1000)
        edges = [0.1, 0.2, 5]
        counts, _ = np.histogram(self.server.latencies, edges)
        ax = plot.latency_histogram(self.server, bins=edges)
        self.assertEqual([bar.get_height() for bar in ax.patches[:2]], list(counts))

    def test_histogram_of_offline_counts_samples(self):
        ax = plot.latency_histogram(self.offline)
        self.assertEqual(ax.get_ylabel(), "samples")
        self.assertIn(f"{self.offline.summary['samples']:,} samples", ax.get_legend_handles_labels()[1][-1] + "".join(
            ax.get_legend_handles_labels()[1]))

    def test_cdf(self):
        ax = self.drawn(plot.latency_cdf({"server": self.server, "alone": self.single}))
        step = line(ax, "server")
        np.testing.assert_allclose(step.get_xdata(), np.sort(self.server.latencies) * 1e3)
        np.testing.assert_allclose(step.get_ydata(), np.arange(1, len(self.server.latencies) + 1) / len(self.server.latencies))
        self.assertNotEqual(step.get_linestyle(), line(ax, "alone").get_linestyle())  # not by colour alone
        # Bars of P50, P90 and P99 of the first run: each spans its interval.
        spans = []
        for container in ax.containers[:3]:
            for bars in container.lines[2]:
                (low, high), = [segment[:, 0] for segment in bars.get_segments()]
                spans.append((low, high))
        wanted = [(e.low * 1e3, e.high * 1e3) for e in (self.server.p50, self.server.p90, self.server.p99)]
        np.testing.assert_allclose(spans, wanted)

    def test_scenarios(self):
        ax = self.drawn(plot.scenario_comparison([self.single, self.server, self.offline]))
        heights = [[bar.get_height() for bar in group] for group in ax.containers if hasattr(group, "patches")]
        runs = (self.single, self.server, self.offline)
        np.testing.assert_allclose(heights, [[getattr(run, name).value for run in runs] for name in ("p50", "p90", "p99")])
        self.assertEqual([t.get_text().split("\n")[0] for t in ax.get_xticklabels()], ["SingleStream", "Server", "Offline"])
        self.assertEqual(ax.get_ylabel(), "latency (s)")
        self.assertEqual(len({group.patches[0].get_hatch() for group in ax.containers if hasattr(group, "patches")}), 3)
        ax = plot.scenario_comparison({"a": self.single, "b": self.server}, metric="throughput")
        bars = next(group for group in ax.containers if hasattr(group, "patches"))
        np.testing.assert_allclose([bar.get_height() for bar in bars], [self.single.throughput.value, self.server.throughput.value])

    def test_what_is_unknown_is_written(self):
        short = simulate("single-stream", max_queries=20, min_queries=20)
        self.assertIsNone(short.p99)
        ax = plot.scenario_comparison([short])
        self.assertIn("P99 unknown", [t.get_text() for t in ax.texts])

    def test_documents_are_as_good(self):
        ax = plot.latency_cdf(self.server.to_dict())
        np.testing.assert_allclose(ax.get_lines()[0].get_xdata(), np.sort(self.server.latencies) * 1e3)

    def test_roofline(self):
        profiles = [ridgeline.predict(MODEL, device, batch=batch) for device in ("a100", "h100") for batch in (1, 64)]
        ax = self.drawn(plot.roofline(profiles))
        roofs = [each for each in ax.get_lines() if len(each.get_xdata()) == 3]
        self.assertEqual(len(roofs), 2)
        for roof, profile in zip(roofs, profiles[::2]):
            self.assertAlmostEqual(roof.get_xdata()[1], profile.ridge)
            self.assertEqual(roof.get_ydata()[1], profile.peak)
            self.assertAlmostEqual(roof.get_ydata()[0] / roof.get_xdata()[0] / profile.bandwidth, 1)
        points = [each for each in ax.get_lines() if each.get_linestyle() == "None"]
        np.testing.assert_allclose([p.get_xdata()[0] for p in points], [p.intensity for p in profiles])
        np.testing.assert_allclose([p.get_ydata()[0] for p in points], [p.mfu * p.peak for p in profiles])
        for point, profile in zip(points, profiles):  # nothing beats its roof
            self.assertLessEqual(point.get_ydata()[0], min(profile.peak, profile.intensity * profile.bandwidth) * (1 + 1e-9))
        self.assertEqual(len({p.get_marker() for p in points}), 4)

    def test_pareto(self):
        study = ridgeline.explore(model=MODEL, hardware="h100", tp="1,2,4", concurrency="1..256x2",
                                  maximise=["tokens_per_device", "tokens_per_user"])
        ax = self.drawn(plot.pareto(study, label="tp"))
        front = line(ax, "front")
        wanted = sorted((p["metrics"]["tokens_per_device"], p["metrics"]["tokens_per_user"]) for p in study.front)
        np.testing.assert_allclose(np.column_stack([front.get_xdata(), front.get_ydata()]), wanted)
        self.assertEqual(ax.get_xlabel(), "tokens_per_device (1/s), more is better")
        star = line(ax, "best tokens_per_user")
        self.assertAlmostEqual(star.get_ydata()[0], max(y for _, y in wanted))

        points = [(1, 5), (2, 3), (3, 4), (4, 1)]  # (3, 4) is worse than (2, 3)
        search = ridgeline.DSE({"i": range(4)}, ["minimise: x", "minimise: y"]).search(
            lambda at: dict(zip("xy", points[at["i"]])))
        ax = plot.pareto(search)
        self.assertEqual(list(line(ax, "front").get_xdata()), [1, 2, 4])
        self.assertEqual(list(line(ax, "dominated").get_xdata()), [3])
        latency = ridgeline.DSE({"i": [1]}, ["minimise: latency", "minimise: y"]).search(lambda at: {"latency": 1, "y": 2})
        self.assertEqual(plot.pareto(latency).get_xlabel(), "latency, less is better")  # whatever its unit is
        self.assertEqual(plot.pareto(latency, units={"latency": "ms"}).get_xlabel(), "latency (ms), less is better")

    def test_axes_are_taken_and_returned(self):
        _, (left, right) = plt.subplots(1, 2)
        self.assertIs(plot.latency_histogram(self.server, ax=left), left)
        self.assertIs(plot.latency_cdf(self.server, ax=right), right)

    def test_one_line_says_what_would_be_right(self):
        with self.assertRaisesRegex(ridgeline.BadInput, "not a study"):
            plot.pareto(self.server)
        with self.assertRaisesRegex(ridgeline.BadInput, "use latency or throughput"):
            plot.scenario_comparison([self.server], metric="speed")
        with self.assertRaisesRegex(ridgeline.BadInput, "one objective"):
            plot.pareto(ridgeline.DSE({"a": [1]}).search(lambda at: 1))
        kept = simulate("single-stream", keep_queries=10)
        with self.assertRaisesRegex(ridgeline.BadInput, "keep_queries"):
            plot.latency_cdf(kept)


class Without(unittest.TestCase):
    def test_matplotlib_is_asked_for_when_it_is_needed(self):
        hidden = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "matplotlib"}
        for name in hidden:
            del sys.modules[name]
        sys.modules["matplotlib"] = sys.modules["matplotlib.pyplot"] = None
        try:
            with self.assertRaisesRegex(ridgeline.Unavailable, "pip install"):
                plot.scenario_comparison([])
        finally:
            del sys.modules["matplotlib"], sys.modules["matplotlib.pyplot"]
            sys.modules.update(hidden)


if __name__ == "__main__":
    unittest.main()
