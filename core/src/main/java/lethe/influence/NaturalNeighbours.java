package lethe.influence;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Cifar10;
import lethe.data.ControlledSource;
import lethe.data.DataSource;
import lethe.data.Dataset;
import lethe.data.ExampleId;
import lethe.data.Holdout;
import lethe.data.KnownLookalikes.Lookalike;
import lethe.data.KnownLookalikes.Stratum;
import lethe.data.LookalikeSet;
import lethe.engine.Device;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.models.Architecture;
import lethe.models.Model;
import lethe.models.ResNet9;
import lethe.training.Recipe;
import lethe.training.Trainer;

/**
 * Half of the training set of another source, with what resembles some of its examples by nature. Nothing is made: a model
 * is trained on the other half, and look-alikes are the nearest neighbours of a target within its class by the cosine of
 * what the last layer gets, less the mean. One half of the targets, the stratum {@code many}, is drawn from the third of
 * the examples with the most neighbours, the other, {@code few}, from the third with the fewest; each neighbour belongs to
 * the target that it is nearest to.
 *
 * <p>In the control an example of the other half stands in the place of each look-alike: of the same class, drawn at random
 * from those that are no neighbour of any target. All else is equal, row by row, and the world without look-alikes is the
 * same data. Neighbours of a target beyond the nearest {@code most} stay in both.
 *
 * @param of where the examples come from
 * @param model what is trained on the other half
 * @param training how
 * @param targets how many
 * @param threshold cosine from which on two examples are neighbours
 * @param most neighbours of a target, the nearest ones
 * @param control whether unrelated examples stand in the place of look-alikes
 */
@Named("natural-neighbours")
@AutoService(DataSource.class)
public record NaturalNeighbours(
        DataSource of, Architecture model, Recipe training, int targets, double threshold, int most, boolean control)
        implements ControlledSource {

    public NaturalNeighbours {
        Require.positive("targets", targets);
        Require.that(threshold > 0 && threshold <= 1, "threshold must lie in (0, 1], but is " + threshold);
        Require.positive("most", most);
    }

    /** 200 targets of CIFAR-10 with up to ten neighbours at a cosine of 0.8, ours. */
    public NaturalNeighbours() {
        this(new Cifar10(), new ResNet9(), Recipe.cifarFast(), 200, 0.8, 10, false);
    }

    @Override
    public NaturalNeighbours asControl() {
        return new NaturalNeighbours(of, model, training, targets, threshold, most, true);
    }

    @Override
    public Holdout load(Seed seed) {
        return arm(drawn(seed), control);
    }

    @Override
    public List<Holdout> loadBoth(Seed seed) {
        Drawn drawn = drawn(seed);
        return List.of(arm(drawn, control), arm(drawn, true));
    }

    /**
     * What both arms are made from. Examples are counted from 0 through our half and then on through the other.
     *
     * @param data all examples
     * @param rows where those of our half and then those of the other are in the data
     * @param ours how many are of our half
     * @param features what the last layer gets, less the mean of our half and of length 1
     * @param strata the targets, with what they were drawn from
     * @param owners look-alikes, with the target that each is nearest to
     * @param seed of the control
     */
    private record Drawn(
            Holdout data,
            int[] rows,
            int ours,
            Vectors features,
            SortedMap<Integer, String> strata,
            SortedMap<Integer, Match> owners,
            Seed seed) {
        int label(int example) {
            return data.train().label(rows[example]);
        }

        int[] targets() {
            return strata.keySet().stream().mapToInt(Integer::intValue).toArray();
        }
    }

    private Drawn drawn(Seed seed) {
        Holdout data = of.load(seed);
        int[] order = seed.derive("halves").permutation(data.train().size());
        int half = order.length / 2;
        Require.that(
                half >= 6 * targets,
                "natural-neighbours draws " + targets + " targets from thirds of half of the training set, which has "
                        + half + " examples; lower targets or use more data");
        int[] others = sorted(Arrays.copyOf(order, half));
        int[] ours = sorted(Arrays.copyOfRange(order, half, order.length));
        Dataset train = data.train().select(ours);
        Dataset other = data.train().select(others);
        Vectors features;
        Vectors theirs;
        try (Scope scope = Scope.open(Device.cpu());
                Model trained = new Trainer(training).fit(model, other, seed.derive("embedding"))) {
            Vectors raw = Vectors.of(trained, train).features();
            features = raw.centred().normalised();
            theirs = Vectors.of(trained, other).features().lessMeanOf(raw).normalised();
        }
        List<List<Match>> neighbours = neighbours(train, features);
        SortedMap<Integer, String> strata = strata(neighbours, seed.derive("targets"));
        return new Drawn(
                data,
                IntStream.concat(Arrays.stream(ours), Arrays.stream(others)).toArray(),
                ours.length,
                features.with(theirs),
                strata,
                owners(neighbours, strata.keySet()),
                seed.derive("control"));
    }

    private Holdout arm(Drawn drawn, boolean control) {
        int[] examples = IntStream.range(0, drawn.ours).toArray();
        if (control) {
            standIns(drawn).forEach((example, standIn) -> examples[example] = standIn);
        }
        Dataset train = drawn.data
                .train()
                .select(Arrays.stream(examples).map(it -> drawn.rows[it]).toArray());
        Map<ExampleId, Lookalike> known = new HashMap<>();
        drawn.owners.forEach((row, match) -> known.put(
                train.id(row),
                new Lookalike(
                        train.id(match.target()),
                        control ? "stand-in" : "neighbour",
                        control,
                        OptionalDouble.of(drawn.features.product(examples[row], match.target())))));
        Map<ExampleId, Stratum> strata = new HashMap<>();
        drawn.strata.forEach((row, stratum) -> strata.put(train.id(row), Stratum.of(stratum)));
        List<ExampleId> targetIds =
                Arrays.stream(drawn.targets()).mapToObj(train::id).toList();
        Dataset none = train.select(new int[0]);
        return new Holdout(new LookalikeSet(train, targetIds, known, none, List.of(), strata), drawn.data.test());
    }

    /** For each look-alike an example of its class in the other half that is no neighbour of any target. */
    private SortedMap<Integer, Integer> standIns(Drawn drawn) {
        BitSet taken = new BitSet(drawn.rows.length);
        Vectors.pairs(List.of(drawn.features), drawn.targets(), threshold, score -> "")
                .forEach(match -> taken.set(match.row()));
        int[] order = drawn.seed.permutation(drawn.rows.length - drawn.ours);
        SortedMap<Integer, Integer> standIns = new TreeMap<>();
        for (int lookalike : drawn.owners.keySet()) {
            int label = drawn.label(lookalike);
            int standIn = Arrays.stream(order)
                    .map(i -> drawn.ours + i)
                    .filter(other -> !taken.get(other) && drawn.label(other) == label)
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalArgumentException("natural-neighbours finds too few examples of class '"
                                    + drawn.data.train().classes().get(label)
                                    + "' that resemble no target, to take the place of"
                                    + " look-alikes in the control; raise threshold, or lower targets or most"));
            taken.set(standIn);
            standIns.put(lookalike, standIn);
        }
        return standIns;
    }

    private static int[] sorted(int[] rows) {
        return Arrays.stream(rows).sorted().toArray();
    }

    /** For each example those of its class that are similar enough, the most similar first. */
    private List<List<Match>> neighbours(Dataset train, Vectors features) {
        List<List<Match>> neighbours = new ArrayList<>();
        for (int row = 0; row < train.size(); row++) {
            neighbours.add(new ArrayList<>());
        }
        for (int from = 0; from < train.size(); from += 512) {
            int[] asked =
                    IntStream.range(from, Math.min(train.size(), from + 512)).toArray();
            for (Match match : Vectors.pairs(List.of(features), asked, threshold, score -> "")) {
                if (train.label(match.row()) == train.label(match.target())) {
                    // Rows asked for are left out of their own block; similarity is symmetric, so both learn of it.
                    neighbours.get(match.target()).add(match);
                }
            }
            within(features, asked, train, neighbours);
        }
        neighbours.forEach(all -> all.sort(Match.STRONGEST));
        return neighbours;
    }

    /** Pairs within one block, each both ways. */
    private void within(Vectors features, int[] block, Dataset train, List<List<Match>> neighbours) {
        Vectors part = features.select(block);
        for (int i = 0; i < block.length; i++) {
            for (int j = 0; j < block.length; j++) {
                if (i != j && train.label(block[i]) == train.label(block[j])) {
                    double score = part.product(i, j);
                    if (score >= threshold) {
                        neighbours.get(block[i]).add(new Match(block[j], block[i], score, ""));
                    }
                }
            }
        }
    }

    /** Targets with their strata: half of them from the third with the most neighbours, half from that with the fewest. */
    private SortedMap<Integer, String> strata(List<List<Match>> neighbours, Seed seed) {
        int n = neighbours.size();
        int[] order = seed.permutation(n);
        int[] byCount = Arrays.stream(order)
                .boxed()
                .sorted(Comparator.comparingInt(row -> -neighbours.get(row).size()))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] many = shuffled(Arrays.copyOf(byCount, n / 3), seed.derive("many"));
        int[] few = shuffled(Arrays.copyOfRange(byCount, n - n / 3, n), seed.derive("few"));
        SortedMap<Integer, String> strata = new TreeMap<>();
        Arrays.stream(many).limit((targets + 1) / 2).forEach(row -> strata.put(row, "many"));
        Arrays.stream(few).limit(targets / 2).forEach(row -> strata.put(row, "few"));
        return strata;
    }

    private static int[] shuffled(int[] rows, Seed seed) {
        return Arrays.stream(seed.permutation(rows.length)).map(i -> rows[i]).toArray();
    }

    /** The target that each neighbour is nearest to; targets are neighbours of nobody. */
    private SortedMap<Integer, Match> owners(List<List<Match>> neighbours, Set<Integer> chosen) {
        SortedMap<Integer, Match> owners = new TreeMap<>();
        for (int target : chosen) {
            List<Match> all = neighbours.get(target);
            for (Match match : all.subList(0, Math.min(most, all.size()))) {
                if (!chosen.contains(match.row())) {
                    owners.merge(match.row(), match, (a, b) -> Match.STRONGEST.compare(a, b) <= 0 ? a : b);
                }
            }
        }
        return owners;
    }
}
