"""The roles of the initiative's staff, as groups with explicit permissions.

Officers and peers are no groups: what they may do follows from a verified membership of a city.
"""

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

MODERATOR = "moderator"
ADMINISTRATOR = "administrator"
TRANSLATOR = "translator"

# Verb and model of each permission, by app. Nobody may add or change submissions by the admin's stock forms:
# the workflow's services do that. Events, versions and the outbox are read-only for everyone.
MODERATOR_PERMISSIONS = {
    "cities": [
        "add_city",
        "change_city",
        "view_city",
        "view_typology",
        "add_membership",
        "change_membership",
        "view_membership",
    ],
    "practices": [
        "view_practice",
        "view_practiceversion",
        "view_practiceattachment",
        "view_peernote",
        "view_servicearea",
        "change_servicearea",
        "view_targetgroup",
        "change_targetgroup",
        "view_approach",
        "change_approach",
    ],
    "submissions": [
        "view_submission",
        "moderate_submission",
        "translate_texts",
        "view_submissionevent",
        "view_remark",
        "view_invitation",
        "view_submissionattachment",
    ],
    "accounts": ["view_user", "view_outgoingmail"],
}
ADMINISTRATOR_PERMISSIONS = {
    **MODERATOR_PERMISSIONS,
    "cities": [*MODERATOR_PERMISSIONS["cities"], "delete_city", "add_typology", "change_typology", "delete_membership"],
    "practices": [
        *MODERATOR_PERMISSIONS["practices"],
        "add_servicearea",
        "add_targetgroup",
        "add_approach",
    ],
    "accounts": ["view_user", "add_user", "change_user", "view_outgoingmail", "change_outgoingmail"],
}
# Texts only: no queue, no submission of others, no people.
TRANSLATOR_PERMISSIONS = {"submissions": ["translate_texts"]}
# Migrated after all others of ours.
LAST_APP = "submissions"
ROLES = {
    MODERATOR: MODERATOR_PERMISSIONS,
    ADMINISTRATOR: ADMINISTRATOR_PERMISSIONS,
    TRANSLATOR: TRANSLATOR_PERMISSIONS,
}


def create_groups(*, app_config, using, verbosity, **kwargs):
    """Write the groups once the last app's tables are there. Runs after every `migrate`."""
    if app_config.label != LAST_APP:
        return
    for label in ADMINISTRATOR_PERMISSIONS:
        # Django's own receiver, which makes the permissions, may come after this one.
        create_permissions(apps.get_app_config(label), using=using, verbosity=0)
    for role, by_app in ROLES.items():
        group, _created = Group.objects.using(using).get_or_create(name=role)
        wanted = [
            Permission.objects.using(using).get(content_type__app_label=label, codename=codename)
            for label, codenames in by_app.items()
            for codename in codenames
        ]
        group.permissions.set(wanted)
