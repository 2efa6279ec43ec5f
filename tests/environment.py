"""Loaded by pytest before the settings: gives every test process a data folder of its own, and keeps the developer's environment out."""

import atexit
import os
import shutil
import tempfile

if "CPB_TESTS_DIR" not in os.environ:
    os.environ["CPB_TESTS_DIR"] = tempfile.mkdtemp(prefix="cpb-tests-")
    atexit.register(shutil.rmtree, os.environ["CPB_TESTS_DIR"], ignore_errors=True)

ENGINE = "postgres" if "CPB_TESTS_DATABASE_URL" in os.environ else "sqlite"
os.environ["CPB_DATA_DIR"] = os.path.join(os.environ["CPB_TESTS_DIR"], ENGINE, os.environ.get("PYTEST_XDIST_WORKER", "main"))
for name in ("PORT", "CPB_DEMO", "CPB_DEMO_PASSWORD", "REDIS_URL", "EMAIL_URL", "STORAGE_URL", "TIME_ZONE"):
    os.environ.pop(name, None)
if "CPB_TESTS_DATABASE_URL" in os.environ:  # `python -m tests` has started PostgreSQL
    os.environ |= {
        "DATABASE_URL": os.environ["CPB_TESTS_DATABASE_URL"],
        "SECRET_KEY": "only for the tests, of no use elsewhere; long enough",
        "ALLOWED_HOSTS": "testserver",
        "BASE_URL": "http://testserver",
    }
else:
    os.environ.pop("DATABASE_URL", None)
