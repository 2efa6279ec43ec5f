"""Templates and document kinds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.models import Theme
from core.forms import Form, ModelForm, capitals
from followup.forms import items
from followup.models import DocumentKind, RequestTemplate


class TemplateForm(Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    instructions = forms.CharField(label=_("Instructions"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class TemplateItemForm(items.ItemForm):
    theme = forms.ChoiceField(label=_("Is proof for requirements on"), required=False, choices=[("", _("None")), *capitals(Theme.choices)])


TemplateItems = items.formset_of(TemplateItemForm)


def items_of(template: RequestTemplate) -> list[dict[str, object]]:
    return [
        {
            "title": item.title,
            "guidance": item.guidance,
            "document_kind": item.document_kind_id,
            "theme": item.theme,
            "is_optional": not item.is_required,
        }
        for item in template.items.all()
    ]


class KindForm(ModelForm):
    class Meta:
        model = DocumentKind
        fields = (
            *("name_nb", "name_nn", "name_en", "needs_valid_until", "max_age_days", "is_restricted", "is_self_declaration"),
            "asks_again",
        )
