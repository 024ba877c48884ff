"""The line before the one writer thread of a process, and the groups in which it commits."""

import queue
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable

from foundation.database.work import Job, T, Work, log
from foundation.errors import Unavailable

GROUP_SECONDS = 0.010  # after which none joins any more: the first has waited long enough


class Group:
    """The functions of one commit: the first, and whoever came while it ran."""

    def __init__(self, first: Job, waiting: "queue.SimpleQueue[Job | None]", limit: int) -> None:
        self.jobs = [first]
        self.last = False  # nobody comes after it
        self._waiting = waiting
        self._limit = limit
        self._open = True

    def run(self, run: Callable[[Job], None]) -> None:
        """Run every function. The first time, whoever waits joins; a repetition is of the same functions."""
        until = time.monotonic() + GROUP_SECONDS
        for job in self.jobs:
            run(job)
        while self._open and len(self.jobs) < self._limit and time.monotonic() < until:
            joined = self._next()
            if joined is None:
                break
            self.jobs.append(joined)
            run(joined)
        self._open = False

    def only(self, job: Job) -> "Group":
        """One of its functions by itself."""
        return Group(job, queue.SimpleQueue(), 1)

    def done(self) -> list[Job]:
        """Those that have succeeded so far."""
        return [job for job in self.jobs if job.fault is None]

    def fail(self, fault: Exception) -> None:
        """Nothing of this group was kept."""
        for job in self.jobs:
            job.fault = job.fault or fault

    def _next(self) -> Job | None:
        try:
            job = self._waiting.get_nowait()
        except queue.Empty:
            return None
        self.last = job is None
        return job


class Line(ABC):
    """Callers stand in line; a thread takes them in groups."""

    limit = 256  # functions in one commit

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._closed = False
        self._door = threading.Lock()  # nothing joins the line behind its end
        self._thread = threading.Thread(target=self._serve, name="database-writer", daemon=True)
        self._thread.start()

    def write(self, work: Work[T]) -> T:
        """Stand in line and wait."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("a write inside a write: pass the connection on instead")
        job = Job(work)
        with self._door:
            if self._closed:
                raise Unavailable
            self._jobs.put(job)
        value: T = job.wait()
        return value

    def close(self) -> None:
        """Finish those who wait; nobody joins any more."""
        with self._door:
            self._closed = True
            self._jobs.put(None)
        self._thread.join(timeout=30)

    @abstractmethod
    def _commit(self, group: Group) -> None:
        """Run the group and make it durable; what went wrong is written into its jobs."""

    @abstractmethod
    def _end(self) -> None:
        """Let the connection go."""

    def _serve(self) -> None:
        try:
            while (job := self._jobs.get()) is not None:
                group = Group(job, self._jobs, self.limit)
                try:
                    self._commit(group)
                finally:
                    for done in group.jobs:
                        done.answer()
                if group.last:
                    break
        except Exception as fault:  # noqa: BLE001 - the edge of the writer thread: nobody may wait for a dead one
            log.fault("database-writer-fault", fault)
        with self._door:
            self._closed = True
        while not self._jobs.empty():
            job = self._jobs.get_nowait()
            if job is not None:
                job.fault = Unavailable()
                job.answer()
        self._end()
