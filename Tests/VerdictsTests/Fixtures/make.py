"""Makes scikit-learn.json: random problems and what scikit-learn says of them. Run with scikit-learn installed; the versions are in the file."""

import json
import pathlib

import numpy
import sklearn
from sklearn.metrics import accuracy_score, balanced_accuracy_score, jaccard_score, roc_auc_score

random = numpy.random.default_rng(2026)
problems = []
for i in range(24):
    n = int(random.choice([5, 8, 20, 60, 200, 500]))
    truth = random.random(n) < random.uniform(0.2, 0.8)
    truth[:2] = [True, False]
    margins = random.normal(size=n) + random.uniform(-0.5, 2) * truth
    if i % 3 == 0:  # ties
        margins = numpy.round(margins, int(random.integers(0, 2))) + 0.0
    weights = random.integers(0, 4, size=n) if i % 2 else numpy.ones(n, dtype=int)
    weights[:2] = numpy.maximum(weights[:2], 1)
    predicted = margins >= 0
    problems.append(
        {
            "happened": [bool(x) for x in truth],
            "margins": [float(x) for x in margins],
            "weights": [int(x) for x in weights],
            "areaUnderROC": roc_auc_score(truth, margins, sample_weight=weights),
            # Of single cells, without weights.
            "onRightSide": accuracy_score(truth, predicted),
            "balancedAccuracy": balanced_accuracy_score(truth, predicted),
            "intersectionOverUnion": jaccard_score(truth, predicted, zero_division=0),
        }
    )
about = {"scikit-learn": sklearn.__version__, "numpy": numpy.__version__, "problems": problems}
pathlib.Path(__file__).with_name("scikit-learn.json").write_text(json.dumps(about) + "\n")
