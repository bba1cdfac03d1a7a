"""Brings a site up to date before its server starts: after installing, after an upgrade, and at every start."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cmise.catalogues import compile_catalogues
from practices.models import Practice

REGISTRY_DATA = "practices/data"
# Pages that packages bring and this site does not use.
UNUSED_STATIC_FILES = ["flags", "redoc", "rest_framework"]


def fingerprint(paths: Iterable[Path], *, salt: str = "") -> str:
    """Changes when a file under one of the paths comes, goes or changes."""
    digest = hashlib.sha256(salt.encode())
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file}:{file.stat().st_size}:{file.stat().st_mtime_ns};".encode())
    return digest.hexdigest()


class Command(BaseCommand):
    help = (
        "Compile messages, collect static files, migrate, and with --demo load the real practices and demo accounts. "
        "A step with nothing to do takes no time."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--demo", action="store_true", help="also load practices/data and the demo accounts")

    def handle(self, *args, demo, **options):
        settings.BASE_DIR.joinpath("var").mkdir(exist_ok=True)
        self.compile_messages()
        self.collect_static_files()
        self.migrate()
        if demo:
            self.load_demo()

    def compile_messages(self):
        for folder in settings.LOCALE_PATHS:
            for catalogue in compile_catalogues(Path(folder)):
                self.stdout.write(f"Compiled {catalogue.relative_to(settings.BASE_DIR)}")

    def collect_static_files(self):
        # The lock stands for the static files that packages bring.
        sources = [*settings.STATICFILES_DIRS, settings.BASE_DIR / "requirements.txt"]
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        self.once(
            stamp, fingerprint(sources), "Collecting static files", "collectstatic", interactive=False, verbosity=0
        )

    def migrate(self):
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Migrating the database")
            call_command("migrate", interactive=False)

    def load_demo(self):
        """The stamps belong to one database and are void while that one holds no practice."""
        where = "|".join(str(connection.settings_dict[key]) for key in ("ENGINE", "HOST", "PORT", "NAME"))
        name = hashlib.sha256(where.encode()).hexdigest()[:12]
        practices_stamp = settings.BASE_DIR / "var" / f"practices-{name}"
        accounts_stamp = settings.BASE_DIR / "var" / f"accounts-{name}"
        if not Practice.objects.public().exists():
            practices_stamp.unlink(missing_ok=True)
            accounts_stamp.unlink(missing_ok=True)
        data = settings.BASE_DIR / REGISTRY_DATA
        self.once(practices_stamp, fingerprint([data]), "Loading the practices", "load_registry", str(data))
        commands = settings.BASE_DIR.glob("*/management/commands/seed_demo.py")
        state = fingerprint(commands, salt=settings.CMISE_DEMO_PASSWORD)
        self.once(accounts_stamp, state, "Creating the demo accounts", "seed_demo")

    def once(self, stamp: Path, state: str, title: str, *command: str, **options):
        """Run the command unless its stamp says it has run in just this state."""
        if stamp.exists() and stamp.read_text() == state:
            return
        self.stdout.write(title)
        call_command(*command, **options)
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(state)
