"""Looking an endpoint over before its customers do, and saying what to do."""

from carebase.doctor.examination import examine
from carebase.doctor.finding import Finding

__all__ = ["Finding", "examine"]
