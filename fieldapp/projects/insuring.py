"""Who insures and who serves a project, from when to when; and the pools 共保体."""

from datetime import date, timedelta
from typing import Any

from fieldapp.accounts.models import Organisation
from fieldapp.accounts.permissions import Kind
from fieldapp.db import db
from fieldapp.errors import Conflict, Fault, Invalid
from fieldapp.projects.entering import organisation_of
from fieldapp.projects.models import Policy, Pool, PoolMember, Project, Service

A_DAY = timedelta(days=1)


class PolicyExists(Conflict):
    zh = "已有这一保单号。"
    en = "There is a policy of this number already."


class ServiceOverlaps(Conflict):
    zh = "与已有的服务关系时间重叠。请先核对起止日期。"
    en = "This overlaps a service that is there. Look at the dates first."


class PoolExists(Conflict):
    zh = "已有同名共保体。"
    en = "There is a pool of this name already."


def add_policy(project: Project, given: dict[str, Any]) -> Policy:
    """Raises PolicyExists, or Invalid for dates, insurer or pool that do not go together."""
    _require_sound_policy(given, None)
    policy = Policy(**given)
    project.policies.append(policy)
    db.session.flush()
    return policy


def change_policy(policy: Policy, given: dict[str, Any]) -> Policy:
    _require_sound_policy(given, policy)
    for name, value in given.items():
        setattr(policy, name, value)
    db.session.flush()
    return policy


def begin_service(project: Project, given: dict[str, Any]) -> Service:
    """From a day on. An open service of the scheme that began earlier ends the day before: that is a hand-over.

    Raises ServiceOverlaps, or Invalid for organisations of another kind.
    """
    for name, kind in _SERVERS.items():
        if given[name] is not None:
            organisation_of(given[name], kind, f"/{name}")
    _require_order(given["starts_on"], given["ends_on"])
    for other in project.services:
        if other.scheme == given["scheme"]:
            _make_room(other, given["starts_on"], given["ends_on"])
    service = Service(**given)
    project.services.append(service)
    db.session.flush()
    return service


def end_service(service: Service, ends_on: date | None) -> Service:
    """Say, change or take back its last day."""
    _require_order(service.starts_on, ends_on)
    for other in service.project.services:
        same = other is not service and other.scheme == service.scheme
        if same and _overlap(other, service.starts_on, ends_on):
            raise ServiceOverlaps(faults=[Fault("/ends_on", "overlaps", ServiceOverlaps.zh)])
    service.ends_on = ends_on
    db.session.flush()
    return service


def found_pool(name: str, lead_insurer_id: str, starts_on: date) -> Pool:
    """A pool with its lead as first member."""
    organisation_of(lead_insurer_id, Kind.INSURER, "/lead_insurer_id")
    if db.session.scalar(db.select(Pool).where(Pool.name == name)):
        raise PoolExists(faults=[Fault("/name", "exists", PoolExists.zh)])
    pool = Pool(name=name, lead_insurer_id=lead_insurer_id)
    db.session.add(pool)
    db.session.flush()
    join_pool(pool, lead_insurer_id, starts_on)
    return pool


def join_pool(pool: Pool, insurer_id: str, starts_on: date) -> PoolMember:
    organisation_of(insurer_id, Kind.INSURER, "/insurer_id")
    if any(m.insurer_id == insurer_id and m.ends_on is None for m in pool.members):
        said = "该机构已是成员。"
        raise Conflict(
            said, "It is a member already.", faults=[Fault("/insurer_id", "exists", said)]
        )
    member = PoolMember(insurer_id=insurer_id, starts_on=starts_on)
    pool.members.append(member)
    db.session.flush()
    return member


def leave_pool(member: PoolMember, ends_on: date) -> PoolMember:
    """Its last day. The lead does not leave its own pool."""
    _require_order(member.starts_on, ends_on)
    if member.insurer_id == member.pool.lead_insurer_id:
        raise Conflict("首席承保人不能退出。", "The lead insurer does not leave its pool.")
    member.ends_on = ends_on
    db.session.flush()
    return member


_SERVERS = {
    "originating_insurer_id": Kind.INSURER,
    "service_insurer_id": Kind.INSURER,
    "agency_id": Kind.SERVICE_AGENCY,
}


def _make_room(other: Service, starts_on: date, ends_on: date | None) -> None:
    if not _overlap(other, starts_on, ends_on):
        return
    if other.ends_on is not None or other.starts_on >= starts_on:
        raise ServiceOverlaps(faults=[Fault("/starts_on", "overlaps", ServiceOverlaps.zh)])
    other.ends_on = starts_on - A_DAY


def _overlap(service: Service, starts_on: date, ends_on: date | None) -> bool:
    begins_in_time = ends_on is None or service.starts_on <= ends_on
    return begins_in_time and (service.ends_on is None or service.ends_on >= starts_on)


def _require_sound_policy(given: dict[str, Any], own: Policy | None) -> None:
    there = db.session.scalar(db.select(Policy).where(Policy.number == given["number"]))
    if there is not None and there is not own:
        raise PolicyExists(faults=[Fault("/number", "exists", PolicyExists.zh)])
    insurer = organisation_of(given["insurer_id"], Kind.INSURER, "/insurer_id")
    _require_order(given["starts_on"], given["ends_on"])
    if given["pool_id"] is not None:
        _require_member(given["pool_id"], insurer)


def _require_member(pool_id: str, insurer: Organisation) -> None:
    pool = db.session.get(Pool, pool_id)
    if pool is None or insurer.id not in {member.insurer_id for member in pool.members}:
        said = "承保机构不是该共保体的成员。"
        raise Invalid(
            said,
            "The insurer is no member of this pool.",
            faults=[Fault("/pool_id", "member", said)],
        )


def _require_order(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        said = "止日早于起日。"
        raise Invalid(
            said, "The last day lies before the first.", faults=[Fault("/ends_on", "order", said)]
        )
