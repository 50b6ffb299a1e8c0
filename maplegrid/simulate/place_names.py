"""Invented but likely names of roads, estates, urban villages, works and public buildings, and Chinese numerals.

None is taken from a register; a few sound like the neighbourhood because such names do.
"""

from collections.abc import Iterator
from itertools import product

import numpy as np

STORY_ESTATE = "富豪花园"

ROAD_STEMS = (
    "建设", "民生", "振明", "长春", "松柏", "康乐", "文化", "望湖", "朝阳", "兴业", "华夏", "育新",
    "光侨", "公常", "科林", "凤歌", "荔园", "南环", "北环", "富民", "创投", "双明", "田湾", "玉泉",
    "茶林", "牛山", "东明", "塘前", "红坳", "别墅", "竹园", "石龙", "将石", "楼明", "圳园", "碧水",
    "同富", "马田", "观光", "河心", "楼岗", "翠岭", "鹅颈", "甲子", "羌下", "白鸽",
)  # fmt: skip
ESTATE_STEMS = (
    "翠景", "锦绣", "宏润", "枫林", "荔景", "康馨", "嘉和", "金域", "龙光", "碧湖", "观澜", "星河",
    "凤歌", "鸿景", "松山", "茗萃", "雍和", "万丰", "正兆", "传麒", "汇邦", "峰荟", "中泰", "海岸",
    "兰亭", "紫荆", "名豪", "东方", "盛世", "天汇", "桂雨", "玉兰", "湖畔", "春晖", "百合", "新景",
    "金茂", "鹏程", "丽日", "云麓", "尚品", "光侨", "南光", "御景", "学府", "时代", "和润", "清溪",
)  # fmt: skip
ESTATE_ENDINGS = ("花园", "雅苑", "家园", "华府", "名苑", "公馆", "轩", "佳园", "豪庭", "美域", "湾", "阁")
VILLAGE_STEMS = (
    "上屯", "下屯", "大围", "红花山", "塘口", "石塘", "水贝", "元山", "横岭", "松白", "南庄", "北庄",
    "东岸", "西边", "根头", "榕树", "荔枝", "田心", "河背", "井头", "黄泥", "茅洲", "排榜", "长屋",
    "老屋", "新屋", "围肚", "岗头", "山门", "沙埔", "莲塘", "竹头", "木墩", "石岭", "坑尾", "圳口",
    "福庄", "禾塘", "羌坑", "桥头", "祠堂", "楼角", "马头", "甲坑", "凤塘", "白石",
)  # fmt: skip
VILLAGE_ENDINGS = (
    "新村",
    "旧村",
    "老围",
    "坊",
    "小区",
    "村",
    "新围",
    "一村",
    "二村",
    "东区",
    "西区",
    "南区",
    "北区",
)
WORKS_STEMS = (
    "宏达", "鑫隆", "华信", "恒泰", "永昌", "国瑞", "联兴", "德普", "富达", "金恒", "汇明", "兆丰",
    "裕华", "科泰", "光电", "同方圆", "明卓", "宝力", "顺安", "嘉域", "南洋", "精诚", "长丰", "盛通",
    "博胜", "智合", "星皇", "大洋", "研创", "招汇", "卓能", "银澜", "晶达", "立德", "飞荣", "汇业",
)  # fmt: skip
WORKS_ENDINGS = ("工业园", "科技园", "工业区", "产业园", "创业园", "实业园")
MALL_STEMS = (
    "万悦里",
    "天和里",
    "新地",
    "宏悦",
    "乐城",
    "唐汇",
    "德满",
    "汇悦城",
    "时光里",
    "星光",
    "正大里",
    "云城",
    "新都荟",
    "宝悦",
    "光和里",
    "明月里",
    "和谐",
    "万象里",
    "百嘉汇",
    "欢乐汇",
)
MALL_ENDINGS = ("商业广场", "购物中心", "商业街", "商务大厦", "广场")

COMMUNITY_CIVIC = (
    ("{}社区党群服务中心", "civic"),
    ("{}小学教学楼", "school"),
    ("{}综合市场", "market"),
    ("{}社区健康服务中心", "clinic"),
    ("{}幼儿园", "school"),
    ("{}公园管理处", "civic"),
    ("{}股份合作公司办公楼", "office"),
)
STREET_CIVIC = (
    ("{}街道办事处", "civic"),
    ("{}文体中心", "civic"),
    ("{}中学教学楼", "school"),
    ("{}医院门诊楼", "clinic"),
)
DISTRICT_CIVIC = (
    ("区综治中心办公楼", "civic"),
    ("区行政服务大厅", "civic"),
    ("区图书馆", "civic"),
    ("区法院办公楼", "office"),
    ("区检察院办公楼", "office"),
    ("区会展中心", "civic"),
)

_DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """1…99 in Chinese: 六, 十二, 二十; above that in figures."""
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return head + (_DIGITS[ones] if ones or not tens else "")


def fresh_names(rng: np.random.Generator, stems: tuple[str, ...], endings: tuple[str, ...]) -> Iterator[str]:
    """Every stem with every ending in random order; then the same again as 二期, 三期, … without end."""
    pairs = [stem + ending for stem, ending in product(stems, endings)]
    order = rng.permutation(len(pairs)).tolist()
    yield from (pairs[at] for at in order)
    stage = 2
    while True:
        yield from (f"{pairs[at]}{numeral(stage)}期" for at in order)
        stage += 1
