"""After `migrate`: a site whose index was written by another analyser gets a new one without being asked."""

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from practices.search import index


def write_index_anew(*, using: str, verbosity: int, **kwargs) -> None:
    """Receives `post_migrate`. Not while some migrations are still missing: the tables may lack columns."""
    executor = MigrationExecutor(connections[using])
    if using != "default" or executor.migration_plan(executor.loader.graph.leaf_nodes()) or index.is_current():
        return

    def report(done: int, total: int) -> None:
        if verbosity:
            print(f"Search index: {done} of {total} practices")  # noqa: T201 - as migrate itself reports

    index.rebuild(report)
