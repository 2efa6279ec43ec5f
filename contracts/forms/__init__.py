"""The forms of agreements, by what they are about."""

from contracts.forms.frameworks import (
    CopyForm,
    DecisionForm,
    EvaluateForm,
    FrameworkForm,
    LotForm,
    OptionForm,
    RolesForm,
    SignForm,
    TerminateForm,
)
from contracts.forms.new_framework import NewFrameworkPage
from contracts.forms.stipulations import ClauseForm, JudgeForm, LaterFormForm, PromiseForm, ReasonForm, RequirementForm, RuleRow
from contracts.forms.suppliers import (
    CallOffForm,
    ContactForm,
    EndForm,
    NoticeForm,
    OrganisationForm,
    ParticipationForm,
    PasteForm,
    RankForm,
    SheetForm,
)

__all__ = [
    "CallOffForm",
    "ClauseForm",
    "ContactForm",
    "CopyForm",
    "DecisionForm",
    "EndForm",
    "EvaluateForm",
    "FrameworkForm",
    "JudgeForm",
    "LaterFormForm",
    "LotForm",
    "NewFrameworkPage",
    "NoticeForm",
    "OptionForm",
    "OrganisationForm",
    "ParticipationForm",
    "PasteForm",
    "PromiseForm",
    "RankForm",
    "ReasonForm",
    "RequirementForm",
    "RolesForm",
    "RuleRow",
    "SheetForm",
    "SignForm",
    "TerminateForm",
]
