"""One Redis server from the wheel."""

import signal
import subprocess
import time
from pathlib import Path

import psutil
from redis import Redis
from redis.exceptions import ConnectionError as NotYet

from .errors import Refused
from .places import Places
from .processes import spawn, stop

START_SECONDS = 30


class EmbeddedRedis:
    """A server reachable through the socket of its places; a durable one keeps its queue over a restart."""

    def __init__(self, places: Places, *, durable: bool) -> None:
        self.places = places
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.places.redis / "server.log"

    @property
    def pid_file(self) -> Path:
        return self.places.redis / "redis.pid"

    def start(self) -> None:
        self._end_leftover()
        command: list[str | Path] = [self.places.redis_program, "--port", "0"]
        command += ["--unixsocket", self.places.redis_socket, "--unixsocketperm", "700"]
        command += ["--databases", "64", "--dir", ".", "--logfile", ""]
        command += ["--save", "60 1"] if self.durable else ["--save", ""]
        with self.log.open("wb") as log:
            self.process = spawn(command, user=self.places.user, cwd=self.places.redis, stdout=log)
        self.pid_file.write_text(str(self.process.pid))
        self._wait_until_ready(self.process)

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process, gently=signal.SIGTERM)
            self.pid_file.unlink(missing_ok=True)

    def _end_leftover(self) -> None:
        try:
            left = psutil.Process(int(self.pid_file.read_text()))
            if left.name() == "redis-server" and str(self.places.redis_socket) in " ".join(left.cmdline()):
                left.terminate()
                left.wait(10)
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            pass
        except psutil.TimeoutExpired:
            left.kill()
        self.pid_file.unlink(missing_ok=True)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        client = Redis.from_url(self.places.redis_url)
        deadline = time.monotonic() + START_SECONDS
        try:
            while time.monotonic() < deadline and process.poll() is None:
                try:
                    client.ping()
                    return
                except NotYet:
                    time.sleep(0.02)
        finally:
            client.close()
        self.stop()
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        raise Refused(f"Redis did not start. The end of {self.log}:\n{tail}")
