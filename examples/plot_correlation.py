"""Which modalities say the same, and what is lost without them.

Handwritten digits are described by six sets of features. The report names those
that others stand in for; the pruner drops them inside the pipeline.
"""

from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from mmensemble import CorrelationPruner, MultimodalClassifier, correlation_report
from mmensemble.datasets import load_mfeat

digits = load_mfeat()
rows = slice(None, None, 10)
X, y, modalities = digits.data.iloc[rows], digits.target.iloc[rows], digits.modalities

report = correlation_report(X, y, modalities, random_state=0)
print("\n".join(report.summary_))
report.plot("network").figure_.savefig("network.png")
report.to_html("correlation.html")

model = MultimodalClassifier(modalities, fusion="voting", random_state=0)
pruner = CorrelationPruner(modalities, level="modality", random_state=0)
for name, choice in {"all": model, "pruned": make_pipeline(pruner, model)}.items():
    scores = cross_val_score(choice, X, y, cv=3)
    print(f"{name}: accuracy {scores.mean():.3f} ± {scores.std():.3f}")
