from django.urls import path

from contracts.views import (
    call_offs,
    contacts,
    editing,
    frameworks,
    imports,
    new_framework,
    obligations,
    participations,
    requirements,
    sheets,
    suppliers,
)

app_name = "contracts"

ONE = "frameworks/<uuid:pk>/"
CONTACT = f"{ONE}contacts/<uuid:contact>/"

urlpatterns = [
    # The list, and new ones
    path("frameworks/", frameworks.index, name="frameworks"),
    path("frameworks/new/", new_framework.new, name="framework-new"),
    path("frameworks/copy/", new_framework.begin_copy, name="framework-begin-copy"),
    path("frameworks/import/", imports.begin, name="import-begin"),
    path("imports/<uuid:pk>/", imports.run, name="import"),
    path("imports/<uuid:pk>/drop/", imports.drop, name="import-drop"),
    path("frameworks/sheet/<str:kind>/", sheets.of_frameworks, name="frameworks-sheet"),
    # Reading one
    path(ONE, frameworks.overview, name="framework"),
    path(f"{ONE}requirements/", requirements.of_framework, name="framework-requirements"),
    path(f"{ONE}follow-up/", frameworks.follow_up, name="framework-follow-up"),
    path(f"{ONE}suppliers/", participations.of_framework, name="framework-suppliers"),
    path(f"{ONE}call-offs/", call_offs.of_framework, name="framework-call-offs"),
    path(f"{ONE}documents/", frameworks.documents, name="framework-documents"),
    path(f"{ONE}history/", frameworks.history, name="framework-history"),
    # Changing one
    path(f"{ONE}edit/", editing.edit, name="framework-edit"),
    path(f"{ONE}sign/", editing.sign, name="framework-sign"),
    path(f"{ONE}terminate/", editing.terminate, name="framework-terminate"),
    path(f"{ONE}evaluate/", editing.evaluate, name="framework-evaluate"),
    path(f"{ONE}roles/", editing.set_roles, name="framework-roles"),
    path(f"{ONE}take/", editing.take, name="framework-take"),
    path(f"{ONE}copy/", editing.copy, name="framework-copy"),
    path(f"{ONE}disputed/<slug:field>/", editing.settle, name="framework-settle"),
    path(f"{ONE}lots/new/", editing.add_lot, name="lot-add"),
    path("lots/<uuid:pk>/edit/", editing.edit_lot, name="lot-edit"),
    path(f"{ONE}options/new/", editing.add_option, name="option-add"),
    path("options/<uuid:pk>/edit/", editing.edit_option, name="option-edit"),
    path("options/<uuid:pk>/decide/", editing.decide_option, name="option-decide"),
    # Its suppliers and their contacts
    path(f"{ONE}participations/new/", participations.add, name="participation-add"),
    path("participations/<uuid:pk>/change/", participations.change, name="participation-change"),
    path("participations/<uuid:pk>/end/", participations.end, name="participation-end"),
    path(f"{ONE}contacts/new/", contacts.add, name="contact-add"),
    path(f"{ONE}contacts/paste/", contacts.paste, name="contacts-paste"),
    path(f"{CONTACT}edit/", contacts.edit, name="contact-edit"),
    path(f"{CONTACT}confirm/", contacts.confirm, name="contact-confirm"),
    # What is stipulated
    path("requirements/", requirements.index, name="requirements"),
    path("requirements/<uuid:pk>/", requirements.requirement, name="requirement"),
    path("requirements/<uuid:pk>/edit/", requirements.edit, name="requirement-edit"),
    path("requirements/<uuid:pk>/withdraw/", requirements.withdraw, name="requirement-withdraw"),
    path(f"{ONE}requirements/new/", requirements.add, name="requirement-add"),
    path(f"{ONE}clauses/new/", requirements.add_clause, name="clause-add"),
    path("clauses/<uuid:pk>/edit/", requirements.edit_clause, name="clause-edit"),
    path("clauses/<uuid:pk>/rules/new/", requirements.add_rule, name="clause-rule-add"),
    path("requirements/sheet/<str:kind>/", sheets.of_requirements, name="requirements-sheet"),
    path("obligations/", obligations.index, name="obligations"),
    path("obligations/sheet/<str:kind>/", sheets.of_obligations, name="obligations-sheet"),
    path("obligations/<uuid:pk>/", obligations.obligation, name="obligation"),
    path("obligations/<uuid:pk>/promise/", obligations.promise, name="obligation-promise"),
    # What was ordered
    path(f"{ONE}call-offs/new/", call_offs.add, name="call-off-add"),
    path(f"{ONE}call-offs/import/", call_offs.bring_in, name="call-offs-import"),
    path(f"{ONE}call-offs/sheet/<str:kind>/", sheets.of_call_offs, name="call-offs-sheet"),
    path("call-offs/<uuid:pk>/edit/", call_offs.edit, name="call-off-edit"),
    # Suppliers
    path("suppliers/", suppliers.index, name="suppliers"),
    path("suppliers/sheet/<str:kind>/", sheets.of_suppliers, name="suppliers-sheet"),
    path("suppliers/new/", suppliers.add, name="supplier-add"),
    path("suppliers/<uuid:pk>/", suppliers.supplier, name="supplier"),
    path("contacts/<uuid:pk>/right/", contacts.still_right, name="contact-right"),
    path("organisations/<uuid:pk>/edit/", suppliers.edit, name="organisation-edit"),
]
