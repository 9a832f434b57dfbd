"""The types of fields by the words of HTML, of databases and of other makers of forms."""

from __future__ import annotations

from collections.abc import Mapping

_WORDS: Mapping[tuple[str, ...], str] = {
    ("text",): "string str input textfield textinput textbox shorttext singleline line char varchar"
    " name url link website time color colour",
    ("long_text",): "textarea multiline multilinetext paragraph memo comment message richtext"
    " markdown editor",
    ("email",): "mail emailaddress mailaddress",
    ("phone",): "tel telephone telephonenumber phonenumber mobile fax",
    ("number",): "int integer float double decimal numeric range slider spinner quantity amount"
    " currency money",
    ("date",): "datetime datetimelocal datepicker calendar day timestamp",
    ("choice",): "select dropdown dropdownlist radio radios radiobutton radiobuttons radiogroup"
    " enum option combobox listbox singlechoice singleselect yesno picklist",
    ("choices",): "multiselect multichoice multiplechoice multipleselect multiple checkboxes"
    " checkboxgroup checklist options tags",
    ("choices", "consent"): "checkbox",
    ("consent",): "boolean bool tick toggle switch agree agreement accept acceptance terms gdpr"
    " privacy",
    ("rating",): "stars star likert scale score",
    ("nps",): "netpromoterscore",
    ("product",): "model device article",
    ("serial",): "serialnumber serialno",
    ("address",): "postaladdress street location",
    ("order",): "ordernumber orderno orderid",
    ("file",): "files upload fileupload attachment attachments image photo picture document",
    ("hidden",): "hiddenfield",
}
# By each word the types that ask the same.
MEANINGS: Mapping[str, tuple[str, ...]] = {
    word: ours for ours, words in _WORDS.items() for word in words.split()
}
