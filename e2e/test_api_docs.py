"""The API's page: every operation with its example, under the site's own content security policy."""

from playwright.sync_api import expect

from marketplace.tests.contract import operations


def test_every_operation_is_shown_and_opens_into_its_example(page_for, assert_accessible, assert_fits):
    page = page_for(width=360, language="zh-hans", scheme="dark")
    page.goto("/api/docs/")
    shown = page.locator("#swagger-ui .opblock")
    expect(shown).to_have_count(len(list(operations())))
    page.locator("#operations-tasks-tasks_publish .opblock-summary-control").click()
    opened = page.locator("#operations-tasks-tasks_publish")
    expect(opened.get_by_text("expected_budget_minor").first).to_be_visible()
    expect(opened.get_by_text("ledger.insufficient_funds").first).to_be_visible()
    assert_fits(page)
    assert_accessible(page, context={"exclude": [["#swagger-ui"]]})
