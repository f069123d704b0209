"""Screenshots of the built site in a browser: desktop, desktop in dark mode, and phone.

    sphinx-build -W docs site && python docs/screenshot_site.py site pictures [PAGE.html ...]

Needs ``pip install playwright`` and Chromium. Reports pages that are wider than their screen.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

SCREENS = {
    "desktop": {"viewport": {"width": 1360, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1360, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True},
}
EXTRA_WIDTH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("pages", nargs="*", help="paths in the site; default: all pages")
    parser.add_argument("--whole", action="store_true", help="the whole page instead of the first screen")
    arguments = parser.parse_intermixed_args()
    pages = arguments.pages or [
        str(page.relative_to(arguments.site)) for page in arguments.site.rglob("*.html")
    ]
    arguments.pictures.mkdir(parents=True, exist_ok=True)
    wide_pages = 0
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, screen in SCREENS.items():
            context = browser.new_context(**screen)
            view = context.new_page()
            view.on("console", lambda message: print(message.text) if message.type == "error" else None)
            for page in pages:
                view.goto((arguments.site.resolve() / page).as_uri())
                if view.evaluate(EXTRA_WIDTH) > 0:
                    wide_pages += 1
                    print(f"{page} on {name}: {view.evaluate(EXTRA_WIDTH)} px wider than the screen")
                file = page.removesuffix(".html").replace("/", "_")
                view.screenshot(path=arguments.pictures / f"{file}_{name}.png", full_page=arguments.whole)
        browser.close()
    return 1 if wide_pages else 0


if __name__ == "__main__":
    sys.exit(main())
