"""Why a record waits for a person: codes with the sentence that a person reads. Pure."""

from dataclasses import dataclass

MOST_REASONS = 100
MOST_WHERE = 300

SENTENCES = {
    "not_json": "内容不是有效的 JSON，无法读取",
    "unknown_format": "记录格式版本不受支持",
    "unknown_field": "有系统不认识的字段",
    "missing_field": "缺少必填字段",
    "bad_value": "字段的值不正确",
    "duplicate": "同一编号或问题出现了两次",
    "id_mismatch": "记录编号与上传地址不一致",
    "invalid_signature": "签名与本机登记的密钥不符",
    "revoked_phone": "签名或封签的手机已被停用，请核实停用之后是谁在使用",
    "absurd_time": "起止时间不合理，请核对手机时钟",
    "unknown_edition": "检查表版次未发布，或内容与发布的不一致",
    "unknown_task": "没有这项任务，或任务不属于本单位",
    "task_lost": "这项任务在数据库恢复时丢失，手机上的封签证明派过；核对后选“重新判断”，即重新建立任务并采用这份记录",
    "chain_contradicts": "手机封签的先后与恢复前后所收到的不符，可能是事后补签，请向当事人核实",
    "matter_lost": "重新建立任务之前还缺",
    "not_your_task": "这项任务派给了本单位的其他人员",
    "task_mismatch": "与任务的内容不一致",
    "no_access": "本单位目前不服务该项目",
    "unknown_category": "检查表中没有这一分类",
    "unknown_item": "检查表中没有这一检查项",
    "unknown_unit": "项目登记中没有这一设备或部位",
    "wrong_unit": "这一检查项不适用于该设备或部位",
    "unknown_finding": "所指的隐患不在本记录中",
    "unknown_evidence": "所指的照片不在本记录中",
    "different_content": "同一编号已用于其他内容",
    "different_author": "同一编号的记录由另一人员提交过",
    "softened": "比已收到的记录减轻或撤销了不合格内容，或改动了表单已有的回答",
    "handed_over": "案件已移交，勘查记录的任何改动须由人员核对",
    "carried_wrongly": "沿用的核验不成立，请核对是否确实核验过",
    "superseded": "之后已收到更新的记录",
    "judging_failed": "系统未能处理这份记录，已记录错误并保留原件",
    "set_aside": "已由人员搁置",
}

PERSONS_CHOICE = frozenset(
    {
        "invalid_signature",
        "revoked_phone",
        "absurd_time",
        "task_lost",
        "chain_contradicts",
        "not_your_task",
        "different_author",
        "softened",
        "handed_over",
        "carried_wrongly",
    }
)
"""What a person who looked at the record may let pass. The rest is how things are, and stays so until they change."""


@dataclass(frozen=True)
class Reason:
    """`where` is a JSON pointer into the record."""

    code: str
    where: str
    detail: str

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "where": self.where, "detail": self.detail}


def reason(code: str, where: str = "", more: str = "") -> Reason:
    """`more` is added to the code's sentence."""
    detail = SENTENCES[code] + (f"：{more}" if more else "")
    return Reason(code, _storable(where)[:MOST_WHERE], _storable(detail)[:MOST_WHERE])


def pointer(*steps: object) -> str:
    """RFC 6901."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _storable(text: str) -> str:
    # A record may name its fields with what no database takes: NUL, halves of surrogate pairs.
    return text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")
