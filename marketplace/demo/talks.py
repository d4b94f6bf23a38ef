"""What customers and agents say to each other. `{order}` and `{item}` are filled in; `c` speaks for the customer, `a` for the agent.

`fault` names what an agent who does it badly leaves out or adds: the conversation is then told as `worse`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Talk:
    """One conversation: its lines when it goes well, the wrap-up code, and the lines when it goes badly."""

    language: str
    lines: tuple[tuple[str, str], ...]
    worse: tuple[tuple[str, str], ...]
    code: str = "resolved"
    praise: str = ""
    complaint: str = ""


ITEMS = {
    "zh-hans": ("实木书桌", "人体工学椅", "亚麻窗帘", "落地灯", "双人沙发", "床头柜", "厨房置物架", "羊毛地毯"),
    "en": ("oak desk", "linen curtains", "floor lamp", "teapot set", "first-flush Darjeeling", "matcha tin", "kettle", "tea sampler"),
}  # fmt: skip
CUSTOMERS = {
    "zh-hans": ("李女士", "周先生", "小吴", "黄女士", "冯先生", "阿秋", "程女士", "小潘", "沈先生", "江女士"),
    "en": ("Emma", "Mr Hughes", "Olu", "Katarzyna", "Ravi", "Ms Brandt", "Theo", "Yuki", "Grace", "Pavel"),
}

TALKS: tuple[Talk, ...] = (
    Talk(
        "zh-hans",
        (
            ("c", "你好，我订的{item}什么时候能到？订单号 {order}"),
            ("a", "您好！我是客服，马上为您查看订单 {order}。"),
            ("a", "查到了，{item}昨天已从嘉兴仓发出，预计后天上午送达。"),
            ("c", "能不能约晚上送？白天家里没人"),
            ("a", "可以的，我已备注晚上六点后配送，配送员会提前半小时电话联系您。"),
            ("c", "太好了谢谢"),
            ("a", "不客气，还有其他需要帮忙的吗？祝您生活愉快！"),
        ),
        (
            ("c", "你好，我订的{item}什么时候能到？订单号 {order}"),
            ("a", "在路上"),
            ("c", "我问的是什么时候能到？"),
            ("a", "后天"),
            ("c", "能不能约晚上送？"),
        ),
        praise="回复很快，还帮我约了晚上送。",
        complaint="问了两遍才说时间，最后一个问题没人理。",
    ),
    Talk(
        "zh-hans",
        (
            ("c", "{item}收到了，有一条腿是歪的"),
            ("a", "您好，非常抱歉给您添麻烦了。方便告诉我订单号吗？"),
            ("c", "{order}"),
            ("a", "谢谢。这属于运输损坏，您可以选择补发配件或者整件换新，运费都由我们承担。"),
            ("c", "换新吧，旧的怎么处理"),
            ("a", "换新的配送员会当场取回旧件，您不用拆包装。换货单已建好，三天内送到。"),
            ("c", "行"),
            ("a", "感谢您的理解，祝您生活愉快！"),
        ),
        (
            ("c", "{item}收到了，有一条腿是歪的"),
            ("a", "您自己装的时候没装好吧"),
            ("c", "我没有装过，拆开就是歪的。怎么处理？"),
            ("a", "订单号"),
            ("c", "{order}"),
            ("a", "我帮您核实一下，稍后回复"),
        ),
        code="resolved",
        praise="换货很干脆，不用自己拆包装。",
        complaint="上来就怪我没装好，态度不好。",
    ),
    Talk(
        "zh-hans",
        (
            ("c", "双十一买的{item}，现在降价了，能退差价吗"),
            ("a", "您好！价保期是签收后 15 天，请把订单号发我，我帮您核对。"),
            ("c", "{order}，昨天刚签收"),
            ("a", "在价保期内，差价 86 元，已为您提交，1 到 3 个工作日原路退回。"),
            ("c", "原路是退到哪里？"),
            ("a", "退回您付款的账户，到账会有短信通知。"),
            ("c", "好的"),
            ("a", "还有什么可以帮您的吗？祝您购物愉快，再见！"),
        ),
        (
            ("c", "双十一买的{item}，现在降价了，能退差价吗"),
            ("a", "您好，价格随活动变动，这个没办法"),
            ("c", "页面写着 15 天价保，为什么不能退？"),
            ("a", "随便你吧，我再问问"),
            ("c", "到底能不能退差价？"),
            ("a", "能，已提交"),
        ),
        praise="价保处理得很快。",
        complaint="先说不行，我拿出页面才说可以。",
    ),
    Talk(
        "zh-hans",
        (
            ("c", "发票怎么开？公司要报销"),
            ("a", "您好，可以开电子普票或专票。请提供订单号和开票抬头、税号。"),
            ("c", "订单 {order}，抬头是杭州青禾科技有限公司"),
            ("a", "好的，还差税号，您方便时发我即可。"),
            ("c", "91330106MA2H3K5L7Q"),
            ("a", "已提交，电子发票会在 24 小时内发到您下单时留的邮箱。"),
            ("c", "谢谢"),
            ("a", "不客气，祝您工作顺利，再见！"),
        ),
        (
            ("c", "发票怎么开？公司要报销"),
            ("a", "您好，自己在订单里开"),
            ("c", "订单里没有入口啊，怎么开？"),
            ("a", "那加我微信，我发您教程"),
        ),
        code="information",
        praise="讲得清楚。",
        complaint="让我加私人微信，不放心。",
    ),
    Talk(
        "zh-hans",
        (
            ("c", "我想退货，{item}和图片颜色差太多了"),
            ("a", "您好，理解您的心情。签收七天内支持无理由退货，请告诉我订单号。"),
            ("c", "{order}"),
            ("a", "已为您申请退货，上门取件约在明天 14 点到 18 点，可以吗？"),
            ("c", "可以，退款多久到"),
            ("a", "仓库验收后 48 小时内原路退回。验收一般需要两天。"),
            ("c", "明白了"),
            ("a", "很抱歉没让您满意，欢迎再来逛逛，祝您生活愉快！"),
        ),
        (
            ("c", "我想退货，{item}和图片颜色差太多了"),
            ("a", "您好，色差是正常的"),
            ("c", "差太多了，我要退货，怎么退？"),
            ("a", "退货要扣运费"),
            ("c", "页面写的是免费退货吧？"),
        ),
        praise="退货不推诿。",
        complaint="一直劝我不要退。",
    ),
    Talk(
        "zh-hans",
        (
            ("c", "{item}的尺寸能放进 1.2 米宽的房间吗"),
            ("a", "您好！这款宽 1.05 米、深 0.6 米，1.2 米的位置可以放下，两边各余 7 厘米左右。"),
            ("c", "安装要多久"),
            ("a", "两个人大约 40 分钟，也可以预约免费安装，下单时勾选即可。"),
            ("c", "好，我再看看"),
            ("a", "好的，随时来问。很高兴为您服务，再见！"),
        ),
        (
            ("c", "{item}的尺寸能放进 1.2 米宽的房间吗"),
            ("a", "详情页有"),
            ("c", "详情页没写宽度，多少厘米？"),
            ("a", "105"),
        ),
        code="information",
        praise="连两边余量都算好了。",
        complaint="像是在打发人。",
    ),
    Talk(
        "en",
        (
            ("c", "Hi, where is my order {order}? It was due yesterday."),
            ("a", "Hello! I am sorry it is late. Let me look at the tracking for you."),
            ("a", "It reached the Leeds depot this morning and is on the van for tomorrow before noon."),
            ("c", "Will somebody call before they come?"),
            ("a", "Yes, you get a text with a one-hour window at about eight in the morning."),
            ("c", "Thanks, that helps."),
            ("a", "Happy to help. Is there anything else? Have a good evening!"),
        ),
        (
            ("c", "Hi, where is my order {order}? It was due yesterday."),
            ("a", "It is on its way."),
            ("c", "Yes but where is my order {order}? It was due yesterday!"),
            ("a", "I will check and get back to you."),
        ),
        praise="Clear answer, no waiting around.",
        complaint="I had to ask twice and was left without an answer.",
    ),
    Talk(
        "en",
        (
            ("c", "The {item} arrived with a crack in it :("),
            ("a", "Hello, I am so sorry about that. Could you tell me the order number?"),
            ("c", "{order}"),
            ("a", "Thank you. I can send a new one today or refund you in full. You need not return the broken one."),
            ("c", "A new one please. How long will it take?"),
            ("a", "Two working days. The confirmation is in your inbox now."),
            ("c", "Perfect."),
            ("a", "Glad to help. Take care!"),
        ),
        (
            ("c", "The {item} arrived with a crack in it :("),
            ("a", "That is not my problem, the courier did it."),
            ("c", "So what can you do about it?"),
            ("a", "Send us a photo"),
            ("c", "Where do I send the photo?"),
        ),
        praise="Replaced without any fuss.",
        complaint="Rude. It is not my fault that it came broken.",
    ),
    Talk(
        "en",
        (
            ("c", "Which tea would you give to somebody who only drinks coffee?"),
            ("a", "Hello, lovely question! Try our smoky Keemun: strong, a little like cocoa, good with milk."),
            ("c", "Is there a small size to try?"),
            ("a", "Yes, the tea sampler has Keemun and four others, 20 g each. It is in stock."),
            ("c", "Does it have caffeine?"),
            ("a", "About half of a cup of coffee. If that is too much, the roasted hojicha has very little."),
            ("c", "Brilliant, ordering now."),
            ("a", "Enjoy it! Anything else I can do? Have a nice day."),
        ),
        (
            ("c", "Which tea would you give to somebody who only drinks coffee?"),
            ("a", "Hello, all of them are good."),
            ("c", "Could you recommend one?"),
            ("a", "The sampler"),
        ),
        code="information",
        praise="Felt like talking to somebody who loves tea.",
        complaint="Not much of an answer.",
    ),
    Talk(
        "en",
        (
            ("c", "I was charged twice for order {order}"),
            ("a", "Good morning, thank you for telling us. I am looking at the payment now."),
            ("a", "I can see two authorisations; one of them was never taken and drops off within three days."),
            ("c", "So I do not need to do anything?"),
            (
                "a",
                "Nothing at all. If it is still there on Friday, write to us with this order number and we refund it the same day.",
            ),
            ("c", "OK, thank you for explaining"),
            ("a", "You are welcome. Have a good day!"),
        ),
        (
            ("c", "I was charged twice for order {order}"),
            ("a", "Hello, please send me your password so I can look."),
            ("c", "My password? Why would you need that?"),
            ("a", "To see your account. It is fine, calm down."),
        ),
        praise="Explained what an authorisation is. Reassuring.",
        complaint="Asked for my password!",
    ),
    Talk(
        "en",
        (
            ("c", "Can I change the address on {order}? I moved last week."),
            ("a", "Hello! It has not left yet, so yes. What is the new postcode and house number?"),
            ("c", "LS6 2QT, number 14"),
            ("a", "Done: 14, LS6 2QT. You will get a new confirmation in a minute."),
            ("c", "Got it. Cheers"),
            ("a", "Happy to help, and I hope you like the new place. Take care!"),
        ),
        (
            ("c", "Can I change the address on {order}? I moved last week."),
            ("a", "Hello, you should have done that before ordering."),
            ("c", "Can you change it or not?"),
            ("a", "One moment"),
        ),
        praise="Sorted in two minutes.",
        complaint="Left me hanging after 'one moment'.",
    ),
    Talk(
        "en",
        (
            ("c", "I want a refund for the {item}. It is not what the picture shows."),
            ("a", "Hello, I am sorry it disappointed you. May I have the order number?"),
            ("c", "{order}"),
            (
                "a",
                "Thank you. I have opened a free return; the label is in your e-mail. The refund follows two days after it arrives.",
            ),
            ("c", "How long do I have to send it?"),
            ("a", "Thirty days from today."),
            ("c", "Fair enough."),
            ("a", "Thank you for your patience. Is there anything else I can do?"),
        ),
        (
            ("c", "I want a refund for the {item}. It is not what the picture shows."),
            ("a", "Hello, pictures are only examples."),
            ("c", "It is a different colour. Will you refund me?"),
            ("a", "You can return it at your own cost"),
            ("c", "Your site says returns are free, is that not true?"),
        ),
        praise="Easy return.",
        complaint="Contradicted your own returns page.",
    ),
)
