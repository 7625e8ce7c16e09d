"""
Medicine: what each test is worth, and which to order next
==========================================================

Is a person's memory impaired? Age, sex and genotype are cheap to have, blood costs a
draw, and spinal fluid a puncture that nobody likes. Shapley values share the score
among the three; gains and costs say which test to order next for a person who has
some of them already.
"""

import matplotlib.pyplot as plt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold

from mmensemble import MultimodalClassifier, modality_contributions
from mmensemble.datasets import load_alzheimer

people = load_alzheimer()
model = MultimodalClassifier(
    people.modalities,
    fusion="stacking",
    estimator=LogisticRegression(C=0.05, max_iter=300),
    cv=3,
    random_state=0,
)
found = modality_contributions(
    model,
    people.data,
    people.target,
    scoring="roc_auc",
    cv=RepeatedStratifiedKFold(n_splits=4, n_repeats=2, random_state=0),
)

# %%
# What each test is worth
# -----------------------
# Of the AUC above chance, ``shapley`` is the share of each modality, whatever else is
# known; ``alone`` is what it adds to nothing, ``last`` what it adds to the two others.

print(found.frame().round(3).to_string(index=False))
print(found.interactions().round(3).to_string())
print(found.degradation().round(3).to_string(index=False))

# %%
# Which test next
# ---------------
# Costs are in units of a questionnaire; they are made up here, and yours to set. A
# person has nothing yet, or answers, or blood values as well.

costs = {"plasma": 3.0, "csf": 10.0, "demo_genetic": 1.0}
steps = {
    "nothing yet": [False, False, False],
    "the answers": [False, False, True],
    "answers and blood": [True, False, True],
    "answers and spinal fluid": [False, True, True],
}
for prices in (None, costs):
    advice = found.next_modality(list(steps.values()), costs=prices)
    advice.insert(0, "known", list(steps))
    print("all cost the same" if prices is None else f"costs {prices}")
    print(advice.round(3).to_string(index=False))

# %%
# If tests were ordered one by one, for the person for whom they save most (greedy), in
# one order for all (fixed), or at random:

curve = found.acquisition(costs=costs, random_state=0)
policies = curve.pivot(index="cost", columns="policy", values="loss")
print(policies.iloc[::4].round(3).to_string())

figure, axes = plt.subplots(1, 2, figsize=(10, 3.5), layout="constrained")
found.plot("bars", ax=axes[0])
for policy in ("random", "fixed", "greedy"):
    axes[1].plot(policies.index, policies[policy], label=policy)
axes[1].set(xlabel="cost spent a person", ylabel="log loss")
axes[1].legend()
figure.savefig("medicine.png")

# %%
# What did not help: demography and genotype add nothing once blood and fluid are
# known (``last``), and are not worth asking first, cheap as they are. Blood and fluid
# say much of the same (a negative interaction): the second of them, whichever it is,
# gains less than half of what it gains alone.
