"""Looking an endpoint over before its customers do, and saying what to do."""

from carebase.endpoint.doctor.examination import examine
from carebase.endpoint.doctor.finding import Finding

__all__ = ["Finding", "examine"]
