"""A person's doses and certificates: of the hub and of the centre, asked at once and in time."""

import threading
from dataclasses import replace
from datetime import date

import pytest
from factories.kept import NUMBER, told
from factories.shelves import Site

from edge.domain.answers import Answer, Asker, Found, Item, Why
from edge.domain.dose_news import of_certificates, of_records
from edge.domain.shelf import DosesSaid
from edge.ports import (
    RecordsUnavailable,
)
from edge.services.hub_first import (
    DosesHubFirst,
)
from protocol.documents.model import Claim, DocumentClass


@pytest.fixture
def site():
    return Site()


class Elsewhere:
    """Whoever else is asked."""

    def __init__(self, found=Found.AVAILABLE, *items):
        self.found = found
        self.items = items
        self.asked = 0
        self.begun = threading.Event()
        self.answers = threading.Event()
        self.answers.set()

    def ask(self, _asker):
        self.asked += 1
        self.begun.set()
        self.answers.wait()
        if self.found is None:
            raise RecordsUnavailable("no answer")
        return Answer(self.found, self.items)


def hub_first(site, told_as, elsewhere, **options):
    return DosesHubFirst(site.shelf, told_as, elsewhere, site.clock, **options)


def asker(number=NUMBER):
    return Asker("person", claim=Claim(DocumentClass.CCCD_2021, number) if number else None)


@pytest.fixture
def open_site(site):
    site.centre.book.take([told(code="HC1:ONE")])
    site.unlock()
    site.kept.news_pages.look()
    site.kept.news.refresh()
    return site


def test_a_certificate_comes_from_the_hub_with_the_word_that_it_was_printed(open_site):
    certificates = hub_first(open_site, of_certificates, None)
    first = certificates.ask(asker()).items[0]
    open_site.kept.site_store.note_copies(["dose-1"])

    again = certificates.ask(asker()).items[0]

    assert (first.certificate, first.printed, again.printed) == ("HC1:ONE", False, True)


def test_one_that_was_issued_anew_was_not_printed_because_the_one_before_it_was(open_site):
    certificates = hub_first(open_site, of_certificates, None)
    open_site.kept.site_store.note_copies(["dose-1"])
    open_site.centre.book.take([replace(told(code="HC1:TWO"), reissued=True)])
    open_site.kept.news_pages.look()
    open_site.kept.news.refresh()
    anew = certificates.ask(asker()).items[0]
    open_site.kept.site_store.note_copies([anew.copy_name])

    again = certificates.ask(asker()).items[0]

    assert (anew.certificate, anew.reissued, anew.printed) == ("HC1:TWO", True, False)
    assert again.printed


def test_without_a_number_nothing_is_asked(open_site):
    assert hub_first(open_site, of_records, None).ask(asker("")).found is Found.NOT_REACHABLE


@pytest.mark.parametrize("why", ["silent", "locked"])
def test_where_the_hub_does_not_know_somebody_else_is_asked(open_site, why):
    if why == "silent":
        open_site.shelf.silent = True
    else:
        open_site.site_keys.lock()

    found = hub_first(open_site, of_certificates, Elsewhere()).ask(asker()).found

    assert found is Found.AVAILABLE
    with pytest.raises(RecordsUnavailable):
        hub_first(open_site, of_certificates, None).ask(asker())


@pytest.mark.parametrize("elsewhere", [None, Elsewhere(None), Elsewhere(Found.NOT_REACHABLE)])
def test_old_news_tell_what_there_is_and_never_that_there_is_nothing(open_site, elsewhere):
    open_site.centre.book.take([told("dose-2", "058185000124")])
    open_site.kept.news_pages.look()
    open_site.kept.news.refresh()
    open_site.clock.advance(7200)
    certificates = hub_first(open_site, of_certificates, elsewhere)

    found = [certificates.ask(asker(n)).found for n in (NUMBER, "058185000124", "058185999999")]

    assert found == [Found.AVAILABLE, Found.PENDING, Found.NOT_HERE]


def test_of_old_news_somebody_who_knows_better_is_believed(open_site):
    open_site.clock.advance(7200)
    certificates = hub_first(open_site, of_certificates, Elsewhere(Found.PENDING))

    assert certificates.ask(asker("058185999999")).found is Found.PENDING


@pytest.mark.parametrize("told_as", [of_certificates, of_records])
def test_whom_the_hub_has_not_is_asked_of_the_centre_and_never_said_to_have_nothing(
    open_site, told_as
):
    asked = [
        hub_first(open_site, told_as, elsewhere).ask(asker("058185999999")).found
        for elsewhere in (
            Elsewhere(Found.AVAILABLE),
            Elsewhere(Found.UNKNOWN),
            Elsewhere(None),
            None,
        )
    ]

    assert asked == [Found.AVAILABLE, Found.UNKNOWN, Found.NOT_HERE, Found.NOT_HERE]
    assert open_site.shelf.doses(NUMBER) != DosesSaid()


OLD = Item("dose-0", 1, date(2026, 10, 20), "Comirnaty", "visit-0", "HC1:OLD")


@pytest.mark.parametrize("code", ["", "HC1:ONE"])
def test_an_older_certificate_of_another_site_is_offered_beside_what_the_hub_has(open_site, code):
    open_site.centre.book.take([told(code=code)])
    open_site.kept.news_pages.look()
    open_site.kept.news.refresh()
    own = hub_first(open_site, of_certificates, None).ask(asker()).items[0]

    answer = hub_first(open_site, of_certificates, Elsewhere(Found.AVAILABLE, own, OLD)).ask(
        asker()
    )

    assert answer == Answer(Found.AVAILABLE, (OLD, own))


def test_what_the_centre_has_not_read_again_yet_is_as_the_hub_was_told(open_site):
    unread = replace(OLD, id="dose-1", certificate="", why=Why.UNREAD)
    elsewhere = Elsewhere(Found.PENDING, unread, replace(unread, id="dose-0"))

    answer = hub_first(open_site, of_certificates, elsewhere).ask(asker())

    assert [(each.id, each.certificate, each.why) for each in answer.items] == [
        ("dose-0", "", Why.UNREAD),
        ("dose-1", "HC1:ONE", None),
    ]
    assert answer.found is Found.AVAILABLE


def test_a_certificate_that_was_revoked_a_moment_ago_is_no_longer_offered(open_site):
    revoked = replace(OLD, id="dose-1", certificate="", why=Why.REVOKED)

    answer = hub_first(open_site, of_certificates, Elsewhere(Found.PENDING, revoked)).ask(asker())

    assert answer == Answer(Found.PENDING, (revoked,))


def test_a_copy_that_was_printed_is_known_as_one_whoever_answers(open_site):
    open_site.kept.site_store.note_copies(["dose-1"])
    own = replace(OLD, id="dose-1")

    answer = hub_first(open_site, of_certificates, Elsewhere(Found.AVAILABLE, OLD, own)).ask(
        asker()
    )

    assert [each.printed for each in answer.items] == [False, True]


def test_a_copy_that_another_site_printed_is_known_by_the_centre_alone(open_site):
    printed = replace(OLD, printed=True)

    answer = hub_first(open_site, of_certificates, Elsewhere(Found.AVAILABLE, printed)).ask(asker())

    assert [each.printed for each in answer.items] == [True]


@pytest.mark.parametrize("reissued", [False, True])
def test_of_a_certificate_that_the_centre_has_not_read_it_knows_the_first_ones_copies(
    open_site, reissued
):
    open_site.centre.book.take([replace(told(code="HC1:ONE"), reissued=reissued)])
    open_site.kept.news_pages.look()
    open_site.kept.news.refresh()
    unread = replace(OLD, id="dose-1", certificate="", why=Why.UNREAD, printed=True)

    answer = hub_first(open_site, of_certificates, Elsewhere(Found.PENDING, unread)).ask(asker())

    assert [(each.certificate, each.printed) for each in answer.items] == [
        ("HC1:ONE", not reissued)
    ]


def test_who_only_sits_in_observation_is_not_asked_of_the_centre(open_site):
    elsewhere = Elsewhere(Found.AVAILABLE, OLD)
    certificates = hub_first(open_site, of_certificates, elsewhere)

    answer = certificates.ask(replace(asker(), watched=True))
    open_site.clock.advance(7200)
    late = certificates.ask(replace(asker(), watched=True))

    assert ([each.id for each in answer.items], elsewhere.asked) == (["dose-1"], 1)
    assert [each.id for each in late.items] == ["dose-0"]


def test_a_dead_line_is_waited_for_once_and_costs_nobody_the_hubs_answer(open_site):
    elsewhere = Elsewhere(Found.AVAILABLE, OLD)
    elsewhere.answers.clear()
    certificates = hub_first(open_site, of_certificates, elsewhere, wait_seconds=0.3)

    found = [certificates.ask(asker(n)).found for n in (NUMBER, NUMBER, "058185999999")]
    asked = elsewhere.asked
    elsewhere.answers.set()
    open_site.clock.advance(31)

    assert (found, asked) == ([Found.AVAILABLE, Found.AVAILABLE, Found.NOT_HERE], 1)
    assert [each.id for each in certificates.ask(asker()).items] == ["dose-0"]


@pytest.mark.parametrize("why", ["silent", "locked"])
def test_with_a_hub_that_does_not_know_a_dead_line_is_waited_for_once(open_site, why):
    if why == "silent":
        open_site.shelf.silent = True
    else:
        open_site.site_keys.lock()
    elsewhere = Elsewhere(Found.AVAILABLE, OLD)
    elsewhere.answers.clear()
    certificates = hub_first(open_site, of_certificates, elsewhere, wait_seconds=0.3)

    found = [certificates.ask(asker(n)).found for n in (NUMBER, NUMBER, "058185999999")]
    asked = elsewhere.asked
    elsewhere.answers.set()
    open_site.clock.advance(31)

    assert (found, asked) == ([Found.NOT_REACHABLE] * 3, 1)
    assert certificates.ask(asker()).items == (OLD,)


def test_the_centre_is_asked_while_the_hub_still_answers(open_site):
    elsewhere = Elsewhere(Found.AVAILABLE, OLD)
    doses = open_site.shelf.doses

    def slow(number):
        assert elsewhere.begun.wait(60)
        return doses(number)

    open_site.shelf.doses = slow

    assert hub_first(open_site, of_certificates, elsewhere).ask(asker()).found is Found.AVAILABLE
