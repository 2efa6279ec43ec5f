"""Styles and scripts: plain where they lie while developing, hashed and compressed in the image."""

import json
import os
import subprocess
import sys
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static

ROOT = Path(__file__).parent.parent.parent
THEME = "vendor/designsystemet/theme.css"


def test_before_collecting_names_are_plain_and_the_files_are_found() -> None:
    assert static(THEME) == f"/static/{THEME}"
    assert finders.find(THEME)
    assert finders.find("django_htmx/htmx-2.min.js")
    assert finders.find("vendor/inter/files/inter-latin-wght-normal.woff2")


def test_collected_files_are_hashed_and_compressed(tmp_path: Path) -> None:
    script = f"""
import django
from django.conf import settings
settings.STATIC_ROOT = {str(tmp_path / "static")!r}
django.setup()
from django.core.management import call_command
from django.contrib.staticfiles.storage import StaticFilesStorage, staticfiles_storage
call_command("collectstatic", interactive=False, verbosity=0)
print(staticfiles_storage.url({THEME!r}))
"""
    env = os.environ | {"CPB_DATA_DIR": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "cpb.settings", "DATABASE_URL": ""}
    url = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout.strip()
    manifest = json.loads((tmp_path / "static" / "staticfiles.json").read_text())["paths"]
    assert url == f"/static/{manifest[THEME]}" != f"/static/{THEME}"
    assert (tmp_path / "static" / f"{manifest[THEME]}.gz").exists()
    fonts = (tmp_path / "static" / manifest["vendor/inter/wght.css"]).read_text()
    assert manifest["vendor/inter/files/inter-latin-wght-normal.woff2"].rpartition("/")[2] in fonts
