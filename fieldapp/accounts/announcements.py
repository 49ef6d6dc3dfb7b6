"""What this room tells the rooms above it, in the transaction in which it happens."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PhoneLeft:
    """A phone was signed out or revoked: nothing goes to it until somebody signs in on it again."""

    device_id: str
