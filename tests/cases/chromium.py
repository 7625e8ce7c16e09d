"""A Chromium without a screen, driven by selenium, for tests of pages."""

import shutil
from pathlib import Path

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium():
    """Return the paths of Chromium and its driver; None for what is not installed."""
    found = (shutil.which(name) for name in _BROWSERS)
    return next((path for path in found if path), None), shutil.which("chromedriver")


class Browser:
    """One Chromium, in which pages are opened one after the other.

    Parameters
    ----------
    folder : Path
        Empty folder for its profile.
    """

    def __init__(self, folder):
        from selenium import webdriver

        chromium, driver = find_chromium()
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for flag in (*_FLAGS, f"--user-data-dir={folder}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        service = webdriver.ChromeService(executable_path=driver)
        self.driver = webdriver.Chrome(options=options, service=service)
        self.driver.set_page_load_timeout(60)

    def open(self, path, *, width=1280, height=900, dark=False, media=""):
        """Open a file as a screen of this width shows it, light or dark."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {
                "width": width,
                "height": height,
                "deviceScaleFactor": 1,
                "mobile": False,
            },
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"media": media, "features": [scheme]}
        )
        self.driver.get_log("browser")  # what earlier pages have said
        self.driver.get(Path(path).resolve().as_uri())

    def run(self, script, *arguments):
        """Return what a script returns that runs in the page."""
        return self.driver.execute_script(script, *arguments)

    def find(self, selector):
        """Return the elements that a CSS selector names."""
        return self.driver.find_elements("css selector", selector)

    def complaints(self):
        """Return errors of scripts, and what the page's policy has refused."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def overflow(self):
        """Return by how many pixels the page is wider than the screen."""
        return self.run(
            "return document.documentElement.scrollWidth"
            " - document.documentElement.clientWidth"
        )

    def picture(self, path):
        """Write a picture of the whole page."""
        height = self.run("return document.documentElement.scrollHeight")
        width = self.run("return document.documentElement.clientWidth")
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {
                "width": width,
                "height": min(height, 12_000),
                "deviceScaleFactor": 1,
                "mobile": False,
            },
        )
        self.driver.save_screenshot(str(path))

    def close(self):
        """End the browser."""
        self.driver.quit()
