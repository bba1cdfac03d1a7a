"""Two addresses for whoever watches the site: does the process answer, and can it do its work?"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practices.search import index


@never_cache
@require_safe
def healthz(request):
    """The process answers. Asks nothing else, so that a slow database does not get the process restarted."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def readyz(request):
    """Whether this process can serve: 200, or 503 with the part that is not ready."""
    parts = {"database": database_answers(), "migrations": False, "search": False}
    if parts["database"]:
        parts["migrations"] = everything_is_migrated()
    if parts["migrations"]:
        parts["search"] = index.agrees()
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def everything_is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
