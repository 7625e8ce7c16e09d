"""Auxiliary information: graphs that become columns."""

from mmensemble.auxiliary._graph_embedder import GraphEmbedder
from mmensemble.auxiliary._knowledge_graph import KnowledgeGraph
from mmensemble.auxiliary._neighbour_features import NeighbourFeatures

__all__ = ["GraphEmbedder", "KnowledgeGraph", "NeighbourFeatures"]
