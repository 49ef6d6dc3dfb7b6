"""python -m tests.fuzz TARGET: feeds it inputs; what of the code each one ran decides which are changed further.

Exit 0 when all inputs were answered; else the fault is told and its input kept as FOLDER/TARGET/fault-…. What is worth
going on from is kept too, in FOLDER/TARGET/inputs. Without a target: their names.
"""

import argparse
import logging
import sys
import warnings
from hashlib import sha256
from pathlib import Path

import atheris

SLOWEST_S, MOST_MEMORY_MIB = 20, 2048
LONGEST = 64 << 10


def main() -> None:
    options = _options().parse_args()
    if options.target is None:
        from tests.fuzz.targets import TARGETS

        sys.stdout.write("\n".join(TARGETS) + "\n")
        return
    with atheris.instrument_imports(include=["fieldapp", "zipfile", "json", "tests.fuzz.targets"]):
        from tests.fuzz import seeds, targets
    target = {**targets.TARGETS, "planted": targets.planted}[options.target]
    folder = options.folder / options.target
    inputs = folder / "inputs"
    inputs.mkdir(parents=True, exist_ok=True)
    for data in seeds.of(options.target):
        (inputs / sha256(data).hexdigest()).write_bytes(data)
    warnings.simplefilter("ignore")
    logging.disable()
    limit = f"-max_total_time={options.seconds}" if options.seconds else f"-runs={options.runs}"
    settings = (
        limit,
        f"-seed={options.seed}",
        f"-max_len={LONGEST}",
        f"-timeout={SLOWEST_S}",
        f"-rss_limit_mb={MOST_MEMORY_MIB}",
        f"-artifact_prefix={folder}/fault-",
        "-use_value_profile=1",  # also by how near a comparison came
    )
    atheris.Setup([sys.argv[0], *settings, str(inputs)], target)
    atheris.Fuzz()


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", nargs="?")
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, help="instead of so many runs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("var/fuzz"))
    return parser


if __name__ == "__main__":
    main()
