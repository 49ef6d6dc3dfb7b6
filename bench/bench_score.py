"""Claim: a sheet is made while you wait: one from a cold start, a whole city's in a minute.

Measures how long `fieldapp score evaluate` takes from nothing, and evaluations a second.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fieldapp.scoring.loading import scheme
from fieldapp.scoring.sheet import evaluate

RUNS = 15
SECONDS = 1.0

INJURY = {
    "subject": "insurer-a",
    "period": "2026",
    "occurrences": [
        {
            "id": f"o-{n}",
            "clause": "survey_record_nonconforming",
            "state": "confirmed",
            "evidence": [f"ev-{n}"],
        }
        for n in range(50)
    ],
    "satisfaction": {"satisfied": 17, "valid": 20},
}
AUTHORITY = ("cooperation", "compliance", "platform_use", "technical_service", "promotion")
POLICYHOLDER = (
    "underwriting_attitude",
    "claims_service",
    "third_party_coordination",
    "customer_return_visit",
    "personalized_demand",
)


def form(part: str, kind: str, assessor: str, items: tuple[str, ...]) -> dict[str, object]:
    grades = dict.fromkeys(items, "good")
    return {"form": kind, "part": part, "assessor": assessor, "grades": grades}


LIABILITY = {
    "subject": "insurer-a",
    "period": "2026",
    "forms": [
        *(form("county_authority", "authority_opinion", f"c-{n}", AUTHORITY) for n in range(10)),
        form("city_authority", "authority_opinion", "city", AUTHORITY),
        *(
            form("policyholder", "policyholder_satisfaction", f"p-{n}", POLICYHOLDER)
            for n in range(40)
        ),
    ],
    "facts": {
        "deaths": 0,
        "fatal_general_accidents": 0,
        "accidents_caused_by_missed_or_unfollowed_hazard": 0,
        "valid_complaints": 3,
        "lead_projects": 100,
    },
}


CASES = (
    ("injury, 50 occurrences", "work_injury_performance", INJURY),
    ("liability, 51 forms", "construction_liability", LIABILITY),
)


def per_second(scheme_id: str, facts: object) -> list[float]:
    loaded, rates = scheme(scheme_id), []
    for _ in range(5):
        done, start = 0, time.perf_counter()
        while time.perf_counter() - start < SECONDS:
            evaluate(loaded, facts)
            done += 1
        rates.append(done / (time.perf_counter() - start))
    return rates


def starting(*command: str) -> list[float]:
    """Milliseconds of wall time of each run, after one that fills the caches."""
    times = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
        times.append((time.perf_counter() - start) * 1000)
    return times[1:]


def tell(what: str, unit: str, measured: list[float]) -> None:
    line = {
        "what": what,
        "median": round(statistics.median(measured), 1),
        "unit": unit,
        "least": round(min(measured), 1),
        "most": round(max(measured), 1),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        # Without compiled files on disk each start compiles the project anew.
        "writes_bytecode": not sys.dont_write_bytecode,
    }
    print(json.dumps(line))


def main() -> None:
    tell("start: python -c pass", "ms", starting("-c", "pass"))
    with tempfile.TemporaryDirectory() as folder:
        for what, scheme_id, facts in CASES:
            file = Path(folder, "facts.json")
            file.write_text(json.dumps(facts), encoding="utf-8")
            command = ("-m", "fieldapp", "score", "evaluate", scheme_id, str(file))
            tell(f"start: score evaluate, {what}", "ms", starting(*command))
            tell(f"evaluate, {what}", "a second", per_second(scheme_id, facts))


if __name__ == "__main__":
    main()
