from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from fieldapp.clock import now
from fieldapp.db import Base


class EnvelopeKey(Base):
    """A public key that phones seal personal captures to; the newest is used, every one stays openable.

    The private half never enters the database: it lies in the worker's folder.
    """

    __tablename__ = "envelope_key"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    public_key: Mapped[str] = mapped_column(String(400))
    published_at: Mapped[datetime] = mapped_column(default=now)
