"""Forms as files: their models, their loading and the schema that every reader of them shares.

Checking what a customer sends is in `carebase.forms.validation`, which alone needs the
dependencies of the endpoint; building a site does not.
"""

from carebase.forms.field import FormField, Limits, Option
from carebase.forms.form import Form
from carebase.forms.load import Forms, load_forms
from carebase.forms.schema import form_schema

__all__ = ["Form", "FormField", "Forms", "Limits", "Option", "form_schema", "load_forms"]
