"""
Home tasks from an accelerometer alone, taught by accelerometer and audio
=========================================================================

One row in five is labelled. The teacher reads both modalities while the student
learns; the table prices what that gains on the best student without a teacher.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from mmensemble import DistilledClassifier, MultimodalClassifier
from mmensemble.datasets import load_htad

tasks = load_htad()
X, y = tasks.data, np.array(tasks.target, dtype=object)
train, test = train_test_split(np.arange(len(y)), stratify=y, random_state=0)
unlabelled = np.random.default_rng(0).random(len(y)) > 0.2
hidden = np.where(unlabelled, None, y)

forest = RandomForestClassifier(100, random_state=0)
model = DistilledClassifier(
    MultimodalClassifier(tasks.modalities, fusion="concat", estimator=forest),
    student=forest,
    student_modalities=tasks.modalities[-1][0],
    random_state=0,
)
model.fit(X.iloc[train], hidden[train])
print(model.price_.round(3).to_string())
accuracy = np.mean(model.predict(X.iloc[test]) == y[test])
print(f"kept: {model.choice_}; accuracy on new rows {accuracy:.3f}")
print(f"columns needed: {model.n_features_in_} of {X.shape[1]}")

figure, axis = plt.subplots()
price = model.price_
axis.errorbar(price.index, price["score"], yerr=price["std_score"], fmt="o")
axis.set(ylabel="accuracy on inner folds")
figure.savefig("distillation.png")
