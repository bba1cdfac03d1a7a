"""Receiving files: how much of one is kept in memory."""

import io

from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser

from submissions.files import MAX_BYTES
from submissions.files.uploads import BoundedUploadHandler

BOUNDARY = "frontier"


class Endless(io.RawIOBase):
    """A form with a text, a file of `size` bytes that are never held together, and another text."""

    def __init__(self, size):
        super().__init__()
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="before"\r\n\r\nfirst\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        ).encode()
        tail = (
            f'\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name="after"\r\n\r\nlast\r\n--{BOUNDARY}--\r\n'
        ).encode()
        self.length = len(head) + size + len(tail)
        self._pieces = [head, *[b"x" * 65_536] * (size // 65_536), b"x" * (size % 65_536), tail]
        self._buffer = b""

    def readable(self):
        return True

    def read(self, wanted=-1):
        while self._pieces and (wanted < 0 or len(self._buffer) < wanted):
            self._buffer += self._pieces.pop(0)
        wanted = len(self._buffer) if wanted < 0 else wanted
        taken, self._buffer = self._buffer[:wanted], self._buffer[wanted:]
        return taken


def received(size):
    form = Endless(size)
    meta = {"CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}", "CONTENT_LENGTH": str(form.length)}
    return MultiPartParser(meta, form, [BoundedUploadHandler(HttpRequest())]).parse()


def test_file_within_the_limit_comes_whole():
    texts, files = received(MAX_BYTES)

    assert files["file"].size == MAX_BYTES
    assert files["file"].read() == b"x" * MAX_BYTES
    assert (texts["before"], texts["after"]) == ("first", "last")


def test_nothing_is_kept_of_a_file_beyond_it_but_the_texts_around_it():
    texts, files = received(MAX_BYTES + 1)

    assert files["file"].size == MAX_BYTES + 1
    assert files["file"].read() == b""
    assert (texts["before"], texts["after"]) == ("first", "last")
