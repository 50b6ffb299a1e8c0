"""A reader that learns from examples: texts and labels in, a model of a few megabytes out; numpy and scipy to read."""

from maplegrid.language.learned.model import Model, NotAModel, Verdict, load

__all__ = ["Model", "NotAModel", "Verdict", "load"]
