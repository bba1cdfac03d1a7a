"""A server on this machine that behaves as it is told, behind names that lead to public addresses."""

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from contextlib import closing

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from submissions.links import Network

PUBLIC = "93.184.216.34"
TLS_HANDSHAKE = b"\x16\x03"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Server:
    """Answers each request by path with the bytes, or the list of bytes, a little time apart, in `pages`. What was
    asked stands in `requests`."""

    def __init__(self, tls=None):
        self.pages, self.requests = {}, []
        self.tls = tls
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _client = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=[connection], daemon=True).start()

    def _answer(self, connection):
        connection.settimeout(2)
        try:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with closing(connection):
                head = b""
                while b"\r\n\r\n" not in head:
                    piece = connection.recv(4096)
                    if not piece:
                        return
                    head += piece
                    if head.startswith(TLS_HANDSHAKE):
                        connection.sendall(b"HTTP/1.1 400 Speak plainly\r\n\r\n")
                        return
                self.requests.append(head.decode("latin-1"))
                method, path, _rest = head.decode("latin-1").split(" ", 2)
                answer = self.pages.get((method, path), self.pages.get(path, OK))
                for piece in [answer] if isinstance(answer, bytes) else answer:
                    connection.sendall(piece)
                    if not isinstance(answer, bytes):
                        time.sleep(0.02)
        except OSError:
            # The one who asked has gone.
            return

    @property
    def asked(self):
        """The methods and paths."""
        return [" ".join(request.split(" ", 2)[:2]) for request in self.requests]

    def close(self):
        self.listening.close()


class Outside:
    """The internet as a test has it: which host has which addresses, and one server behind every public one."""

    def __init__(self, server, tls=None):
        self.server, self.tls = server, tls
        self.hosts, self.looked_up, self.connected = {}, [], []

    def resolve(self, host, port, seconds):
        """A list answers each time anew, its last entry for ever; every other host is a public one."""
        self.looked_up.append(host)
        answers = self.hosts.get(host, [[PUBLIC]])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def connect(self, address, port, seconds):
        self.connected.append((address, port))
        return socket.create_connection(("127.0.0.1", self.server.port), timeout=seconds)

    @property
    def network(self):
        more = {"tls": self.tls} if self.tls else {}
        return Network(resolve=self.resolve, connect=self.connect, **more)


@pytest.fixture
def server():
    server = Server()
    yield server
    server.close()


@pytest.fixture
def outside(server):
    return Outside(server)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """The file of a certificate, with its key, for `good.example` and nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "good.example")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("good.example"), x509.IPAddress(ipaddress.ip_address(PUBLIC))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def secure(certificate):
    """The outside whose one server speaks TLS, with a certificate that is trusted here."""
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(certificate)
    server = Server(tls=own)
    yield Outside(server, tls=ssl.create_default_context(cafile=certificate))
    server.close()
