"""Auxiliary information: tables joined as of a time, histories, metadata, graphs."""

from mmensemble.auxiliary._graph_embedder import GraphEmbedder
from mmensemble.auxiliary._history import HistoryFeatures
from mmensemble.auxiliary._joiner import AuxiliaryJoiner
from mmensemble.auxiliary._knowledge_graph import KnowledgeGraph
from mmensemble.auxiliary._metadata import MetadataFeatures
from mmensemble.auxiliary._neighbour_features import NeighbourFeatures

__all__ = [
    "AuxiliaryJoiner",
    "GraphEmbedder",
    "HistoryFeatures",
    "KnowledgeGraph",
    "MetadataFeatures",
    "NeighbourFeatures",
]
