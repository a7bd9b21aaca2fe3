"""The bench runs and prints its table. No time is tested: a busy machine must not fail a test."""

import bench
import pytest
import torch


@pytest.fixture(autouse=True)
def threads_as_before():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_the_table_names_the_machine_and_every_algorithm(capsys, tmp_path):
    bench.main(["--tiny", "--repeats", "1", "--plot", str(tmp_path / "bench.png")])
    text = capsys.readouterr().out
    for word in (torch.__version__, "loops", "windows", "taps", "im2col", "fft", "auto", bench.TINY[0].name):
        assert word in text
    assert (tmp_path / "bench.png").stat().st_size > 1000


@pytest.mark.parametrize("arguments", [["--repeats", "0"], ["--threads", "two"], ["--plot", "nowhere/bench.png"]])
def test_bad_arguments_are_refused(arguments, capsys):
    with pytest.raises(SystemExit):
        bench.main(arguments)
    assert arguments[0] in capsys.readouterr().err
