"""All that is accepted, from its files, and again whenever they change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dispatch_router.application.access import Credentials
from dispatch_router.storage.access.key_file import read_keys

_Stamp = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """Whose tokens are accepted; the fields are those of ``Issuer``."""

    jwks_file: Path
    issuer: str
    audience: str
    clock_skew_s: float
    requests_per_s: float


class AccessFiles:
    """The file of the keys and, where tokens are accepted, that of their issuer."""

    def __init__(self, key_file: Path, trusted: TrustedIssuer | None = None) -> None:
        self._key_file = key_file
        self._trusted = trusted
        self._read_at: tuple[_Stamp, ...] = ()

    def read(self) -> Credentials:
        """Read all that is accepted now.

        Raises:
            InvalidAccess: a file cannot be used.
        """
        # Before the files: a change while they are read is then seen at the next look.
        self._read_at = self._stamps()
        keys = read_keys(self._key_file)
        trusted = self._trusted
        if trusted is None:
            return Credentials.of(keys)
        # Imported here: what tokens are checked with takes a tenth of a start that needs none.
        from dispatch_router.storage.access.issuer import Issuer, read_jwks

        issuer = Issuer(
            read_jwks(trusted.jwks_file),
            issuer=trusted.issuer,
            audience=trusted.audience,
            clock_skew_s=trusted.clock_skew_s,
            requests_per_s=trusted.requests_per_s,
        )
        return Credentials.of(keys, issuer)

    def read_if_changed(self) -> Credentials | None:
        """Do the same, but only if a file is not what it was; None where nothing changed.

        A file that cannot be used is complained of once, not at every look.
        """
        return None if self._stamps() == self._read_at else self.read()

    def _stamps(self) -> tuple[_Stamp, ...]:
        files = [self._key_file]
        if self._trusted is not None:
            files.append(self._trusted.jwks_file)
        return tuple(_stamp(file) for file in files)


def _stamp(file: Path) -> _Stamp:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
