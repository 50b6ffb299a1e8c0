"""maplegrid language: for analysts. Files in, files out; needs no database and no network."""

import click

from maplegrid.cli.language.address import address
from maplegrid.cli.language.classifying import classify, train
from maplegrid.cli.language.duplicates import duplicates
from maplegrid.cli.language.evaluating import evaluate
from maplegrid.cli.language.locate import locate
from maplegrid.cli.language.topics import topics


@click.group(name="language")
def command() -> None:
    """读懂文字：训练、分类、话题、重复、地址、地点、评测 (train, classify, topics, duplicates, address, locate, evaluate)。"""


for each in (train, classify, topics, duplicates, address, locate, evaluate):
    command.add_command(each)
