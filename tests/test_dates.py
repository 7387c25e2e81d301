"""The day of a date, in all its usual spellings; and what is no clear day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.dates import day_of, is_day


@pytest.mark.parametrize(
    "written",
    [
        "2023-03-13", "2023-03-13T10:00:00Z", "2023-03-13 10:00", "2023/03/13", "2023.3.13", "2023-3-13",
        "20230313", "20230313T100000", "13.03.2023", "13.3.2023 10:00", "13/03/2023", "03/13/2023",
        "13-03-2023",
        "13 March 2023", "13 Mar 2023", "13 mar. 2023", "13th March, 2023", "Mon, 13 Mar 2023 10:00:00 GMT",
        "Monday 13 March 2023", "March 13, 2023", "Mar 13th 2023", "Monday, March 13, 2023", "13-Mar-2023",
    ],
)  # fmt: skip
def test_the_usual_spellings_name_a_day(written: str) -> None:
    assert day_of(written) == "2023-03-13"


def test_the_first_of_two_equal_numbers_is_as_good_as_the_second() -> None:
    assert day_of("03/03/2023") == "2023-03-03"


@pytest.mark.parametrize("written", ["9 Sept 2020", "September 9, 2020", "9 sep 2020"])
def test_september_has_two_short_forms(written: str) -> None:
    assert day_of(written) == "2020-09-09"


@pytest.mark.parametrize(
    "written",
    [
        "", "soon", "2023", "2023-03", "05/03/2023", "2023-02-30", "0000-01-01", "31 February 2023",
        "7:58 AM ET",
        "13 Marmalade 2023", "1678700000", "44998", "13/13/2023", "٢٠١٦-١٢-٣٠", "2023-03-134", "202303131",
    ],
)  # fmt: skip
def test_what_is_not_clear_has_no_day(written: str) -> None:
    assert day_of(written) is None


@given(st.dates())
def test_every_day_is_read_as_itself(day: date) -> None:
    assert day_of(day.isoformat()) == day.isoformat()
    assert day_of(f"{day.day} {day:%B} {day.year:04}") == day.isoformat()
    assert is_day(day.isoformat())


@given(st.text())
def test_no_text_is_an_error(text: str) -> None:
    found = day_of(text)
    assert found is None or is_day(found)
