"""The stand-in refuses what OpenSearch refuses: a test that passes against it says something."""

import json
from http.client import HTTPConnection

import pytest

from practices.search.engines import opensearch
from practices.search.engines.wants import Want
from practices.search.opensearch import layout
from practices.search.opensearch.layout import INDEX


@pytest.fixture
def ask(stand_in):
    connection = HTTPConnection(stand_in.address)

    def ask(method, path, *bodies, kind="application/json", end="\n"):
        content = "\n".join(json.dumps(body) for body in bodies)
        kind = "application/x-ndjson" if len(bodies) > 1 else kind
        connection.request(method, path, content + end if bodies else None, {"Content-Type": kind} if bodies else {})
        response = connection.getresponse()
        return response.status, json.loads(response.read())

    yield ask
    connection.close()


def write(ask, *documents, version=1):
    """Documents of the registry's layout in an index `one`, ready to be found."""
    ask("PUT", "/one", INDEX)
    bodies = []
    for key, document in enumerate(documents):
        bodies += [{"index": {"_id": str(key), "version": version, "version_type": "external_gte"}}, document]
    answer = ask("POST", "/one/_bulk", *bodies)
    ask("POST", "/one/_refresh")
    return answer


def found(ask, query, **composite):
    composite = {"sources": [{"block": {"terms": {"field": "block"}}}]} | composite
    asked = {"size": 0, "track_total_hits": False, "query": query, "aggs": {"blocks": {"composite": composite}}}
    _status, answer = ask("POST", "/one/_msearch", {}, asked)
    (response,) = answer["responses"]
    if "error" in response:
        return response["status"], response["error"]["type"]
    return [bucket["key"]["block"] for bucket in response["aggregations"]["blocks"]["buckets"]]


@pytest.mark.parametrize(
    ("definition", "status", "reason"),
    [
        ({"settings": {"index": {"refresh": "-1"}}}, 400, "unknown setting [index.refresh]"),
        ({"settings": {"index.refresh_interval": "soon"}}, 400, "Failed to parse value [soon]"),
        ({"settings": {"index.sort.field": "number"}}, 400, "unknown index sort field:[number]"),
        ({"mappings": {"properties": {"words": {"type": "string"}}}}, 400, "No handler for type [string]"),
        ({"settings": {"index.codec": "best_compression"}}, 400, "unknown setting"),
        ({"mapping": {}}, 400, "unknown key [mapping]"),
    ],
)
def test_wrong_index_is_refused(ask, definition, status, reason):
    answered, answer = ask("PUT", "/one", definition)

    assert answered == status
    assert reason in answer["error"]["reason"]


def test_index_is_made_once_and_its_name_is_checked(ask):
    assert ask("PUT", "/one", INDEX)[0] == 200

    assert ask("PUT", "/one", INDEX)[1]["error"]["type"] == "resource_already_exists_exception"
    assert ask("PUT", "/One", INDEX)[1]["error"]["type"] == "invalid_index_name_exception"


def test_what_is_missing_is_answered_like_opensearch(ask):
    assert ask("GET", "/one/_doc/1")[1]["error"]["type"] == "index_not_found_exception"
    assert ask("GET", "/one-*/_alias") == (200, {})
    assert ask("POST", "/one/_refresh")[0] == 404
    write(ask, {"block": 1})
    assert ask("GET", "/one/_doc/9") == (404, {"_index": "one", "_id": "9", "found": False})
    assert ask("GET", "/one/nothing")[0] == 400


def test_body_needs_a_kind_and_lines_an_end(ask):
    assert ask("PUT", "/one", INDEX, kind="text/plain")[0] == 406
    ask("PUT", "/one", INDEX)
    status, answer = ask("POST", "/one/_bulk", {"index": {"_id": "1"}}, {"block": 1}, end="")
    assert (status, answer["error"]["reason"]) == (400, "The bulk request must be terminated by a newline [\\n]")


def test_documents_are_checked_one_by_one(ask):
    _status, answer = write(ask, {"block": 1}, {"block": "many"}, {"surprise": 1}, {"block": 2**31})

    errors = [item["index"].get("error", {}).get("type") for item in answer["items"]]
    assert answer["errors"]
    assert errors == [
        None,
        "mapper_parsing_exception",
        "strict_dynamic_mapping_exception",
        "mapper_parsing_exception",
    ]


def test_older_version_is_refused_and_the_same_is_taken(ask):
    write(ask, {"block": 1}, version=5)

    (older,) = write(ask, {"block": 2}, version=4)[1]["items"]
    (same,) = write(ask, {"block": 3}, version=5)[1]["items"]

    assert (older["index"]["status"], older["index"]["error"]["type"]) == (409, "version_conflict_engine_exception")
    assert (same["index"]["status"], same["index"]["result"]) == (200, "updated")


def test_alias_may_be_demanded(ask):
    ask("PUT", "/one", INDEX | {"aliases": {"writer": {}}})
    bodies = {"index": {"_id": "1"}}, {"block": 1}

    assert not ask("POST", "/writer/_bulk?require_alias=true", *bodies)[1]["errors"]
    for name in ("one", "nobody"):
        (item,) = ask("POST", f"/{name}/_bulk?require_alias=true", *bodies)[1]["items"]
        assert item["index"]["error"]["type"] == "index_not_found_exception"


def test_nothing_is_found_before_a_refresh(ask):
    write(ask, {"block": 1, "circle": "public"})
    everyone = {"terms": {"circle": ["public"]}}
    assert found(ask, everyone) == [1]

    ask("POST", "/one/_bulk", {"index": {"_id": "7"}}, {"block": 7, "circle": "public"})
    assert found(ask, everyone) == [1]

    ask("POST", "/one/_refresh")
    assert found(ask, everyone) == [1, 7]


def test_source_holds_the_position_only(ask):
    write(ask, {"block": 1, "words": ["secret"], "position": {"number": 3, "mark": "x"}})

    assert ask("GET", "/one/_doc/0")[1]["_source"] == {"position": {"number": 3, "mark": "x"}}


def test_queries_mean_what_they_mean_in_opensearch(ask):
    write(
        ask,
        {"block": 1, "circle": "public", "words": ["night shelter bed", "soup kitchen"]},
        {"block": 2, "circle": "peers", "words": ["night bed"]},
        {"block": 3},
    )

    assert found(ask, {"terms": {"words": ["shelter", "none"]}}) == [1]
    assert found(ask, {"match_phrase": {"words": "night bed"}}) == [2]
    assert found(ask, {"match_phrase": {"words": "bed soup"}}) == []
    assert found(ask, {"match_phrase": {"words": "  "}}) == []
    both = {"filter": [{"terms": {"circle": ["public"]}}], "should": [{"terms": {"words": ["none"]}}]}
    assert found(ask, {"bool": both}) == [1]
    assert found(ask, {"bool": both | {"minimum_should_match": 1}}) == []


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ({"phrase": {"words": "a"}}, (400, "parsing_exception")),
        ({"bool": {"filters": []}}, (400, "parsing_exception")),
        ({"terms": {"words": "a"}}, (400, "parsing_exception")),
        ({}, (400, "parsing_exception")),
        ({"terms": {"words": ["a"] * 65_537}}, (400, "illegal_argument_exception")),
        ({"bool": {"should": [{"match_phrase": {"words": "a"}}] * 1_025}}, (400, "too_many_nested_clauses")),
    ],
)
def test_wrong_or_too_large_query_is_refused(ask, query, refusal):
    write(ask, {"block": 1})

    assert found(ask, query) == refusal


def test_pages_of_numbers_have_a_limit(ask):
    write(ask, *({"block": number, "circle": "public"} for number in (3, 1, 2, 3)))
    everyone = {"terms": {"circle": ["public"]}}

    assert found(ask, everyone, size=2) == [1, 2]
    assert found(ask, everyone, size=2, after={"block": 2}) == [3]
    assert found(ask, everyone, size=65_536) == (503, "too_many_buckets_exception")
    assert opensearch.PAGE <= 65_535
    assert found(ask, everyone, sources=[{"words": {"terms": {"field": "words"}}}]) == (
        400,
        "illegal_argument_exception",
    )


def test_aliases_change_together_or_not_at_all(ask):
    ask("PUT", "/one", INDEX)
    ask("PUT", "/two", INDEX)
    move = {"add": {"index": "two", "alias": "both"}}

    status, _answer = ask("POST", "/_aliases", {"actions": [move, {"remove_index": {"index": "three"}}]})
    assert status == 404
    assert ask("GET", "/*/_alias")[1] == {"one": {"aliases": {}}, "two": {"aliases": {}}}
    assert ask("POST", "/_aliases", {"actions": [{"add": {"index": "two", "alias": "one"}}]})[0] == 400

    ask("POST", "/_aliases", {"actions": [move, {"remove_index": {"index": "one"}}]})
    assert ask("GET", "/*/_alias")[1] == {"two": {"aliases": {"both": {}}}}


def test_sum_is_a_float_that_holds_a_block_of_bits(ask):
    bits = [1 << bit for bit in range(layout.BLOCK_BITS)]
    write(ask, *({"block": 2, "bit": bit, "circle": "public"} for bit in bits))
    composite = {"sources": [{"block": {"terms": {"field": "block"}}}]}
    asked = {
        "size": 0,
        "track_total_hits": False,
        "query": {"terms": {"circle": ["public"]}},
        "aggs": {"blocks": {"composite": composite, "aggs": {"bits": {"sum": {"field": "bit"}}}}},
    }

    _status, answer = ask("POST", "/one/_msearch", {}, asked)

    (bucket,) = answer["responses"][0]["aggregations"]["blocks"]["buckets"]
    assert bucket == {"key": {"block": 2}, "doc_count": len(bits), "bits": {"value": float(sum(bits))}}
    assert isinstance(bucket["bits"]["value"], float)


def test_want_of_the_registry_is_a_valid_query(ask):
    write(ask, layout.row(100, "public", ["night shelter"]), layout.row(101, "public", ["bed"]))
    want = Want(tokens=("soup",), phrases=(("night", "shelter"), ("shelter", "night")))

    _status, answer = ask("POST", "/one/_msearch", {}, opensearch.body(want, ["public"], None))

    assert [list(opensearch.numbers_of(blocks)) for blocks in opensearch.blocks_in(answer, 1)] == [[100]]
