"""Importing files: `import_files` for some, `find_files` for a folder."""

from shidai.registry.importing.columns import FILE_KINDS, Column, FileKind
from shidai.registry.importing.folders import find_files, kind_of
from shidai.registry.importing.rejects import kept_rejects, write_rejects
from shidai.registry.importing.running import ImportReport, Mode, Order, Outcome, import_files

__all__ = [
    "FILE_KINDS", "Column", "FileKind", "ImportReport", "Mode", "Order", "Outcome", "find_files", "import_files",
    "kept_rejects", "kind_of", "write_rejects",
]  # fmt: skip
