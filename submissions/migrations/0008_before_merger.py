import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("submissions", "0007_sent_summaries")]

    operations = [
        migrations.CreateModel(
            name="BeforeMerger",
            fields=[
                (
                    "submission",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="before_merger",
                        serialize=False,
                        to="submissions.submission",
                    ),
                ),
                (
                    "last_sent",
                    models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True),
                ),
                (
                    "previous_sent",
                    models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True),
                ),
            ],
        ),
    ]
