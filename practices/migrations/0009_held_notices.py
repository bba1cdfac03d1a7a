from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0008_restoring")]

    operations = [
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
                    ("reworded", "Message changed before it was sent"),
                    ("unsent", "Message taken back"),
                ],
                max_length=10,
                verbose_name="action",
            ),
        ),
    ]
