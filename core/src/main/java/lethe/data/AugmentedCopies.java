package lethe.data;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.engine.Device;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;

/**
 * The images of another source, some of which, the targets, have edited copies in the training set. Deleting a target
 * alone then leaves much of what it taught.
 *
 * <p>Targets are balanced over the classes and take turns in the multiplicities, class by class. For every target another
 * image of its class, the stand-in, is taken out of the training set. In the control it is stand-ins that are copied, as
 * often and edited alike, so that the training set has the same size and the same redundancy, but nothing that resembles
 * a target. Both have the same images otherwise. Images that resemble a target by nature are taken out of both: those
 * whose pixels, or those of their mirror image, less their mean have a cosine of at least {@code natural} with it.
 *
 * @param of where the images come from
 * @param targets how many have copies
 * @param copies multiplicities k that targets take turns in
 * @param edits how copies are edited, in turn
 * @param heldOut further copies of each target that enter no training set
 * @param natural cosine of pixels from which on two images resemble each other by nature; above 1 none do
 * @param control whether stand-ins are copied in the place of targets
 */
@Named("augmented-copies")
@AutoService(DataSource.class)
public record AugmentedCopies(
        DataSource of,
        int targets,
        List<Integer> copies,
        List<ImageEdit> edits,
        int heldOut,
        double natural,
        boolean control)
        implements ControlledSource {

    public AugmentedCopies {
        Require.positive("targets", targets);
        Require.that(!copies.isEmpty(), "copies must name at least one multiplicity");
        copies.forEach(k -> Require.notNegative("copies", k));
        Require.that(!edits.isEmpty(), "edits must name at least one edit");
        Require.notNegative("heldOut", heldOut);
        Require.that(natural > 0, "natural must be positive, but is " + natural);
        copies = List.copyOf(copies);
        edits = List.copyOf(edits);
    }

    /** 200 targets among all of CIFAR-10 with 0, 1, 5 and 10 copies, each edited in every way at once. */
    public AugmentedCopies() {
        this(new Cifar10(), 200, List.of(0, 1, 5, 10), List.of(ImageEdit.MIXED), 2, 0.95, false);
    }

    @Override
    public AugmentedCopies asControl() {
        return new AugmentedCopies(of, targets, copies, edits, heldOut, natural, true);
    }

    @Override
    public Holdout load(Seed seed) {
        Holdout data = of.load(seed);
        Dataset train = data.train();
        int[][] drawn = drawn(train, seed.derive("targets"));
        int[] chosen = drawn[0];
        int[] standIns = drawn[1];
        BitSet gone = resembling(train, chosen);
        Arrays.stream(standIns).forEach(gone::set);
        int[] kept =
                IntStream.range(0, train.size()).filter(row -> !gone.get(row)).toArray();
        Dataset base = train.select(kept);
        List<ExampleId> targetIds = Arrays.stream(chosen).mapToObj(train::id).toList();
        Copies added = copies(train, control ? standIns : chosen);
        Copies unseen = heldOut(chosen);
        Dataset copied = added.of(train, "~copy-", seed);
        Map<ExampleId, KnownLookalikes.Lookalike> known = new HashMap<>();
        for (int i = 0; i < copied.size(); i++) {
            known.put(copied.id(i), added.lookalike(i, targetIds, control));
        }
        return new Holdout(
                new LookalikeSet(
                        copied.size() == 0 ? base : new Concatenation(base, copied),
                        targetIds,
                        known,
                        unseen.of(train, "~held-out-", seed.derive("held-out")),
                        IntStream.range(0, unseen.targets.length)
                                .mapToObj(i -> unseen.lookalike(i, targetIds, false))
                                .toList()),
                data.test());
    }

    /** Rows of the targets and of their stand-ins, pairwise of one class. */
    private int[][] drawn(Dataset train, Seed seed) {
        int classes = train.classes().size();
        List<List<Integer>> byClass = new ArrayList<>();
        for (int k = 0; k < classes; k++) {
            byClass.add(new ArrayList<>());
        }
        for (int row : seed.permutation(train.size())) {
            byClass.get(train.label(row)).add(row);
        }
        int[] chosen = new int[targets];
        int[] standIns = new int[targets];
        for (int i = 0; i < targets; i++) {
            List<Integer> ofClass = byClass.get(i % classes);
            int nth = i / classes;
            if (2 * nth + 1 >= ofClass.size()) {
                throw new IllegalArgumentException("Class '" + train.classes().get(i % classes) + "' has "
                        + ofClass.size() + " training images, too few for its share of " + targets
                        + " targets and as many stand-ins; lower targets or use more data");
            }
            chosen[i] = ofClass.get(2 * nth);
            standIns[i] = ofClass.get(2 * nth + 1);
        }
        return new int[][] {chosen, standIns};
    }

    /** Rows that resemble a target by nature. */
    private BitSet resembling(Dataset train, int[] chosen) {
        BitSet found = new BitSet(train.size());
        if (natural > 1) {
            return found;
        }
        BitSet isTarget = new BitSet(train.size());
        Arrays.stream(chosen).forEach(isTarget::set);
        int block = 1000;
        try (Scope scope = Scope.open(Device.cpu())) {
            Tensor pixels = train.inputs(chosen).contiguous(); // (n, C, H, W)
            Tensor wanted = Tensor.concat(List.of(directions(pixels), directions(pixels.flip(3))), 0)
                    .transpose(); // (D, 2n)
            for (int from = 0; from < train.size(); from += block) {
                try (Scope part = Scope.open(Device.cpu())) {
                    int[] rows = IntStream.range(from, Math.min(train.size(), from + block))
                            .toArray();
                    float[] nearest = directions(train.inputs(rows).contiguous())
                            .matmul(wanted)
                            .maxOver(1)
                            .toFloats();
                    for (int i = 0; i < rows.length; i++) {
                        if (nearest[i] >= natural && !isTarget.get(rows[i])) {
                            found.set(rows[i]);
                        }
                    }
                }
            }
        }
        return found;
    }

    /** Images less their mean, of length 1, (B, D). */
    private static Tensor directions(Tensor images) {
        Tensor flat = images.flatten(1);
        Tensor centred = flat.sub(flat.meanOver(1).unsqueeze(1));
        return centred.mul(
                centred.square().sumOver(1).clampMin(1e-12).reciprocalSqrt().unsqueeze(1));
    }

    /** Target i has as many copies as its turn within its class says. */
    private Copies copies(Dataset train, int[] sources) {
        int classes = train.classes().size();
        List<int[]> made = new ArrayList<>(); // target, number
        for (int i = 0; i < targets; i++) {
            int k = copies.get((i / classes + i % classes) % copies.size());
            for (int j = 0; j < k; j++) {
                made.add(new int[] {i, j});
            }
        }
        return new Copies(made, sources, edits);
    }

    private Copies heldOut(int[] chosen) {
        List<int[]> made = new ArrayList<>();
        for (int i = 0; i < targets; i++) {
            for (int j = 0; j < heldOut; j++) {
                made.add(new int[] {i, j});
            }
        }
        return new Copies(made, chosen, edits);
    }

    /** Copies of some images. */
    private static final class Copies {
        private final int[] targets; // positions
        private final int[] sources; // rows
        private final int[] numbers;
        private final List<ImageEdit> edits;

        Copies(List<int[]> made, int[] sources, List<ImageEdit> inTurn) {
            this.targets = made.stream().mapToInt(it -> it[0]).toArray();
            this.numbers = made.stream().mapToInt(it -> it[1]).toArray();
            this.sources = Arrays.stream(targets).map(target -> sources[target]).toArray();
            this.edits =
                    made.stream().map(it -> inTurn.get(it[1] % inTurn.size())).toList();
        }

        KnownLookalikes.Lookalike lookalike(int copy, List<ExampleId> targetIds, boolean unrelated) {
            return new KnownLookalikes.Lookalike(
                    targetIds.get(targets[copy]), ImageVariants.kind(edits.get(copy)), unrelated);
        }

        Dataset of(Dataset train, String infix, Seed seed) {
            return ImageVariants.of(train.select(sources), edits, infix, numbers, seed.derive("edits"));
        }
    }
}
