"""The coordinator's report, in a browser: nothing is cut off, and axe finds nothing wrong in any look."""

from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.async_api import Page

from assistant.evaluation.report_page import report_page
from assistant.evaluation.weekly_report import OneAnswer, Week, WeeklyReport
from assistant.library.entries import EntryRef
from assistant.reply_kind import ReplyKind
from assistant.storage.question_report import AskedQuestion
from tests.browser.at_the_page import is_fine_in_every_way
from tests.browser.chromium import IN_CHROMIUM

pytestmark = IN_CHROMIUM

_MONDAY = date(2026, 11, 30)
_NOTHING = WeeklyReport((), (), ())
_HALF_A_YEAR = WeeklyReport(
    tuple(Week(_MONDAY - timedelta(weeks=n), 120 + n, 14, 9 + n % 5, 1, 3, 40, 6 + n % 3) for n in range(26)),
    (OneAnswer(EntryRef("calcinosis-universalis", "symptoms"), "Symptoms", 812, 90, 41, 7, 12),),
    (AskedQuestion("will my insurance pay " * 12, ReplyKind.NOT_COVERED, None, 3, 2, 1, _MONDAY),),
)


@pytest.mark.parametrize("report", [_NOTHING, _HALF_A_YEAR], ids=["nothing yet", "half a year"])
async def test_nothing_is_wrong_with_the_report(page: Page, report: WeeklyReport) -> None:
    await page.set_content(report_page(report, datetime(2026, 12, 1, tzinfo=UTC)))
    await is_fine_in_every_way(page)
