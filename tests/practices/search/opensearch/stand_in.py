"""A stand-in for an OpenSearch server: real HTTP on loopback, and of OpenSearch's API exactly what the registry uses.

It answers as OpenSearch 2 does, with its refusals: what is not valid there is an error here. What is valid there but
not made here is answered with 501, so that no test passes by something that was left out.
"""

import json
import re
import threading
import uuid
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

MOST_BUCKETS = 65_535
MOST_TERMS = 65_536
MOST_CLAUSES = 1_024
LONGEST_TOKEN = 255
POSITION_GAP = 100
# What `whitespace` splits at: Java's notion, in which no-break spaces are letters.
WHITESPACE = re.compile(r"[\t-\r\x1c-\x20\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]+")
SETTINGS = {
    "refresh_interval": re.compile(r"-1|\d+(ms|s|m)"),
    "replication.type": re.compile("DOCUMENT|SEGMENT"),
    "number_of_shards": re.compile(r"[1-9]\d*"),
    "number_of_replicas": re.compile(r"\d+"),
}
FIELD_PARAMETERS = {
    "integer": {"index"},
    "long": {"index"},
    "keyword": set(),
    "text": {"analyzer", "norms"},
    "object": {"enabled"},
}


class Refusal(Exception):
    """What OpenSearch answers instead."""

    def __init__(self, status: int, kind: str, reason: str, **more: Any):
        super().__init__(reason)
        self.status = status
        self.error = {"type": kind, "reason": reason, **more}

    def body(self) -> dict:
        return {"error": {"root_cause": [self.error], **self.error}, "status": self.status}


class Missing(Exception):
    """Valid for OpenSearch, not made here."""


def no_such_index(name: str, also: str = "") -> Refusal:
    return Refusal(
        404,
        "index_not_found_exception",
        f"no such index [{name}]{also}",
        index=name,
        index_uuid="_na_",
        **{"resource.id": name, "resource.type": "index_or_alias"},
    )


def parsing(reason: str) -> Refusal:
    return Refusal(400, "parsing_exception", reason, line=1, col=1)


def illegal(reason: str) -> Refusal:
    return Refusal(400, "illegal_argument_exception", reason)


# --- An index ---------------------------------------------------------------------------------------------------------


class Index:
    """One shard. What is written is found by a search only after a refresh; `_doc` sees it at once."""

    def __init__(self, name: str, definition: dict, *, dynamic_default: str = "true"):
        self.name, self.uuid = name, uuid.uuid4().hex[:22]
        self.aliases: set[str] = set(definition.get("aliases", {}))
        settings = flattened(definition.get("settings", {}))
        mappings = definition.get("mappings", {})
        unknown = set(definition) - {"settings", "mappings", "aliases"}
        if unknown:
            raise Refusal(400, "parse_exception", f"unknown key [{min(unknown)}] for create index")
        self.dynamic = str(mappings.get("dynamic", dynamic_default))
        self.kept_source = mappings.get("_source", {}).get("includes")
        self.fields: dict[str, dict] = mappings.get("properties", {})
        self._check_mappings(mappings)
        self._check_settings(settings)
        # Id to version and source; what a search sees.
        self.documents: dict[str, tuple[int, dict]] = {}
        self._found: dict[str, dict[str, list]] = {}

    def _check_mappings(self, mappings: dict) -> None:
        unknown = set(mappings) - {"dynamic", "_source", "properties"}
        if unknown:
            raise Missing(f"mapping parameters {unknown}")
        for name, field in self.fields.items():
            kind = field.get("type", "object")
            if kind not in FIELD_PARAMETERS:
                raise Refusal(
                    400,
                    "mapper_parsing_exception",
                    f"Failed to parse mapping [_doc]: No handler for type [{kind}] declared on field [{name}]",
                )
            unknown = set(field) - FIELD_PARAMETERS[kind] - {"type"}
            if unknown:
                raise Missing(f"parameters {unknown} of a field of type {kind}")
            if field.get("analyzer", "whitespace") != "whitespace":
                raise Missing(f"analyzer {field['analyzer']}")

    def _check_settings(self, settings: dict[str, Any]) -> None:
        for name, value in settings.items():
            if not name.startswith("index."):
                name = f"index.{name}"
            short = name.removeprefix("index.")
            if short == "sort.field":
                for field in [value] if isinstance(value, str) else value:
                    if field not in self.fields:
                        raise illegal(f"unknown index sort field:[{field}]")
                    if self.fields[field]["type"] not in ("integer", "keyword"):
                        raise illegal(f"invalid index sort field:[{field}]")
            elif short not in SETTINGS:
                raise illegal(
                    f"unknown setting [{name}] please check that any required plugins are installed, or check the "
                    "breaking changes documentation for removed settings"
                )
            elif not SETTINGS[short].fullmatch(str(value)):
                raise illegal(f"Failed to parse value [{value}] for setting [{name}]")

    def write(self, key: str, source: dict, version: int | None, version_type: str) -> dict:
        """The item of a bulk answer."""
        current = self.documents[key][0] if key in self.documents else None
        if version_type == "internal":
            if version is not None:
                raise Missing("internal versions")
            version = (current or 0) + 1
        elif current is not None and version < current:
            raise Refusal(
                409,
                "version_conflict_engine_exception",
                f"[{key}]: version conflict, current version [{current}] is higher than the one provided [{version}]",
                index=self.name,
                shard="0",
                index_uuid=self.uuid,
            )
        self.parsed(key, source)
        self.documents[key] = (version, source)
        result = "created" if current is None else "updated"
        shards = {"total": 1, "successful": 1, "failed": 0}
        return {
            "_index": self.name,
            "_id": key,
            "_version": version,
            "result": result,
            "_shards": shards,
            "status": 201 if current is None else 200,
        }

    def parsed(self, key: str, source: dict) -> dict[str, list]:
        """Field to what is searched: whole values, or the token at each position of a text."""
        found: dict[str, list] = {}
        for name, value in source.items():
            field = self.fields.get(name)
            if field is None:
                if self.dynamic == "strict":
                    raise Refusal(
                        400,
                        "strict_dynamic_mapping_exception",
                        f"mapping set to strict, dynamic introduction of [{name}] within [_doc] is not allowed",
                    )
                raise Missing("dynamic fields")
            if field["type"] == "object":
                if field.get("enabled") is not False:
                    raise Missing("fields of objects")
                continue
            values = value if isinstance(value, list) else [value]
            if field["type"] == "text":
                found[name] = positions(values)
            else:
                found[name] = [self._value(name, field["type"], key, each) for each in values]
        return found

    def _value(self, name: str, kind: str, key: str, value: Any) -> Any:
        if kind == "keyword":
            return str(value)
        limit = 2**31 if kind == "integer" else 2**63
        try:
            number = int(value)
        except (TypeError, ValueError):
            number = limit
        if not -limit <= number < limit:
            raise Refusal(
                400,
                "mapper_parsing_exception",
                f"failed to parse field [{name}] of type [{kind}] in document with id '{key}'. "
                f"Preview of field's value: '{value}'",
            )
        return number

    def refresh(self) -> None:
        self._found = {key: self.parsed(key, source) for key, (_version, source) in self.documents.items()}

    def source_of(self, key: str) -> dict:
        source = self.documents[key][1]
        if self.kept_source is None:
            return source
        return pruned(source, self.kept_source)

    # --- Searching ---

    def search(self, asked: dict, *, failed_shards: int = 0) -> dict:
        unknown = set(asked) - {"size", "track_total_hits", "query", "aggs"}
        if unknown:
            raise parsing(f"Unknown key for a VALUE_STRING in [{min(unknown)}].")
        if asked.get("size") != 0 or asked.get("track_total_hits") is not False:
            raise Missing("hits and their total")
        matches = self._query(asked["query"], [0])
        found = [document for document in self._found.values() if matches(document)]
        return {
            "took": 1,
            "timed_out": False,
            "_shards": {"total": 1, "successful": 1 - failed_shards, "skipped": 0, "failed": failed_shards},
            "hits": {"max_score": None, "hits": []},
            "aggregations": {
                name: self._aggregation(name, aggregation, found) for name, aggregation in asked["aggs"].items()
            },
            "status": 200,
        }

    def _query(self, query: dict, clauses: list[int]) -> Callable[[dict[str, list]], bool]:
        if not isinstance(query, dict) or len(query) != 1:
            raise parsing("[_na] query malformed, empty clause found")
        ((name, asked),) = query.items()
        if name == "bool":
            return self._bool(asked, clauses)
        if name not in ("terms", "match_phrase"):
            raise parsing(f"unknown query [{name}]")
        if not isinstance(asked, dict) or len(asked) != 1:
            raise parsing(f"[{name}] query requires exactly one field")
        ((field, value),) = asked.items()
        if name == "terms":
            if not isinstance(value, list):
                raise parsing(f"[terms] query does not support [{field}]")
            if len(value) > MOST_TERMS:
                raise illegal(
                    f"The number of terms [{len(value)}] used in the Terms Query request has exceeded the allowed "
                    f"maximum of [{MOST_TERMS}]. This maximum can be set by changing the [index.max_terms_count] "
                    "index level setting."
                )
            wanted = set(value)
            return lambda document: not wanted.isdisjoint(document.get(field, ()))
        if not isinstance(value, str):
            raise Missing("options of match_phrase")
        run = tokens(value)
        return lambda document: has_run(document.get(field, []), run)

    def _bool(self, asked: dict, clauses: list[int]) -> Callable[[dict[str, list]], bool]:
        unknown = set(asked) - {"filter", "should", "minimum_should_match", "must", "must_not", "boost"}
        if unknown:
            raise parsing(f"[bool] query does not support [{min(unknown)}]")
        if set(asked) & {"must", "must_not", "boost"}:
            raise Missing("must, must_not and boost")
        for part in ("filter", "should"):
            clauses[0] += len(asked.get(part, []))
        if clauses[0] > MOST_CLAUSES:
            raise Refusal(
                400,
                "too_many_nested_clauses",
                f"Query contains too many nested clauses; maxClauseCount is set to {MOST_CLAUSES}",
            )
        filters = [self._query(query, clauses) for query in asked.get("filter", [])]
        should = [self._query(query, clauses) for query in asked.get("should", [])]
        # Beside a filter the others only count for the score, unless a minimum is set.
        least = asked.get("minimum_should_match", 0 if filters else min(1, len(should)))

        def matches(document: dict[str, list]) -> bool:
            return all(each(document) for each in filters) and sum(each(document) for each in should) >= least

        return matches

    def _aggregation(self, name: str, aggregation: dict, found: list[dict[str, list]]) -> dict:
        if set(aggregation) - {"aggs"} != {"composite"}:
            raise Missing(f"aggregation {sorted(aggregation)}")
        asked = aggregation["composite"]
        unknown = set(asked) - {"size", "sources", "after"}
        if unknown:
            raise parsing(f"[composite] unknown field [{min(unknown)}]")
        size = asked.get("size", 10)
        if size > MOST_BUCKETS:
            raise Refusal(
                503,
                "too_many_buckets_exception",
                f"Trying to create too many buckets. Must be less than or equal to: [{MOST_BUCKETS}] but was [{size}]. "
                "This limit can be set by changing the [search.max_buckets] cluster level setting.",
                max_buckets=MOST_BUCKETS,
            )
        if len(asked["sources"]) != 1:
            raise Missing("several sources")
        ((source, value),) = asked["sources"][0].items()
        field = value["terms"]["field"]
        if self.fields.get(field, {}).get("type") == "text":
            raise illegal(
                "Text fields are not optimised for operations that require per-document field data like aggregations "
                "and sorting, so these operations are disabled by default."
            )
        after = asked.get("after")
        if after is not None and set(after) != {source}:
            raise illegal(f"[after] has {len(after)} value(s) but [sources] has 1")
        held: dict[Any, list[dict[str, list]]] = {}
        for document in found:
            for each in set(document.get(field, ())):
                if after is None or each > after[source]:
                    held.setdefault(each, []).append(document)
        buckets = [
            {"key": {source: each}, "doc_count": len(held[each])}
            | {name: self._sum(below, held[each]) for name, below in aggregation.get("aggs", {}).items()}
            for each in sorted(held)[:size]
        ]
        return {"after_key": buckets[-1]["key"], "buckets": buckets} if buckets else {"buckets": []}

    def _sum(self, aggregation: dict, documents: list[dict[str, list]]) -> dict:
        if set(aggregation) != {"sum"}:
            raise Missing(f"aggregation {sorted(aggregation)} below another")
        field = aggregation["sum"]["field"]
        # A double, whatever the field's type.
        return {"value": float(sum(sum(document.get(field, ())) for document in documents))}


def tokens(text: str) -> list[str]:
    """As the tokenizer cuts: a longer one becomes several."""
    return [
        part[start : start + LONGEST_TOKEN]
        for part in WHITESPACE.split(text)
        if part
        for start in range(0, len(part), LONGEST_TOKEN)
    ]


def positions(values: list[str]) -> list[str | None]:
    """The tokens of all values, with a gap between two values that no phrase bridges."""
    found: list[str | None] = []
    for value in values:
        if found:
            found += [None] * POSITION_GAP
        found += tokens(value)
    return found


def has_run(found: list, run: list[str]) -> bool:
    start = -1
    while run and run[0] in found[start + 1 :]:
        start = found.index(run[0], start + 1)
        if found[start : start + len(run)] == run:
            return True
    return False


def flattened(settings: dict, before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in settings.items():
        found |= flattened(value, f"{before}{name}.") if isinstance(value, dict) else {f"{before}{name}": value}
    return found


def pruned(source: dict, patterns: Iterable[str], before: str = "") -> dict:
    kept: dict = {}
    for name, value in source.items():
        path = f"{before}{name}"
        if isinstance(value, dict):
            if inside := pruned(value, patterns, f"{path}."):
                kept[name] = inside
        elif any(fnmatchcase(path, pattern) for pattern in patterns):
            kept[name] = value
    return kept


# --- The server -------------------------------------------------------------------------------------------------------


class StandIn:
    """The cluster. A test may ask what was asked of it, and give it troubles."""

    def __init__(self, *, account: str = ""):
        self.indexes: dict[str, Index] = {}
        self.requests: list[tuple[str, str]] = []
        self.account = account
        # A test sets these: an answer to every request instead of the right one; seconds that every answer takes; the
        # shards that do not take part in a search; an error for every document; whether connections are cut silently.
        self.answer_instead: tuple[int, bytes] | None = None
        self.delay = 0.0
        self.failed_shards = 0
        self.document_error: Refusal | None = None
        self.cuts_connections = False
        # Called with method and path before a request is carried out.
        self.before: Callable[[str, str], None] = lambda method, path: None
        self._lock = threading.RLock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def asked(self, part: str) -> int:
        """How many requests had this in their path."""
        return sum(part in path for _method, path in self.requests)

    def answer(self, method: str, target: str, headers: dict[str, str], content: bytes) -> tuple[int, bytes]:
        self.requests.append((method, target))
        threading.Event().wait(self.delay)
        if self.answer_instead:
            return self.answer_instead
        if self.account and headers.get("Authorization") != f"Basic {b64encode(self.account.encode()).decode()}":
            return 401, b"Unauthorized"
        parts = urlsplit(target)
        self.before(method, parts.path)
        try:
            with self._lock:
                status, body = self._carry_out(
                    method, unquote(parts.path), dict(parse_qsl(parts.query)), headers, content
                )
        except Refusal as refusal:
            status, body = refusal.status, refusal.body()
        except Missing as missing:
            status, body = 501, {"error": f"the stand-in lacks {missing}", "status": 501}
        return status, json.dumps(body).encode()

    def _carry_out(self, method: str, path: str, query: dict, headers: dict, content: bytes) -> tuple[int, dict]:
        if content and headers.get("Content-Type") not in ("application/json", "application/x-ndjson"):
            kind = headers.get("Content-Type", "")
            return 406, {"error": f"Content-Type header [{kind}] is not supported", "status": 406}
        match method, path.strip("/").split("/"):
            case "PUT", [name] if not name.startswith("_"):
                return 200, self._create(name, as_object(content))
            case "GET", [names, "_alias"]:
                return 200, self._aliases_of(names)
            case "POST", ["_aliases"]:
                return 200, self._change_aliases(as_object(content)["actions"])
            case "GET", [name, "_doc", key]:
                return self._document(name, key)
            case "POST", [name, "_bulk"]:
                return 200, self._bulk(name, content, require_alias=query.pop("require_alias", "false") == "true")
            case "POST", [name, "_refresh"]:
                for index in self._resolved(name):
                    index.refresh()
                return 200, {
                    "_shards": {"total": 1, "successful": 1 - self.failed_shards, "failed": self.failed_shards}
                }
            case "POST", [name, "_msearch"]:
                return 200, {"took": 1, "responses": list(self._searches(name, content))}
        return 400, {"error": f"no handler found for uri [{path}] and method [{method}]"}

    def _resolved(self, name: str) -> list[Index]:
        if name in self.indexes:
            return [self.indexes[name]]
        found = [index for index in self.indexes.values() if name in index.aliases]
        if not found:
            raise no_such_index(name)
        return found

    def _single(self, name: str) -> Index:
        found = self._resolved(name)
        if len(found) > 1:
            names = ", ".join(sorted(index.name for index in found))
            raise illegal(
                f"Alias [{name}] has more than one index associated with it [{names}], can't execute a single index op"
            )
        return found[0]

    def _create(self, name: str, definition: dict) -> dict:
        if name in self.indexes:
            existing = self.indexes[name]
            raise Refusal(
                400,
                "resource_already_exists_exception",
                f"index [{name}/{existing.uuid}] already exists",
                index=name,
                index_uuid=existing.uuid,
            )
        if name != name.lower() or re.search(r'[\\/*?"<>| ,#:]|^[-_+]', name):
            raise Refusal(400, "invalid_index_name_exception", f"Invalid index name [{name}], must be lowercase")
        if any(name in index.aliases for index in self.indexes.values()):
            raise Refusal(400, "invalid_index_name_exception", f"Invalid index name [{name}], already exists as alias")
        self.indexes[name] = Index(name, definition)
        return {"acknowledged": True, "shards_acknowledged": True, "index": name}

    def _aliases_of(self, pattern: str) -> dict:
        if "*" not in pattern:
            raise Missing("aliases of one index")
        return {
            index.name: {"aliases": {alias: {} for alias in sorted(index.aliases)}}
            for index in self.indexes.values()
            if any(fnmatchcase(name, pattern) for name in (index.name, *index.aliases))
        }

    def _change_aliases(self, actions: list[dict]) -> dict:
        """All or none."""
        for action in actions:
            ((name, about),) = action.items()
            if name not in ("add", "remove_index"):
                raise Missing(f"alias action {name}")
            if about["index"] not in self.indexes:
                raise no_such_index(about["index"])
            if name == "add" and about["alias"] in self.indexes:
                raise Refusal(
                    400,
                    "invalid_alias_name_exception",
                    f"Invalid alias name [{about['alias']}]: an index or data stream exists with the same name as the "
                    "alias",
                )
        for action in actions:
            ((name, about),) = action.items()
            if name == "add":
                self.indexes[about["index"]].aliases.add(about["alias"])
            else:
                del self.indexes[about["index"]]
        return {"acknowledged": True}

    def _document(self, name: str, key: str) -> tuple[int, dict]:
        index = self._single(name)
        if key not in index.documents:
            return 404, {"_index": index.name, "_id": key, "found": False}
        version, _source = index.documents[key]
        source = index.source_of(key)
        return 200, {"_index": index.name, "_id": key, "_version": version, "found": True, "_source": source}

    def _bulk(self, name: str, content: bytes, *, require_alias: bool) -> dict:
        lines = as_lines(content, "The bulk request must be terminated by a newline [\\n]")
        items = []
        for action, source in zip(lines[::2], lines[1::2], strict=True):
            ((operation, about),) = action.items()
            if operation != "index":
                raise Missing(f"bulk operation {operation}")
            unknown = set(about) - {"_id", "version", "version_type"}
            if unknown:
                raise illegal(f"Action/metadata line [1] contains an unknown parameter [{min(unknown)}]")
            key = about["_id"]
            try:
                if require_alias and not any(name in index.aliases for index in self.indexes.values()):
                    flag = f" and [require_alias] request flag is [true] and [{name}] is not an alias"
                    raise no_such_index(name, flag)
                if name not in self.indexes and not any(name in index.aliases for index in self.indexes.values()):
                    self._create(name, {})
                if self.document_error:
                    raise self.document_error
                item = self._single(name).write(
                    key, source, about.get("version"), about.get("version_type", "internal")
                )
            except Refusal as refusal:
                item = {"_index": name, "_id": key, "status": refusal.status, "error": refusal.error}
            items.append({"index": item})
        return {"took": 1, "errors": any("error" in item["index"] for item in items), "items": items}

    def _searches(self, name: str, content: bytes) -> Iterator[dict]:
        lines = as_lines(content, "The msearch request must be terminated by a newline [\\n]")
        for header, asked in zip(lines[::2], lines[1::2], strict=True):
            if header:
                raise Missing("headers of searches")
            try:
                (index,) = self._resolved(name)
                yield index.search(asked, failed_shards=self.failed_shards)
            except Refusal as refusal:
                yield refusal.body()


def as_object(content: bytes) -> dict:
    try:
        return json.loads(content)
    except ValueError as error:
        raise Refusal(400, "parse_exception", "request body is required") from error


def as_lines(content: bytes, complaint: str) -> list[dict]:
    if not content.endswith(b"\n"):
        raise illegal(complaint)
    return [json.loads(line) for line in content.splitlines()]


def handler_of(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, body = stand_in.answer(self.command, self.path, dict(self.headers), content)
            kind = "text/plain" if status == 401 else "application/json; charset=UTF-8"
            head = f"HTTP/1.1 {status} -\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"
            try:
                # In one piece, so that nobody waits for an acknowledgement in between.
                self.wfile.write(head.encode() + body)
            except OSError:
                self.close_connection = True
            if stand_in.cuts_connections:
                self.close_connection = True

        do_GET = do_PUT = do_POST = answer

        def log_message(self, *args):
            pass

    return Handler
