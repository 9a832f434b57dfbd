"""How often one client may post, and how often one text may come."""

from __future__ import annotations

import ipaddress
import logging
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import cache

from starlette.requests import Request

from carebase.counting import counted
from carebase.endpoint.problems import Refusal
from carebase.endpoint.service import Service, service_of
from carebase.store.rates import Meter, Rate, TooMany

log = logging.getLogger("carebase.endpoint")

_DAY = timedelta(days=1)

# Of each form: 10 at once, then 20 an hour.
FORMS = Rate(10, timedelta(minutes=3))
# 30 at once, then 120 an hour, and 500 a day: nobody owns more machines, but lists of serial
# numbers are longer. A meter lasts a day, so that nothing is added to the 500 before it ends.
LOOK_UPS = Rate(30, timedelta(seconds=30))
LOOK_UPS_A_DAY = Rate(500, _DAY)
# 20 at once, then 120 an hour: more than anyone searches in vain.
SIGNALS = Rate(20, timedelta(seconds=30))
# 60 at once, then one a second: a program may search for a reader who types.
SEARCHES = Rate(60, timedelta(seconds=1))
# Of answers in graded courses, of one address: a class of thirty behind one.
ANSWERS = Rate(300, timedelta(seconds=1))
STARTS = Rate(60, timedelta(minutes=3))
# And of one learner: more than anyone reads.
LEARNER = Rate(60, timedelta(seconds=5))
# Files: 20 at once, then 30 an hour, and 300 megabytes a day.
FILES = Rate(20, timedelta(minutes=2))
MEGABYTES_A_DAY = Rate(300, _DAY)
# Of one text to one form, from whomever: 5 at once, then 5 an hour.
REPEATS = Rate(5, timedelta(minutes=12))

# Of mails about privacy to one mailbox: 3 at once, then one an hour.
MAILBOX = Rate(3, timedelta(hours=1))


def form_meters(request: Request, form: str) -> tuple[Meter, ...]:
    """Give what a post of a form counts on; nothing when posts are not limited."""
    return _meters(request, {f"form:{form}": FORMS})


def look_up_meters(request: Request) -> tuple[Meter, ...]:
    """Give what a warranty check counts on; nothing when posts are not limited."""
    return _meters(request, {"warranty": LOOK_UPS, "warranty-day": LOOK_UPS_A_DAY})


def signal_meters(request: Request) -> tuple[Meter, ...]:
    """Give what a signal counts on; nothing when posts are not limited."""
    return _meters(request, {"signal": SIGNALS})


def search_meters(request: Request) -> tuple[Meter, ...]:
    """Give what a search counts on; nothing when requests are not limited."""
    return _meters(request, {"search": SEARCHES})


def answer_meters(request: Request, learner: str) -> tuple[Meter, ...]:
    """Give what answers in a graded course count on; `learner` stands for who sends them."""
    meters = _meters(request, {"answers": ANSWERS})
    return (*meters, _meter(service_of(request), "learner", learner, LEARNER)) if meters else ()


def start_meters(request: Request, course: str) -> tuple[Meter, ...]:
    """Give what the first answers of an attempt count on."""
    return _meters(request, {f"course:{course}": STARTS})


def upload_meters(request: Request, size: int) -> tuple[Meter, ...]:
    """Give what a file of so many bytes counts on; nothing when posts are not limited."""
    meters = _meters(request, {"files": FILES, "files-day": MEGABYTES_A_DAY})
    units = (1, -(-size // 1_000_000))
    return tuple(replace(meter, units=some) for meter, some in zip(meters, units, strict=False))


def client_of(request: Request) -> str:
    """Give what stands for a client today and names nobody; nothing when posts are not limited."""
    (*_, found) = ("", *(meter.key for meter in _meters(request, {"files-held": FILES})))
    return found


def mailbox_meter(service: Service, mailbox: str) -> Meter:
    """Give what mails to one mailbox count on that anybody may ask for."""
    return _meter(service, "mailbox", mailbox, MAILBOX)


def repeats_meter(service: Service, form: str, text: str) -> Meter | None:
    """Give what a text counts on, none for a text that many people may well write."""
    return _meter(service, f"text:{form}", text, REPEATS) if text else None


def refusal(told: TooMany) -> Refusal:
    """Give the refusal (429) of what comes too often."""
    seconds = counted(told.seconds, "second")
    return Refusal(
        429,
        f"Too many requests have come from this address. Try again in {seconds}.",
        headers={"Retry-After": str(told.seconds)},
    )


def network_of(address: str) -> str:
    """Give what counts as one client: an IPv4 address, or the /64 of an IPv6 one (RFC 6177)."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    inner = found.ipv4_mapped
    return str(inner or ipaddress.ip_network((found, 64), strict=False))


def _meters(request: Request, rates: dict[str, Rate]) -> tuple[Meter, ...]:
    service = service_of(request)
    if not service.settings.rate_limits or request.client is None:
        return ()
    if "x-forwarded-for" in request.headers and not service.settings.trusted_proxies:
        _warn_of_proxy()
    # The server has already put the address there that the trusted proxies tell.
    client = network_of(request.client.host)
    return tuple(_meter(service, kind, client, rate) for kind, rate in rates.items())


def _meter(service: Service, kind: str, what: str, rate: Rate) -> Meter:
    today = service.now().astimezone(UTC).date()
    until = datetime.combine(today, time(), UTC) + _DAY
    return Meter(service.secret.pseudonym(kind, what, today), rate, until)


@cache
def _warn_of_proxy() -> None:
    log.warning(
        "Requests come through a proxy, but CAREBASE_TRUSTED_PROXIES is not set: all clients"
        " behind it are limited as one."
    )
