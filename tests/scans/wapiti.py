"""wapiti: it follows the links and the description of the routes, and attacks what it finds."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

# What wapiti reports although nothing is wrong, and why.
EXPLAINED: Mapping[str, str] = {
    "Cross Site Request Forgery": (
        "no cookie and no login stands behind a form, so there is nothing to ride on; what pages of"
        " other sites send is refused by its Origin (tests/kb/test_endpoint_origins.py)"
    ),
    "HTTP Methods": "it lists the addresses that refuse OPTIONS",
}
_MODULES = (
    "backup,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,ldap,methods,permanentxss,"
    "redirect,shellshock,sql,ssrf,timesql,upload,xss,xxe"
)


def scan(
    program: Path,
    address: str,
    folder: Path,
    *,
    starts: list[str],
    without: list[str],
    described: bool = True,
    seconds: int = 20,
) -> list[str]:
    """Give what wapiti found, one line each.

    `starts` are addresses that no link leads to, `without` those that are like many others;
    `seconds` bound each kind of attack, and three times as many the crawl.
    """
    report = folder / "wapiti.json"
    command = [
        *(str(program), "--url", address, "--module", _MODULES, "--scan-force", "normal"),
        *("--max-scan-time", str(3 * seconds), "--max-attack-time", str(seconds)),
        *(
            "--max-files-per-dir",
            "10",
            "--remove",
            "__palette",
            "--store-session",
            str(folder / "session"),
        ),
        *("--store-config", str(folder / "config"), "--no-bugreport", "--flush-session"),
        *("--format", "json", "--output", str(report), "--verbose", "0", "--timeout", "10"),
        *(part for start in starts for part in ("--start", start)),
        *(part for one in without for part in ("--exclude", one)),
        *(("--swagger", f"{address}openapi.json") if described else ()),
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=1800)
    if done.returncode or not report.is_file():
        raise RuntimeError(f"wapiti did not end as it should:\n{done.stdout}{done.stderr}")
    told = json.loads(report.read_text(encoding="utf-8"))
    print(f"  wapiti looked at {told['infos']['crawled_pages_nbr']} addresses", flush=True)
    return [
        f"wapiti: {name}: {one['method']} {one['path']}: {one['info']}"
        for kind in ("vulnerabilities", "anomalies", "additionals")
        for name, found in told[kind].items()
        for one in found
        if name not in EXPLAINED
    ]
