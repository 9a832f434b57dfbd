"""What goes out because of a submission: mails and webhooks, each at least once.

`targets` says which letters a submission gives rise to; they are stored with it. `worker` takes
them from the store and hands them to a sender: `smtp` for mails, `webhook` for webhooks.
"""
