"""How well people's own questions are found on content that nobody has written for this project.

`make bench ARGS=questions` builds each site from the corpora and asks it the questions beside this
module, in our own words and written before any of them had been asked. The weights of the ranking
were chosen with those in English, among others; with those in German none was.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.corpora import FOLDER, MINIMAL
from tests.support.process import CAREBASE, environment

# Questions, the folders of the corpora with their pages by where they lie, and the site's language.
SETS = {
    "questions-products.csv": ({"wled": "wled-docs/docs", "wasabi": "wasabi-docs/docs"}, "en"),
    "questions-en.csv": ({"": "arduino-help-center/content"}, "en"),
    "questions-de.csv": ({"": "dynamics365smb-de/business-central"}, "de"),
}
# Pieces that other pages take in, which are no pages themselves.
_PIECES = "includes"


def main(arguments: list[str]) -> int:
    """Print what both searches find; gives 1 when a site cannot be built or asked."""
    if not FOLDER.is_dir():
        print("questions: left out, the corpora are not beside the repository")
        return 0
    for name, (sources, language) in SETS.items():
        if arguments and name not in arguments:
            continue
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for place, source in sources.items():
                ignored = shutil.ignore_patterns(_PIECES)
                shutil.copytree(FOLDER / source, root / "docs" / place, ignore=ignored)
            if not (root / "docs/index.md").is_file():
                (root / "docs/index.md").write_text("# Home\n", encoding="utf-8")
            theme = f"theme:\n  language: {language}\n"
            plugins = "".join(f"  - carebase-{one}\n" for one in ("search", "catalog", "articles"))
            config = MINIMAL.format(name=name).replace("theme:\n", theme)
            config = config.replace("  - search\n", plugins)
            (root / "mkdocs.yml").write_text(config, encoding="utf-8")
            queries = Path(__file__).with_name(name)
            for command in (["build"], ["search", "--evaluate", str(queries)]):
                done = subprocess.run(
                    [*CAREBASE, *command],
                    cwd=root,
                    env=environment(),
                    capture_output=True,
                    text=True,
                )
                if done.returncode:
                    sys.exit(f"carebase {command[0]}: {done.stdout[-1000:]}{done.stderr[-1000:]}")
            print(f"\n{', '.join(sources.values())}\n{done.stdout}", flush=True)
    return 0
