"""The page that describes the API, in a real browser."""

import pytest


def test_page_names_its_sources_and_no_other_host(client, db):
    response = client.get("/api/v1/docs/")
    html = response.content.decode()

    assert response.status_code == 200
    assert 'data-schema="/api/v1/schema/"' in html
    assert "<style" not in html
    assert "onclick" not in html
    assert "<script>" not in html
    assert not response.cookies


@pytest.mark.browser
def test_page_draws_every_operation_within_its_policy(open_page):
    page = open_page()
    complaints, hosts = [], set()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))

    page.goto("/api/v1/docs/")
    page.locator("#operations-Practices-practices_list button").first.click()
    page.get_by_text("page_size", exact=False).first.wait_for()

    assert page.locator(".opblock").count() == 8
    assert complaints == []
    assert len(hosts) == 1


@pytest.mark.browser
def test_page_tries_an_operation(open_page):
    page = open_page()
    page.goto("/api/v1/docs/")
    operation = page.locator("#operations-Vocabularies-vocabularies_read")
    operation.locator("button").first.click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()

    assert operation.locator(".live-responses-table td.response-col_status").last.inner_text().startswith("200")


@pytest.mark.browser
def test_page_without_javascript_leads_to_the_schema(open_page):
    page = open_page(javascript=False)
    page.goto("/api/v1/docs/")

    assert page.locator("main a[href='/api/v1/schema/']").is_visible()
    assert page.locator("noscript").inner_text()
