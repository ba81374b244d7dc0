"""What may be said in a log of an error that nobody foresaw."""

import traceback


def kind_and_place(error: BaseException) -> dict[str, str]:
    """What kind of error it is and where it was raised, for a line of the log.

    Its text is left out: it may quote a mail, or what is in the database.
    """
    last = traceback.extract_tb(error.__traceback__)[-1]
    return {"error": type(error).__name__, "where": f"{last.filename}:{last.lineno}"}
