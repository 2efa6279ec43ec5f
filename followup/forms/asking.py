"""Putting a request together: whom we ask, for what, and the last look before it is sent."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from contracts.models import Framework, Obligation
from core.forms import DateField, FilesField, Form
from followup.forms import items
from followup.models import DocumentRequest, RequestTemplate
from followup.services.preparing import Place, Wish


class FrameworkForm(Form):
    """The first question, when nobody has said which agreement."""

    framework = forms.ModelChoiceField(label=_("Which agreement is it about?"), queryset=Framework.objects.none(), empty_label=_("Choose"))

    def __init__(self, *args: Any, frameworks: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["framework"].queryset = frameworks  # type: ignore[attr-defined]


class StartForm(Form):
    """What to begin from: the key says which kind it is."""

    hides_optional = True
    start = forms.ChoiceField(label=_("Begin from"), required=False)

    def __init__(self, *args: Any, templates: Iterable[RequestTemplate], earlier: Iterable[DocumentRequest], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[Any] = [("", _("An empty request"))]
        if templates:
            choices.append((_("Templates"), [(f"template:{row.pk}", row.title) for row in templates]))
        if earlier:
            choices.append(
                (_("Earlier requests on this agreement"), [(f"request:{row.pk}", f"{row.title} – {row.supplier.name}") for row in earlier])
            )
        self.fields["start"].choices = choices  # type: ignore[attr-defined]


class RequestForm(Form):
    """`suppliers` is left out where they are settled, as when drafts are changed."""

    suppliers = forms.MultipleChoiceField(
        label=_("Whom do you ask?"), widget=forms.CheckboxSelectMultiple, error_messages={"required": _("Choose at least one supplier.")}
    )
    title = forms.CharField(label=_("What is it about?"), max_length=200, help_text=_("The heading that the supplier sees."))
    instructions = forms.CharField(
        label=_("Instructions"), required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("What holds for all items.")
    )

    def __init__(self, *args: Any, suppliers: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(row.pk): row for row in suppliers}
        self.fields["suppliers"].choices = [(key, row.name) for key, row in self.by_key.items()]  # type: ignore[attr-defined]
        if not self.by_key:
            del self.fields["suppliers"]

    def clean_suppliers(self) -> list[Organisation]:
        return [self.by_key[key] for key in self.cleaned_data["suppliers"]]


class AskedItemForm(items.ItemForm):
    """An item and the places in the matrix that it is proof for, marked by lot."""

    places = forms.MultipleChoiceField(label=_("Proof for these requirements"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, obligations: Iterable[Obligation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {key_of(Place.of(row)): Place.of(row) for row in obligations}
        self.fields["places"].choices = place_choices(obligations)  # type: ignore[attr-defined]

    def clean_places(self) -> frozenset[Place]:
        return frozenset(self.by_key[key] for key in self.cleaned_data["places"])


AskedItems = items.formset_of(AskedItemForm)


def key_of(place: Place) -> str:
    return f"{place.requirement_id}:{place.lot_id or ''}"


def place_choices(obligations: Iterable[Obligation]) -> list[Any]:
    """Requirements without lots as they are; with lots as a heading over one tick for each lot."""
    plain: list[tuple[str, str]] = []
    by_lot: dict[str, dict[str, str]] = {}
    for row in obligations:
        key = key_of(Place.of(row))
        if row.lot is None:
            plain.append((key, row.requirement.title))
        else:
            by_lot.setdefault(row.requirement.title, {})[key] = str(row.lot)
    return [*dict(plain).items(), *((title, list(lots.items())) for title, lots in by_lot.items())]


def initial_item(wish: Wish) -> dict[str, Any]:
    return {
        "title": wish.title,
        "guidance": wish.guidance,
        "is_optional": not wish.is_required,
        "document_kind": wish.document_kind and wish.document_kind.pk,
        "places": [key_of(place) for place in wish.places],
    }


def as_wish(said: dict[str, Any]) -> Wish:
    return Wish(
        title=said["title"],
        guidance=said["guidance"],
        is_required=not said["is_optional"],
        document_kind=said["document_kind"],
        places=said["places"],
    )


class LastLookForm(Form):
    """The date for all of them, and files from us."""

    due_on = DateField(label=_("Another date"), required=False, help_text=_("Leave it empty to use the date that the rule gives."))
    due_reason = forms.CharField(label=_("Why another date"), required=False, max_length=300)
    files = FilesField(label=_("Files from us: forms and guidance"), required=False)  # type: ignore[assignment]
    day_off = forms.CharField(required=False, widget=forms.HiddenInput)


class SentenceForm(Form):
    """An own sentence to one supplier."""

    sentence = forms.CharField(label=_("A sentence to this supplier only"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, draft: DocumentRequest, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"draft-{draft.pk}", **kwargs)
        self.initial.setdefault("sentence", draft.sentence)
