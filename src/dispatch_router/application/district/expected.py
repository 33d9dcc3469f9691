"""What a client believes of a resource that it changes."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch_router.domain.resource_errors import PreconditionFailed
from dispatch_router.domain.resources import Resource, ResourceKey


@dataclass(frozen=True, slots=True)
class Expected:
    """Which resource is to be changed.

    Attributes:
        revisions: it says one of these; None where any will do.
        absent: there is none, and it is to be made.
    """

    revisions: frozenset[str] | None = None
    absent: bool = False

    def require(self, key: ResourceKey, found: Resource | None) -> None:
        """Check it against what there is.

        Raises:
            PreconditionFailed: it is not so.
        """
        if self.absent:
            if found is not None:
                raise PreconditionFailed(
                    f"There is {key} already. Send If-Match with its ETag to change it.",
                    f"{key}已存在。如需修改，请在If-Match中提供其ETag。",
                    exists=True,
                )
        elif found is None:
            raise PreconditionFailed(
                f"There is no {key}. Send If-None-Match: * to make it.",
                f"{key}不存在。如需新建，请发送If-None-Match: *。",
                exists=False,
            )
        elif self.revisions is not None and found.revision not in self.revisions:
            raise PreconditionFailed(
                f"{key} was changed since you read it. Read it again, and send If-Match with the "
                "ETag that it has now.",
                f"{key}在读取后已被修改。请重新读取，并在If-Match中使用最新的ETag。",
                exists=True,
            )
