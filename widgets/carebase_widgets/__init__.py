"""Browser code of Carebase: custom elements, styles and their strings."""
