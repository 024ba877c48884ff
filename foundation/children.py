"""Child processes for heavy libraries: started on demand, bounded in memory and time, gone when idle.

The main process never imports typst, NumPy codecs or pyHanko; a broken file can at worst end a child.
"""

import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import TimeoutError as OutOfTime
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from foundation.errors import Unavailable

T = TypeVar("T")

ORPHAN_SECONDS = 1.0


class ChildFailed(Unavailable):
    """A child process died or took too long."""

    code = "child-failed"


class Children:
    """A small pool of child processes."""

    def __init__(self, idle_seconds: float = 120, memory_mib: int = 4096, count: int = 2) -> None:
        self._idle = idle_seconds
        self._memory = memory_mib * 1024 * 1024
        self._count = count
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._busy = 0
        self._timer: threading.Timer | None = None

    def run(self, function: Callable[..., T], *args: Any, seconds: float = 60) -> T:
        """Call `function(*args)` in a child; both must pickle. Raises ChildFailed, or what `function` raises."""
        pool = self._enter()
        try:
            return pool.submit(function, *args).result(timeout=seconds)
        except (OutOfTime, BrokenProcessPool) as fault:
            self._discard(pool)
            raise ChildFailed(what=function.__name__) from fault
        finally:
            self._leave()

    def close(self) -> None:
        """End every child."""
        with self._lock:
            pool, self._pool = self._pool, None
            if self._timer:
                self._timer.cancel()
        if pool:
            _end(pool)

    def _enter(self) -> ProcessPoolExecutor:
        with self._lock:
            self._busy += 1
            if self._timer:
                self._timer.cancel()
                self._timer = None
            if self._pool is None:
                self._pool = ProcessPoolExecutor(
                    self._count,
                    mp_context=multiprocessing.get_context("spawn"),
                    initializer=_settle,
                    initargs=(self._memory, os.getpid()),
                )
            return self._pool

    def _leave(self) -> None:
        with self._lock:
            self._busy -= 1
            if self._busy == 0 and self._pool is not None:
                self._timer = threading.Timer(self._idle, self._rest)
                self._timer.daemon = True
                self._timer.start()

    def _rest(self) -> None:
        with self._lock:
            if self._busy:
                return
            pool, self._pool = self._pool, None
        if pool:
            _end(pool)

    def _discard(self, pool: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is pool:
                self._pool = None
        _end(pool)


def _end(pool: ProcessPoolExecutor) -> None:
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()


def _settle(memory: int, parent: int) -> None:
    """A child's first act: its bounds, and an end when its parent is gone (kill -9 tells nobody)."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(ORPHAN_SECONDS)
    os._exit(1)
