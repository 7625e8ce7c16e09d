"""`--join` of fit, predict and compare."""

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from mmensemble import AuxiliaryJoiner, MultimodalClassifier
from mmensemble.cli._errors import CommandError
from mmensemble.cli._joins import columns_of, last_step, parse_joins, with_joins

JOIN = "weather.csv:on=place,time=sched<at,gap=2h,prefix=weather"
FIT = (
    "fit",
    "flights.csv",
    "--target",
    "late",
    "--fusion",
    "voting",
    "--out",
    "m.joblib",
)
MODALITIES = ("--modality", "own=x", "--modality", "weather=weather__*")


@pytest.fixture
def tables(run, tmp_path):
    """Flights whose delay is the wind of two hours before, and the weather."""
    rng = np.random.default_rng(0)
    hours = pd.date_range("2024-01-01", periods=48, freq="h")
    weather = pd.DataFrame(
        {
            "place": np.repeat(["a", "b"], 48),
            "at": np.tile(hours, 2),
            "wind": rng.normal(size=96).round(3),
        }
    )
    flights = pd.DataFrame(
        {
            "place": rng.choice(["a", "b"], 80),
            "sched": rng.choice(hours[4:], 80),
            "x": rng.normal(size=80).round(3),
        }
    )
    joiner = AuxiliaryJoiner(
        weather, on="place", time=("sched", "at"), gap="2h", prefix="w"
    )
    wind = joiner.fit_transform(flights)["w__wind"]
    flights["late"] = np.where(wind > 0, "yes", "no")
    weather.to_csv(tmp_path / "weather.csv", index=False)
    flights.to_csv(tmp_path / "flights.csv", index=False)
    return flights, weather


def test_fit_and_predict(run, tables):
    """The saved model joins by itself, and reads the table anew."""
    flights, weather = tables
    code, out, err = run(*FIT, "--join", JOIN, *MODALITIES)
    assert (code, err) == (0, "")
    assert "weather: 1 column (weather__wind), present in 100.0%" in out
    predict = ("predict", "m.joblib", "flights.csv", "--trust", "--proba")
    assert run(*predict, "--out", "p.csv")[0] == 0
    first = pd.read_csv("p.csv")
    assert (first["prediction"] == flights["late"]).mean() > 0.9
    weather.assign(wind=-weather["wind"]).to_csv("weather.csv", index=False)
    assert run(*predict, "--out", "q.csv")[0] == 0
    assert (pd.read_csv("q.csv")["prediction"] == flights["late"]).mean() < 0.2


def test_predict_without_the_table(run, fail, tables, tmp_path):
    """One line says which file is gone."""
    run(*FIT, "--join", JOIN, *MODALITIES)
    (tmp_path / "weather.csv").unlink()
    said = fail("predict", "m.joblib", "flights.csv", "--trust")
    assert "table='weather.csv': there is no such file" in said


def test_groups_can_be_keys(run, tables):
    """The column of groups may join; the model itself does not see it."""
    assert run(*FIT, "--join", JOIN, "--groups", "place", *MODALITIES)[0] == 0
    model = joblib.load("m.joblib")
    assert list(model.named_steps) == ["weather", "model"]
    assert "place" not in model[-1].feature_names_in_
    assert run("predict", "m.joblib", "flights.csv", "--trust")[0] == 0


def test_compare(run, tables):
    """Joined columns are modalities like any others."""
    code, out, _ = run(
        *("compare", "flights.csv", "--target", "late", "--join", JOIN, *MODALITIES),
        *("--fusions", "voting", "--cv", 2, "--json", "c.json"),
    )
    assert code == 0
    assert "weather" in out


def test_parsing():
    """Every option, and the name of the file as the prefix."""
    (joiner,) = parse_joins(
        [
            "my/rain.csv.gz:on=a+b<c,nearest=lat<y+lon<x,time=t,tolerance=3h+50,"
            "exact_time=yes,metric=haversine,columns=p+q"
        ]
    )
    assert joiner.table == "my/rain.csv.gz"
    assert joiner.on == {"a": "a", "b": "c"}
    assert joiner.nearest == {"lat": "y", "lon": "x"}
    assert joiner.time == ("t", "t")
    assert joiner.tolerance == ("3h", 50.0)
    assert joiner.exact_time
    assert joiner.columns == ["p", "q"]
    assert joiner.prefix == "rain"
    assert columns_of([joiner]) == {"a", "b", "lat", "lon", "t"}
    (joiner,) = parse_joins(
        ["C:/w.csv:time=t,aggregate=mean+share:rain,window=5,gap=1"]
    )
    assert joiner.table == "C:/w.csv"
    assert joiner.aggregate == ["mean", "share:rain"]
    assert (joiner.window, joiner.gap) == (5.0, 1.0)
    (joiner,) = parse_joins(["w.csv:time=t,tolerance=3h"])
    assert joiner.tolerance == "3h"
    (joiner,) = parse_joins(["w.csv:time=t,tolerance=3h+50,exact_time=no"])
    assert joiner.tolerance == ["3h", 50.0]
    assert joiner.exact_time is False
    assert parse_joins(None) == []


@pytest.mark.parametrize(
    ("specs", "match"),
    [
        (["weather.csv"], "cannot be read; write TABLE:on=COLUMN"),
        ([":on=a"], "cannot be read"),
        (["w.csv:on=a,b"], "write 'b' as option=value, and '\\+' between several"),
        (["w.csv:on=a,on=b"], "gives 'on' twice; write '\\+' between"),
        (["w.csv:time=a,exact_time=maybe"], "exact_time=maybe is not yes or no"),
        (["w.csv:on="], "cannot be read|as option=value"),
        (["w.csv:on=a,"], "write '' as option=value"),
        (["w.csv:on=a,decimal="], "write 'decimal=' as option=value"),
        (["w.csv:onn=a"], "unknown option 'onn'; did you mean 'on'"),
        (["w.csv:on=a", "v/w.csv:on=b"], "two tables have the prefix 'w'"),
    ],
)
def test_specifications_that_cannot_be_read(specs, match):
    """One line says how to write them."""
    with pytest.raises(CommandError, match=match):
        parse_joins(specs)


def test_mistakes_in_the_join(fail, tables):
    """The joiner's own words, behind the option."""
    said = fail(*FIT, "--join", "weather.csv:on=plaice")
    assert "--join weather.csv: on='plaice' is no column of the table; did you" in said
    said = fail(*FIT, "--join", "gone.csv:on=place")
    assert "--join gone.csv: table='gone.csv': there is no such file" in said


def test_models_with_and_without_joins():
    """Other pipelines are no models of ours."""
    model = MultimodalClassifier()
    assert with_joins([], model) is model
    joined = with_joins([AuxiliaryJoiner("t.csv", prefix="t")], model)
    assert last_step(joined) is model
    other = make_pipeline(LogisticRegression())
    assert last_step(make_pipeline(model, other)).steps[0][1] is model


def test_ids_and_words_are_keys(run, tables, tmp_path):
    """Joined tables are read as the main one is: NA is a place, 007 another."""
    flights, weather = tables
    names = {"a": "NA", "b": "007"}
    for name, frame in (("flights.csv", flights), ("weather.csv", weather)):
        frame.assign(place=frame["place"].map(names)).to_csv(name, index=False)
    code, out, _ = run(*FIT, "--no-score", "--join", JOIN, *MODALITIES)
    assert code == 0
    assert "weather__wind), present in 100.0% of the rows" in out
    model = joblib.load(tmp_path / "m.joblib")
    assert model[0].match_rate_ == 1


def test_joined_columns_of_no_modality_are_told(run, tables):
    """With the option that makes them one; nothing is said where they are one."""
    code, out, _ = run(*FIT, "--no-score", "--join", JOIN, "--modality", "own=x")
    assert code == 0
    assert "in no modality: 3 not used (place, sched, weather__wind)\n" in out
    assert (
        "! --join: 1 of the columns weather__... are in no modality; add "
        "--modality 'weather=weather__*'\n"
    ) in out
    out = run(*FIT, "--no-score", "--join", JOIN, *MODALITIES)[1]
    assert "in no modality: 2 not used (place, sched)\n" in out
    assert "--join:" not in out


def test_dates_of_a_joined_table_that_are_not_iso(fail, tables):
    """The message says what to do about the table, or about the main one."""
    flights, weather = tables
    weather.assign(at=weather["at"].dt.strftime("%d/%m/%Y %H:%M")).to_csv(
        "weather.csv", index=False
    )
    said = fail(*FIT, "--join", JOIN)
    assert ". In --join, dates=%d/%m/%Y %H:%M reads dates that are written so" in said
    weather.to_csv("weather.csv", index=False)
    flights["sched"] = flights["sched"].dt.strftime("%d/%m/%Y %H:%M")
    flights.to_csv("flights.csv", index=False)
    said = fail(*FIT, "--join", JOIN)
    assert ". --dates 'sched=%d/%m/%Y %H:%M' reads dates that are written so" in said


@pytest.mark.parametrize("form", ["sep=;,decimal=,,", "decimal=,,sep=;,"])
def test_joined_tables_of_another_format(run, tables, form):
    """The same model as of the table in commas; predict knows the format."""
    flights, weather = tables
    fit = (*FIT, "--no-score", *MODALITIES)
    predict = ("predict", "m.joblib", "flights.csv", "--trust", "--proba", "--out")
    assert run(*fit, "--join", JOIN)[0] == 0
    assert run(*predict, "p.csv")[0] == 0
    weather.assign(
        place=weather["place"].replace("b", "Köln"),
        at=weather["at"].dt.strftime("%d.%m.%Y, %H:%M"),
    ).to_csv("weather.csv", index=False, sep=";", decimal=",", encoding="cp1252")
    flights["place"] = flights["place"].replace("b", "Köln")
    flights.to_csv("flights.csv", index=False)
    how = f"{form}encoding=cp1252,dates=%d.%m.%Y, %H:%M"
    code, out, err = run(*fit, "--join", f"{JOIN},{how}")
    assert (code, err) == (0, "")
    assert "modality 'weather': 1 number\n" in out
    assert run(*predict, "q.csv")[0] == 0
    pd.testing.assert_frame_equal(pd.read_csv("p.csv"), pd.read_csv("q.csv"))


def test_formats_of_joined_tables_are_asked_for(fail, tables):
    """What a file is not, in words that name the option."""
    weather = tables[1]
    weather["place"] = "Köln"
    weather.to_csv("weather.csv", index=False, sep=";", encoding="cp1252")
    assert "(in --join: encoding=cp1252)" in fail(*FIT, "--join", JOIN)
    join = f"{JOIN},encoding=cp1252"
    said = fail(*FIT, "--join", join)
    assert "a single column, 'place;at;wind'; if ';' separates" in said
    assert "(in --join: sep=;)" in said
    said = fail(*FIT, "--join", f"{join},sep=;,dates=%d.%m.%Y")
    assert "96 of 96 times in 'at' are not written as %d.%m.%Y, such as '2024" in said


def test_tabs_and_commas_in_values():
    """A comma ends an option only where another begins."""
    (joiner,) = parse_joins([r"w.csv:on=a,sep=\t,decimal=,"])
    assert joiner.file_format == {"sep": "\t", "decimal": ","}
    (joiner,) = parse_joins(["w.csv:sep=,,on=a"])
    assert (joiner.file_format, joiner.on) == ({"sep": ","}, {"a": "a"})
    assert parse_joins(["w.csv:on=a"])[0].file_format is None
