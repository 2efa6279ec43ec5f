"""The smallest site that takes files as the product does, to be run by the product's web server: `tests.core.upload_server:application`."""

import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpb.settings")
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402

from core import files  # noqa: E402
from core.errors import HouseError  # noqa: E402
from tests.core import specimens as made  # noqa: E402


def submit(request: HttpRequest) -> HttpResponse:
    try:
        with files.kept(files.received(request)) as kept:
            return JsonResponse([file.columns for file in kept], safe=False)
    except HouseError as refused:
        return JsonResponse({"detail": str(refused.message), "pid": os.getpid()}, status=refused.status)


def content(request: HttpRequest, folder: str, name: str) -> HttpResponseBase:
    storage_name = f"{folder}/{name}"
    return files.download(made.stored(request.GET["name"], storage_name))


urlpatterns = [path("", submit), path("<str:folder>/<str:name>", content)]
settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, []
application = WSGIHandler()
