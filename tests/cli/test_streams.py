"""Standard output that lacks letters, or that nobody reads to the end: a replacement, a quiet end, never a failure."""

import csv
import io
import json
import os
import subprocess
import sys

import pytest

WORDS = ("--lang", "ko", "health", "--region", "AAA")


def ran(folder, encoding, *words):
    """Return exit code, standard output and standard error of a command whose streams have an encoding."""
    command = [sys.executable, "-m", "airshed", "--pack", str(folder), *words]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        out, err = process.communicate()
    return process.returncode, out, err


@pytest.mark.parametrize("encoding", ["cp949", "gbk", "ascii", "cp437"])
def test_a_stream_without_the_letters_gets_a_replacement(small_folder, encoding):
    code, out, err = ran(small_folder, encoding, *WORDS)
    assert code == 0 and out and b"Traceback" not in err and b"failure of airshed" not in err
    out.decode(encoding)
    code, _, err = ran(small_folder, encoding, "--lang", "zh", "health", "--region", "없음 µ")
    assert code == 2 and b"failure of airshed" not in err


def test_json_on_a_stream_without_the_letters_is_read_back_as_it_was(small_folder):
    whole = ran(small_folder, "utf-8", *WORDS, "--format", "json")[1].decode()
    ascii_only = ran(small_folder, "ascii", *WORDS, "--format", "json")[1].decode("ascii")
    assert json.loads(ascii_only) == json.loads(whole)


def test_csv_of_a_command_begins_with_its_first_field(small_folder):
    code, out, _ = ran(small_folder, "utf-8", *WORDS, "--format", "csv")
    assert code == 0 and next(csv.reader(io.StringIO(out.decode())))[0] == "region"


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_who_stops_reading_ends_the_command_quietly(form):
    """The sources are more than a pipe holds."""
    command = [sys.executable, "-m", "airshed", "sources", "--format", form]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.read(1)
        process.stdout.close()
        err = process.stderr.read()
    assert process.returncode == 0 and b"pipe" not in err.lower() and b"failure of airshed" not in err


def test_who_never_reads_ends_it_too(small_folder):
    """All fits into the buffer, so that only the last flush notices."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "airshed", "--pack", str(small_folder), *WORDS]
    process = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert process.returncode == 0 and b"pipe" not in process.stderr.lower()
