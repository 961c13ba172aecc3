"""The lines of pandas and scikit-learn that print what lesson 10 shows, for a prepared table and for a leak."""

from __future__ import annotations

from dlcore.lessons.preparation import Steps, Table

SCALERS = {"none": "", "minmax": ", MinMaxScaler()", "standard": ", StandardScaler()"}
ENCODERS = {
    "ordinal": 'OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)',
    "onehot": 'OneHotEncoder(handle_unknown="ignore")',
}


def table(prepared: Table, steps: Steps, limit: float) -> str:
    """Rows that teach in the first split, numbers a row, and the mean score."""
    cells = [*prepared.numbers, *prepared.names]
    dropped = f", *{cells}" if steps.gaps == "drop" else ""
    names = f'\n    (make_pipeline(SimpleImputer(strategy="most_frequent"), {ENCODERS.get(steps.names)}), {list(prepared.names)}),'  # noqa: E501
    model = type(prepared.model).__name__
    return f'''import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from sklearn.neighbors import {model}
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler

numbers = {list(prepared.numbers)}
data = pd.read_csv("datasets/{prepared.name}.csv").dropna(subset=["{prepared.target}"{dropped}])
prepare = make_column_transformer((make_pipeline(SimpleImputer(strategy="median"){SCALERS[steps.scale]}), numbers),{names if steps.names != "none" else ""})
scores, rows = [], []
for seed in range(10):
    train, test = train_test_split(data, test_size=0.2, random_state=seed)
    far = ((train[numbers] - train[numbers].mean()) / train[numbers].std(ddof=0)).abs().max(axis=1).fillna(0)
    kept = train[far <= {limit!r}]
    model = make_pipeline(prepare, {model}()).fit(kept, kept["{prepared.target}"])
    scores.append(model.score(test, test["{prepared.target}"]))
    rows.append(len(kept))
print(rows[0], prepare.fit_transform(kept).shape[1], sum(scores) / 10, sep="\\n")
'''  # noqa: E501


SPLIT = "split = lambda seed, *of: train_test_split(*of, test_size=0.2, random_state=seed)"
PRINT = 'print("honest", sum(honest) / 20, "\\nleaky", sum(leaky) / 20)'
LEAKS = {
    "scaler": f"""import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsRegressor
from sklearn.preprocessing import StandardScaler

data = pd.read_csv("datasets/cars.csv").dropna(subset="mpg").fillna(100)
x, y = data[["cylinders", "displacement", "horsepower", "weight", "acceleration", "year"]], data["mpg"]
{SPLIT}
honest, leaky = [], []
for seed in range(20):
    x_train, x_test, y_train, y_test = split(seed, x, y)
    for scores, seen in ((honest, x_train), (leaky, x)):
        scaler = StandardScaler().fit(seen)
        model = KNeighborsRegressor().fit(scaler.transform(x_train), y_train)
        scores.append(model.score(scaler.transform(x_test), y_test))
{PRINT}
""",
    "copies": f"""import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

data = pd.read_csv("datasets/penguins.csv").dropna()
doubled = pd.concat([data, data[::3]])  # every third row stands twice
numbers = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
{SPLIT}
honest, leaky = [], []
for seed in range(20):
    for scores, rows in ((honest, doubled.drop_duplicates()), (leaky, doubled)):
        x_train, x_test, y_train, y_test = split(seed, rows[numbers], rows["year"])
        scores.append(KNeighborsClassifier(1).fit(x_train, y_train).score(x_test, y_test))
{PRINT}
""",
    "selection": f"""import numpy as np
import pandas as pd
from sklearn.feature_selection import SelectKBest
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

y = pd.read_csv("datasets/penguins.csv").dropna()["sex"].to_numpy()[:80]
x = np.random.default_rng(0).normal(size=(80, 2000))  # pure chance
{SPLIT}
honest, leaky = [], []
for seed in range(20):
    x_train, x_test, y_train, y_test = split(seed, x, y)
    for scores, seen in ((honest, (x_train, y_train)), (leaky, (x, y))):
        best = SelectKBest(k=10).fit(*seen)
        model = KNeighborsClassifier().fit(best.transform(x_train), y_train)
        scores.append(model.score(best.transform(x_test), y_test))
{PRINT}
""",
}
