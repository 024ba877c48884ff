"""Filters move nothing in time and leave what they must not touch."""

from collections.abc import Callable

import numpy as np
import pytest

from ecg.analysis.filters import Signals, bridge, condition, decimate, gaussian, mains_hz, remove_baseline, remove_mains

FS = 500.0


def impulse(n: int = 2001) -> Signals:
    signals = np.zeros((1, n), dtype=np.float32)
    signals[0, n // 2] = 1000.0
    return signals


@pytest.mark.parametrize("name", ["baseline", "gaussian", "mains"])
def test_filters_have_no_phase(name: str) -> None:
    runs: dict[str, Callable[[Signals], Signals]] = {
        "baseline": lambda x: remove_baseline(x, FS),
        "gaussian": lambda x: gaussian(x, FS, 20.0),
        "mains": lambda x: remove_mains(x, FS),
    }
    out = runs[name](impulse())[0]
    assert int(out.argmax()) == 1000
    assert np.allclose(out[900:1000], out[1001:1101][::-1], atol=3.0)


def test_the_slope_of_a_ramp_is_its_rise_per_second() -> None:
    ramp = np.arange(1000, dtype=np.float32)[None] * 2.0
    assert np.allclose(gaussian(ramp, FS, 20.0, order=1)[0, 100:-100], 1000.0, rtol=1e-4)


def test_a_gaussian_halves_its_cut_off_frequency() -> None:
    at = np.arange(5000) / FS
    wave = np.sin(2 * np.pi * 20 * at)[None]
    assert np.abs(gaussian(wave, FS, 20.0)[0, 500:-500]).max() == pytest.approx(0.5, abs=0.02)


def test_the_baseline_goes_and_the_heart_stays() -> None:
    at = np.arange(10000) / FS
    slow, heart = 500 * np.sin(2 * np.pi * 0.15 * at), 300 * np.sin(2 * np.pi * 2.0 * at)
    out = remove_baseline((slow + heart)[None].astype(np.float32), FS)[0, 1500:-1500]
    assert np.abs(out - heart[1500:-1500]).max() < 30


@pytest.mark.parametrize("hz", [50.0, 60.0])
def test_hum_is_recognised_and_removed(hz: float) -> None:
    at = np.arange(5000) / FS
    hum = (40 * np.sin(2 * np.pi * hz * at))[None].astype(np.float32)
    assert mains_hz(hum, FS) == hz
    assert np.abs(remove_mains(hum, FS)[0, 500:-500]).max() < 2


def test_a_recording_without_hum_is_left_alone() -> None:
    quiet = np.random.default_rng(1).normal(0, 5, (2, 5000)).astype(np.float32)
    assert mains_hz(quiet, FS) is None
    assert remove_mains(quiet, FS) is quiet


def test_a_gap_is_bridged_for_the_filter_and_stays_marked() -> None:
    signals = np.full((1, 3000), 100.0)
    signals[0, 1000:1200] = np.nan
    missing = np.isnan(signals)
    assert np.allclose(bridge(signals, missing), 100.0)
    strip = condition(signals, missing, FS)
    assert strip.missing.sum() == 200
    assert np.isfinite(strip.signals).all()


def test_halving_the_rate_keeps_the_place_of_a_peak() -> None:
    out = decimate(impulse(2002), 2)
    assert abs(int(out[0].argmax()) * 2 - 1001) <= 1
