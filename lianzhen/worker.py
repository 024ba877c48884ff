"""Celery, the second runner; no other file imports it.

A message holds the id of a row of `foundation_task` and nothing else: the row is the truth, and a message may be lost,
doubled or late (docs/decisions/0065). `Relay` puts due ids into messages, in web, gateway, worker and beat; `serve` is
the worker: Celery's children each open the house and run the same handlers as the embedded runner.
Retries and back-off are the table's; Celery never retries.
"""

import threading
import time
from collections.abc import Callable
from functools import partial
from multiprocessing import process
from typing import Any, ClassVar

from celery import Celery, signals
from celery.worker.consumer import Consumer
from celery.worker.state import maybe_shutdown
from kombu import Connection, Exchange, Producer, Queue
from kombu.exceptions import OperationalError

from foundation.errors import Invalid, LianzhenError, Unavailable
from foundation.log import Log
from foundation.presence import pulse
from foundation.runner import LeaseKeeper, Sweeper
from foundation.tasks import Claimed, Tasks
from lianzhen.wiring import Opened

QUEUE = "lianzhen.tasks"
TASK = "lianzhen.task"
DELIVERIES = 20  # of one message; then the broker drops it and the row's lease brings a new one
CONNECT_SECONDS = 4.0
ANSWER_SECONDS = 10.0  # for a publisher's confirm
RETRY_SECONDS = 1.0

_MAIN = process.current_process()  # of Python's own multiprocessing, before Celery's library puts another in its place

log = Log("worker")


class BrokerRefused(Invalid):
    """The broker answers and does not let us work: account, permission, vhost, or a queue of another kind."""

    code = "broker-refused"


class BrokerUnreachable(Unavailable):
    """Nobody answers at the broker's address."""

    code = "broker-unreachable"


class _Consumer(Consumer):  # type: ignore[misc]
    """Celery's consumer without its delay queues: what runs later waits in the table.

    A broker that is away is tried every RETRY_SECONDS. Celery's own interval has no setting and grows by two seconds
    from try to try up to thirty, so that a broker away for a minute was noticed many seconds after it was back.
    An acknowledgement that the broker did not hear ends the connection: Celery only logs it, and over Redis the message
    would fill its place in the prefetch window for ever, until nothing is fetched and nothing notices the loss.
    """

    class Blueprint(Consumer.Blueprint):  # type: ignore[misc]
        default_steps: ClassVar[list[Any]] = [
            step for step in Consumer.Blueprint.default_steps if "delayed_delivery" not in str(step)
        ]

    _away = False
    _unheard: Exception | None = None

    def ensure_connected(self, conn: Connection) -> Connection:
        """The same connection, once the broker has answered; a signal to stop ends the wait."""
        every = {"interval_start": RETRY_SECONDS, "interval_step": 0, "interval_max": RETRY_SECONDS}
        conn.ensure_connection(self._unanswered, callback=maybe_shutdown, **every)
        if self._away:
            log.info("broker-back")
        self._away, self._unheard = False, None
        return conn

    def _unanswered(self, fault: Exception, _interval: float) -> None:
        if not self._away:  # said once, not at every try
            log.fault("broker-lost", fault)
        self._away = True

    def create_task_handler(self, *given: Any) -> Callable[[Any], None]:
        """What is done with a message, which tells the broker in our way how it went."""
        handle = super().create_task_handler(*given)

        def received(message: Any) -> None:
            message.ack_log_error = partial(self._tell, message.ack)
            message.reject_log_error = partial(self._tell, message.reject)
            handle(message)

        return received

    def _tell(self, how: Callable[..., None], _logger: object, errors: tuple[type[Exception], ...], *more: Any) -> None:
        try:
            how(*more)
        except Exception as fault:
            if not isinstance(fault, (BrokenPipeError, *errors)):
                raise
            log.fault("broker-unheard", fault)
            self._unheard = fault
            self.timer.call_after(0, self._start_again)  # after what else this turn of the loop has to do

    def _start_again(self) -> None:
        if self._unheard is not None:
            raise self._unheard


def make_app(broker: str, lease_seconds: float, threads: int = 2) -> Celery:
    """The Celery application over this broker (RabbitMQ; Redis with the options that make it safe)."""
    app = Celery("lianzhen", broker=broker, set_as_current=False, autofinalize=False)
    redis = broker.startswith("redis")
    app.conf.update(
        task_queues=[
            Queue(
                QUEUE, Exchange(QUEUE, type="direct", durable=True), routing_key=QUEUE, durable=True,
                queue_arguments=None if redis else {"x-queue-type": "quorum", "x-delivery-limit": DELIVERIES},
            )
        ],
        task_default_queue=QUEUE,
        task_default_exchange=QUEUE,
        task_default_routing_key=QUEUE,
        task_create_missing_queues=False,
        task_acks_late=True,
        task_acks_on_failure_or_timeout=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_publish_retry=False,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_concurrency=threads,
        worker_consumer=_Consumer,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_heartbeat=10,
        broker_connection_timeout=CONNECT_SECONDS,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options=_redis_options(lease_seconds) if redis else _rabbitmq_options(),
    )  # fmt: skip
    return app


def _rabbitmq_options() -> dict[str, Any]:
    return {"confirm_publish": True, "read_timeout": ANSWER_SECONDS, "write_timeout": ANSWER_SECONDS}


def _redis_options(lease_seconds: float) -> dict[str, Any]:
    """What a dead worker had is given out again after two leases, and looked for every two seconds."""
    return {
        "visibility_timeout": max(2 * lease_seconds, 30),
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
        "socket_timeout": ANSWER_SECONDS,
        "socket_connect_timeout": CONNECT_SECONDS,
    }


def check_broker(app: Celery) -> None:
    """Do once what will be done all day: declare, publish, consume. Raises BrokerRefused, BrokerUnreachable."""
    connection = app.connection_for_write()
    shown = connection.as_uri()  # without the password
    try:
        with connection:
            connection.connect()
            channel = connection.channel()
            queue = next(iter(app.conf.task_queues)).bind(channel)
            queue.declare()
            Producer(channel).publish("", exchange="", routing_key=f"{QUEUE}.nowhere", delivery_mode=1)
            queue.get(no_ack=False)  # back in the queue when the channel closes
            channel.close()
    except (OperationalError, OSError) as fault:
        raise BrokerUnreachable(address=shown) from fault
    except Exception as fault:
        if not isinstance(fault, (*connection.connection_errors, *connection.channel_errors)):
            raise
        if app.conf.broker_url.startswith("redis") and _nobody_there(fault):
            raise BrokerUnreachable(address=shown) from fault
        why = str(getattr(fault, "reply_text", "") or fault).strip(". ") or type(fault).__name__
        raise BrokerRefused(address=shown, why=why[:200]) from fault


def _nobody_there(fault: Exception) -> bool:
    """Redis's library has one family for a server that is away and for a wrong password."""
    from redis import exceptions

    away = isinstance(fault, exceptions.ConnectionError | exceptions.TimeoutError)
    return away and not isinstance(fault, exceptions.AuthenticationError)


class Relay:
    """A thread that puts due tasks' ids into messages: after this process's commits, and for beat by the clock too.

    A broker that does not answer stops nothing: what is owed stays due and is sent when it is back.
    """

    def __init__(
        self,
        tasks: Tasks,
        app: Celery,
        window: int,
        every_seconds: float | None = None,
        pulse: Callable[[], None] = lambda: None,
    ) -> None:
        self._tasks = tasks
        self._old = Sweeper(tasks)
        self._pulse = pulse
        self._app = app
        self._window = window
        self._every = every_seconds
        self._awake = threading.Event()
        self._stop = threading.Event()
        self._connection: Connection | None = None
        self._producer: Producer | None = None
        self._down = False
        self._thread = threading.Thread(target=self._serve, name="task-relay", daemon=True)

    def start(self) -> None:
        """Begin; tasks owed from now on are sent at once."""
        self._tasks.wake = self._awake.set
        self._thread.start()

    def stop(self) -> None:
        """Send nothing more."""
        self._stop.set()
        self._awake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def wake(self) -> None:
        """There is something to send, or room for it."""
        self._awake.set()

    def _serve(self) -> None:
        while not self._stop.is_set():
            self._awake.wait(self._every)
            self._awake.clear()
            try:
                self.round()
                self._pulse()
                if self._every is not None:
                    self._old.sweep()
            except Unavailable as fault:
                log.warn("relay-waits", code=fault.code)
                self._stop.wait(RETRY_SECONDS)
            except Exception as fault:  # noqa: BLE001 - one failed round must not end the relay
                log.fault("relay-fault", fault)
                self._stop.wait(RETRY_SECONDS)
        self._let_go()

    def round(self) -> int:
        """Send what is due and not in flight; how many were sent."""
        if not self._connect():
            return 0
        ids = self._tasks.send(self._window)
        for number, task_id in enumerate(ids):
            try:
                self._publish(task_id)
            except Exception as fault:  # noqa: BLE001 - whatever the transport raises: the row stays due
                self._lost(fault)
                self._tasks.unsend(ids[number:])
                return number
        return len(ids)

    def _publish(self, task_id: str) -> None:
        """One message; it is the broker's after this (RabbitMQ has confirmed it)."""
        self._app.send_task(TASK, (task_id,), task_id=task_id, producer=self._producer, retry=False)

    def _connect(self) -> bool:
        if self._connection is not None and self._connection.connected:
            return True
        self._let_go()
        try:
            self._connection = self._app.connection_for_write()
            self._connection.connect()
            self._producer = Producer(self._connection.default_channel)
            next(iter(self._app.conf.task_queues)).bind(self._connection.default_channel).declare()
        except Exception as fault:  # noqa: BLE001 - whatever the transport raises
            self._lost(fault)
            return False
        if self._down:
            log.info("broker-back")
        self._down = False
        return True

    def _lost(self, fault: Exception) -> None:
        if not self._down:
            log.fault("broker-lost", fault)
        self._down = True
        self._let_go()

    def _let_go(self) -> None:
        connection, self._connection, self._producer = self._connection, None, None
        if connection is not None:
            try:
                connection.collect()
            except Exception as fault:  # noqa: BLE001 - it is gone either way
                log.fault("broker-close-fault", fault)


class Hands:
    """What one child process of the worker holds: an open house, its leases, and a relay for what its tasks owe."""

    def __init__(self, opened: Opened, app: Celery) -> None:
        self._opened = opened
        floor = opened.floor
        self._tasks = floor.tasks
        self._leases = LeaseKeeper(floor.tasks, lambda: pulse(floor.data, "worker"))
        self._relay = Relay(floor.tasks, app, floor.settings.tasks_in_flight)
        self._leases.start()
        self._relay.start()

    def run(self, task_id: str) -> None:
        """Do the task of a message, unless it is done, in other hands or not due any more."""
        claimed = self._claim(task_id)
        if claimed is not None:
            try:
                self._tasks.run(claimed)
            except Exception as fault:  # noqa: BLE001 - the outcome could not be written: the lease ends by itself
                log.fault("task-outcome-fault", fault, task=claimed.id, kind=claimed.kind)
        self._relay.wake()  # there is room for another

    def _claim(self, task_id: str) -> Claimed | None:
        """A database that restarts is waited for; the message stays in hand meanwhile."""
        deadline = time.monotonic() + self._tasks.lease_seconds
        while True:
            try:
                return self._tasks.claim_one(task_id)
            except Exception as fault:  # noqa: BLE001 - the row is sent again after its lease
                if time.monotonic() > deadline:
                    log.fault("task-claim-fault", fault, task=task_id)
                    return None
                time.sleep(0.2)

    def close(self) -> None:
        """Let everything down."""
        self._relay.stop()
        self._leases.stop()
        self._opened.floor.close()


def _may_have_children() -> None:
    """Celery's library tells Python's own that this process is a daemon, which may have none; the house keeps heavy
    libraries in children. They end with their parent by themselves (`foundation.children`): nothing stays behind.
    """
    vars(process)["_current_process"] = _MAIN


def serve(app: Celery, open_hands: Callable[[], Opened]) -> int:
    """Be the worker until a signal; `open_hands` opens the house in each child. The parent opens nothing."""
    held: list[Hands] = []

    def hands() -> Hands:
        if not held:
            held.append(Hands(open_hands(), app))
        return held[0]

    @app.task(name=TASK, ignore_result=True, acks_late=True)  # type: ignore[untyped-decorator]
    def run(task_id: str) -> None:
        try:
            hands().run(task_id)
        except LianzhenError as fault:  # the house could not be opened: the row is sent again after its lease
            log.fault("worker-house-fault", fault, task=task_id)

    def begin(**_facts: object) -> None:
        _may_have_children()
        hands()

    def end(**_facts: object) -> None:
        while held:
            held.pop().close()

    def no_logging(**_facts: object) -> None:
        """Celery's own log is ours: codes and ids, never arguments."""

    signals.setup_logging.connect(no_logging, weak=False)
    signals.worker_process_init.connect(begin, weak=False)
    signals.worker_process_shutdown.connect(end, weak=False)
    app.finalize()
    worker = app.Worker(pool="prefork", quiet=True, without_gossip=True, without_mingle=True, without_heartbeat=True)
    worker.start()
    return int(worker.exitcode or 0)
