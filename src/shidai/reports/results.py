"""placeholder"""
from shidai.reports.figures import Reading
def open_reading(data_dir, pack, year) -> Reading:  # type: ignore
    raise NotImplementedError
