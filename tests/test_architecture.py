"""The house rules that a syntax tree can show; docs/architecture.md says why. A planted violation proves each rule."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Each may import those before it.
PACKAGES = ("accounts", "cities", "practices", "submissions", "cmise")

# Inside a package a module may import its own layer and those before it. Keys are a module's first name below the
# package; a module that stands in no layer fails, so that a new one is placed on purpose.
LAYERS = (
    # coded values
    {"choices", "guidance", "library_texts", "validators"},
    # rows and the document
    {"content", "document", "models", "querysets", "rows", "validation", "vocabularies"},
    # rules about them
    {
        "as_sent",
        "catalogues",
        "checklist",
        "checks",
        "deadlines",
        "formats",
        "guard",
        "limits",
        "logs",
        "machine",
        "missing",
        "permissions",
        "refusals",
        "roles",
        "search",
        "semantic",
        "steps",
        "translation",
        "workflow",
    },
    # acts
    {
        "adapter",
        "adoption",
        "correspondence",
        "digests",
        "files",
        "freshness",
        "handover",
        "held_notices",
        "letters",
        "links",
        "merging",
        "notices",
        "notifications",
        "numbers",
        "outbox",
        "reachability",
        "reminders",
        "restoring",
        "services",
        "sessions",
        "settings",
        "texts",
        "xliff",
    },
    # what comes in, and what a question finds
    {
        "audit",
        "briefs",
        "catalogue",
        "context_processors",
        "errors",
        "facets",
        "filters",
        "forms",
        "hits",
        "kept",
        "loading",
        "middleware",
        "overview",
        "questionnaire",
        "similar",
        "suggestions",
    },
    # what a reader gets
    {"citations", "exports", "presentation", "projection"},
    # doors
    {"admin", "api", "demo_views", "feeds", "health", "management", "sitemaps", "templatetags", "views"},
    # addresses, and what Django and the server read by name
    {"addresses", "apps", "demo_urls", "desk", "pages", "urls", "worker", "wsgi"},
)

FORBIDDEN_NAMES = {"common", "core", "helpers", "misc", "tools", "utils"}

GUARDED_MODELS = {"Practice", "PracticeVersion"}
GUARDED_RELATIONS = {"led_practices", "joined_practices", "practices"}
VISIBILITY_METHODS = {"public", "visible_to", "tombstones_for"}
# Keeps what it reads under the levels that it asked for: what it reads must be of the same ones.
ASKS_LEVELS_ONCE = "practices.catalogue"
MAY_QUERY_EVERYTHING = {
    "querysets",
    "services",
    "freshness",
    "merging",
    "restoring",
    "loading",
    "admin",
    "models",
    "document",
}
# The index holds every circle of readers; what it gives out is cut to the asker's.
INDEX_WRITERS = {"practices.search.facts", "practices.search.index", "practices.semantic.follow"}


def modules():
    """Every module of the packages by its dotted name, migrations left out."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" not in parts:
                yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path.read_text(encoding="utf-8")


def layer_of(module):
    """The number of a module's layer; a package itself belongs to none."""
    parts = module.split(".")
    if len(parts) == 1:
        return None
    for number, names in enumerate(LAYERS):
        if parts[1] in names:
            return number
    return -1


def imported_modules(tree):
    """Dotted names of what is imported, with the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                # `from practices import services` names a module, `from practices.choices import Depth` a class.
                name = f"{node.module}.{alias.name}" if node.module in PACKAGES else node.module
                yield name, node.lineno


def upward_imports(module, source):
    """Imports of a later package, or of a later layer of the same package."""
    package = module.split(".")[0]
    above = PACKAGES[PACKAGES.index(package) + 1 :]
    own_layer = layer_of(module)
    for name, line in imported_modules(ast.parse(source)):
        other = name.split(".")[0]
        if other in above:
            yield f"{module}:{line} imports {name}: {package} comes before {other}"
        elif other == package and own_layer is not None:
            layer = layer_of(name)
            if layer is not None and layer > own_layer:
                yield f"{module}:{line} imports {name}, which stands in a later layer"


def unplaced_modules(module, source):
    """Modules that nobody gave a layer, and names that say nothing."""
    if layer_of(module) == -1:
        yield f"{module} stands in no layer of tests/test_architecture.py"
    for name in FORBIDDEN_NAMES.intersection(module.split(".")):
        yield f"{module}: a module named {name} holds anything; name it for what it holds"


def inline_imports(module, source):
    """Imports inside functions. Only `AppConfig.ready` needs them: before it no model exists."""
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if function.name == "ready" and module.endswith(".apps"):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield f"{module}:{node.lineno} imports inside {function.name}()"


def queries_past_visibility(module, source):
    """Practices read without asking who reads them."""
    parts = module.split(".")
    if module in INDEX_WRITERS or (len(parts) > 1 and parts[1] in MAY_QUERY_EVERYTHING):
        return
    attributes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)]
    methods = VISIBILITY_METHODS | ({"visible_at"} if module == ASKS_LEVELS_ONCE else set())
    asked = {id(node.value) for node in attributes if node.attr in methods}
    advice = "start from .visible_to(user) or .public()"
    for node in attributes:
        if id(node) in asked:
            continue
        model = node.value.id if isinstance(node.value, ast.Name) else ""
        if model in GUARDED_MODELS and node.attr in {"objects", "_default_manager", "_base_manager"}:
            yield f"{module}:{node.lineno} reads {model}.{node.attr}: {advice}"
        relation = node.value.attr if isinstance(node.value, ast.Attribute) else ""
        if relation in GUARDED_RELATIONS and id(node.value) not in asked:
            yield f"{module}:{node.lineno} reads .{relation}.{node.attr}: {advice}"


def status_writes(module, source):
    """A submission's status written outside the services, which alone know the workflow."""
    if module.split(".")[0] not in {"submissions", "cmise"} or module.startswith("submissions.services"):
        return
    for node in ast.walk(ast.parse(source)):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
        )
        if any(isinstance(target, ast.Attribute) and target.attr == "status" for target in targets):
            yield f"{module}:{node.lineno} assigns .status: call services.perform()"
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called == "update" and any(keyword.arg == "status" for keyword in node.keywords):
            yield f"{module}:{node.lineno} updates status: call services.perform()"
        if called == "setattr" and len(node.args) > 1 and getattr(node.args[1], "value", None) == "status":
            yield f"{module}:{node.lineno} sets status: call services.perform()"


RULES = [upward_imports, unplaced_modules, inline_imports, queries_past_visibility, status_writes]


@pytest.mark.parametrize("rule", RULES)
def test_every_module_keeps_the_rule(rule):
    offenders = [offence for module, source in modules() for offence in rule(module, source)]

    assert offenders == []


@pytest.mark.parametrize(
    ("rule", "module", "source"),
    [
        (upward_imports, "cities.models", "from practices.models import Practice"),
        (upward_imports, "practices.views.detail", "import submissions.models"),
        (upward_imports, "practices.services", "from practices import views"),
        (upward_imports, "practices.models.practice", "def late():\n    from practices.services import publish"),
        (unplaced_modules, "practices.surprise", ""),
        (unplaced_modules, "practices.views.helpers", ""),
        (inline_imports, "cities.services", "def late():\n    import json"),
        (inline_imports, "cities.services", "class City:\n    async def late(self):\n        from json import dumps"),
        (queries_past_visibility, "practices.views.detail", "Practice.objects.get(pk=1)"),
        (queries_past_visibility, "practices.feeds", "Practice.objects.all().public()"),
        (queries_past_visibility, "practices.feeds", "Practice.objects.visible_at(levels)"),
        (queries_past_visibility, "cmise.pages", "Practice._default_manager.count()"),
        (queries_past_visibility, "cities.views", "city.led_practices.count()"),
        (queries_past_visibility, "practices.api.views", "queryset = PracticeVersion.objects"),
        (queries_past_visibility, "practices.views.admin", "Practice.objects.all()"),
        (status_writes, "submissions.views.review", "submission.status = 'published'"),
        (status_writes, "submissions.admin", "queryset.update(status='published')"),
        (status_writes, "submissions.forms.review", "setattr(submission, 'status', 'published')"),
    ],
)
def test_planted_violation_is_reported(rule, module, source):
    offences = list(rule(module, source))

    assert len(offences) == 1
    assert offences[0].startswith(module)


@pytest.mark.parametrize(
    ("rule", "module", "source"),
    [
        (upward_imports, "submissions.views.start", "from practices.services import publish"),
        (upward_imports, "practices.views.detail", "from practices.services import publish"),
        (unplaced_modules, "practices.views.detail", ""),
        (inline_imports, "accounts.apps", "def ready(self):\n    from accounts import roles"),
        (queries_past_visibility, "practices.views.detail", "Practice.objects.visible_to(user).with_card()"),
        (queries_past_visibility, "cities.views", "city.led_practices.public().count()"),
        (queries_past_visibility, "practices.catalogue", "Practice.objects.visible_at(levels)"),
        (queries_past_visibility, "practices.services", "Practice.objects.get(pk=1)"),
        (status_writes, "submissions.services", "submission.status = 'published'"),
        (status_writes, "submissions.views.review", "response.status_code = 409"),
    ],
)
def test_proper_code_is_not_reported(rule, module, source):
    assert list(rule(module, source)) == []
