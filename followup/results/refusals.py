"""Why a file with another body's results is not read. The code is kept with the file; the sentence is said in each reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import locales

SENTENCES: dict[str, str | Promise] = {
    "too_large": gettext_lazy("The file is larger than %(most)s MB, which is the most we read. Ask for one without the reports."),
    "not_json": gettext_lazy("This is not a file with shared results: its text cannot be read as JSON."),
    "duplicate_key": gettext_lazy("The file names “%(name)s” twice in the same place, so two readers could read it differently."),
    "too_deep": gettext_lazy("The file is nested deeper than any file with shared results is."),
    "number": gettext_lazy("The file holds a number that no such file holds: too large, or with decimals."),
    "not_ours": gettext_lazy("This is not a file with shared results. Ask the body for the file as their system made it."),
    "other_version": gettext_lazy("The file has version %(version)s of the format, and we read version %(ours)s."),
    "changed_around": gettext_lazy("The file is not as it was written: something around the signed content has been changed or added."),
    "unknown_key": gettext_lazy("The file is signed with a key that we have not accepted: %(key)s. An administrator can accept it."),
    "ended_key": gettext_lazy("The file is signed with a key of %(body)s that we stopped accepting on %(ended_on)s."),
    "bad_signature": gettext_lazy("The signature of %(body)s does not fit: the file has been changed, or was damaged on its way."),
    "off_schema": gettext_lazy("The content does not follow the format, at “%(place)s”. Tell %(body)s, who made it."),
    "other_issuer": gettext_lazy("The file is signed with the key of %(body)s, but says that %(said)s has made it."),
    "own_file": gettext_lazy("We made this file ourselves. It is for %(recipient)s to read."),
    "other_recipient": gettext_lazy("The file is meant for %(recipient)s, not for us."),
    "no_own_number": gettext_lazy("Our own organisation number is not registered, so nobody can tell whether the file is meant for us."),
    "not_yet": gettext_lazy("The results are shared with us from %(from_on)s on. Read the file then."),
    "over": gettext_lazy("The results were shared with us until %(until_on)s. Ask %(body)s for a new file."),
    "from_future": gettext_lazy("The file says that it was made on %(issued_on)s, which has not come. One of the two clocks is wrong."),
    "older": gettext_lazy(
        "We have a newer file of the same results: number %(have)s, made on %(have_on)s. "
        "This one is number %(serial)s, made on %(issued_on)s."
    ),
    "same_again": gettext_lazy("We have read this file before, on %(read_on)s. Nothing has been added."),
    "nothing_to_withdraw": gettext_lazy("The file takes back results of %(body)s that we have never read. There is nothing to take back."),
    "taken_back": gettext_lazy("%(body)s has taken these results back, as a file that we read on %(read_on)s says. Ask for a new sharing."),
    "two_of_one": gettext_lazy(
        "We have read another file with the same number, %(serial)s, and another content. Ask %(body)s which of them is right."
    ),
}


class Refused(Exception):
    """`code` is one of `SENTENCES`, `about` fills in its sentence. Dates are ISO texts under names that end in `_on`."""

    def __init__(self, code: str, **about: str | int) -> None:
        self.code, self.about = code, about
        super().__init__(code)


def in_words(code: str, about: Mapping[str, Any]) -> str:
    said = {name: locales.long_day(date.fromisoformat(value)) if name.endswith("_on") else value for name, value in about.items()}
    return str(SENTENCES.get(code, _("The file cannot be read."))) % _Filled(said)


class _Filled(dict[str, Any]):
    """A sentence that has got another blank since must not break the list of what was refused before."""

    def __missing__(self, name: str) -> str:
        return "–"
