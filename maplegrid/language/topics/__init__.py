"""What many are talking about: messages grouped by matter and place, and how hot each group is."""

from maplegrid.language.topics.grouping import Topics
from maplegrid.language.topics.heat import HeatWeights, Told, Topic, heat_of, ranked

__all__ = ["HeatWeights", "Told", "Topic", "Topics", "heat_of", "ranked"]
