"""Servers of this machine's own packages: nginx and Caddy, run by tests with the files of the
handbook, and Dovecot, which keeps a mailbox for them.

`python -m tests.support.webservers --install` gets Debian's as root where one is missing. Without
one its tests are skipped with a reason, and fail where `CI` is `true`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = {
    "nginx": "nginx-light",
    "caddy": "caddy",
    "systemd-analyze": "systemd",
    "dovecot": "dovecot-imapd dovecot-pop3d",
}
_ENVIRONMENT = {"DEBIAN_FRONTEND": "noninteractive"}


def find(name: str) -> str | None:
    """Give the path of a program, also where only root's shell looks."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def install() -> list[str]:
    """Get what is missing by apt, as root; give the names of what is missing still."""
    missing = [name for name in PACKAGES if find(name) is None]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        packages = [one for name in missing for one in PACKAGES[name].split()]
        print(f"Installing Debian's packages {', '.join(packages)} …", flush=True)
        environment = {**os.environ, **_ENVIRONMENT}
        install = ["install", "-q", "-y", "--no-install-recommends", *packages]
        for command in (["update", "-q"], install):
            subprocess.run(["apt-get", *command], env=environment, capture_output=True, timeout=900)
    return [name for name in PACKAGES if find(name) is None]


def why_not(name: str) -> str:
    """Give the reason for which the tests of a program cannot run."""
    package = PACKAGES[name]
    return f'There is no {name} here: install it (on Debian: "sudo apt install {package}").'


def is_required() -> bool:
    """Tell whether a missing program fails the tests."""
    return os.environ.get("CI") == "true"


if __name__ == "__main__":
    left = install() if "--install" in sys.argv else [one for one in PACKAGES if find(one) is None]
    for one in left:
        print(why_not(one))
