from contracts.models.clauses import Clause, DeadlineRule, FineDay, Means
from contracts.models.frameworks import CallOff, CpvCode, Framework, Lot, Option, Participation
from contracts.models.imports import ImportRun, SourceRelease
from contracts.models.stipulations import (
    Convention,
    Declared,
    Judgement,
    Method,
    Obligation,
    Requirement,
    Theme,
    Verified,
)
from contracts.models.suspensions import Suspension

__all__ = [
    "CallOff",
    "Clause",
    "Convention",
    "CpvCode",
    "DeadlineRule",
    "Declared",
    "FineDay",
    "Framework",
    "ImportRun",
    "Judgement",
    "Lot",
    "Means",
    "Method",
    "Obligation",
    "Option",
    "Participation",
    "Requirement",
    "SourceRelease",
    "Suspension",
    "Theme",
    "Verified",
]
