"""The only place that knows how the site generator is configured, called and watched."""

from carebase_plugins.engine.site import load_site, site_of

__all__ = ["load_site", "site_of"]
