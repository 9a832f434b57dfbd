"""The application: a list of routes and middleware."""

from __future__ import annotations

from collections.abc import AsyncIterator, MutableSequence
from contextlib import asynccontextmanager

import anyio.to_thread
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.endpoints import HTTPEndpoint
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from carebase.endpoint.certificates import CertificateRoute
from carebase.endpoint.challenge import ChallengeRoute
from carebase.endpoint.courses import AttemptRoute
from carebase.endpoint.digital_link import DigitalLinkRoute
from carebase.endpoint.discretion import be_discreet
from carebase.endpoint.forms import FormRoute
from carebase.endpoint.headers import SecurityHeaders
from carebase.endpoint.health import HealthRoute, ReadyRoute
from carebase.endpoint.metrics import MetricsRoute
from carebase.endpoint.openapi import DescriptionRoute
from carebase.endpoint.origins import CrossOrigin
from carebase.endpoint.pages import failure_page, wants_page
from carebase.endpoint.parting import EraseRoute, TakeBackRoute
from carebase.endpoint.privacy import PrivacyFileRoute, PrivacyRoute
from carebase.endpoint.privacy_request import PrivacyRequestRoute
from carebase.endpoint.probe import ProbeRoute
from carebase.endpoint.problems import Refusal, failure, from_http, log, problem
from carebase.endpoint.reminders import RemindersRoute
from carebase.endpoint.request_files import RequestFileRoute
from carebase.endpoint.requests import RequestRoute
from carebase.endpoint.retention import RetentionJob
from carebase.endpoint.search import SearchPageRoute, SearchRoute
from carebase.endpoint.service import Clock, Service, utc_now
from carebase.endpoint.settings import Settings
from carebase.endpoint.signals import SignalRoute
from carebase.endpoint.site import site_app
from carebase.endpoint.tally import Tally
from carebase.endpoint.uploads import UploadRoute, UploadsRoute
from carebase.endpoint.warranty import WarrantyRoute
from carebase.endpoint.watch import WatchedApp, routes_of
from carebase.store import Store

# How a database that is away is told of, as apart from a fault of our own.
_AWAY = (OperationalError, InterfaceError, NoConnectionFree)


def create_app(
    settings: Settings,
    *,
    store: Store | None = None,
    site: ASGIApp | None = None,
    now: Clock = utc_now,
    cells: tuple[MutableSequence[float], int, int] | None = None,
) -> WatchedApp:
    """Make the application; `app.state.service.reload()` follows a build.

    `site` serves the pages in place of the files of `settings.site`. `cells` are those of several
    processes (`Tally.room`), with the number of this one and of all. Raises a `UsageError` when
    the private folder or the database cannot be used.
    """
    be_discreet()
    service = Service(settings, store, now)
    pages = Mount("/", app=site or site_app(settings.site))

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        job = RetentionJob(service)
        service.clearing.start()
        job.start()
        if settings.worker:
            service.sending.worker.start()
        yield
        await anyio.to_thread.run_sync(service.sending.worker.stop, service.time_left())
        job.stop()
        service.clearing.stop()
        service.close()

    routes = _routes(service.root, pages)
    app = WatchedApp(
        routes=routes,
        middleware=[Middleware(SecurityHeaders), Middleware(CrossOrigin, settings=settings)],
        exception_handlers={
            Refusal: _refuse,
            HTTPException: _refuse_by_router,
            **dict.fromkeys(_AWAY, _refuse_for_now),
            Exception: _fail,
        },
        lifespan=lifespan,
    )
    app.state.service = service
    app.state.tally = app.tally = Tally(routes_of(routes), *(cells or ()))
    return app


def _routes(root: str, pages: BaseRoute) -> list[BaseRoute]:
    """Give the routes, below the site's path and at the root of the host alike."""
    routes: list[BaseRoute] = [
        Route("/v1/forms/{id}", FormRoute),
        Route("/v1/challenge", ChallengeRoute),
        Route("/v1/uploads", UploadsRoute),
        Route("/v1/uploads/{token}", UploadRoute),
        Route("/v1/warranty", WarrantyRoute),
        Route("/v1/reminders.ics", RemindersRoute),
        Route("/v1/signals", SignalRoute),
        Route("/v1/courses/{id}/attempts", AttemptRoute),
        Route("/v1/courses/{id}/certificates", CertificateRoute),
        Route("/v1/search", SearchRoute),
        Route("/v1/probe", ProbeRoute),
        Route("/v1/privacy/requests", PrivacyRequestRoute),
        Route("/v1/{rest:path}", _NothingHere),
        Route("/search", SearchPageRoute),
        Route("/01/{rest:path}", DigitalLinkRoute),
        Route("/requests/{token}", RequestRoute),
        Route("/requests/{token}/take-back", TakeBackRoute),
        Route("/requests/{token}/erase", EraseRoute),
        Route("/requests/{token}/files/{file}", RequestFileRoute),
        Route("/privacy/{key}", PrivacyRoute),
        Route("/privacy/{key}/data.json", PrivacyFileRoute),
        Route("/healthz", HealthRoute),
        Route("/readyz", ReadyRoute),
        Route("/metrics", MetricsRoute),
        Route("/openapi.json", DescriptionRoute),
    ]
    if root == "/":
        return [*routes, pages]
    return [
        Mount(root.rstrip("/"), routes=[*routes, pages]),
        *routes,
        Route("/", lambda _: RedirectResponse(root)),
    ]


class _NothingHere(HTTPEndpoint):
    """An address that there is none of, by whichever method."""

    async def dispatch(self) -> None:
        raise HTTPException(404)


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101 - what the table of handlers says
    # What an address does not take was sent by a program: a page's form is sent where it is taken.
    as_page = wants_page(request, told_plainly=error.status != 415)
    return failure_page(request, error) if as_page else problem(error)


async def _refuse_by_router(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what the table of handlers says
    return await _refuse(request, from_http(error))


async def _refuse_for_now(request: Request, error: Exception) -> Response:
    log.error("The database cannot be used", exc_info=error)
    detail = "The database cannot be used at the moment. Please try again."
    return await _refuse(request, Refusal(503, detail, headers={"Retry-After": "5"}))


async def _fail(request: Request, error: Exception) -> Response:
    return await _refuse(request, failure())
