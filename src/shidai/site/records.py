"""The list of records behind a figure."""


def open_records(*args, **kwargs):
    raise NotImplementedError
