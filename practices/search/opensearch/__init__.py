"""A copy of the search index in an OpenSearch server, for hosts that outgrow one database: see docs/opensearch.md."""
