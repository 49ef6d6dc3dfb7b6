"""Copies migrations/ and the built front end, which live beside the package, into its wheel."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

BESIDE = {"migrations": "migrations", "static/dist": "static/dist"}


class BuildWithWhatLiesBeside(build_py):
    def run(self):
        super().run()
        if self.editable_mode:
            return
        for source, target in BESIDE.items():
            if not Path(source).is_dir():
                raise SystemExit(f"{source} is missing: run `make setup` before building a wheel.")
            shutil.copytree(
                source,
                Path(self.build_lib, "fieldapp", target),
                ignore=shutil.ignore_patterns("__pycache__", ".built"),
                dirs_exist_ok=True,
            )


setup(cmdclass={"build_py": BuildWithWhatLiesBeside})
