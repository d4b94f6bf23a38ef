"""What agents of each programme have at hand: a guide, phrases, and a few phrases of Lin's and Amara's own."""

from __future__ import annotations

from datetime import datetime

from accounts import services as accounts
from live import services as live
from marketplace.demo import people
from marketplace.demo.cast import Cast

ZH, EN = "zh-hans", "en"

OF_PROGRAMMES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "yunzhan-shop": (
        (ZH, "你好", "您好，{customer}！我是{programme}的客服{agent}，很高兴为您服务，请问有什么可以帮您？"),
        (ZH, "稍等", "好的，我正在为您查询，请稍等一两分钟。"),
        (ZH, "订单号", "麻烦您提供一下订单号，我马上为您核对。订单号在“我的订单”里，以 YZ 开头。"),
        (ZH, "物流", "您的订单已从嘉兴仓发出，大件由送货师傅提前半天电话预约，请留意来电。"),
        (ZH, "退货", "签收后 7 天内，商品未安装、包装完好即可退货。我可以现在为您登记，师傅会上门取件，运费由我们承担。"),
        (ZH, "破损", "非常抱歉让您收到有破损的商品。请拍一张破损处和外包装的照片发给我，我立即为您安排补发或换新。"),
        (ZH, "价保", "签收后 15 天内支持价保。请把订单号发给我，差价会在 3 个工作日内原路退回。"),
        (ZH, "发票", "电子发票会在签收后 24 小时内发送到您下单时填写的邮箱，需要修改抬头请告诉我。"),
        (ZH, "安装", "安装师傅会在送达后 48 小时内与您联系，床、柜类免费安装，大约需要一小时。"),
        (ZH, "再见", "感谢您的咨询，{customer}！如果还有其他问题，随时来找我们。祝您生活愉快！"),
    ),
    "yunzhan-global": (
        (EN, "hello", "Hello {customer}， thank you for contacting {programme}. My name is {agent}; how can I help?"),
        (EN, "moment", "Thank you. I am looking it up now, this takes a minute or two."),
        (EN, "order", "Could you tell me your order number, please? It begins with YZ and is in your confirmation e-mail."),
        (EN, "shipping", "Large items travel by freight: 7 to 12 working days, and the carrier calls you to agree on a time."),
        (EN, "return", "You can return it within 30 days as long as it has not been assembled. Shall I book a free collection for you?"),
        (EN, "damaged", "I am sorry it arrived like this. Please send me a photo of the damage and of the box, and I will arrange a replacement."),
        (EN, "refund", "Your refund goes back to the card you paid with, within 5 working days of our warehouse receiving the item."),
        (EN, "assembly", "The manual and a video are behind the QR code on the box. Two people need about 40 minutes."),
        (EN, "bye", "Glad I could help, {customer}. Is there anything else? Have a good day!"),
    ),
    "harbour-tea": (
        (EN, "hello", "Good day {customer}， this is {agent} from {programme}. What can I do for you?"),
        (EN, "moment", "Bear with me a moment while I check that for you."),
        (EN, "order", "May I have your order number? It begins with HL and is in the e-mail we sent you."),
        (EN, "delivery", "Orders placed before 2 pm leave Leeds the same day and arrive in one to two working days."),
        (EN, "brew", "For this one: water just off the boil (95 °C), one heaped teaspoon a cup, three minutes. Longer makes it bitter, not stronger."),
        (EN, "stale", "I am sorry it does not taste right. Could you send me a photo of the label with the batch number? I will send a fresh one today."),
        (EN, "return", "Unopened tea comes back within 30 days, free of charge. Opened tea we replace if anything is wrong with it."),
        (EN, "bye", "A pleasure, {customer}. Is there anything else? Enjoy your tea!"),
        (ZH, "你好", "您好，{customer}！我是 {programme} 的{agent}，请问有什么可以帮您？"),
        (ZH, "冲泡", "这款茶建议用 95 度的水，每杯一平勺，泡三分钟。泡太久会发涩。"),
        (ZH, "物流", "下午两点前的订单当天从利兹发出，英国境内一到两个工作日送达。"),
        (ZH, "再见", "不客气，{customer}！还有其他需要帮忙的吗？祝您喝茶愉快！"),
    ),
}  # fmt: skip
OF_AGENTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "lin": (
        (ZH, "核对", "我再和您核对一下：收货地址和联系电话都没有变化，对吗？"),
        (ZH, "抱歉", "实在抱歉，{customer}，这件事让您费心了。我来跟进，今天一定给您一个答复。"),
    ),
    "amara": (
        (EN, "sorry", "I am so sorry about this, {customer}. Let me put it right."),
        (EN, "two-ways", "There are two ways we can do this; tell me which suits you better:"),
    ),
}

GUIDES = {
    "yunzhan-shop": """## 语气

称呼“您”，先回应感受再讲规则。不说“这不归我们管”。

## 时效

- 小件：下单后 24 小时内从嘉兴仓发出，2 到 4 天送达
- 大件：送货师傅提前半天电话预约，可约晚上六点以后

## 退换

| 情况 | 可以做什么 |
|---|---|
| 签收 7 天内，未安装 | 免费上门取件，全额退款 |
| 运输破损 | 凭照片补发配件或整件换新，运费我们承担 |
| 安装后发现质量问题 | 登记售后，48 小时内师傅联系 |

## 不能答应

- 不承诺具体到小时的送达时间
- 不在平台外联系顾客，不要顾客的验证码和密码
""",
    "yunzhan-global": """## Tone

Friendly and exact. Name the day, not "soon".

## Times

- Parcels: 3 to 5 working days
- Freight: 7 to 12 working days, the carrier calls first

## Returns

30 days, not assembled, free collection. Damage: a photo of the item and of the box, then a replacement at our cost.

## Never

- Promise a refund date earlier than 5 working days after the warehouse has the item
- Ask for card numbers or codes
""",
    "harbour-tea": """## Tone

Unhurried, warm, a little British. One question at a time.

## Brewing

| Tea | Water | Time |
|---|---|---|
| Black | 95 °C | 3 min |
| Oolong | 90 °C | 2 min |
| Green | 75 °C | 2 min |

## Orders

- Before 2 pm: leaves Leeds the same day, one to two working days
- Stale or wrong: ask for a photo of the label, send a fresh tin at once

## 中文顾客

同样适用。寄往中国的订单 8 到 12 天，关税由我们承担。
""",
}
"""What each client wants agents to go by."""


def write(cast: Cast, at: datetime) -> None:
    """Managers write for their programmes, agents for themselves."""
    for brand in people.PROGRAMMES:
        programme, manager = cast.programmes[brand.key], cast.actor(f"manager.{brand.organisation}")
        accounts.write_guide(actor=manager, programme=programme, guide=GUIDES[brand.key], at=at)
        for language, shortcut, text in OF_PROGRAMMES[brand.key]:
            live.add_programme_phrase(
                actor=manager, programme=programme, language=language, shortcut=shortcut, text=text, at=at
            )
    for key, phrases in OF_AGENTS.items():
        for language, shortcut, text in phrases:
            live.add_own_phrase(actor=cast.actor(key), language=language, shortcut=shortcut, text=text, at=at)
