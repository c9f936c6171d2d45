"""The demo as a stranger meets it: each address that it prints answers, each log-in opens its door."""

import re
import ssl
from hashlib import sha256

import httpx
import pytest
from factories.local_sites import running_site, wait_for

from provisioning.cli import demo_words
from provisioning.domain.local_people import LEADERS, STAFF
from provisioning.domain.local_site import hub_url, url

pytestmark = pytest.mark.system


def prepared(site):
    site.import_roster()
    site.add_leaders()


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    directory = tmp_path_factory.mktemp("demo")
    with running_site(directory, prepared, hub_apart=True) as running:
        yield running


@pytest.fixture(scope="module")
def told(demo):
    site = demo.site
    return demo_words.ready(site.ports, site.passwords, str(demo.directory), site.fingerprint())


@pytest.fixture(scope="module")
def browser(demo):
    trust = ssl.create_default_context(cafile=str(demo.directory / "provisioned/ca/ca.crt"))
    as_page = {"accept": "text/html"}
    with httpx.Client(verify=trust, headers=as_page, timeout=30, trust_env=False) as client:
        yield client


def test_every_address_answers_with_a_page(told, browser):
    addresses = re.findall(r"https?://\S+", told)

    answers = [browser.get(address, follow_redirects=True) for address in addresses]

    assert len(addresses) == 7
    assert [(a.url, a.status_code) for a in answers if a.status_code != 200] == []
    assert [a.url for a in answers if "<html" not in a.text] == []


def test_the_certificate_that_the_browser_warns_of_is_the_one_that_was_told(demo, told):
    pem = ssl.get_server_certificate(("127.0.0.1", demo.site.ports.hub_pages))
    digest = sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest().upper()

    assert re.search(r"certificate: (.*)", told)[1].replace(":", "") == digest


@pytest.mark.parametrize("login", [each[0] for each in (*STAFF, *LEADERS)])
def test_everybody_who_is_told_a_password_gets_in(demo, told, browser, login):
    password = re.search(rf"^  {login} +(\S+)", told, re.MULTILINE)[1]
    ports = demo.site.ports
    at_the_site = login in {each[0] for each in STAFF}
    door = hub_url(ports, "") if at_the_site else url(ports.centre, "")

    answer = browser.post(
        f"{door}/login", data={"login": login, "password": password}, headers={"origin": door}
    )

    assert answer.status_code == 303, answer.text
    inside = browser.get(door + answer.headers["location"], follow_redirects=True)
    assert inside.status_code == 200
    assert inside.url.path != "/login"
    browser.cookies.clear()


def test_the_kiosks_slip_opens_the_hubs_page_for_phones(demo, browser):
    demo.type_number("058185000777")
    ticket = demo.wait_for_screen("done")["ticket"]
    [slip] = wait_for(demo.slips, "the slip")
    [link] = [text for text in slip["qr"] if text.startswith("HTTPS://")]

    def place():
        page = browser.get(link)
        return page.text if page.status_code == 200 and ticket in page.text else None

    assert "Đón tiếp" in wait_for(place, "the number at the hub")
