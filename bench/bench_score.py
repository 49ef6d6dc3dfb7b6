"""Evaluations a second, and how long `fieldapp score evaluate` takes from nothing.

python bench/bench_score.py
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fieldapp.scoring.loading import scheme
from fieldapp.scoring.sheet import evaluate

RUNS = 15
SECONDS = 2.0

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


def per_second(scheme_id: str, facts: object) -> float:
    loaded, done, start = scheme(scheme_id), 0, time.perf_counter()
    while time.perf_counter() - start < SECONDS:
        evaluate(loaded, facts)
        done += 1
    return done / (time.perf_counter() - start)


def starting(*command: str) -> tuple[float, float]:
    """Milliseconds of wall time: the fastest and the middle of RUNS."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return times[0], times[RUNS // 2]


def main() -> None:
    print(f"injury, 50 occurrences: {per_second('work_injury_performance', INJURY):.0f} a second")
    print(f"liability, 51 forms: {per_second('construction_liability', LIABILITY):.0f} a second")
    print("python -c pass: fastest {:.0f} ms, median {:.0f} ms".format(*starting("-c", "pass")))
    with tempfile.TemporaryDirectory() as folder:
        for scheme_id, facts in (
            ("work_injury_performance", INJURY),
            ("construction_liability", LIABILITY),
        ):
            file = Path(folder, "facts.json")
            file.write_text(json.dumps(facts), encoding="utf-8")
            took = starting("-m", "fieldapp", "score", "evaluate", scheme_id, str(file))
            print("{}: fastest {:.0f} ms, median {:.0f} ms".format(scheme_id, *took))


if __name__ == "__main__":
    main()
