"""When to look: a metronome that holds no business."""
