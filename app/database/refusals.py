"""Why the database cannot be used: one class, and one sentence, for each cause."""

from __future__ import annotations

from app.core.errors import BusinessError
from app.core.messages import N_


class FolderNotUsable(BusinessError):
    """The data folder cannot be made, read or written."""

    sentence = N_(
        "The data folder {folder} cannot be used ({reason}). "
        "Choose another folder with ORDERWRIGHT_HOME, or give yourself access to this one."
    )


class FolderOutOfReach(BusinessError):
    """Started by root: the user the server runs as cannot enter the data folder."""

    sentence = N_(
        "The data folder {folder} is out of reach for the user {server_user}, as whom the "
        "database server runs when the program is started by root. Leave ORDERWRIGHT_HOME "
        "unset to use {default}, choose a folder that everybody may enter, "
        "or start the program as an ordinary user."
    )


class NoServerUser(BusinessError):
    """Started by root, and the system has no unprivileged user to run the server as."""

    sentence = N_(
        "The database server never runs as root, and this system has none of the users {names}. "
        "Create one (useradd --system orderwright), or start the program as an ordinary user."
    )


class UserWithoutName(BusinessError):
    """Started under a user number that has no name, as containers like to do."""

    sentence = N_(
        "The program runs as user number {number}, who has no name on this system, and the "
        "database server needs one. Add the user (useradd --uid {number} orderwright), "
        "or connect to a server with --database."
    )


class FolderOfSomeoneElse(BusinessError):
    """The data belong to another user of this computer."""

    sentence = N_(
        "The data in {folder} belong to the user {owner} of this computer, not to {user}. "
        "Start the program as {owner}, or choose your own folder with ORDERWRIGHT_HOME."
    )


class DataNewer(BusinessError):
    """The data were written by a newer PostgreSQL than this program brings along."""

    sentence = N_(
        "The data in {folder} were written by a newer version of the program "
        "(PostgreSQL {found}; this one brings {ours}). Install the newer version again. "
        "Nothing was changed."
    )


class DataOlder(BusinessError):
    """The data were written by an older major version of PostgreSQL."""

    sentence = N_(
        "The data in {folder} were written by PostgreSQL {found}; this program brings {ours}. "
        "Make a backup with the previous version of the program and restore it with this one. "
        "Nothing was changed."
    )


class DiskFull(BusinessError):
    """No space is left where the data live."""

    sentence = N_(
        "The disk that holds {folder} is full. Nothing is lost: free at least {needed} MB there "
        "and start the program again."
    )


class DataInUseElsewhere(BusinessError):
    """Another computer or container, whose processes cannot be seen from here, uses the data."""

    sentence = N_(
        "The data in {folder} are in use by a program on another computer or in another "
        "container. Close it there first, or connect to one server with --database."
    )


class ServerBusyStarting(BusinessError):
    """Another program has been starting or stopping the server for too long."""

    sentence = N_(
        "Another program has been starting or stopping the database in {folder} for {seconds} "
        "seconds. Wait a moment and try again; if it stays so, close the other program."
    )


class ServerPartsMissing(BusinessError):
    """The binaries of the embedded server are not installed."""

    sentence = N_(
        "The database server that comes with the program is not installed ({missing}). "
        "Install the program again, or connect to a server with --database."
    )


class ServerDoesNotStart(BusinessError):
    """The embedded server gave up for a reason none of the others names."""

    sentence = N_(
        "The database in {folder} does not start: {reason} "
        "The whole story is in {log}. Nothing was changed; restore a backup if it stays so."
    )


class ServerDoesNotStop(BusinessError):
    """The embedded server did not shut down in time."""

    sentence = N_(
        "The database in {folder} does not stop: {reason} It goes on running in the "
        "background and is joined by the next start."
    )


class DatabaseAddressUnclear(BusinessError):
    """`--database` is not an address of a PostgreSQL database."""

    sentence = N_(
        "{address} is not the address of a database. "
        "Write it like postgresql://name@server:5432/orderwright."
    )


class LoginRefused(BusinessError):
    """The server answers but does not let this login in."""

    sentence = N_(
        "The database at {address} does not let {login} in ({reason}). "
        "Check the name and the password, or ask an administrator to add you as a person."
    )


class DatabaseMissing(BusinessError):
    """The server answers but has no database of that name."""

    sentence = N_(
        "The server at {address} has no database {database}. "
        "Check the name, or let an administrator create it with `orderwright database create`."
    )


class ServerTooOld(BusinessError):
    """The networked server is older than PostgreSQL 15."""

    sentence = N_(
        "The server at {address} is PostgreSQL {found}; the program needs 15 or later. "
        "Ask whoever keeps the server to upgrade it."
    )


class DatabaseSortsWrongly(BusinessError):
    """The networked database has a collation or encoding the program cannot work with."""

    sentence = N_(
        "The database {database} sorts text by {found}; the program needs UTF8 and sorting by "
        "code point, or its lists would skip rows. Create it with: {statement}"
    )


class NotWriting(BusinessError):
    """NUL or another character that no text may hold."""

    sentence = N_(
        "A text holds a character that cannot be kept (U+0000 or the like). Remove it; "
        "it may have come from a scanner or another program."
    )
