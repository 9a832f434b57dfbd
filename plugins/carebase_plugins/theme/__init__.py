"""The look of an after-sales site on top of Material: templates, words, assets and places."""
