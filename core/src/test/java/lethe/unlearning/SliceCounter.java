package lethe.unlearning;

import lethe.training.Progress;

/** Counts the slices of an ensemble that were trained. */
final class SliceCounter implements Progress {
    private int trained;

    int trained() {
        return trained;
    }

    @Override
    public Progress begin(String task, long units) {
        return task.equals("slice") ? this : Progress.silent();
    }

    @Override
    public void advance(long units) {
        trained += (int) units;
    }

    @Override
    public void skip(long units) {}

    @Override
    public void note(String text) {}

    @Override
    public void close() {}
}
