"""What the training of the stock pipeline tells of itself."""

from __future__ import annotations

from hotline.evaluation.stock import epochs_told


def test_reads_how_far_the_training_is() -> None:
    bar = "Epochs:  33%|███▎      | 10/30 [03:20<06:40, 20.0s/it, t_loss=2.31, i_acc=0.912]"
    assert epochs_told(bar) == (10, 30)


def test_takes_no_other_line_for_progress() -> None:
    assert epochs_told("INFO rasa.engine.training.hooks - Finished training component 'DIETClassifier'.") is None
