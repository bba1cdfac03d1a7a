from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_moderators_desk"),
        ("practices", "0007_moderators_desk"),
    ]

    operations = [
        migrations.AddField(
            model_name="practiceevent",
            name="mails",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="accounts.outgoingmail", verbose_name="outgoing mails"
            ),
        ),
        migrations.AlterField(
            model_name="practiceevent",
            name="action",
            field=models.CharField(
                choices=[
                    ("published", "Published"),
                    ("changed", "Changed"),
                    ("withdrawn", "Withdrawn"),
                    ("endorsed", "Agreed to publish it again"),
                    ("confirmed", "Confirmed by the city"),
                ],
                max_length=10,
                verbose_name="action",
            ),
        ),
    ]
