"""Who lives in the demo world. Every person's password is `PASSWORD`; staff and owners have a second factor."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "calm-harbour-42"  # noqa: S105  (the demo world's, printed at its start)
DOMAIN = "demo.example"


@dataclass(frozen=True)
class Person:
    """Somebody with a log-in: `key` is the name before the @."""

    key: str
    name: str
    language: str
    time_zone: str = "Asia/Shanghai"

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


@dataclass(frozen=True)
class Agent(Person):
    """An agent and how far they have come: `new`, `waiting` (for the identity check), `refused`, `learning`,
    `examined` (an exam waits for marking) or `working`. `skill` is how well they serve, 0 to 1."""

    nickname: str = ""
    languages: tuple[str, ...] = ("zh-hans",)
    region: str = ""
    stage: str = "working"
    skill: float = 0.8


STAFF: dict[str, Person] = {
    "trainer": Person("trainer", "方老师", "zh-hans"),
    "certifier": Person("certifier", "Claire Novak", "en", "Europe/Prague"),
    "reviewer": Person("reviewer", "顾文", "zh-hans"),
    "reviewer2": Person("reviewer2", "Tom Okafor", "en", "Europe/London"),
    "finance": Person("finance", "孟晓", "zh-hans"),
    "finance2": Person("finance2", "Ines Duarte", "en", "Europe/Lisbon"),
    "operator": Person("operator", "石磊", "zh-hans"),
    "auditor": Person("auditor", "Ruth Adler", "en", "Europe/Berlin"),
}
STAFF_ROLES = {"reviewer2": "reviewer", "finance2": "finance"}
"""Roles of people whose key is not the name of their role."""

CLIENTS: dict[str, Person] = {
    "owner.yunzhan": Person("owner.yunzhan", "罗云", "zh-hans"),
    "manager.yunzhan": Person("manager.yunzhan", "谢敏", "zh-hans"),
    "supervisor.yunzhan": Person("supervisor.yunzhan", "马骏", "zh-hans"),
    "owner.harbour": Person("owner.harbour", "Hannah Lindqvist", "en", "Europe/London"),
    "manager.harbour": Person("manager.harbour", "Daniel Osei", "en", "Europe/London"),
    "analyst.harbour": Person("analyst.harbour", "Mei Tanaka", "en", "Asia/Tokyo"),
}

_SH = "Asia/Shanghai"
AGENTS: tuple[Agent, ...] = (
    Agent("lin", "林小雨", "zh-hans", _SH, "小雨", ("zh-hans", "en"), "Zhejiang", "working", 0.95),
    Agent("chen", "陈思远", "zh-hans", _SH, "思远", ("zh-hans",), "Sichuan", "working", 0.9),
    Agent("wang", "王雅静", "zh-hans", _SH, "雅静", ("zh-hans", "en"), "Jiangsu", "working", 0.92),
    Agent("zhang", "张浩", "zh-hans", _SH, "阿浩", ("zh-hans",), "Hubei", "working", 0.7),
    Agent("liu", "刘芳芳", "zh-hans", _SH, "芳芳", ("zh-hans",), "Shandong", "working", 0.85),
    Agent("zhao", "赵一鸣", "zh-hans", _SH, "一鸣", ("zh-hans", "en"), "Guangdong", "working", 0.88),
    Agent("sun", "孙丽", "zh-hans", _SH, "丽丽", ("zh-hans",), "Shaanxi", "working", 0.8),
    Agent("wu", "吴建国", "zh-hans", _SH, "建国", ("zh-hans",), "Henan", "working", 0.6),
    Agent("xu", "徐晓彤", "zh-hans", _SH, "晓彤", ("zh-hans", "en"), "Shanghai", "working", 0.93),
    Agent("amara", "Amara Nwosu", "en", "Africa/Lagos", "Amara", ("en",), "Elsewhere", "working", 0.94),
    Agent("ben", "Ben Carter", "en", "Europe/London", "Ben", ("en",), "Elsewhere", "working", 0.82),
    Agent("sofia", "Sofia Marques", "en", "Europe/Lisbon", "Sofia", ("en",), "Elsewhere", "working", 0.9),
    Agent("jonas", "Jonas Weber", "en", "Europe/Berlin", "Jonas", ("en",), "Elsewhere", "working", 0.72),
    Agent("priya", "Priya Raman", "en", "Asia/Kolkata", "Priya", ("en",), "Elsewhere", "working", 0.89),
    Agent("he", "何静怡", "zh-hans", _SH, "静怡", ("zh-hans",), "Hunan", "examined", 0.8),
    Agent("gao", "高明", "zh-hans", _SH, "高明", ("zh-hans",), "Hebei", "examined", 0.75),
    Agent("lucy", "Lucy Tran", "en", "Asia/Ho_Chi_Minh", "Lucy", ("en",), "Elsewhere", "examined", 0.85),
    Agent("ma", "马晓东", "zh-hans", _SH, "晓东", ("zh-hans",), "Gansu", "learning", 0.7),
    Agent("zhu", "朱琳", "zh-hans", _SH, "朱琳", ("zh-hans",), "Anhui", "learning", 0.7),
    Agent("omar", "Omar Haddad", "en", "Africa/Cairo", "Omar", ("en",), "Elsewhere", "learning", 0.7),
    Agent("guo", "郭宇", "zh-hans", _SH, "郭宇", ("zh-hans",), "Liaoning", "learning", 0.7),
    Agent("nina", "Nina Kovač", "en", "Europe/Zagreb", "Nina", ("en",), "Elsewhere", "learning", 0.7),
    Agent("tang", "唐婉儿", "zh-hans", _SH, "婉儿", ("zh-hans",), "Chongqing", "waiting", 0.7),
    Agent("deng", "邓凯", "zh-hans", _SH, "邓凯", ("zh-hans",), "Guizhou", "waiting", 0.7),
    Agent("felix", "Felix Adeyemi", "en", "Africa/Lagos", "Felix", ("en",), "Elsewhere", "waiting", 0.7),
    Agent("yao", "姚倩", "zh-hans", _SH, "姚倩", ("zh-hans",), "Yunnan", "refused", 0.7),
    Agent("marta", "Marta Silva", "en", "Europe/Lisbon", "Marta", ("en",), "Elsewhere", "refused", 0.7),
    Agent("qian", "钱程", "zh-hans", _SH, "钱程", ("zh-hans",), "", "new", 0.7),
    Agent("leo", "Leo Park", "en", "Asia/Seoul", "Leo", ("en",), "", "new", 0.7),
    Agent("fan", "范佳", "zh-hans", _SH, "范佳", ("zh-hans",), "", "new", 0.7),
)

TEAMS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("西湖基地", "Zhejiang", "从校园创业团队起步，擅长家居和售后。", ("lin", "chen", "zhao", "sun", "he")),
    ("Atlantic Desk", "Elsewhere", "Lisbon and Lagos: a few people on two shores, evenings and weekends.", ("sofia", "amara", "ben", "felix")),
)  # fmt: skip
"""Name, region, about, members; the first member leads."""

REFUSAL = {
    "zh-hans": "证件照片反光，看不清姓名。请在自然光下重新拍摄，四角完整。",
    "en": "The name on the document cannot be read because of glare. Please take the picture again in daylight, all four corners in view.",
}  # fmt: skip


@dataclass(frozen=True)
class Client:
    """An organisation: who owns it and who else belongs to it."""

    key: str
    name: str
    alias: str
    owner: str
    industry: str
    currency: str
    time_zone: str
    members: tuple[tuple[str, str], ...]
    hides_name: bool = False


ORGANISATIONS: tuple[Client, ...] = (
    Client(
        "yunzhan", "云栈家居", "某家居品牌", "owner.yunzhan", "retail", "CNY", _SH,
        (("manager.yunzhan", "manager"), ("supervisor.yunzhan", "supervisor")),
    ),
    Client(
        "harbour", "Harbour & Leaf", "A British tea house", "owner.harbour", "food", "CNY", "Europe/London",
        (("manager.harbour", "manager"), ("analyst.harbour", "analyst")),
        hides_name=True,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Brand:
    """A programme: its shop's greeting and colour, and what its work pays (minor units)."""

    key: str
    organisation: str
    name: str
    industry: str
    languages: tuple[str, ...]
    greeting: str
    colour: str
    floor_rate_minor: int
    unit_price_minor: int


PROGRAMMES: tuple[Brand, ...] = (
    Brand(
        "yunzhan-shop", "yunzhan", "云栈家居旗舰店", "retail", ("zh-hans",),
        "您好，欢迎来到云栈家居。请告诉我们您的问题，附上订单号会更快。", "#9a3412", 3000, 200,
    ),
    Brand(
        "yunzhan-global", "yunzhan", "Yunzhan Home International", "retail", ("en",),
        "Hello and welcome to Yunzhan Home. Tell us what you need; an order number helps.", "#1d4ed8", 3600, 260,
    ),
    Brand(
        "harbour-tea", "harbour", "Harbour & Leaf Tea", "food", ("en", "zh-hans"),
        "Good day! Ask us anything about tea, brewing or your order.", "#0f766e", 3800, 280,
    ),
)  # fmt: skip
"""Both clients settle in yuan: the books of the demo world have one currency to read."""
