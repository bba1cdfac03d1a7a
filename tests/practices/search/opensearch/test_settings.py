"""A host that asks for OpenSearch and does not say where it is learns that at the start."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"SEARCH_ENGINE": "opensearch", "OPENSEARCH_URL": ""}, "OPENSEARCH_URL is not set."),
        (
            {"SEARCH_ENGINE": "opensearch", "OPENSEARCH_URL": "http://127.0.0.1:9200"},
            "the name of this registry's index",
        ),
        ({"SEARCH_ENGINE": "opensearch", "OPENSEARCH_URL": "registry"}, "the name of this registry's index"),
        ({"SEARCH_ENGINE": "solr", "OPENSEARCH_URL": ""}, "SEARCH_ENGINE is solr"),
        ({"SEARCH_ENGINE": "opensearch", "OPENSEARCH_URL": "http://127.0.0.1:9200/registry"}, ""),
        # It is fed before it is asked.
        ({"SEARCH_ENGINE": "database", "OPENSEARCH_URL": "http://127.0.0.1:9200/registry"}, ""),
        ({"SEARCH_ENGINE": "database", "OPENSEARCH_URL": ""}, ""),
    ],
)
def test_start(settings, chosen, told):
    run = subprocess.run(
        [sys.executable, "-c", "import cmise.settings"],
        cwd=settings.BASE_DIR,
        env=os.environ | chosen,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == (1 if told else 0), run.stderr
    assert told in run.stderr
