"""Road names. Chinese as on a sign, English as on the line below it."""

from __future__ import annotations

from dataclasses import dataclass

Tags = dict[str, str]


@dataclass(frozen=True, slots=True)
class RoadName:
    """A road name in both languages."""

    zh: str
    en: str

    def tags(self) -> Tags:
        """Return the OpenStreetMap name tags."""
        return {"name": self.zh, "name:zh": self.zh, "name:en": self.en}


def _names(*pairs: str) -> tuple[RoadName, ...]:
    return tuple(RoadName(*pair.split("|")) for pair in pairs)


RING_EXPRESSWAY = RoadName("绕城高速", "Chongqing Ring Expressway")
AVENUE = RoadName("铝城大道", "Lücheng Avenue")
BAIPENG = RoadName("白彭路", "Baipeng Road")

TOWN_ROWS = _names(
    "滨江路|Binjiang Road",
    "长安南街|Chang'an South Street",
    "南城路|Nancheng Road",
    "同心街|Tongxin Street",
    "兴彭路|Xingpeng Road",
    "大同街|Datong Street",
    "正街|Zheng Street",
    "文化街|Wenhua Street",
    "铝城南路|Lücheng South Road",
    "光明街|Guangming Street",
    "铝城北路|Lücheng North Road",
    "建设路|Jianshe Road",
    "银杏街|Yinxing Street",
    "北城路|Beicheng Road",
    "翠湖路|Cuihu Road",
    "环城北路|Huancheng North Road",
)
TOWN_COLUMNS = _names(
    "城西路|Chengxi Road",
    "家园一路|Jiayuan 1st Road",
    "家园二路|Jiayuan 2nd Road",
    "家园三路|Jiayuan 3rd Road",
    "熔铸路|Rongzhu Road",
    "锦绣街|Jinxiu Street",
    "西园路|Xiyuan Road",
    "学府路|Xuefu Road",
    "民生街|Minsheng Street",
    "人民路|Renmin Road",
    "中心街|Zhongxin Street",
    "彭家巷|Pengjia Lane",
    "老街|Old Street",
    "解放街|Jiefang Street",
    "车站路|Chezhan Road",
    "兴业街|Xingye Street",
    "石堡一路|Shibao 1st Road",
    "石堡二路|Shibao 2nd Road",
    "石堡三路|Shibao 3rd Road",
    "东彭路|Dongpeng Road",
)
PARK_ROWS = _names(
    "园区南路|Yuanqu South Road",
    "铝材一路|Lücai 1st Road",
    "铝材二路|Lücai 2nd Road",
    "森迪大道|Sendi Avenue",
    "铝材三路|Lücai 3rd Road",
    "铝材四路|Lücai 4th Road",
    "园区北路|Yuanqu North Road",
)
PARK_COLUMNS = _names(
    "创业路|Chuangye Road",
    "创新路|Chuangxin Road",
    "工业一路|Gongye 1st Road",
    "工业二路|Gongye 2nd Road",
    "物流大道|Wuliu Avenue",
    "工业三路|Gongye 3rd Road",
    "工业四路|Gongye 4th Road",
    "科技路|Keji Road",
)
TAOJIA_STREETS = _names(
    "陶家正街|Taojia Main Street",
    "陶家北街|Taojia North Street",
    "陶家南街|Taojia South Street",
    "陶都大道|Taodu Avenue",
    "窑湾街|Yaowan Street",
    "农贸街|Nongmao Street",
)
