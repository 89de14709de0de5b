"""calibrate() and validate() on a file, on rows and on columns."""
import csv
import pathlib
import tempfile
import unittest

import ridgeline

# Serving points whose times are predictions, so that a fit finds what made them.
COLUMNS = ("model", "hardware", "framework", "isl", "osl", "conc", "tp", "precision", "ttft_ms", "tpot_ms")


def rows():
    made = []
    for device in ("h100-sxm-80gb", "h200-sxm-141gb"):
        for concurrency in (1, 4, 16, 64):
            point = ridgeline.serving("llama-3.1-8b", device, concurrency, isl=1024, osl=256, precision="fp8")
            made.append({"model": "llama-3.1-8b", "hardware": device, "framework": "vllm", "isl": 1024, "osl": 256,
                         "concurrency": concurrency, "tp": 1, "precision": "fp8", "ttft": point["ttft_seconds"],
                         "tpot": point["tpot_seconds"]})
    return made


class Measured(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rows = rows()

    def test_predictions_validate_against_themselves(self):
        found = ridgeline.validate(self.rows)
        print(str(found)[:800])
        print({k: found[k] for k in found.keys() if k not in ("points",)})


if __name__ == "__main__":
    unittest.main()
