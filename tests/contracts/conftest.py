from tests.contracts.samples import import_ocds

__all__ = ["import_ocds"]
