"""The look of an after-sales site on top of Material: templates, assets and finishing touches."""
