"""A time stamp authority of another house: `openssl ts` behind HTTP, with a CA and a revocation list of its own."""

import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIGURATION = """
[ca]
default_ca = d
[d]
database = index.txt
default_md = sha256
default_crl_days = 30
[stamps]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature, nonRepudiation
extendedKeyUsage = critical, timeStamping
[tsa]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


class Authority:
    """Answers at `address` while it is up."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "ca.cnf").write_text(CONFIGURATION)
        (folder / "index.txt").touch()
        (folder / "serial").write_text("01")
        self._run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key",
                  "-subj", "/CN=TSA root", "-days", "3650", "-out", "ca.pem", "-addext",
                  "keyUsage=critical,keyCertSign,cRLSign")  # fmt: skip
        self._run("ca", "-gencrl", "-config", "ca.cnf", "-keyfile", "ca.key", "-cert", "ca.pem", "-out", "ca.crl")
        self.renew()
        self.up = True
        self.asked = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    @property
    def root(self) -> bytes:
        return (self.folder / "ca.pem").read_bytes()

    @property
    def revocations(self) -> bytes:
        return (self.folder / "ca.crl").read_bytes()

    def renew(self) -> None:
        """Another key and certificate from now on."""
        self._run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "tsa.key",
                  "-subj", "/CN=TSA", "-out", "tsa.csr")  # fmt: skip
        self._run("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "365", "-extfile",
                  "ca.cnf", "-extensions", "stamps", "-out", "tsa.pem")  # fmt: skip

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, query: bytes) -> bytes:
        """`openssl ts -reply`."""
        with tempfile.TemporaryDirectory(dir=self.folder) as place:
            asked, said = Path(place, "q"), Path(place, "r")
            asked.write_bytes(query)
            self._run("ts", "-reply", "-config", "ca.cnf", "-section", "tsa", "-queryfile", str(asked), "-inkey",
                      "tsa.key", "-signer", "tsa.pem", "-out", str(said))  # fmt: skip
            return said.read_bytes()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                authority.asked += 1
                if not authority.up:
                    self.send_error(503)
                    return
                said = authority.answer(query)
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _run(self, *words: str) -> None:
        done = subprocess.run(["openssl", *words], cwd=self.folder, capture_output=True, check=False, text=True)
        assert done.returncode == 0, done.stderr
