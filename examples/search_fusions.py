"""
A fusion is a parameter: search over fusions and over a member's own options
============================================================================
"""

from sklearn.feature_selection import SelectKBest
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from mmensemble import MultimodalClassifier, StackingFusion
from mmensemble.datasets import load_nutrimouse

mice = load_nutrimouse()
X, y = mice.data, mice.target
genes, lipids = (columns for _, _, columns in mice.modalities)

model = MultimodalClassifier(
    modalities=[
        ("genes", make_pipeline(SelectKBest(k=10)), genes),
        ("lipids", "auto", lipids),
    ],
    cv=3,
)
search = GridSearchCV(
    model,
    {
        "fusion": ["concat", "voting", StackingFusion()],
        "genes__selectkbest__k": [10, 50],
    },
    cv=3,
)
search.fit(X, y)
for parameters, score in zip(
    search.cv_results_["params"], search.cv_results_["mean_test_score"], strict=True
):
    print(f"{score:.3f}  {parameters}")
