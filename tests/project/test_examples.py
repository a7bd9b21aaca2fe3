"""The scripts in examples/ run as they are shown, in one process and in two."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = str(ROOT / "examples" / "train_digits.py")


@pytest.mark.slow
def test_digits_are_learned_alike_by_one_process_and_by_two(tmp_path):
    env = os.environ | {"CONVLAB_DATA": str(tmp_path), "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), env.get("PYTHONPATH")]))
    accuracy = []
    for launcher in ([], ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2"]):
        done = subprocess.run([sys.executable, *launcher, SCRIPT], env=env, capture_output=True, text=True, timeout=110)
        assert done.returncode == 0, done.stderr
        line, test = done.stdout.strip().splitlines()  # one process speaks
        assert re.fullmatch(r"History\(3 epochs: loss [\d.]+, accuracy [\d.]+\)", line)
        accuracy.append(float(re.fullmatch(r"accuracy on the test digits: ([\d.]+)", test)[1]))
    assert min(accuracy) > 0.95
    assert abs(accuracy[0] - accuracy[1]) < 0.01  # not equal: batch norm sees half a batch in each
