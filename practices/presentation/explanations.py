"""What a coded judgement means, in a sentence, and where it stands on its scale."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practices.choices import EvidenceLevel, Firewall

FIREWALL_MEANS = {
    Firewall.YES: gettext_lazy(
        "A source states that using this service does not lead to data being passed to immigration enforcement."
    ),
    Firewall.PARTLY: gettext_lazy("People are protected with a stated limit, or by practice rather than by a rule."),
    Firewall.NO: gettext_lazy("Reporting to immigration enforcement, or cooperation with it, is required."),
    Firewall.UNKNOWN: gettext_lazy(
        "The sources do not say whether data reach immigration enforcement. That is no answer either way."
    ),
}
EVIDENCE_MEANS = {
    EvidenceLevel.DESCRIBED: gettext_lazy("What is done is described. No monitoring or evaluation is named."),
    EvidenceLevel.MONITORED: gettext_lazy("The city or its partners follow the results with figures or reports."),
    EvidenceLevel.EVALUATED: gettext_lazy("An evaluation by the city or its partners is named."),
    EvidenceLevel.INDEPENDENT: gettext_lazy("People who do not run the practice have evaluated it."),
}
FIREWALL_SCALE = (Firewall.NO, Firewall.PARTLY, Firewall.YES)
FIREWALL_BADGES = {Firewall.YES: "ok", Firewall.PARTLY: "warn", Firewall.NO: "plain"}


@dataclass(frozen=True)
class Step:
    label: str
    current: bool


@dataclass(frozen=True)
class Explanation:
    """A code in words: heading, sentence, and the steps of its scale (none where nothing is known)."""

    heading: str
    meaning: str
    steps: list[Step]
    scale_label: str
    badge: str = "plain"

    @property
    def known(self) -> bool:
        return bool(self.steps)


def _steps(scale: tuple[TextChoices, ...], value: TextChoices) -> list[Step]:
    return [Step(str(step.label), step is value) for step in scale] if value in scale else []


def firewall_explained(value: Firewall) -> Explanation:
    return Explanation(
        heading=_("Data firewall: %(answer)s") % {"answer": value.label},
        meaning=str(FIREWALL_MEANS[value]),
        steps=_steps(FIREWALL_SCALE, value),
        scale_label=_("Levels of the data firewall"),
        badge=FIREWALL_BADGES.get(value, "plain"),
    )


def evidence_explained(value: EvidenceLevel) -> Explanation:
    return Explanation(
        heading=_("Evidence: %(level)s") % {"level": value.label},
        meaning=str(EVIDENCE_MEANS[value]),
        steps=_steps(tuple(EvidenceLevel), value),
        scale_label=_("Levels of evidence"),
    )
