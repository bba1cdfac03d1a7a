"""Read by gunicorn where it is started beside this file; what a host decides is said on its command line."""

# A line is closed after its answer, so that the next question goes to a worker that is free: kept lines stay with the
# worker that took them, and often all of a busy minute's stood at one while the other was idle. The proxy before it
# keeps the readers' lines.
keepalive = 0


def post_worker_init(worker):
    # Only in a worker there are models, and a database to ask.
    from practices.search.warm import warm_up_beside  # noqa: PLC0415 - before it no model exists

    warm_up_beside()
