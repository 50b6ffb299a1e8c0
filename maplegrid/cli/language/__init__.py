"""maplegrid language: for analysts. Files in, files out; needs no database and no network."""

import click

from maplegrid.cli.language.classifying import classify, train
from maplegrid.cli.language.duplicates import duplicates
from maplegrid.cli.language.evaluating import evaluate


@click.group(name="language")
def command() -> None:
    """读懂文字：训练、分类、找重复、评测 (train, classify, duplicates, evaluate)。"""


for each in (train, classify, duplicates, evaluate):
    command.add_command(each)
