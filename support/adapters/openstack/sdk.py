"""What the adapter uses of openstacksdk and keystoneauth, whose resources have no types that say what is in them."""

from typing import Any

from keystoneauth1 import exceptions as _auth_exceptions
from keystoneauth1 import session as _sessions
from keystoneauth1.identity import v3 as _v3
from openstack import connection as _connection
from openstack import exceptions as _exceptions

auth_errors: Any = _auth_exceptions
errors: Any = _exceptions
password_of: Any = _v3.Password
http_session: Any = _sessions.Session
Connection: Any = _connection.Connection
