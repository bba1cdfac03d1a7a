"""Whoever asks for whole pages inside one process."""

from django.core.handlers.wsgi import WSGIHandler
from django.http.cookie import SimpleCookie
from django.test import RequestFactory


class Visitor:
    """Asks the application as a server does, with the cookies of somebody who signed in.

    Not Django's test client: its answers stand in a circle of references with all that was read for them, and one page
    in ten would wait until the collector has taken the others apart.
    """

    def __init__(self, cookies: SimpleCookie):
        self._requests = RequestFactory(headers={"cookie": "; ".join(f"{key}={cookies[key].value}" for key in cookies)})
        self._application = WSGIHandler()

    def get(self, address: str) -> bytes:
        """The page's body. Raises `AssertionError` where there is no page."""
        answered: list[str] = []

        def start_response(status: str, _headers: list[tuple[str, str]], _exc_info: object = None) -> None:
            answered.append(status)

        response = self._application(self._requests.get(address).environ, start_response)
        try:
            body = b"".join(response)
        finally:
            response.close()
        if not answered[0].startswith("200 "):
            raise AssertionError(f"{address} answers {answered[0]}")
        return body
