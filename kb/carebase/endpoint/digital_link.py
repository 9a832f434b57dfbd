"""`/01/…`: the address in the code on a product leads to its page, with the serial filled in."""

from __future__ import annotations

from starlette.endpoints import HTTPEndpoint
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from carebase.catalog.digital_link import (
    fragment_of,
    models_by_gtin,
    read_digital_link,
    read_gtin,
)
from carebase.endpoint.service import service_of


class DigitalLinkRoute(HTTPEndpoint):
    """GS1 Digital Link addresses of the site's products and of single units of them."""

    async def get(self, request: Request) -> Response:
        """Lead to the product's page; the serial number goes into the fragment, out of logs."""
        private = service_of(request).private
        # As it was sent: a serial number may hold an escaped slash.
        path = request.scope.get("raw_path", request.url.path.encode()).decode("ascii", "replace")
        gtin = read_gtin(path)
        found = models_by_gtin(private.catalog.products.values()).get(gtin or "")
        if found is None:
            raise HTTPException(404)
        product, model = found
        unit = read_digital_link(path)
        hub = private.links.get("guides", "products/{product}/").replace("{product}", product.id)
        target = private.base_path + hub + fragment_of(model, unit.serial if unit else "")
        return RedirectResponse(
            target, 307, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        )
