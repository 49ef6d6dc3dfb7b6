"""What the server knows that a record is judged by, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fieldapp.checklists.form import Edition
from fieldapp.checklists.forms.template import FormEdition
from fieldapp.sync import carrying
from fieldapp.sync.comparing import Standing


@dataclass(frozen=True)
class TaskFacts:
    """`re_shoot`: sent ids (visit, evidence) of the rejected photo; `re_inspection`: (visit, finding) of the hazard's.

    `re_shoot_question`: what the rejected photo shows. `questions`: of a follow-up, the only ones that it may answer.
    """

    id: str
    kind: str
    scheme: str
    project_id: str
    assignee_id: str | None
    checklist: str
    edition: str
    nonce: str
    re_shoot: tuple[str, str] | None
    re_inspection: tuple[str, str] | None = None
    questions: tuple[str, ...] | None = None
    re_shoot_question: str | None = None


@dataclass(frozen=True)
class LostTask:
    """A task that a database put back lacks, as the phones signed it.

    `wanting`: what must be here before it can be again; `contradictions`: what in the phone's chain speaks against it; in Chinese.
    """

    order: TaskFacts
    wanting: str | None = None
    contradictions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What the server knows beside the record.

    `task` is None when the sender's organisation has no such task, or the record names none; `lost`: it had one. `form`: the edition named,
    where it is a form's; `edition` of the others. `units`: kinds of the project's whole register by
    id, removed ones too, since a machine may leave while the phone is away. `filed`: hash of evidence filed under
    another visit, or under this one, by sent id; `elsewhere`: sent ids of evidence and findings of other visits.
    `waived`: codes that a person let pass. `superseded`: a later record was accepted. `revoked`: names of phones that
    signed or sealed a part of it and are revoked. `carried`: by question, the answers that carried ones name.
    `annotated`: hash of annotations filed before, by sent id.
    """

    sent_id: str
    sender_id: str
    received_at: datetime
    signature_state: str
    edition: Edition | None
    digest: str | None
    task: TaskFacts | None
    units: Mapping[str, str]
    has_access: bool
    standing: Standing | None = None
    filed: Mapping[str, str] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()
    waived: frozenset[str] = frozenset()
    superseded: bool = False
    revoked: frozenset[str] = frozenset()
    form: FormEdition | None = None
    carried: Mapping[str, carrying.Inspected] = field(default_factory=dict)
    lost: LostTask | None = None
    annotated: Mapping[str, str] = field(default_factory=dict)

    @property
    def order(self) -> TaskFacts | None:
        """What was to be done, known here or lost."""
        return self.task or (self.lost.order if self.lost else None)
