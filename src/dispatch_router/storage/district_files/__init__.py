"""A district as plain files that a person can edit (docs/district-files.md)."""

from dispatch_router.storage.district_files.load import check_district, load_district
from dispatch_router.storage.district_files.mistakes import Mistake

__all__ = ["Mistake", "check_district", "load_district"]
