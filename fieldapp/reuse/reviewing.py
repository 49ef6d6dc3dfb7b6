"""What a person says of a pair: the same picture, the same scene, or neither. It changes nothing else."""

from fieldapp.accounts.models import Person
from fieldapp.db import db
from fieldapp.errors import Conflict, NotAllowed
from fieldapp.reuse.models import Resemblance, ResemblanceReview


class ReviewedAlready(Conflict):
    zh = "本单位已对这一对照片作出判断，不能更改。"
    en = "Your organisation has judged this pair already; that stays."


class OwnPair(NotAllowed):
    zh = "不能判断自己拍摄的照片，请由他人判断。"
    en = "Nobody judges a pair with his own capture; somebody else must."


def review(pair: Resemblance, by: Person, *, outcome: str, words: str | None) -> ResemblanceReview:
    """The same said again is the same review. Raises ReviewedAlready, OwnPair."""
    if by.id in (pair.evidence.captured_by_id, pair.earlier.captured_by_id):
        raise OwnPair
    db.session.refresh(pair, with_for_update={"of": Resemblance})
    said = next((one for one in pair.reviews if one.party_id == by.organisation_id), None)
    if said is not None:
        if (said.by_id, said.outcome, said.words) != (by.id, outcome, words):
            raise ReviewedAlready
        return said
    made = ResemblanceReview(party_id=by.organisation_id, by_id=by.id, outcome=outcome, words=words)
    pair.reviews.append(made)
    db.session.flush()
    db.session.refresh(made)
    return made
