"""The command that serves: where it listens, what it says when it cannot, and how it ends."""

import os
import re
import select
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest


def test_a_port_in_use_is_told_with_a_remedy(cli):
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        code, out, err = cli("serve", "--port", port)
        korean = cli("--lang", "ko", "serve", "--port", port)[2]
    assert code == 2 and out == ""
    assert f"the port {port} of 127.0.0.1 is in use already" in err and "another --port" in err
    assert f"포트 {port}" in korean and "--port" in korean


@pytest.mark.parametrize("host", ["203.0.113.1", "no-such-host.invalid", "::2"])
def test_a_host_of_another_machine_is_told_with_a_remedy(cli, host):
    code, _, err = cli("serve", "--host", host, "--port", 0)
    assert code == 2 and f"{host}:0 cannot be listened at: " in err and "give a --host" in err


def test_a_server_that_is_killed_leaves_no_process_behind():
    """The worker ends when its pipe is closed; its end is waited for by a handle that the kernel gives."""
    words = [sys.executable, "-m", "airshed", "serve", "--port", "0", "--database", ":memory:"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        try:
            address = process.stderr.readline().split()[3].rstrip(";")
            started = []
            while not started:
                with urllib.request.urlopen(f"{address}jobs", timeout=60) as answer:
                    assert answer.status == 200
                started = " ".join(path.read_text() for path in Path(f"/proc/{process.pid}/task").glob("*/children"))
                started = [int(one) for one in started.split()]
            ends = [os.pidfd_open(one) for one in started]
        finally:
            process.kill()
    for end in ends:
        assert select.select([end], [], [], 60)[0]
        os.close(end)


def test_it_says_where_it_listens_and_ends_without_a_word():
    """At all addresses, it says one that this machine can open; a page, then Ctrl+C."""
    words = [sys.executable, "-m", "airshed", "serve", "--host", "0.0.0.0", "--port", "0", "--database", ":memory:"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        line = process.stderr.readline()
        address = re.fullmatch(r"airshed serves at (http://127\.0\.0\.1:\d+/en/); stop it with Ctrl\+C\n", line)
        try:
            assert address, line
            with urllib.request.urlopen(f"{address[1]}sources", timeout=60) as answer:
                assert answer.status == 200 and b"<h1>" in answer.read()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (out, err) == ("", "") and process.returncode in (0, 130)
