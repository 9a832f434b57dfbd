"""Policies, statutes, notices and the events of a unit, and the verdict that follows from them.

Everything here is a pure function of its arguments: no clock, no database, no locale.
"""
