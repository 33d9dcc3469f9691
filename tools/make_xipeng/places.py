"""Settlements, by hand. Xipeng and Taojia lie where GeoNames has them; the villages do not."""

from __future__ import annotations

from dataclasses import dataclass

from tools.make_xipeng.names import RoadName
from tools.make_xipeng.plane import Point, point_at_lon_lat

XIPENG: Point = point_at_lon_lat(106.32124, 29.29418)
TAOJIA: Point = point_at_lon_lat(106.32152, 29.37325)
PARK: Point = (4650.0, 11050.0)


@dataclass(frozen=True, slots=True)
class Village:
    """A village and its hamlets.

    Attributes:
        name: of the village; its access road is named after it.
        lanes: how many lanes leave its heart.
    """

    name: RoadName
    centre: Point
    lanes: int


def _village(zh: str, en: str, east: float, north: float, lanes: int = 5) -> Village:
    return Village(RoadName(zh, en), (east, north), lanes)


VILLAGES: tuple[Village, ...] = (
    _village("迎新", "Yingxin", 1050, 13250, 8),
    _village("响堂", "Xiangtang", 800, 10350, 6),
    _village("泥壁", "Nibi", 650, 8350, 6),
    _village("宝华", "Baohua", 250, 6900, 5),
    _village("真武宫", "Zhenwugong", 600, 5150, 6),
    _village("石塔", "Shita", 650, 3250, 5),
    _village("千秋", "Qianqiu", 2500, 2500, 6),
    _village("新民", "Xinmin", 3150, 4250, 6),
    _village("黄磏", "Huanglian", 4300, 1250, 8),
    _village("长安", "Chang'an", 6300, 1400, 6),
    _village("东林", "Donglin", 8500, 2550, 5),
    _village("合心", "Hexin", 4800, 6650, 6),
    _village("树民", "Shumin", 6300, 6250, 5),
    _village("元明", "Yuanming", 3050, 7350, 7),
    _village("长石", "Changshi", 2550, 9450, 5),
    _village("双溪", "Shuangxi", 2350, 11750, 5),
    _village("石梯", "Shiti", 300, 11900, 4),
    _village("柏林", "Bailin", 700, 14400, 5),
    _village("新桥", "Xinqiao", 7700, 7600, 5),
    _village("坚强", "Jianqiang", 9300, 8500, 5),
    _village("友爱", "You'ai", 7300, 9700, 6),
    _village("九龙", "Jiulong", 8900, 11200, 5),
    _village("治安", "Zhi'an", 8300, 13500, 6),
    _village("文峰", "Wenfeng", 4700, 13600, 6),
    _village("青龙", "Qinglong", 5000, 8050, 4),
    _village("三河", "Sanhe", 9500, 4750, 4),
    _village("石河", "Shihe", 2950, 5650, 4),
    _village("梨园", "Liyuan", 2500, 14150, 4),
)
