"""python -m ridgeline COMMAND ...: the program itself, which the module holds."""
import sys

from . import _core, _data  # noqa: F401
from ._errors import Infeasible, RidgelineError


def main() -> int:
    sys.stdout.flush()
    try:
        outcome = _core.run_command(sys.argv[1:], lambda line: print(f"· {line}", file=sys.stderr, flush=True))
    except RidgelineError as error:
        print(f"ridgeline: {error}", file=sys.stderr)
        return 3 if isinstance(error, Infeasible) else 2
    sys.stdout.write(outcome.text)
    return 130 if outcome.interrupted else outcome.code


if __name__ == "__main__":
    sys.exit(main())
