from maplegrid.cases.models.case import Appeal, Case, CaseSubject
from maplegrid.cases.models.catalogue import Category, Milestone, ServiceProfile
from maplegrid.cases.models.clocks import Clock, ClockEvent
from maplegrid.cases.models.course import Handover, Hold, Question, Step
from maplegrid.cases.models.desk import LedgerTemplate, SavedView
from maplegrid.cases.models.orders import Order, OrderNumbers, OrderParty
from maplegrid.cases.models.retention import Erasure, Preservation, RightsRequest

__all__ = [
    "Appeal",
    "Case",
    "CaseSubject",
    "Category",
    "Clock",
    "ClockEvent",
    "Erasure",
    "Handover",
    "Hold",
    "LedgerTemplate",
    "Milestone",
    "Order",
    "OrderNumbers",
    "OrderParty",
    "Preservation",
    "Question",
    "RightsRequest",
    "SavedView",
    "ServiceProfile",
    "Step",
]
