"""What one build gathers about its pages: inline scripts for the policy, styles made classes."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass, field
from functools import lru_cache

# In seconds: how long browsers ask for the encrypted address alone (RFC 6797).
_YEAR = 31_536_000


@lru_cache(maxsize=256)
def csp_hash(text: str) -> str:
    """Give the source expression of an inline script or style (CSP level 3, SHA-256)."""
    return "'sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def class_of(declarations: str) -> tuple[str, str]:
    """Give the class that stands for the declarations of a `style` attribute, and its rule."""
    written = declarations.strip().rstrip(";")
    return "cb-s-" + hashlib.sha256(written.encode()).hexdigest()[:8], written


@dataclass
class Assets:
    """Hashes of inline scripts and styles, and the rules that replace `style` attributes."""

    scripts: set[str] = field(default_factory=set)
    styles: set[str] = field(default_factory=set)
    rules: dict[str, str] = field(default_factory=dict)
    # Where forms are sent, when the endpoint has an origin of its own.
    endpoint: str = ""

    def stylesheet(self) -> str:
        """Give the rules as CSS that wins where the attributes would have won."""
        return "".join(
            f".{name}:not(#cb#cb){{{declarations}}}\n"
            for name, declarations in sorted(self.rules.items())
        )

    def policy(self) -> str:
        """Give the one Content-Security-Policy that holds for every page of the site."""
        scripts = " ".join(["'self'", "'wasm-unsafe-eval'", *sorted(self.scripts)])
        reached = " ".join(["'self'", self.endpoint]).strip()
        styles = " ".join(["'self'", *sorted(self.styles)])
        return "; ".join(
            (
                "default-src 'none'",
                f"script-src {scripts}",
                "script-src-attr 'none'",
                f"style-src {styles}",
                "style-src-attr 'none'",
                "img-src 'self' data:",
                "font-src 'self'",
                "media-src 'self'",
                f"connect-src {reached}",
                "worker-src 'self'",
                "manifest-src 'self'",
                "frame-src 'self'",
                "object-src 'none'",
                "base-uri 'none'",
                f"form-action {reached}",
                "frame-ancestors 'self'",
            )
        )

    def headers(self, encrypted: bool) -> str:
        """Give the `_headers` file that static hosts and the endpoint read.

        Where the site's own address is `encrypted`, browsers are told to ask for no other.
        """
        only = f"  Strict-Transport-Security: max-age={_YEAR}\n" if encrypted else ""
        return (
            "/*\n"
            f"  Content-Security-Policy: {self.policy()}\n"
            "  X-Content-Type-Options: nosniff\n"
            "  Referrer-Policy: strict-origin-when-cross-origin\n"
            "  Permissions-Policy: camera=(self), geolocation=(), microphone=()\n"
            "  Cross-Origin-Opener-Policy: same-origin\n"
            f"{only}"
        )
