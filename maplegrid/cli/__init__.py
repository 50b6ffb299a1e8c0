"""The `maplegrid` command: one file per subcommand, loaded when it is called."""

from importlib import import_module
from typing import Any

import click

from maplegrid.cli.framework import UNREADABLE, sentence_for, stop
from maplegrid.kit.environment import BadSetting

# name → (file, what `maplegrid --help` says)
COMMANDS: dict[str, tuple[str, str]] = {
    "start": ("start", "启动全部：数据库、网页、后台 (start everything)"),
    "web": ("web", "网页 (serve the pages)"),
    "worker": ("worker", "后台：打开来件、发通知、走时钟 (run deferred work)"),
    "demo": ("demo", "生成演示区 (build the demo district)"),
    "import": ("import_", "导入其他系统的记录 (take in a file of messages)"),
    "territory": ("territory", "导入导出辖区数据：单元、人员、楼栋、站点、警格 (the tower as files)"),
    "audit": ("audit", "核对审计链 (verify the audit)"),
    "language": ("language", "读懂文字：训练、分类、评测 (train and use a classifier)"),
    "clock": ("clock", "算时限、核对时钟 (due times and their proof)"),
    "doctor": ("doctor", "体检：卡住的任务、不对的设置、破了的规矩 (what is wrong here)"),
    "backup": ("backup", "备份：数据库、照片和加密的密钥 (everything in one file)"),
    "restore": ("restore", "从备份恢复 (bring a backup back)"),
    "retention": ("retention", "删除保存期已满的内容 (erase what has been kept long enough)"),
    "sms": ("sms", "短信：要登记的原文、试用网关 (wordings to register, a gateway to try with)"),
    "keys": ("keys", "换加密密钥 (rotate keys)"),
    "migrate": ("migrate", "更新数据库结构和默认目录 (prepare the database)"),
    "messages": ("messages", "编译译文 (compile translations)"),
}


class LazyGroup(click.Group):
    """Loads a subcommand's file only when it is asked for, so that --help is quick; says trouble in one sentence."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except BadSetting as error:
            stop(str(error).removeprefix("maplegrid: "), UNREADABLE)
        except Exception as error:
            sentence = sentence_for(error)
            if sentence is None:
                raise
            stop(sentence)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        return import_module(f"maplegrid.cli.{COMMANDS[name][0]}").command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@click.group(cls=LazyGroup)
def main() -> None:
    """枫格 MapleGrid: a resident says something, somebody answers for it, and it is settled, provably."""
