"""
Education: pupils who were not there in every grade
===================================================

How well does a pupil do in mathematics at the end of grade 3? Each earlier grade is a
modality: scores, size of the class, years that the teacher has taught. Families move,
so that whole grades are absent, for half of the pupils the first. The pupils here are
generated, not real; what they share with the real study is its shape, and that folds
keep schools together.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import GroupKFold, cross_val_score

from mmensemble import ConcatFusion, MultimodalRegressor

GRADES = {"kindergarten": 0.50, "grade_1": 0.34, "grade_2": 0.18}  # shares absent


def make_pupils(n_pupils=1500, n_schools=50, seed=0):
    """Return a table of pupils, their mathematics in grade 3, and their schools."""
    rng = np.random.default_rng(seed)
    school = rng.integers(n_schools, size=n_pupils)
    level = rng.normal(scale=0.5, size=n_schools)[school]
    free_lunch = rng.random(n_pupils) < 1 / (1 + np.exp(2 * level))
    ability = level - 0.5 * free_lunch + rng.normal(scale=0.8, size=n_pupils)
    table = {
        "person__free_lunch": free_lunch.astype(float),
        "person__birth_month": rng.integers(1, 13, n_pupils).astype(float),
    }
    for age, (grade, share) in enumerate(GRADES.items()):
        small = rng.random(n_pupils) < 0.3
        ability = ability + 0.15 * small + rng.normal(scale=0.25, size=n_pupils)
        own = {
            "math": ability + rng.normal(scale=0.7 - 0.1 * age, size=n_pupils),
            "reading": 0.8 * ability + rng.normal(scale=0.7, size=n_pupils),
            "class_size": np.where(small, 15, 23) + rng.integers(-2, 3, n_pupils),
            "teacher_years": rng.gamma(2, 5, n_pupils).round(),
        }
        absent = rng.random(n_pupils) < share
        for name, values in own.items():
            table[f"{grade}__{name}"] = np.where(absent, np.nan, values)
    score = 620 + 40 * (ability + rng.normal(scale=0.6, size=n_pupils))
    return pd.DataFrame(table), score.round(), school


X, y, school = make_pupils()
for grade in GRADES:
    absent = X.filter(like=grade).isna().all(axis=1).mean()
    print(f"{grade}: absent for {absent:.0%} of the pupils")

# %%
# What is known, and how it is used
# ---------------------------------
# ``reduced`` keeps a model for every pattern of grades that pupils were there in;
# ``impute`` fills absent grades with their means and says so to one model.

modalities = [
    (name, "auto", [column for column in X if column.startswith(f"{name}__")])
    for name in ("person", *GRADES)
]
complete = X.notna().all(axis=1).to_numpy()
print(f"{complete.mean():.0%} of the pupils were there in every grade")


def score(fusion, modalities=modalities, rows=slice(None)):
    """Return R² in schools that the model has not seen."""
    model = MultimodalRegressor(
        modalities,
        fusion=fusion,
        estimator=RidgeCV(np.logspace(-2, 3, 6)),
        cv=3,
        random_state=0,
    )
    return cross_val_score(
        model, X[rows], y[rows], groups=school[rows], cv=GroupKFold(5), scoring="r2"
    )


grade_2 = [modalities[0], modalities[-1]]
scores = {
    "person and grade 2": score("concat", grade_2),
    "voting": score("voting"),
    "concat, reduced": score(ConcatFusion(missing="reduced")),
    "concat, impute": score(ConcatFusion(missing="impute")),
    "stacking": score("stacking"),
}
for name, values in scores.items():
    print(f"{name}: R² {values.mean():.3f} ± {values.std():.3f}")

# %%
# What did not help: the vote, which trusts an early grade as much as the last one, is
# no better than person and grade 2 alone, and filling absent grades with means costs a
# little against a model for each pattern. Dropping pupils with an absent grade would
# leave a quarter of them.

figure, axis = plt.subplots(figsize=(7, 3), layout="constrained")
means = pd.DataFrame(scores).mean()[::-1]
axis.barh(means.index, means, xerr=pd.DataFrame(scores).std(ddof=0)[::-1])
axis.set(xlim=(0.4, 0.75), xlabel="R² in unseen schools (mean ± standard deviation)")
figure.savefig("school.png")
