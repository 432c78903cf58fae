package lethe.scores;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lethe.attacks.Observations;
import lethe.attacks.Signal;

/**
 * The part of a table from which every example can be judged by itself: examples that are positive in half of the worlds
 * and negative in the other half. The choice reads who is a member, never a value, so it favours neither class.
 *
 * @param worlds the worlds used, all but at most one
 * @param examples the examples used, ascending
 * @param inWorlds examples that have a value in each world used, whether balanced or not
 */
record BalancedCells(List<Integer> worlds, List<Integer> examples, int inWorlds) {
    private static final byte MISSING = 0;
    private static final byte NEGATIVE = 1;
    private static final byte POSITIVE = 2;

    /** The balanced part of the whole table, or, with an odd number of worlds, of the best of those without one world. */
    static BalancedCells of(ScoreSheet sheet, Contest contest, ModelKind model, ModelKind reference) {
        int all = sheet.worlds().size();
        if (all % 2 == 0) {
            return without(sheet, contest, model, reference, -1);
        }
        BalancedCells best = without(sheet, contest, model, reference, 0);
        for (int w = 1; w < all; w++) {
            BalancedCells other = without(sheet, contest, model, reference, w);
            best = other.examples.size() > best.examples.size() ? other : best;
        }
        return best;
    }

    private static BalancedCells without(
            ScoreSheet sheet, Contest contest, ModelKind model, ModelKind reference, int left) {
        List<Integer> worlds = new ArrayList<>();
        for (int w = 0; w < sheet.worlds().size(); w++) {
            if (w != left) {
                worlds.add(w);
            }
        }
        List<Integer> examples = new ArrayList<>();
        int complete = 0;
        for (int i = 0; i < sheet.examples(); i++) {
            int positive = 0;
            boolean missing = false;
            for (int w : worlds) {
                byte state = state(sheet, contest, model, reference, i, w);
                positive += state == POSITIVE ? 1 : 0;
                missing |= state == MISSING;
            }
            complete += missing ? 0 : 1;
            if (!missing && 2 * positive == worlds.size()) {
                examples.add(i);
            }
        }
        return new BalancedCells(worlds, examples, complete);
    }

    private static byte state(
            ScoreSheet sheet, Contest contest, ModelKind model, ModelKind reference, int example, int world) {
        if (contest.readsBoth() && !sheet.has(example, world, ModelKind.ORIGINAL)) {
            return MISSING;
        }
        for (Membership set : contest.positives) {
            if (sheet.is(example, world, set)) {
                return sheet.has(example, world, model) ? POSITIVE : MISSING;
            }
        }
        boolean negative = sheet.is(example, world, contest.negativesWere())
                && sheet.has(example, world, model)
                && sheet.has(example, world, reference);
        return negative ? NEGATIVE : MISSING;
    }

    /** What the adversary sees of these cells: positives under {@code model}, negatives under {@code reference}. */
    Observations observe(
            ScoreSheet sheet, Contest contest, ModelKind model, ModelKind reference, List<Signal> signals) {
        int columns = worlds.size();
        boolean[] positive = new boolean[examples.size() * columns];
        Map<Signal, float[]> values = new LinkedHashMap<>();
        Map<Signal, float[]> neverSeen = new LinkedHashMap<>();
        Map<Signal, float[]> before = new LinkedHashMap<>();
        for (Signal signal : signals) {
            float[] cells = new float[positive.length];
            float[] originals = contest.readsBoth() ? new float[positive.length] : cells;
            float[] others = model == reference ? cells : new float[positive.length];
            for (int cell = 0; cell < cells.length; cell++) {
                int example = examples.get(cell / columns);
                int world = worlds.get(cell % columns);
                positive[cell] = state(sheet, contest, model, reference, example, world) == POSITIVE;
                others[cell] = (float) sheet.value(signal, example, world, model);
                cells[cell] = (float) sheet.value(signal, example, world, positive[cell] ? model : reference);
                if (originals != cells) {
                    originals[cell] = (float) sheet.value(signal, example, world, ModelKind.ORIGINAL);
                }
            }
            values.put(signal, cells);
            neverSeen.put(signal, others);
            before.put(signal, originals);
        }
        return Observations.of(contest.game, columns, values, positive, neverSeen, before);
    }
}
