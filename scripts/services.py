"""The services beside the product, from Debian's packages, for tests, benches and faults: never a system daemon.

    python -m scripts.services FOLDER postgresql rabbitmq redis    start them, print their addresses, Ctrl-C stops them

Each runs on a free port of loopback, with everything it writes below one folder, as a child of whoever starts it, and
is stopped by its own process id. Nothing of the machine's own services is read or touched.
"""

import json
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scripts.postgresql import Postgresql
from scripts.service import Service, answers, free_port

__all__ = ["SERVICES", "Postgresql", "RabbitMq", "Redis", "Service", "answers", "free_port", "started"]

RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server"  # the wrapper in /usr/sbin would change the user and the folder
VHOST = "lianzhen"


class PortMapper(Service):
    """Erlang's epmd, which every RabbitMQ node asks for; ours, so that nothing stays behind."""

    def command(self) -> list[str]:
        """In the foreground."""
        return ["epmd", "-port", str(self.port), "-address", "127.0.0.1"]

    def environment(self) -> dict[str, str]:
        """Its library looks for a home."""
        return {"HOME": str(self.folder)}


class RabbitMq(Service):
    """RabbitMQ: a node, a cookie and a database of its own, a vhost, and accounts with and without permission."""

    def __init__(self, folder: Path, vhosts: Sequence[str] = (VHOST,)) -> None:
        super().__init__("rabbitmq", folder)
        self._vhosts = vhosts
        self._mapper = PortMapper("epmd", folder / "epmd")
        self._node_port = free_port()
        self._write_settings()

    @property
    def address(self) -> str:
        """For LIANZHEN_BROKER."""
        return self.address_of("lianzhen", "lianzhen")

    def address_of(self, user: str, password: str, vhost: str = VHOST) -> str:
        """The same broker as another account, or in another vhost; `stranger` may do nothing."""
        return f"amqp://{user}:{password}@127.0.0.1:{self.port}/{vhost}"

    def _write_settings(self) -> None:
        definitions = {
            "vhosts": [{"name": name} for name in self._vhosts],
            "users": [{"name": name, "password": name, "tags": ""} for name in ("lianzhen", "stranger")],
            "permissions": [
                {"user": "lianzhen", "vhost": name, "configure": ".*", "write": ".*", "read": ".*"}
                for name in self._vhosts
            ],
        }
        (self.folder / "definitions.json").write_text(json.dumps(definitions))
        lines = [
            f"listeners.tcp.default = 127.0.0.1:{self.port}",
            f"load_definitions = {self.folder / 'definitions.json'}",
            "vm_memory_high_watermark.absolute = 512MiB",
            "disk_free_limit.absolute = 50MB",
            "log.console = true",
            "log.console.level = warning",
            "log.file = false",
        ]
        (self.folder / "rabbitmq.conf").write_text("\n".join(lines) + "\n")
        (self.folder / "enabled_plugins").write_text("[].\n")
        (self.folder / "environment.conf").write_text("")

    def command(self) -> list[str]:
        """The node itself, without Debian's wrapper."""
        return [RABBITMQ]

    def environment(self) -> dict[str, str]:
        """Every path below the folder; `RUNNING_UNDER_SYSTEMD` keeps the node in the process that is started."""
        inside = {
            "HOME": ".", "RABBITMQ_MNESIA_BASE": "mnesia", "RABBITMQ_LOG_BASE": "log",
            "RABBITMQ_CONFIG_FILE": "rabbitmq.conf", "RABBITMQ_ENABLED_PLUGINS_FILE": "enabled_plugins",
            "RABBITMQ_CONF_ENV_FILE": "environment.conf", "RABBITMQ_SCHEMA_DIR": "schema",
            "RABBITMQ_GENERATED_CONFIG_DIR": "config", "RABBITMQ_PID_FILE": "node.pid",
        }  # fmt: skip
        return {
            **{name: str(self.folder / path) for name, path in inside.items()},
            "RABBITMQ_NODENAME": f"lianzhen{self.port}@localhost",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(self._node_port),
            "ERL_EPMD_PORT": str(self._mapper.port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    def start(self) -> None:
        """The port mapper first."""
        if self._mapper.process is None:
            self._mapper.start()
        super().start()

    def stop(self) -> None:
        """The node, then its port mapper."""
        super().stop()
        self._mapper.stop()


class Redis(Service):
    """Redis; `durable` writes its log to disk (appendonly), otherwise a restart finds it empty."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        super().__init__("redis", folder)
        self._durable = durable

    @property
    def address(self) -> str:
        """For LIANZHEN_BROKER."""
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        """In the foreground, no snapshots."""
        return ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder),
                "--save", "", "--appendonly", "yes" if self._durable else "no"]  # fmt: skip


Made = Callable[[Path], Service]
SERVICES: dict[str, Made] = {"postgresql": Postgresql, "rabbitmq": RabbitMq, "redis": Redis}


@contextmanager
def started(name: str, folder: Path) -> Iterator[Service]:
    """A service for the length of a block."""
    service = SERVICES[name](folder)
    try:
        service.start()
        yield service
    finally:
        service.stop()


def main(words: list[str]) -> int:
    """Start the named services, print their addresses, wait for Ctrl-C."""
    if len(words) < 2 or set(words[1:]) - set(SERVICES):
        print(f"usage: python -m scripts.services FOLDER {' '.join(SERVICES)}", file=sys.stderr)
        return 2
    running = [SERVICES[name](Path(words[0]).absolute() / name) for name in words[1:]]
    try:
        for service in running:
            service.start()
            print(f"{service.name}\t{getattr(service, 'address', service.port)}", flush=True)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        signal.pause()
    except KeyboardInterrupt:
        pass
    finally:
        for service in reversed(running):
            service.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
