"""The hash of a pack is of the bytes that were read, whatever its files hold by now."""

import hashlib

import pytest

import airshed
from airshed.pack.contents import Contents, read_bytes, reading_once
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack, open_pack
from airshed.pack.scenarios import inputs_hash, scenarios

SCENARIO = "name: mine\ntitle: Mine\ndescription: d\nemissions:\n  - {{factor: {factor}, source: airshed}}\n"


def hash_by_hand(folder):
    """The SHA-256 over the names and bytes of all files, in the order of the names."""
    names = ["datapackage.json"]
    names += [f"{part}/{path.name}" for part in ("tables", "scenarios") for path in (folder / part).glob("*.*")]
    digest = hashlib.sha256()
    for name in sorted(names):
        digest.update(name.encode() + (folder / name).read_bytes())
    return digest.hexdigest()


def test_an_open_pack_keeps_its_hash_and_one_opened_anew_has_another(small_copy):
    pack, first = open_pack(small_copy), hash_by_hand(small_copy)
    path = small_copy / "tables" / "emissions.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",2015,", ",2015,", 1) + "\n", encoding="utf-8")
    assert pack.hash() == first != hash_by_hand(small_copy) == open_pack(small_copy).hash()
    assert airshed.assess(pack, airshed.Question(samples=10), parts=("emissions",)).inputs_hash == first


def test_the_scenarios_are_those_of_the_opening(small_copy):
    folder = small_copy / "scenarios"
    folder.mkdir(exist_ok=True)
    (folder / "mine.yaml").write_text(SCENARIO.format(factor=0.5), encoding="utf-8")
    pack, first = open_pack(small_copy), hash_by_hand(small_copy)
    (folder / "mine.yaml").write_text(SCENARIO.format(factor=0.9), encoding="utf-8")
    (folder / "other.yaml").write_text(SCENARIO.format(factor=0.1).replace("mine", "other"), encoding="utf-8")
    assert scenarios(pack)["mine"].emissions[0].factor == 0.5 and "other" not in scenarios(pack)
    assert pack.hash() == first


@pytest.mark.parametrize("name", ["tables/regions.csv", "datapackage.json"])
def test_a_file_that_changes_while_the_pack_is_read_is_hashed_as_it_was_parsed(small_copy, monkeypatch, name):
    """The file is written anew as soon as its bytes were handed out, before anything is made of them."""
    first, read = hash_by_hand(small_copy), Contents.read

    def and_changed(contents, asked):
        data = read(contents, asked)
        if asked == name:
            (small_copy / name).write_bytes(data.replace(b"Aland", b"Other") + b"\n")
        return data

    monkeypatch.setattr(Contents, "read", and_changed)
    pack = open_pack(small_copy)
    assert pack.name("AAA") == "Aland" and pack.hash() == first != hash_by_hand(small_copy)


def test_a_file_beside_the_pack_is_hashed_as_the_answer_read_it(small_folder, tmp_path, monkeypatch):
    pack, path = open_pack(small_folder), tmp_path / "mine.yaml"
    half, other = SCENARIO.format(factor=0.5).encode(), SCENARIO.format(factor=0.9).encode()
    path.write_bytes(half)
    question = airshed.Question(scenario=str(path), samples=10)
    known = airshed.assess(pack, question, parts=("emissions",))
    assert known.inputs_hash == hashlib.sha256(pack.hash().encode() + half).hexdigest()
    scale = airshed.assessment.run.uncalibrated

    def changed_meanwhile(*asked):
        path.write_bytes(other)
        return scale(*asked)

    monkeypatch.setattr(airshed.assessment.run, "uncalibrated", changed_meanwhile)
    found = airshed.assess(pack, question, parts=("emissions",))
    assert found.inputs_hash == known.inputs_hash and found["emissions"].identical(known["emissions"])
    assert inputs_hash(pack, str(path)) == known.inputs_hash
    again = airshed.assess(pack, question, parts=("emissions",))
    assert again.inputs_hash == hashlib.sha256(pack.hash().encode() + other).hexdigest()


def test_files_are_read_once_within_an_answer_alone(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"first")
    with reading_once(), reading_once():
        assert read_bytes(path) == b"first"
        path.write_bytes(b"second")
        assert read_bytes(path) == b"first"
    assert read_bytes(path) == b"second"
    with pytest.raises(AirshedError, match="cannot be read"):
        read_bytes(tmp_path)


def test_a_pack_made_of_tables_has_the_hash_of_its_folder(small_folder):
    pack = open_pack(small_folder)
    assert Pack(pack.path, pack.descriptor, {}).hash() == pack.hash() == hash_by_hand(small_folder)
