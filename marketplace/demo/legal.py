"""The platform's agreement and confidentiality texts, in both languages: `{kind: {language: (title, body)}}`."""

TEXTS: dict[str, dict[str, tuple[str, str]]] = {
    "agreement": {
        "en": (
            "Platform agreement",
            """1. You work as a freelancer. You choose the blocks you take; nobody may make you take one.

2. A block you have taken is a promise to the client and to the other agents. You may give it back free of charge in the first
five minutes and until 48 hours before it starts. After that, giving it back counts against your adherence.

3. Your pay is worked out by the rate card that was in force when you took the block. Every line on your statement shows its
inputs and can be recomputed by you. What has been accepted is not taken back.

4. You may appeal any judgement of your work within seven days. Somebody else answers within 72 hours.

5. You treat customers with respect and keep contact with them on the platform. You may end a conversation for abuse; you are
paid for it in full.

6. Either side may end this agreement at any time. What you have earned is paid out in any case.""",
        ),
        "zh-hans": (
            "平台协议",
            """一、您以自由职业者身份工作。您自行选择时段，任何人不得强迫您接单。

二、认领时段即是对企业和其他客服的承诺。认领后五分钟内、以及距开始 48 小时以上，可免费退还；之后退还会影响履约率。

三、报酬按认领时有效的价目表计算。对账单上的每一行都列明依据，您可以自行验算。已确认的收入不会追回。

四、您可在七天内对任何评判提出申诉，由另一人在 72 小时内答复。

五、请尊重顾客，并只在平台内与顾客联系。遇到辱骂可以结束会话，报酬照付。

六、双方均可随时终止协议，已赚取的收入照常支付。""",
        ),
    },
    "nda": {
        "en": (
            "Confidentiality agreement",
            """1. What customers tell you, and what you learn about a client's business while you serve, is confidential. It stays
confidential after you stop working here.

2. You do not copy, photograph or store conversations outside the platform, and you do not use what you learn for yourself or
for others.

3. You never ask a customer for passwords, verification codes or full card numbers.

4. If something goes wrong (a device is lost, somebody saw your screen), you tell us within 24 hours. Telling us quickly never
counts against you.""",
        ),
        "zh-hans": (
            "保密协议",
            """一、顾客告诉您的内容，以及服务中了解到的企业经营信息，均属保密信息。停止合作后仍须保密。

二、不得在平台之外复制、拍摄或保存会话内容，也不得为自己或他人使用所了解的信息。

三、绝不向顾客索要密码、验证码或完整银行卡号。

四、如发生意外（设备遗失、屏幕被他人看到等），请在 24 小时内告知我们。及时告知不会影响您的评价。""",
        ),
    },
}
