"""The process that holds the model: `python -m practices.semantic.worker DOTTED.NAME`, the socket as standard input.

It knows no settings, no database and no secret; a text that brings it down takes nothing with it. It ends with the
socket, and by itself when a request takes longer than it may.
"""

import resource
import signal
import socket
import sys
from importlib import import_module

from practices.semantic.embedding import Embedder
from practices.semantic.messages import packed, unpacked

READ_AT_ONCE = 65_536


def serve(embedder: Embedder, connection: socket.socket) -> None:
    connection.sendall(
        packed({"name": embedder.name, "dimension": embedder.dimension, "threshold": embedder.threshold})
    )
    buffer = bytearray()
    while received := connection.recv(READ_AT_ONCE):
        buffer += received
        while (request := unpacked(buffer)) is not None:
            # Nobody handles the signal: it ends the process, also in the middle of foreign code.
            signal.setitimer(signal.ITIMER_REAL, request["seconds"])
            vectors = embedder.embed(request["texts"], request["kind"])
            signal.setitimer(signal.ITIMER_REAL, 0)
            connection.sendall(packed({"vectors": [[float(number) for number in vector] for vector in vectors]}))


def lock_in() -> None:
    """From here on the process opens no file and no connection, writes no file and leaves no memory image behind."""
    for limit in (resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(limit, (0, 0))


def main() -> None:
    # Ctrl-C in a terminal is for the site, which then closes the socket.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    module, _dot, name = sys.argv[1].rpartition(".")
    embedder = getattr(import_module(module), name)()
    connection = socket.socket(fileno=0)
    lock_in()
    serve(embedder, connection)


if __name__ == "__main__":
    main()
