"""The openstack command-line client, unmodified, one session of it (facts/sources.md 7, OpenStack 1 to 8)."""

import os
import shutil
import subprocess

import pytest

from tests.lab_openstack.conftest import NOTHING, RunningOpenstack, eventually

CLIENT = os.environ.get("OPENSTACK_CLIENT") or shutil.which("openstack")

SESSION = """
server list -f value -c Name -c Status
port list -f value
volume create --image rhel-8.10 --size 16 --type lab-ceph-hdd auto-volume -f value -c status
server create --image rhel-8.10 --flavor m1.medium --nic none --wait auto-server -f value -c status
server stop auto-server
server delete --wait auto-server
volume delete auto-volume
"""


@pytest.mark.skipif(CLIENT is None, reason="python-openstackclient is not installed")
def test_the_client_reads_makes_and_deletes(stack: RunningOpenstack) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(stack.lab.folder),
        "OS_AUTH_URL": stack.url,
        "OS_USERNAME": stack.cloud.user,
        "OS_PASSWORD": stack.cloud.password,
        "OS_PROJECT_NAME": stack.cloud.project,
        "OS_USER_DOMAIN_ID": "default",
        "OS_PROJECT_DOMAIN_ID": "default",
        "OS_REGION_NAME": stack.cloud.region,
        "OS_CACERT": stack.ca,
    }
    assert CLIENT is not None
    done = subprocess.run(
        [CLIENT], input=SESSION, env=environment, capture_output=True, text=True, timeout=110, check=False
    )
    said = done.stdout + done.stderr
    for expected in ("mtv-rhel8-warm-2disks2nics SHUTOFF", "fa:16:3e:8a:02:02", "creating", "ACTIVE"):
        assert expected in said, said
    assert "501" not in said, said
    eventually(lambda: stack.differences() == NOTHING)
