"""Fixtures every test may use: a database in a file, no network, clean caches, and one Chromium."""

import gc
import os
import socket
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection, connections
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations
from django.utils import translation
from playwright.sync_api import sync_playwright

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def pytest_collection_modifyitems(config, items):
    """Without Chromium browser tests are named as skipped; where everything must run, that is a failure."""
    browser_tests = [item for item in items if item.get_closest_marker("browser")]
    if not browser_tests or CHROMIUM.exists():
        return
    enable = "apt-get install -y chromium fonts-dejavu fonts-noto-core"
    if os.environ.get("REQUIRE_ALL") == "1":
        raise pytest.UsageError(f"{len(browser_tests)} browser tests cannot run: no {CHROMIUM}. {enable}")
    for item in browser_tests:
        item.add_marker(pytest.mark.skip(reason=f"no {CHROMIUM}; to run it: {enable}"))


def pytest_collection_finish():
    """What was imported stays until the end: the garbage collector need not look at it again and again. Together with
    rarer runs this saves a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_sessionfinish(session):
    """Where everything must run, a skipped test is a failed run, whatever skipped it."""
    reporter = session.config.pluginmanager.getplugin("terminalreporter")
    if os.environ.get("REQUIRE_ALL") == "1" and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session", autouse=True)
def _no_network():
    """A test that reaches beyond this machine fails, whatever library it goes through."""
    connect = socket.socket.connect

    def connect_on_this_machine(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
            raise RuntimeError(f"A test tried to reach {address[0]}; tests use this machine only.")
        return connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_on_this_machine)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """SQLite in a file per worker: threads of one test then meet real locks, as on a running site."""
    database = connections["default"]
    if database.vendor == "sqlite":
        database.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "registry.sqlite3")
    else:
        # A kept connection would belong to a thread of the live server, and outlive the tests.
        database.settings_dict["CONN_MAX_AGE"] = 0


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Before the test database is dropped, whatever a browser's last request still holds of it is let go: threads of
    the live server end after the test that started them."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session", autouse=True)
def _tables_are_emptied_row_by_row():
    """Tests that commit leave a few rows: to delete them takes PostgreSQL a thirtieth of what TRUNCATE takes. Foreign
    keys are looked at when the transaction ends."""

    def sql_flush(self, style, tables, *, reset_sequences=False, allow_cascade=False):
        return [f"DELETE FROM {self.quote_name(table)};" for table in tables]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PostgresOperations, "sql_flush", sql_flush)
        yield


@pytest.fixture(autouse=True)
def _own_files_and_caches(settings, tmp_path):
    """Uploads of a test end with it, no cached answer and no language reaches the next one, passwords cost no time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
    # The test client leaves the language of its last request active in the thread.
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def chromium():
    """One browser process per worker."""
    with pytest.MonkeyPatch.context() as patch:
        # Playwright's loop runs in this thread for as long as the browser lives; Django would refuse to query there.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=CHROMIUM_ARGUMENTS)
            yield browser
            browser.close()


@pytest.fixture(scope="session")
def live_server(django_db_setup, live_server):
    """Made after the database: a server that starts before it shares one SQLite connection between two threads, and
    crashes."""
    return live_server


@pytest.fixture
def open_page(chromium, live_server, settings):
    """Opens a fresh browser context on the live site: `open_page(locale="nl", javascript=True)` gives a page."""
    settings.SITE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    contexts = []

    def open_page(*, locale="en", javascript=True, width=1280, height=900, color_scheme="light"):
        context = chromium.new_context(
            base_url=live_server.url,
            locale=locale,
            java_script_enabled=javascript,
            viewport={"width": width, "height": height},
            color_scheme=color_scheme,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
