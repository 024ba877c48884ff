"""Where objects are kept, addressed by the SHA-256 of their bytes: one Protocol, one contract test for every member."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol


class Archive(Protocol):
    """Keeps bytes for good."""

    def put(self, head: bytes, source: Path, start: int = 0) -> AbstractContextManager[str]:
        """Keep `head` + the bytes of `source` from `start`; the digest is given once they are durable.

        The block writes the index. When it fails, or the process dies in it, the object is forgotten at the next
        `sweep` unless the index knows it. Raises StorageFull.
        """
        ...

    def open(self, digest: str) -> BinaryIO:
        """The object's bytes. Raises NotFound."""
        ...

    def exists(self, digest: str) -> bool:
        """Whether it is here."""
        ...

    def delete(self, digest: str) -> None:
        """Forget it; no fault when it is not here."""
        ...

    def forget(self, digest: str, known: Callable[[Iterable[str]], set[str]]) -> bool:
        """Delete it unless the index knows it, or somebody is just storing the same bytes; whether it was deleted."""
        ...

    def sweep(self, known: Callable[[Iterable[str]], set[str]]) -> int:
        """Forget what a process that is no more had begun and never indexed; gives the number.

        `known` says which digests the index has.
        """
        ...
