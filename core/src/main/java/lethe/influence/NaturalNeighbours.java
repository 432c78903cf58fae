package lethe.influence;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * is trained on the other half, which is used for nothing else, and look-alikes are the nearest neighbours of a target
 * within its class by the cosine of what the last layer gets, less the mean. One half of the targets is drawn from the
 * third of the examples with the most neighbours, the other from the third with the fewest; each neighbour belongs to the
 * target that it is nearest to.
 *
 * <p>The control is the same data, in which other examples of the same classes are called look-alikes, as many for each
 * target. Whoever compares worlds with and without look-alikes compares worlds with and without those.
 *
 * @param of where the examples come from
 * @param model what is trained on the other half
 * @param training how
 * @param targets how many
 * @param threshold cosine from which on two examples are neighbours
 * @param most neighbours of a target, the nearest ones
 * @param control whether others are called look-alikes in the place of neighbours
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
        Holdout data = of.load(seed);
        int[] order = seed.derive("halves").permutation(data.train().size());
        int half = order.length / 2;
        Require.that(
                half >= 6 * targets,
                "natural-neighbours draws " + targets + " targets from thirds of half of the training set, which has "
                        + half + " examples; lower targets or use more data");
        Dataset train = data.train().select(sorted(Arrays.copyOfRange(order, half, order.length)));
        List<List<Match>> neighbours = neighbours(data.train().select(sorted(Arrays.copyOf(order, half))), train, seed);
        int[] chosen = chosen(neighbours, seed.derive("targets"));
        Map<Integer, Match> owners = owners(neighbours, chosen);
        Map<ExampleId, Lookalike> known = new HashMap<>();
        (control ? strangers(train, owners, chosen, seed.derive("control")) : owners)
                .forEach((row, match) ->
                        known.put(train.id(row), new Lookalike(train.id(match.target()), "neighbour", control)));
        List<ExampleId> targetIds = Arrays.stream(chosen).mapToObj(train::id).toList();
        Dataset none = train.select(new int[0]);
        return new Holdout(new LookalikeSet(train, targetIds, known, none, List.of()), data.test());
    }

    private static int[] sorted(int[] rows) {
        return Arrays.stream(rows).sorted().toArray();
    }

    /** For each example those of its class that are similar enough, the most similar first. */
    private List<List<Match>> neighbours(Dataset other, Dataset train, Seed seed) {
        Vectors features;
        try (Scope scope = Scope.open(Device.cpu());
                Model trained = new Trainer(training).fit(model, other, seed.derive("embedding"))) {
            features = Vectors.of(trained, train).features().centred().normalised();
        }
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

    /** Targets, ascending: half of them from the third with the most neighbours, half from that with the fewest. */
    private int[] chosen(List<List<Match>> neighbours, Seed seed) {
        int n = neighbours.size();
        int[] order = seed.permutation(n);
        int[] byCount = Arrays.stream(order)
                .boxed()
                .sorted(Comparator.comparingInt(row -> -neighbours.get(row).size()))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] many = shuffled(Arrays.copyOf(byCount, n / 3), seed.derive("many"));
        int[] few = shuffled(Arrays.copyOfRange(byCount, n - n / 3, n), seed.derive("few"));
        return IntStream.concat(
                        Arrays.stream(many).limit((targets + 1) / 2),
                        Arrays.stream(few).limit(targets / 2))
                .sorted()
                .toArray();
    }

    private static int[] shuffled(int[] rows, Seed seed) {
        return Arrays.stream(seed.permutation(rows.length)).map(i -> rows[i]).toArray();
    }

    /** The target that each neighbour is nearest to; targets are neighbours of nobody. */
    private Map<Integer, Match> owners(List<List<Match>> neighbours, int[] chosen) {
        Map<Integer, Match> owners = new HashMap<>();
        for (int target : chosen) {
            List<Match> all = neighbours.get(target);
            for (Match match : all.subList(0, Math.min(most, all.size()))) {
                if (Arrays.binarySearch(chosen, match.row()) < 0) {
                    owners.merge(match.row(), match, (a, b) -> Match.STRONGEST.compare(a, b) <= 0 ? a : b);
                }
            }
        }
        return owners;
    }

    /** As many others of the same class for each target. */
    private static Map<Integer, Match> strangers(Dataset train, Map<Integer, Match> owners, int[] chosen, Seed seed) {
        BitSet taken = new BitSet(train.size());
        Arrays.stream(chosen).forEach(taken::set);
        owners.keySet().forEach(taken::set);
        int[] order = seed.permutation(train.size());
        Map<Integer, Match> strangers = new HashMap<>();
        for (Match match : owners.values().stream().sorted(Match.STRONGEST).toList()) {
            Arrays.stream(order)
                    .filter(row -> !taken.get(row) && train.label(row) == train.label(match.target()))
                    .findFirst()
                    .ifPresent(row -> {
                        taken.set(row);
                        strangers.put(row, new Match(row, match.target(), 0, ""));
                    });
        }
        return strangers;
    }
}
