#!/usr/bin/env python3
"""The portable layers take no elementary function from the C library: its last bit differs between platforms.

    portable_math.py SOURCE_DIR [--self-test]
"""
import pathlib
import re
import sys

NATIVE = {"live", "audit", "calibrate"}  # measure and fit; src/CMakeLists.txt builds them natively only
# Draws what only a native program fits, to a tenth of a pixel.
EXEMPT = {"src/report/validation_svg.cpp"}
FUNCTIONS = re.compile(r"\bstd::(a?(?:sin|cos|tan)h?|atan2|exp2?|expm1|log(?:2|10|1p|b)?|pow|cbrt|hypot|[lt]gamma|erfc?|fma"
                       r"|\w+_distribution)\b")


def offences(root):
    for path in sorted([*(root / "src").rglob("*.h"), *(root / "src").rglob("*.cpp"),
                        *(root / "include").rglob("*.h")]):
        name = path.relative_to(root).as_posix()
        if name in EXEMPT or name.split("/")[1] in NATIVE:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if found := FUNCTIONS.search(re.sub(r"//.*", "", line)):
                yield f"{name}:{number}: {found.group(0)} is not the same everywhere; see base/portable_math.h"


if "--self-test" in sys.argv:
    for bad in ("std::exp(x)", "std::log1p(x)", "std::lgamma(x)", "std::normal_distribution<>", "std::pow(x, 2)"):
        assert FUNCTIONS.search(bad), bad
    for good in ("std::sqrt(x)", "std::expected<T>", "std::floor(x)", "portable_exp(x)", "std::frexp(x, &e)"):
        assert not FUNCTIONS.search(good), good
found = list(offences(pathlib.Path(sys.argv[1])))
print("\n".join(found))
sys.exit(1 if found else 0)
