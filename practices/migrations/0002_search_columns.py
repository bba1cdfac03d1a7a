from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0001_initial")]

    operations = [
        migrations.AlterField(
            "searchdocument", "id", models.PositiveBigIntegerField(primary_key=True, serialize=False)
        ),
        migrations.RenameField("searchdocument", "title_words", "words"),
        migrations.AddField("searchversion", "mark", models.CharField(default="", max_length=32)),
        migrations.AddField("searchchange", "mark", models.CharField(default="", max_length=32)),
    ]
