"""The environment decides where things are kept, and a production without its secrets does not start."""

import json
import os
import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

PRODUCTION = {
    "DATABASE_URL": "postgres://cpb:secret@db.example:5433/cpb",
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": "cpb.example,www.cpb.example",
    "BASE_URL": "https://cpb.example/",
}
OURS = (*PRODUCTION, "REDIS_URL", "EMAIL_URL", "STORAGE_URL", "PORT", "CPB_DEMO", "TIME_ZONE")


SCRIPT = """
import json, sys
from django.conf import settings
print(json.dumps([getattr(settings, name, None) for name in sys.argv[1:]], default=str))
"""


def load(folder: Path, *names: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run("-c", SCRIPT, *names, **{"CPB_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "cpb.settings"} | environment)


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run(str(settings.BASE_DIR / "manage.py"), *arguments, **environment)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.run([sys.executable, *arguments], env=inherited | environment, capture_output=True, text=True)


def values(folder: Path, *names: str, **environment: str) -> list[Any]:
    result = load(folder, *names, **environment)
    assert result.returncode == 0, result.stderr
    return list(json.loads(result.stdout))


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL"])
def test_production_without_a_secret_stops_and_says_which(tmp_path: Path, missing: str) -> None:
    result = load(tmp_path, "DEBUG", **PRODUCTION | {missing: ""})
    assert result.returncode == 1
    assert result.stderr.strip() == f"DATABASE_URL is set, so this is production, and {missing} must be set too."


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "abc"), ("CPB_DEMO", "maybe"), ("TIME_ZONE", "Mars/X"), ("CPB_DATA_DIR", __file__), ("DATABASE_URL", "nonsense")],
)
def test_a_setting_that_cannot_be_used_is_named_in_one_sentence(tmp_path: Path, name: str, value: str) -> None:
    world = PRODUCTION if name == "DATABASE_URL" else {}
    result = manage("check", **world | {"CPB_DATA_DIR": str(tmp_path)} | {name: value})
    assert result.returncode == 1
    assert name in result.stderr
    assert "Traceback" not in result.stderr


def test_a_database_that_cannot_be_reached_is_said_so(tmp_path: Path) -> None:
    away = "postgres://cpb:secret@127.0.0.1:1/cpb"
    result = manage("forecast", **PRODUCTION | {"CPB_DATA_DIR": str(tmp_path), "DATABASE_URL": away})
    assert result.returncode == 1
    assert result.stderr.startswith("CommandError: The database cannot be reached:")
    assert "secret" not in result.stderr


def test_production_names_all_that_is_missing(tmp_path: Path) -> None:
    result = load(tmp_path, "DEBUG", DATABASE_URL=PRODUCTION["DATABASE_URL"])
    assert "SECRET_KEY, ALLOWED_HOSTS, BASE_URL must be set" in result.stderr


def test_production(tmp_path: Path) -> None:
    names = ["DATABASES", "ALLOWED_HOSTS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS"]
    databases, hosts, session, csrf, redirect, hsts = values(tmp_path, *names, **PRODUCTION)
    base_url, debug = values(tmp_path, "BASE_URL", "DEBUG", **PRODUCTION)
    assert (databases["default"]["HOST"], databases["default"]["PORT"]) == ("db.example", 5433)
    assert set(hosts) >= {"cpb.example", "www.cpb.example"}
    assert (session, csrf, redirect) == (True, True, True)
    assert hsts >= 31536000
    assert base_url == "https://cpb.example"
    assert debug is False


def test_an_address_without_tls_sends_cookies_without_it(tmp_path: Path) -> None:
    environment = PRODUCTION | {"BASE_URL": "http://127.0.0.1:8000"}
    assert values(tmp_path, "SESSION_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", **environment) == [False, False, 0]


def test_embedded_default(tmp_path: Path) -> None:
    names = ("DATABASES", "BASE_URL", "TIME_ZONE", "EMAIL_FILE_PATH", "CELERY_BROKER_URL", "DEMO", "DEBUG")
    databases, base_url, zone, mail, broker, demo, debug = values(tmp_path, *names, PORT="8123")
    assert databases["default"]["NAME"] == str(tmp_path / "db.sqlite3")
    assert base_url == "http://127.0.0.1:8123"
    assert (zone, mail, broker) == ("Europe/Oslo", str(tmp_path / "mail"), "files://localhost/")
    assert (demo, debug) == (False, False)


def test_all_processes_get_the_same_key_whoever_comes_first(tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        keys = list(pool.map(lambda _: values(tmp_path, "SECRET_KEY")[0], range(6)))
    assert len(set(keys)) == 1
    assert len(keys[0]) >= 50
    kept = tmp_path / "secret_key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir() if "secret" in file.name] == ["secret_key"]


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "user", "password"),
    [
        ("smtp://mail.example:2525", "mail.example", 2525, False, "", ""),
        ("smtp://mail.example", "mail.example", 25, False, "", ""),
        ("smtp+tls://me%40x:p%2Fw@mail.example:587", "mail.example", 587, True, "me@x", "p/w"),
    ],
)
def test_mail_goes_to_the_server_named(tmp_path: Path, url: str, host: str, port: int, tls: bool, user: str, password: str) -> None:
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_BACKEND")
    assert values(tmp_path, *names, EMAIL_URL=url) == [host, port, tls, user, password, "django.core.mail.backends.smtp.EmailBackend"]


def test_files_go_to_the_bucket_named(tmp_path: Path) -> None:
    storages = values(tmp_path, "STORAGES", STORAGE_URL="s3://evidence?endpoint=https://s3.example")[0]
    assert storages["default"]["OPTIONS"]["bucket_name"] == "evidence"
    assert storages["default"]["OPTIONS"]["endpoint_url"] == "https://s3.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMAIL_URL", "http://mail.example"),
        ("EMAIL_URL", "localhost"),
        ("EMAIL_URL", "smtp://me:half/secret@mail.example"),
        ("STORAGE_URL", "ftp://x"),
        ("REDIS_URL", "nonsense"),
        ("BASE_URL", "cpb.example"),
    ],
)
def test_an_address_that_means_nothing_stops_the_process(tmp_path: Path, name: str, value: str) -> None:
    result = load(tmp_path, "DEBUG", **{name: value})
    assert (result.returncode, len(result.stderr.splitlines())) == (1, 1)
    assert name in result.stderr
    assert "half" not in result.stderr, "what is printed ends in a log"


def test_an_empty_variable_is_one_that_is_not_set(tmp_path: Path) -> None:
    names = ("PORT", "BASE_URL", "DEMO", "TIME_ZONE", "REDIS_URL", "ORGANISATION_NAME")
    nothing = dict.fromkeys(("PORT", "BASE_URL", "CPB_DEMO", "TIME_ZONE", "REDIS_URL", "EMAIL_URL", "ORGANISATION_NAME"), "")
    assert values(tmp_path, *names, **nothing) == [8000, "http://127.0.0.1:8000", False, "Europe/Oslo", "", "Statens innkjøp"]


def test_redis_carries_the_bells_and_the_cache(tmp_path: Path) -> None:
    broker, caches, options = values(
        tmp_path, "CELERY_BROKER_URL", "CACHES", "CELERY_BROKER_TRANSPORT_OPTIONS", REDIS_URL="redis://r:6379/1"
    )
    assert (broker, caches["default"]["LOCATION"]) == ("redis://r:6379/1", "redis://r:6379/1")
    assert options["visibility_timeout"] == 600


def test_every_variable_is_in_the_documentation() -> None:
    root = Path(__file__).parent.parent.parent
    read = set(re.findall(r'env\.\w+\("(\w+)"', (root / "cpb" / "settings.py").read_text()))
    rows = [line.split("|")[1] for line in (root / "docs" / "configuration.md").read_text().splitlines() if line.startswith("| `")]
    assert "DATABASE_URL" in read
    assert read <= set(re.findall(r"`(\w+)`", "".join(rows)))
