"""Damage done to the file of a database, by a seed: what disks, copies and people do to it."""

import random
import shutil

PAGE = 4096


def flip(file, rng):
    content = bytearray(file.read_bytes())
    for _ in range(rng.choice((1, 3, 30))):
        place = rng.randrange(len(content))
        content[place] ^= 1 << rng.randrange(8)
    file.write_bytes(content)


def flip_head(file, rng):
    content = bytearray(file.read_bytes())
    content[rng.randrange(100)] ^= 1 << rng.randrange(8)
    file.write_bytes(content)


def truncate(file, rng):
    with file.open("r+b") as handle:
        handle.truncate(rng.randrange(1, file.stat().st_size))


def zero_page(file, rng):
    with file.open("r+b") as handle:
        handle.seek(PAGE * rng.randrange(max(file.stat().st_size // PAGE, 1)))
        handle.write(bytes(PAGE))


def swap_pages(file, rng):
    content = file.read_bytes()
    pages = [content[place : place + PAGE] for place in range(0, len(content), PAGE)]
    rng.shuffle(pages)
    file.write_bytes(b"".join(pages))


def garbage(file, rng):
    with file.open("r+b") as handle:
        handle.seek(rng.randrange(file.stat().st_size))
        handle.write(rng.randbytes(rng.choice((1, 100, 5000))))


KINDS = (flip, flip_head, truncate, zero_page, swap_pages, garbage)


def beside(place, name):
    return place.with_name(place.name + name)


def damage(place, seed):
    """Damage a database that lies still, its -wal or its -shm; returns in words what was done."""
    rng = random.Random(seed)
    wal = beside(place, "-wal")
    files = [place, *([wal] if wal.exists() and wal.stat().st_size else [])]
    how, file = rng.choice((*KINDS, "replaced", "gone")), rng.choice(files)
    if how == "replaced":
        beside(place, rng.choice(("-wal", "-shm"))).write_bytes(rng.randbytes(rng.choice((1, 32, 9000))))
    elif how == "gone":
        wal.unlink(missing_ok=True)
    else:
        how(file, rng)
    return f"{seed}: {getattr(how, '__name__', how)} {file.name}"


def copied(place, folder):
    """Copy a database with its -wal and -shm into a new folder, as they lie; returns the new place."""
    folder.mkdir()
    for name in ("", "-wal", "-shm"):
        if beside(place, name).exists():
            shutil.copy(beside(place, name), folder)
    return folder / place.name


def contents(place):
    """Return the bytes of a database and of its -wal."""
    return [beside(place, name).read_bytes() if beside(place, name).exists() else b"" for name in ("", "-wal")]
