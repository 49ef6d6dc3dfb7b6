from fieldapp.blobs.store import current_store

SHOWN_INLINE = {
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "video/mp4",
    "video/webm",
    "video/quicktime",
    "audio/mp4",
    "audio/webm",
}


def link(blob_key: str, media_type: str, disposition: str, filename: str) -> str:
    """A URL good for ten minutes that serves these bytes so and not otherwise. `disposition`: inline | attachment.

    Only pictures, video and sound are ever shown inline, whatever is asked: other types can carry scripts.
    """
    if media_type not in SHOWN_INLINE:
        disposition = "attachment"
    return current_store().link(blob_key, media_type, disposition, filename)
