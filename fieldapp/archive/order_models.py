from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.accounts.models import Person
from fieldapp.archive.models import Bundle
from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId
from fieldapp.keys import PersonalBytes

REASONS = ("nothing_selected", "no_access", "given_up")
"""Why an order failed; given_up: every try of the worker did."""


class BundleOrder(Base):
    """A bundle that a person ordered at the console, and what became of it. The file lies in the store until `expires_at`.

    `sha256` is set before the store has the file, and is empty again once the file of an order that ended was erased.
    outcome: None while it is made; ready | failed (`REASONS`) | cancelled; `removed` once the file is gone.
    """

    __tablename__ = "bundle_order"
    __table_args__ = (
        CheckConstraint("outcome in ('ready', 'failed', 'cancelled', 'removed')", name="outcome"),
        CheckConstraint("(outcome is null) = (settled_at is null)", name="settled"),
    )

    bundle_id: Mapped[Id] = mapped_column(ForeignKey("bundle.id"), primary_key=True)
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    about: Mapped[str] = mapped_column(String(200))  # what it is about, in words
    photos: Mapped[int]
    ordered_at: Mapped[datetime] = mapped_column(default=now)
    outcome: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(20))
    settled_at: Mapped[datetime | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
    expires_at: Mapped[datetime | None]

    bundle: Mapped[Bundle] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship(innerjoin=True)
    links: Mapped[list["BundleLink"]] = relationship(order_by="BundleLink.made_at")


class BundleKey(Base):
    """What a full bundle is encrypted with, from its order until it is made or given up. Never the passphrase."""

    __tablename__ = "bundle_key"
    ledger_exempt = (
        "a secret that lives as long as the file is being made; the log keeps nothing of it"
    )

    bundle_id: Mapped[Id] = mapped_column(ForeignKey("bundle_order.bundle_id"), primary_key=True)
    salt: Mapped[bytes] = mapped_column(PersonalBytes)
    key: Mapped[bytes] = mapped_column(PersonalBytes)


class BundleLink(Base):
    """A download that was allowed once: of this bundle, until then, begun or not. The token itself is not kept."""

    __tablename__ = "bundle_link"
    __table_args__ = (Index("ix_bundle_link_token", "token_sha256", unique=True),)

    id: Mapped[PrimaryId]
    bundle_id: Mapped[Id] = mapped_column(ForeignKey("bundle_order.bundle_id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
