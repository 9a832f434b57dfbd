"""What is measured: builds beside plain MkDocs, and the endpoint under load."""
