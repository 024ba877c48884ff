"""A run of faults that says nothing is not green."""

from faults.outcome import Outcome, silent

ALL = {"orders": 4, "objects": 8, "claims": 3, "submitted": 2, "approved": 1, "delivered": 1}


def test_a_run_in_which_nobody_signed_between_the_faults_says_so() -> None:
    assert silent(ALL) == []
    assert silent({**ALL, "approved": 0}) == [
        "nothing is proved about approved: none was acknowledged between the faults"
    ]


def test_every_process_must_be_killed_twice_and_once_during_each_act() -> None:
    needed = {"web": ("claim", "sign"), "worker": ("delivery",)}
    hit = {"web": {"times": 2, "claim": 1, "sign": 1}, "worker": {"times": 2, "delivery": 2}}
    assert Outcome("house", acknowledged=1, hit=hit).needing(needed).holds
    assert Outcome("house", acknowledged=1, hit={**hit, "web": {"times": 2, "claim": 2}}).needing(needed).wrong == [
        "nothing is proved about web: never killed during sign"
    ]
    assert Outcome("house", acknowledged=1, hit={"web": hit["web"]}).needing(needed).wrong == [
        "nothing is proved about worker: killed 0 times",
        "nothing is proved about worker: never killed during delivery",
    ]
