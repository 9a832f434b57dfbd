"""What the tests share: a browser that is watched, a static server, sites and processes."""
