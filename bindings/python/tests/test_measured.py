"""calibrate() and validate() on a file, on rows and on columns."""
import csv
import pathlib
import tempfile
import unittest

import ridgeline

from support import program, without_files


def measured(factor):
    """Serving points whose times are `factor` times what is predicted."""
    made = []
    for device in ("h100-sxm-80gb", "h200-sxm-141gb"):
        for concurrency in (1, 4, 16, 64):
            point = ridgeline.serving("llama-3.1-8b", device, concurrency, isl=1024, osl=256, precision="bf16", stack="vllm")
            made.append({"model": "llama-3.1-8b", "hardware": device, "stack": "vllm", "precision": "bf16", "isl": 1024,
                         "osl": 256, "concurrency": concurrency, "ttft_s": factor * point["ttft"]["seconds"],
                         "tpot_s": factor * point["tpot"]["seconds"]})
    return made


class Measured(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.twice = measured(2)

    def test_errors_are_those_that_were_made(self):
        found = ridgeline.validate(self.twice, by=["hardware"])
        # |predicted / measured - 1| with measured = 2 predicted is 50 %, too low by as much.
        for time in ("ttft", "tpot"):
            self.assertAlmostEqual(found[time]["mape"], 50, places=6)
            self.assertAlmostEqual(found[time]["bias"], -50, places=6)
        self.assertEqual([g["key"] for g in found["groups"]], ["h100-sxm-80gb", "h200-sxm-141gb"])
        self.assertIn("50", str(found))

    def test_a_file_rows_and_columns_are_one_table(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "measured.csv"
            with path.open("w", newline="") as file:
                writer = csv.DictWriter(file, list(self.twice[0]))
                writer.writeheader()
                writer.writerows(self.twice)
            of_file = ridgeline.validate(path)
            self.assertEqual(without_files(of_file.to_json()), without_files(program("validate", str(path), "--json")))
        of_rows = ridgeline.validate(self.twice)
        columns = {name: [row[name] for row in self.twice] for name in self.twice[0]}
        for other in (of_rows, ridgeline.validate(columns)):
            for key in ("ttft", "tpot", "groups", "rows"):
                self.assertEqual(other[key], of_file[key])

    def test_a_fit_is_a_calibration(self):
        lines = []
        fit = ridgeline.calibrate(self.twice, cross_validation=False, date="2026-01-01", progress=lines.append)
        self.assertEqual(fit["rows"], 8)
        self.assertIsNone(fit["cross_validated"])
        self.assertTrue(lines)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "mine.yaml"
            fit.save_calibration(path)
            found = ridgeline.validate(self.twice, calibration_file=path)
        # Predictions from the file are those of the fit, to the digits that the file has.
        for time in ("ttft", "tpot"):
            self.assertAlmostEqual(found[time]["mape"], fit["in_sample"][time]["mape"], places=1)
            self.assertLess(found[time]["mape"], 50)

    def test_one_line_says_what_would_be_right(self):
        with self.assertRaisesRegex(ridgeline.BadInput, r"^rows:2.*no model 'llama-3.1-8'|^rows:2.*llama-3.1-8"):
            ridgeline.validate([{**self.twice[0], "model": "llama-3.1-8c"}])
        with self.assertRaisesRegex(ridgeline.BadInput, "no rows"):
            ridgeline.validate([])
        with self.assertRaisesRegex(ridgeline.BadInput, "different lengths"):
            ridgeline.validate({"model": ["a"], "hardware": []})
        with self.assertRaisesRegex(ridgeline.BadInput, "row 1 is int"):
            ridgeline.validate([self.twice[0], 3])


if __name__ == "__main__":
    unittest.main()
