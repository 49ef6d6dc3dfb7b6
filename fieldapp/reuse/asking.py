"""Asking for a search. The search itself brings in libraries for pictures, which only the worker that runs it should carry."""

from fieldapp import jobs
from fieldapp.evidence.announcements import EvidenceRead


def search_when_read(read: EvidenceRead) -> None:
    jobs.enqueue("search_reuse", read.evidence_id)


@jobs.handles("search_reuse")
def search(evidence_id: str) -> None:
    from fieldapp.reuse import searching

    searching.search(evidence_id)
