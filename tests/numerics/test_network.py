"""Dense layers against finite differences and scikit-learn's perceptron."""

import numpy as np
import pytest
from gradients import numeric_gradient
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.neural_network import MLPRegressor

from mmensemble.numerics._layout import Layout
from mmensemble.numerics._network import Network, masked


def drawn(net, seed=0, dtype=float):
    """Return the layout of a network and random parameters."""
    layout = Layout(net.shapes)
    theta = np.zeros(layout.size, dtype=dtype)
    rng = np.random.default_rng(seed)
    net.draw(layout.views(theta), rng)
    return layout, theta + (0.1 * rng.normal(size=theta.shape)).astype(dtype)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("widths", [(3, 2), (3, 5, 2), (3, 4, 4, 1)])
def test_gradients(widths, activation):
    """Both the parameters' and the inputs' agree with finite differences."""
    net = Network("net", widths, activation)
    layout, theta = drawn(net)
    rng = np.random.default_rng(1)
    inputs, pull = rng.normal(size=(6, 3)), rng.normal(size=(6, widths[-1]))

    def value(theta, inputs=inputs):
        return (net.forward(layout.views(theta), inputs)[0] * pull).sum()

    parts, gradient = layout.views(theta), np.zeros_like(theta)
    _, tape = net.forward(parts, inputs)
    slope = net.backward(parts, tape, pull, layout.views(gradient))
    assert_allclose(gradient, numeric_gradient(value, theta), atol=1e-7)
    expected = numeric_gradient(lambda x: value(theta, x), inputs)
    assert_allclose(slope, expected, atol=1e-7)


def test_backward_adds_and_may_leave_the_inputs():
    """Two passes add up; the slope by the inputs is only made where wanted."""
    net = Network("net", (3, 5, 2))
    layout, theta = drawn(net)
    parts, gradient = layout.views(theta), np.zeros_like(theta)
    inputs, pull = np.ones((4, 3)), np.ones((4, 2))
    _, tape = net.forward(parts, inputs)
    net.backward(parts, tape, pull, layout.views(gradient))
    once = gradient.copy()
    found = net.backward(parts, tape, pull, layout.views(gradient), to_inputs=False)
    assert found is None
    assert_allclose(gradient, 2 * once)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_forward_is_that_of_scikit_learn(activation):
    """With its coefficients, scikit-learn's perceptron says the same."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 3)), rng.normal(size=(30, 2))
    model = MLPRegressor(
        hidden_layer_sizes=(5,), activation=activation, max_iter=1, solver="lbfgs"
    )
    with pytest.warns(match="converge"):
        model.fit(X, y)
    net = Network("net", (3, 5, 2), activation)
    parts = {f"net.coef{k}": coef for k, coef in enumerate(model.coefs_)}
    parts |= {f"net.bias{k}": bias for k, bias in enumerate(model.intercepts_)}
    assert_allclose(net.forward(parts, X)[0], model.predict(X))


def test_inputs_are_left_alone_and_types_stay():
    """Activations work in place, but not on what came in; float32 stays float32."""
    net = Network("net", (3, 5, 2))
    layout, theta = drawn(net, dtype=np.float32)
    inputs = np.ones((4, 3), dtype=np.float32)
    parts, gradient = layout.views(theta), np.zeros_like(theta)
    outputs, tape = net.forward(parts, inputs)
    slope = net.backward(parts, tape, outputs, layout.views(gradient))
    assert {a.dtype for a in (outputs, slope, *tape)} == {np.dtype(np.float32)}
    assert_array_equal(inputs, 1)


def test_masked():
    """A share of the cells is zero, the others grow, so that the mean stays."""
    values = np.ones((400, 50), dtype=np.float32)
    noisy = masked(values, 0.3, np.random.default_rng(0))
    assert noisy.dtype == np.float32
    assert set(np.unique(noisy)) == {np.float32(0), np.float32(1) / np.float32(0.7)}
    assert_allclose((noisy == 0).mean(), 0.3, atol=0.01)
    assert masked(values, 0, None) is values
