"""Read by gunicorn where it is started beside this file; what a host decides is said on its command line."""

worker_class = "cmise.worker.SharingWorker"


def post_worker_init(worker):
    # Only in a worker there are models, and a database to ask.
    from practices.search.warm import warm_up_beside  # noqa: PLC0415 - before it no model exists

    warm_up_beside()
