import secrets

from fieldapp.blobs.store import Store, StoreFailing
from fieldapp.keys import sha256

NOBODY = "00000000-0000-0000-0000-000000000000"


def check(store: Store) -> None:
    """Write, read back and delete some bytes of nobody's. Raises StoreFailing or what the store raises."""
    data = secrets.token_bytes(1024)
    key = f"{NOBODY}/{sha256(data)}"
    store.put(key, data)
    try:
        with store.open(key) as stored:
            if stored.read() != data:
                raise StoreFailing
    finally:
        store.delete(key)
    if store.has(key):
        raise StoreFailing(
            "文件存储自检未通过：无法删除。", "The file store failed its check: it does not delete."
        )
