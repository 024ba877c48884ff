"""The embedded runner: threads of this process that do due tasks, with whatever database lies below."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from foundation.errors import Unavailable
from foundation.log import Log
from foundation.tasks import Claimed, Tasks

RENEWALS = 3  # within one lease
SWEEP_SECONDS = 3600.0  # between two looks for what was done long ago

log = Log("tasks")


class LeaseKeeper:
    """A thread that renews the leases of what runs in this process, whichever runner it is."""

    def __init__(self, tasks: Tasks, pulse: Callable[[], None] = lambda: None) -> None:
        self._tasks = tasks
        self._pulse = pulse
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="task-leases", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """No lease is renewed from here on."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def _serve(self) -> None:
        self._pulse()
        while not self._stop.wait(self._tasks.lease_seconds / RENEWALS):
            try:
                self._tasks.renew()
                self._pulse()
            except Unavailable as fault:
                log.warn("task-lease-not-renewed", code=fault.code)
            except Exception as fault:  # noqa: BLE001 - one failed renewal must not end the others
                log.fault("task-lease-fault", fault)


class Sweeper:
    """Forgets old tasks once an hour, however often it is called."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._next = time.monotonic()

    def sweep(self) -> None:
        """Raises what the database raises; it is tried again in an hour."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + SWEEP_SECONDS
            self._tasks.sweep()


class EmbeddedRunner:
    """Threads of this process that do due tasks."""

    def __init__(
        self, tasks: Tasks, poll_seconds: float = 0.5, threads: int = 4, pulse: Callable[[], None] = lambda: None
    ) -> None:
        self._tasks = tasks
        self._poll = poll_seconds
        self._threads = threads
        self._free = threading.Semaphore(threads)
        self._awake = threading.Event()
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="task")
        self._leases = LeaseKeeper(tasks, pulse)
        self._old = Sweeper(tasks)
        self._thread = threading.Thread(target=self._serve, name="task-runner", daemon=True)

    def start(self) -> None:
        """Begin; tasks owed from now on wake the runner at once."""
        self._tasks.wake = self._awake.set
        self._leases.start()
        self._thread.start()

    def stop(self) -> None:
        """Finish what is running, take nothing new."""
        self._stop.set()
        self._awake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)
        self._pool.shutdown(wait=True)
        self._leases.stop()

    def _serve(self) -> None:
        while not self._stop.is_set():
            self._sweep()
            self._awake.clear()
            if not self._take():
                self._awake.wait(self._poll)

    def _sweep(self) -> None:
        try:
            self._old.sweep()
        except Exception as fault:  # noqa: BLE001 - the edge of the runner: it is tried again in an hour
            log.fault("task-sweep-fault", fault)

    def _take(self) -> bool:
        self._free.acquire()
        try:
            claimed = self._tasks.claim(1)
        except Exception as fault:  # noqa: BLE001 - a full disk must not end the runner
            log.fault("task-claim-fault", fault)
            claimed = []
        if not claimed:
            self._free.release()
            return False
        self._pool.submit(self._run, claimed[0])
        return True

    def _run(self, claimed: Claimed) -> None:
        try:
            self._tasks.run(claimed)
        except Exception as fault:  # noqa: BLE001 - the outcome could not be written: the lease ends by itself
            log.fault("task-outcome-fault", fault, task=claimed.id, kind=claimed.kind)
        finally:
            self._free.release()
