"""How Django draws the forms of the interface."""

from django.forms.renderers import TemplatesSetting


class InterfaceRenderer(TemplatesSetting):
    """Draws `{{ form }}` and `{{ field.as_field_group }}` with the components of the interface.

    The templates of single widgets stay Django's own, so that the admin, which draws fields itself, is not touched.
    """

    form_template_name = "components/form-fields.html"
    field_template_name = "components/field.html"
