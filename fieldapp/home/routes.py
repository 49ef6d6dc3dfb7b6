from typing import Any

from flask_smorest import Blueprint

from fieldapp.accounts.access import me, signed_in
from fieldapp.home import counting
from fieldapp.home.schemas import HomeSchema

home = Blueprint("home", __name__, url_prefix="/api/home")


@home.get("")
@home.response(200, HomeSchema)
@signed_in
def index() -> dict[str, Any]:
    """How much of each kind waits for the caller at the desk."""
    return {"waiting": counting.waiting(me())}
