"""Signing keys: made once, readable by the owner only, the same for everybody."""

import threading

from core import keys


def test_a_key_is_made_once_and_kept(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    first = keys.signing_key("audit").public_key()
    path = tmp_path / "keys" / "audit.pem"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    keys._load.cache_clear()
    assert keys.key_id(keys.signing_key("audit").public_key()) == keys.key_id(first)
    assert keys.key_id(keys.signing_key("certificates").public_key()) != keys.key_id(first)
    assert sorted(p.name for p in path.parent.iterdir()) == ["audit.pem", "certificates.pem"]


def test_two_at_once_end_with_one_key(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    barrier, ids = threading.Barrier(8), []

    def read():
        barrier.wait()
        ids.append(keys.key_id(keys.signing_key("audit").public_key()))

    threads = [threading.Thread(target=read) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 8
    assert len(set(ids)) == 1
