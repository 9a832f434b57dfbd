"""Products, models, serial numbers, parts and service plans."""
