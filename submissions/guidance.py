"""What helps to answer: what each answer is good for, and a good and a poor example for each long question.

The examples are invented. They name no person and no organisation, and no city could recognise itself in them.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Example:
    """Two answers to one question, each with what makes it good or poor."""

    good: Text
    why_good: Text
    poor: Text
    why_poor: Text


# What an answer is good for, by the name of its field: said at the question, and where the answer is missing.
PURPOSES: dict[str, Text] = {
    "title": _("It is what people see first, in every list and every search."),
    "summary": _("Most readers read this and nothing else; lists and search results show it."),
    "lead_city": _("Readers look for cities like their own; the map is made from it."),
    "other_cities": _("The practice is then found with those cities too."),
    "service_areas": _("It is the main filter of the catalogue: whoever looks by subject finds the practice by it."),
    "description": _("A colleague can tell from it whether it would fit in their own city."),
    "approaches": _("It brings together practices that go about things in the same way."),
    "operation_status": _("Readers know whether they can still visit it."),
    "start_year": _("It shows how long the practice has lasted and what it followed."),
    "end_year": _("What has ended is worth knowing too."),
    "partners": _("Another city sees which kinds of organisations it needs at the table."),
    "milestones": _("Colleagues see how long each step took; researchers compare over time."),
    "target_groups": _("Readers find what exists for children, for families or for people who are ill."),
    "access_conditions": _("It decides whether people without papers can really use the service."),
    "legal_basis": _("It is the first thing another city asks."),
    "firewall": _("It is the first thing that the people concerned, and those who advise them, ask."),
    "funding": _("A council wants to know it before it says yes."),
    "evidence": _("Colleagues convince their own council with it, and researchers cite it."),
    "challenges": _("It saves other cities the same mistakes."),
    "transfer": _("It turns a report into something that another city can do."),
    "depth": _("Researchers tell services from declarations by it."),
    "sources": _("Readers can check what is said, and moderators decide faster."),
    "visibility": _("You decide who reads it."),
    "city_withheld": _("Others can learn from it although naming the city would put it at risk."),
    "peers_only": _("Verified officers can learn from what the public should not read."),
    "contact": _("Colleagues can ask what no form asks."),
    "discreet_details": _("What makes a practice work is often what cannot be said in public."),
}

EXAMPLES: dict[str, Example] = {
    "summary": Example(
        good=_(
            "The city keeps twelve beds for families with children who have no residence permit and nowhere to sleep. "
            "Social workers place them within a day, without asking for papers, and look for a lasting solution "
            "during a stay of up to three months."
        ),
        why_good=_("It says what there is, for whom, how much of it and what is special, in two sentences."),
        poor=_("As part of its inclusive strategy the city supports vulnerable groups in a holistic way."),
        why_poor=_("It names no service, no group and no figure; it could be about any city."),
    ),
    "description": Example(
        good=_(
            "In 2019 schools reported that pupils slept in cars. Since then the youth department has rented six flats. "
            "Schools, midwives and the street team call one number on working days; a social worker meets the family "
            "on the same day and decides on a place. A lawyer looks at the case within two weeks. In winter the flats "
            "are full; the city then pays for rooms in a hostel."
        ),
        why_good=_(
            "It begins with the problem and follows one family through the service, also to where it reaches its "
            "limits."
        ),
        poor=_(
            "The project was established by the steering group and comprises four work packages, which the partners "
            "implement in accordance with the action plan."
        ),
        why_poor=_("It tells how the project is organised, and nothing of what happens to a person who needs help."),
    ),
    "access_conditions": Example(
        good=_(
            "Anyone who says that they live in the city and have no health insurance. The name is written down as the "
            "person gives it; no identity paper and no proof of address is asked for. The visit is free, a "
            "prescription costs two euros. Children and pregnant women need no appointment."
        ),
        why_good=_("It says who, what must be shown and what it costs; a counsellor could pass it on as it stands."),
        poor=_("Open to all who need it, under the usual conditions."),
        why_poor=_("Whether a person without papers is let in depends on exactly these usual conditions."),
    ),
    "legal_basis": Example(
        good=_(
            "National law obliges municipalities to shelter minors, whatever their status. By a decision of March 2020 "
            "the city council extended this to the parents who live with them. The decision was not contested."
        ),
        why_good=_("It tells the national duty from the city’s own decision, and gives the date of the latter."),
        poor=_("The municipality acts within the law."),
        why_poor=_("It gives the lawyer of another city nothing to work with."),
    ),
    "funding": Example(
        good=_(
            "About 180,000 euros a year: 120,000 from the city’s budget for homelessness, 60,000 from a foundation, "
            "until 2026. Two full-time posts. The flats belong to the city and are not counted."
        ),
        why_good=_("It gives the amount, who pays, until when, and what is left out: another city can estimate by it."),
        poor=_("Funded from various sources."),
        why_poor=_("No council can decide on this. If the amount must not be said, say so, and say who pays."),
    ),
    "evidence": Example(
        good=_(
            "In 2022 the office advised 640 people, as counted by its staff. Of 210 applications that it prepared, "
            "95 had been granted by the end of 2023. What became of the other people is not known. Nobody from "
            "outside has evaluated it yet."
        ),
        why_good=_("The figures have a year and a source, and it is said plainly what is not known."),
        poor=_("The project is a great success and the feedback is very positive."),
        why_poor=_("Nobody can check it. “Not measured” would tell the reader more."),
    ),
    "challenges": Example(
        good=_(
            "In the first year hardly anyone came: people feared that their address would be passed on. The office "
            "then moved out of the town hall, and community groups made it known. Staff kept leaving because their "
            "contracts ended every December."
        ),
        why_good=_("It says what went wrong, why, and what was done about it."),
        poor=_("There were some initial difficulties, which have been overcome."),
        why_poor=_("Readers who meet the same difficulties will not recognise them."),
    ),
    "transfer": Example(
        good=_(
            "You need a room with its own entrance, a lawyer for one day a week and the written consent of the data "
            "protection officer; getting these took eight months. Begin with the schools rather than the town hall: "
            "parents trust them. In a city without flats of its own, rents would double the cost."
        ),
        why_good=_("It names conditions, time and cost, and what its authors would do differently."),
        poor=_("The model can easily be transferred to any city."),
        why_poor=_("It names no condition, so that a colleague cannot plan with it."),
    ),
}
