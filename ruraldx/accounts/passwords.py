"""Password hashing: argon2id at 19 MiB, two passes (OWASP minimum; 40 ms here, the default costs 290 ms)."""

from __future__ import annotations

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

MINIMUM_LENGTH = 12
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Each verification takes 19 MiB and a core: a burst of logins must not starve the pages.
_slots = threading.BoundedSemaphore(2)
# Verified when the account does not exist, so that the answer takes as long: the hash of a text that nobody kept,
# written down because making one costs every process its start.
_DUMMY = "$argon2id$v=19$m=19456,t=2,p=1$h4CzxML8zGlbP7ucnUQ/Qw$FFvk141XduqRtgZjWoHGkX+xGPngtC7eZKCwwqfj8RY"


def hash_password(password: str) -> str:
    """The argon2id hash of a password."""
    with _slots:
        return _hasher.hash(password)


def password_matches(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one; without a stored hash it costs the same and is False."""
    with _slots:
        try:
            matched = _hasher.verify(stored or _DUMMY, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
    return matched and stored is not None


def generate_password() -> str:
    """A random password, easy to read aloud: four groups of four letters and digits (80 bits)."""
    alphabet = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))
