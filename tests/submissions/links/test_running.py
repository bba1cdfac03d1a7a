"""Which addresses are asked for, and what their answers come to over time."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from practices.services import publish
from submissions.choices import Action, LinkState
from submissions.models import LinkCheck, Submission
from submissions.services import perform
from submissions.services.links import agent, asked_addresses, check_links
from tests.factories import (
    make_moderator,
    make_practice,
    make_sent_submission,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db


def source(url, **more):
    return [{"citation": "A report", "url": url, **more}]


def rows():
    return {row.url: row for row in LinkCheck.objects.all()}


def test_only_addresses_whose_mention_may_be_known_are_asked_for(outside):
    officer, moderator = make_user(), make_moderator()
    now = timezone.now()
    make_practice(sources=source("https://public.example/", cited_url="https://cited.example/"))
    make_practice(sources=source("https://peers.example/"), visibility="peers")
    make_practice(sources=source("https://hidden.example/moderators"), visibility="moderators")
    make_practice(sources=source("https://hidden.example/withheld"), city_withheld=True)
    make_submission(by=officer, sources=source("https://hidden.example/draft"))
    make_sent_submission(sources=source("https://sent.example/"))
    make_sent_submission(sources=source("https://hidden.example/sent"), visibility="moderators")
    make_sent_submission(sources=source("https://hidden.example/city"), city_withheld=True)
    embargoed = make_sent_submission(sources=source("https://hidden.example/day"))
    Submission.objects.filter(pk=embargoed.pk).update(embargo_until=timezone.localdate(now) + timedelta(days=9))
    withdrawn = make_sent_submission(by=officer, sources=source("https://hidden.example/withdrawn"))
    perform(withdrawn, Action.WITHDRAW, by=officer, version=withdrawn.version)
    # While the officer works on changes, what was sent counts; what they type is theirs, and so is hiding it.
    typing, hiding = (
        make_sent_submission(by=make_user(), sources=source(f"https://{name}.example/"))
        for name in ("last-sent", "hidden")
    )
    for submission, more in (
        (typing, {"sources": source("https://hidden.example/typed")}),
        (hiding, {"city_withheld": True}),
    ):
        claimed = perform(submission, Action.CLAIM, by=moderator, version=submission.version)
        back = perform(claimed, Action.REQUEST_CHANGES, by=moderator, version=claimed.version, note="Please.")
        Submission.objects.filter(pk=back.pk).update(content={**back.content, **more})

    wanted = {"public", "cited", "peers", "sent", "last-sent"}
    assert asked_addresses(now) == {f"https://{name}.example/" for name in wanted}
    check_links(network=outside.network)
    assert set(outside.looked_up) == {f"{name}.example" for name in wanted}


def test_run_asks_one_address_of_each_host_and_forgets_what_nobody_names(outside, server, settings):
    LinkCheck.objects.create(digest="0" * 64, url="https://forgotten.example/", state=LinkState.OK)
    for number in range(3):
        make_practice(sources=source(f"http://one.example/{number}"))
    make_practice(sources=source("http://other.example/"))
    make_practice(sources=source("http://127.0.0.1:8000/admin/"))

    runs = [check_links(network=outside.network) for _turn in range(4)]

    assert [(run.asked, run.dropped, run.left) for run in runs] == [(3, 1, 2), (1, 0, 1), (1, 0, 0), (0, 0, 0)]
    assert sorted(server.asked) == ["HEAD /", "HEAD /0", "HEAD /1", "HEAD /2"]
    assert f"User-Agent: {agent()}\r\n" in server.requests[0]
    assert settings.SITE_URL in agent()
    assert rows()["http://127.0.0.1:8000/admin/"].state == LinkState.REFUSED
    assert {row.state for url, row in rows().items() if ".example" in url} == {LinkState.OK}


def test_run_ends_with_its_number_and_its_time_and_where_the_host_does_not_want_it(outside, settings):
    for number in range(3):
        make_practice(sources=source(f"http://host{number}.example/"))

    assert check_links(network=outside.network, at_most=2).asked == 2
    assert check_links(network=outside.network, seconds=-1).asked == 0
    settings.CHECK_LINKS = False
    assert check_links(network=outside.network).asked == 0
    with pytest.raises(CommandError):
        call_command("check_links")


def test_address_that_another_run_has_taken_is_not_asked_again(outside, server):
    make_practice(sources=source("http://one.example/"))
    asked = []

    def beside(host, port, seconds):
        """A second run while the first one asks."""
        asked.append(host)
        check_links(network=outside.network, now=timezone.now())
        return ["93.184.216.34"]

    outside.resolve = beside
    check_links(network=outside.network)

    assert asked == ["one.example"]
    assert server.asked == ["HEAD /"]


def test_link_is_broken_only_after_failures_days_apart_and_well_again_at_once(outside, server):
    make_practice(sources=source("http://one.example/"))
    began = timezone.now()

    def after(days, answer):
        server.pages["/"] = f"HTTP/1.1 {answer} X\r\n\r\n".encode()
        LinkCheck.objects.update(next_check_at=began)
        check_links(network=outside.network, now=began + timedelta(days=days))
        (row,) = LinkCheck.objects.all()
        wait = (row.next_check_at - row.checked_at).days
        return row.state, row.code, (row.failing_since - began).days if row.failing_since else None, wait

    assert after(0, 200) == (LinkState.OK, 200, None, 30)
    assert after(30, 404) == (LinkState.UNSURE, 404, 30, 7)
    # The same day, the host of the registry restarted: one bad hour is no two failures.
    assert after(30.5, 500) == (LinkState.UNSURE, 500, 30, 7)
    assert after(37, 404) == (LinkState.BROKEN, 404, 30, 7)
    assert after(44, 404) == (LinkState.BROKEN, 404, 30, 7)
    assert after(51, 200) == (LinkState.OK, 200, None, 30)
    # Whoever turns programs away is never broken, however long.
    for days, code in ((81, 403), (111, 401), (141, 429)):
        assert after(days, code) == (LinkState.UNSURE, code, None, 30)
    assert after(171, 404) == (LinkState.UNSURE, 404, 171, 7)


def test_row_not_due_yet_is_left_alone(outside, server):
    practice = make_practice(sources=source("http://one.example/"))
    check_links(network=outside.network)

    check_links(network=outside.network, now=timezone.now() + timedelta(days=29))
    assert len(server.requests) == 1
    check_links(network=outside.network, now=timezone.now() + timedelta(days=31))
    assert len(server.requests) == 2
    # Hidden from now on, it is forgotten.
    document = practice.versions.get(number=1).content | {"city_withheld": True}
    publish(document, by=None, practice=practice, based_on=1)
    check_links(network=outside.network)
    assert rows() == {}
