"""mypy --strict on the package and on a user's file, and stubs that say what the commands say."""
import importlib.util
import pathlib
import subprocess
import sys
import tempfile
import unittest

import ridgeline

from support import SOURCE

USERS = '''
import numpy as np
import numpy.typing as npt

import ridgeline
from ridgeline import DifferentialExplainer, Engine

model: ridgeline.Model = ridgeline.Models.Language.Llama3_8B
a: ridgeline.Profile = Engine.solve(model=model, hardware=ridgeline.Hardware.Cloud.A100, batch_size=1)
latency: float = a.latency
why: ridgeline.Explanation = DifferentialExplainer.compare_performance(baseline=a, proposal=a)
run: ridgeline.Run = ridgeline.simulate(model, "h100", scenario="server", qps=4.0, continuous=True)
latencies: npt.NDArray[np.float64] = run.latencies
tail = run.p99
if tail is not None:
    print(tail.value + 1)
'''
WRONG = '''
import ridgeline

ridgeline.simulate("resnet-50", "l4", duratoin="1s")
text: str = ridgeline.predict("resnet-50", "l4").latency
'''


def mypy(*arguments):
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--no-error-summary", *map(str, arguments)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=250)
    return done.stdout.decode()


@unittest.skipUnless(importlib.util.find_spec("mypy"), "no mypy")
class Types(unittest.TestCase):
    def test_package_and_users_file(self):
        package = pathlib.Path(ridgeline.__file__).parent
        with tempfile.TemporaryDirectory() as folder:
            users, wrong = pathlib.Path(folder) / "users.py", pathlib.Path(folder) / "wrong.py"
            users.write_text(USERS)
            wrong.write_text(WRONG)
            said = mypy("--cache-dir", package.parent / "mypy_cache", package, users, wrong).splitlines()
        of_users = [line for line in said if "wrong.py" not in line]
        self.assertEqual(of_users, [])
        self.assertTrue(any("duratoin" in line for line in said), said)
        self.assertTrue(any("Incompatible types" in line for line in said), said)


class Stubs(unittest.TestCase):
    def test_options_are_those_of_the_commands(self):
        script = SOURCE / "tools" / "python_options.py"
        made = subprocess.run([sys.executable, script], stdout=subprocess.PIPE, check=True, timeout=100).stdout.decode()
        kept = (SOURCE / "bindings" / "python" / "ridgeline" / "_options.pyi").read_text()
        self.assertEqual(made, kept,
                         "run: python tools/python_options.py > bindings/python/ridgeline/_options.pyi")


if __name__ == "__main__":
    unittest.main()
